"""Timed legs and rotations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Stop = Literal["full", "technical"]


@dataclass(frozen=True, slots=True)
class Leg:
    """One take-off and landing; `stop` is what happens at its destination.

    The last leg of a rotation has a full stop. Cargo moves at full stops only.
    """

    origin: str
    destination: str
    off_block_min: int
    on_block_min: int
    stop: Stop

    @property
    def block_min(self) -> int:
        """Off-blocks to on-blocks."""
        return self.on_block_min - self.off_block_min


@dataclass(frozen=True, slots=True)
class Rotation:
    """A timed sequence of legs flown by one aircraft of a type and operator.

    Usually closed: from a gateway back to a gateway. A tail that starts or ends its line at a
    station begins with the rest of one or ends with the first part of one.
    """

    operator: str
    type: str
    legs: tuple[Leg, ...]

    @property
    def origin(self) -> str:
        """Airport of the first off-block."""
        return self.legs[0].origin

    @property
    def destination(self) -> str:
        """Airport of the last on-block."""
        return self.legs[-1].destination

    @property
    def off_block_min(self) -> int:
        """First off-block."""
        return self.legs[0].off_block_min

    @property
    def on_block_min(self) -> int:
        """Last on-block."""
        return self.legs[-1].on_block_min

    @property
    def block_min(self) -> int:
        """Sum of the legs' block minutes."""
        return sum(leg.block_min for leg in self.legs)

    @property
    def stations(self) -> tuple[str, ...]:
        """Airports of full stops between the first and the last."""
        return tuple(leg.destination for leg in self.legs[:-1] if leg.stop == "full")

    @property
    def route(self) -> str:
        """For people: ``CGO-KGF*-OSL-CGO``, technical stops starred."""
        stops = [f"{x.destination}{'*' if x.stop == 'technical' else ''}" for x in self.legs]
        return "-".join([self.origin, *stops])

    def cargo_points(self) -> tuple[tuple[int, str], ...]:
        """Points where cargo can move: (index of the leg that departs there, airport).

        The last point has the index len(legs).
        """
        points = [(0, self.origin)]
        points += [(i + 1, x.destination) for i, x in enumerate(self.legs) if x.stop == "full"]
        return tuple(points)


@dataclass(frozen=True, slots=True)
class BoughtRotation(Rotation):
    """The leg of somebody else's flight on which a block of capacity is bought (C18).

    Blocks of one flight are different rotations. The type is blank, for it does not matter.
    """

    block: str
