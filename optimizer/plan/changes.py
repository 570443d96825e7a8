"""What becomes of the rotations of one plan in another: kept, moved, dropped, added."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from optimizer.plan.plan import Flight, Plan

T = TypeVar("T")

MOST_MOVED_MIN: Final = 24 * 60
"""A rotation of the same operator, type and route within so many minutes is the same one, moved."""

Kind = Literal["kept", "moved", "dropped", "added"]


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """Something that can be recognised by what it is and when it leaves."""

    what: Hashable
    minute: float
    item: T


def paired(
    a: Iterable[Timed[T]], b: Iterable[Timed[T]], cycle_min: int | None = None
) -> list[tuple[T | None, T | None]]:
    """Pairs of what is the same in two plans, the nearest in time first; the others alone.

    Args:
        a, b: The rotations of both.
        cycle_min: Length of the week in a cyclic period, round which times are near.
    """
    sides: dict[Hashable, tuple[list[Timed[T]], list[Timed[T]]]] = defaultdict(lambda: ([], []))
    for side, timed in enumerate((a, b)):
        for one in timed:
            sides[one.what][side].append(one)
    return [pair for before, after in sides.values() for pair in _nearest(before, after, cycle_min)]


def _nearest(
    a: Sequence[Timed[T]], b: Sequence[Timed[T]], cycle_min: int | None
) -> list[tuple[T | None, T | None]]:
    near = sorted(
        (apart, i, j)
        for i, x in enumerate(a)
        for j, y in enumerate(b)
        if (apart := _apart(x.minute, y.minute, cycle_min)) <= MOST_MOVED_MIN
    )
    left, right = set(range(len(a))), set(range(len(b)))
    pairs: list[tuple[T | None, T | None]] = []
    for _, i, j in near:
        if i in left and j in right:
            left.remove(i)
            right.remove(j)
            pairs.append((a[i].item, b[j].item))
    pairs += [(a[i].item, None) for i in sorted(left)]
    return pairs + [(None, b[j].item) for j in sorted(right)]


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
        Timed((f.rotation.operator, f.rotation.type, f.rotation.route), f.rotation.off_block_min, f)
        for f in plan.flights
    ]
