"""What becomes of the rotations of one plan in another: kept, moved, dropped, added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from optimizer.plan.matching import best_pairs
from optimizer.plan.plan import Flight, Plan

T = TypeVar("T")

MOST_MOVED_MIN: Final = 24 * 60
"""A rotation of the same operator, type and route within so many minutes is the same one, moved."""
_ONE: Final = 10**9
"""A change; much more than all minutes by which flights could be moved."""

Kind = Literal["kept", "moved", "dropped", "added"]


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """Something that can be recognised by what it is and when it leaves.

    Attributes:
        exactly: What it must have in common with another to be the same unmoved; None: nothing
            tells.
    """

    what: Hashable
    minute: float
    item: T
    exactly: Hashable = None


def paired(
    a: Iterable[Timed[T]], b: Iterable[Timed[T]], cycle_min: int | None = None
) -> list[tuple[T | None, T | None]]:
    """Pairs of what is the same in two plans; the others alone.

    As many as can be are paired as they are, then as many as can be within `MOST_MOVED_MIN`; of all
    such ways that which moves them least.

    Args:
        a, b: The rotations of both.
        cycle_min: Length of the week in a cyclic period, round which times are near.
    """
    sides: dict[Hashable, tuple[list[Timed[T]], list[Timed[T]]]] = defaultdict(lambda: ([], []))
    for side, timed in enumerate((a, b)):
        for one in timed:
            sides[one.what][side].append(one)
    return [pair for before, after in sides.values() for pair in _best(before, after, cycle_min)]


def _best(
    a: Sequence[Timed[T]], b: Sequence[Timed[T]], cycle_min: int | None
) -> list[tuple[T | None, T | None]]:
    worth = [[_worth(x, y, cycle_min) for y in b] for x in a]
    pairs = best_pairs(worth)
    left, right = {i for i, _ in pairs}, {j for _, j in pairs}
    found: list[tuple[T | None, T | None]] = [(a[i].item, b[j].item) for i, j in pairs]
    found += [(x.item, None) for i, x in enumerate(a) if i not in left]
    return found + [(None, y.item) for j, y in enumerate(b) if j not in right]


def _worth(x: Timed[T], y: Timed[T], cycle_min: int | None) -> int:
    """What a pair is worth: a change less of two, or of one; among these, what moves little."""
    if x.exactly is not None and x.exactly == y.exactly:
        return 2 * _ONE
    apart_min = _apart(x.minute, y.minute, cycle_min)
    return _ONE - round(apart_min) if apart_min <= MOST_MOVED_MIN else 0


def _apart(x: float, y: float, cycle_min: int | None) -> float:
    apart = abs(x - y)
    return apart if cycle_min is None else min(apart % cycle_min, -apart % cycle_min)


@dataclass(frozen=True, slots=True)
class Change:
    """A rotation that is not as it was; its flight before and after, as far as there is one."""

    kind: Kind
    before: Flight | None
    after: Flight | None

    @property
    def flight(self) -> Flight:
        """As it was; as it is, if it is new."""
        flight = self.before or self.after
        assert flight is not None
        return flight

    def text(self) -> str:
        """In words, times in minutes of the period."""
        name = f"{self.flight.rotation.operator} {self.flight.rotation.route}"
        if self.before is not None and self.after is not None:
            moved = self.after.rotation.off_block_min - self.before.rotation.off_block_min
            return f"{name} {moved / 60:+g} h"
        return name


def changes(before: Plan, after: Plan, cycle_min: int | None = None) -> list[Change]:
    """Rotations that are not flown as they were, in every off-block, and those that are new.

    Which aircraft of its type flies a rotation does not matter.
    """
    found = []
    for x, y in paired(_timed(before), _timed(after), cycle_min):
        if x is None or y is None:
            found.append(Change("added" if x is None else "dropped", x, y))
        elif x.rotation != y.rotation:
            found.append(Change("moved", x, y))
    return found


def _timed(plan: Plan) -> list[Timed[Flight]]:
    return [
        Timed(
            (f.rotation.operator, f.rotation.type, f.rotation.route),
            f.rotation.off_block_min,
            f,
            f.rotation,
        )
        for f in plan.flights
    ]
