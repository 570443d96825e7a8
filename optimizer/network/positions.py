"""What limits the cargo of a leg by ULD positions (C6)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
from optimizer.plan.rotation import BoughtRotation, Rotation

Milli = tuple[int | None, int | None, int | None]
"""Thousandths of a position: on the main deck, on the lower deck, on both; None for no limit."""
UNLIMITED: Milli = (None, None, None)
MILLI = 1000


class Positions:
    """Three limits of every leg: cargo for the main deck, cargo for the lower deck, all cargo.

    Attributes:
        limited: Whether positions limit anything at all.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._taken = {
            row.consignment: tuple(
                row.milli_positions if row.deck == deck or deck == "any" else 0
                for deck in ("main", "lower", "any")
            )
            for row in resolved.packings
        }
        self._has: dict[str, Milli] = {
            row.type: (_milli(row.main), _milli(row.lower), _both(row.main, row.lower))
            for row in resolved.positions
        }
        self.limited = bool(self._taken and self._has)

    def taken(self, consignment: ResolvedConsignment) -> tuple[int, ...]:
        """What the whole consignment takes of each limit, in thousandths."""
        return self._taken.get(consignment.id, (0, 0, 0))

    def per_kg(self, consignment: ResolvedConsignment) -> tuple[float, ...]:
        """What a kilogram of it takes of each limit, in positions."""
        return tuple(milli / consignment.weight_g for milli in self.taken(consignment))

    def of(self, rotation: Rotation) -> Milli:
        """What each leg of a rotation has; bought capacity is bought by kilograms and volume."""
        return UNLIMITED if isinstance(rotation, BoughtRotation) else self.of_type(rotation.type)

    def of_type(self, type_: str) -> Milli:
        """What a type has."""
        return self._has.get(type_, UNLIMITED) if self.limited else UNLIMITED


def most_kg(consignment: ResolvedConsignment, taken: tuple[int, ...], has: Milli) -> float | None:
    """Kilograms of a consignment alone that positions let on board; None for no limit."""
    rooms = [
        limit * consignment.weight_g / (1000 * milli)
        for milli, limit in zip(taken, has, strict=True)
        if milli and limit is not None
    ]
    return min(rooms, default=None)


def _milli(positions: int | None) -> int | None:
    return None if positions is None else MILLI * positions


def _both(main: int | None, lower: int | None) -> int | None:
    return None if main is None or lower is None else MILLI * (main + lower)
