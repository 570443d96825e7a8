"""C7: slots, as movements per window and as held times; see `shared_limits`."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict

from optimizer.domain.resolved import ResolvedHeldSlot, ResolvedInstance
from optimizer.plan.rotation import Rotation


def movements(rotation: Rotation) -> list[tuple[str, str, int]]:
    """Airport, kind and minute of every movement."""
    found = []
    for leg in rotation.legs:
        found.append((leg.origin, "departure", leg.off_block_min))
        found.append((leg.destination, "arrival", leg.on_block_min))
    return found


class SlotWindows:
    """C7: movements in each slot window are at most its number."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._limits = resolved.slot_limits
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self._used = [0] * len(self._limits)
        self._at: dict[tuple[str, str], tuple[list[int], list[int], int]] = {}
        for airport in {x.airport for x in self._limits}:
            for kind in ("arrival", "departure"):
                self._at[airport, kind] = self._sorted(airport, kind)

    def fits(self, rotation: Rotation) -> bool:
        """Whether every window of its movements has room."""
        needed = Counter(self._concerned(rotation))
        return all(
            self._used[i] + number <= self._limits[i].movements for i, number in needed.items()
        )

    def add(self, rotation: Rotation) -> None:
        """Take its movements."""
        for i in self._concerned(rotation):
            self._used[i] += 1

    def remove(self, rotation: Rotation) -> None:
        """Give them back."""
        for i in self._concerned(rotation):
            self._used[i] -= 1

    def movement_fits(self, airport: str, kind: str, minute: int, operator: str) -> bool:
        """Whether one more movement has room."""
        return all(
            self._used[i] < self._limits[i].movements
            for i in self._windows(airport, kind, minute, operator)
        )

    def _concerned(self, rotation: Rotation) -> list[int]:
        return [
            i
            for airport, kind, minute in movements(rotation)
            for i in self._windows(airport, kind, minute, rotation.operator)
        ]

    def _windows(self, airport: str, kind: str, minute: int, operator: str) -> list[int]:
        starts, order, longest = self._at.get((airport, kind), ([], [], 0))
        if not starts:
            return []
        times = [minute]
        if self._cycle_min:
            minute %= self._cycle_min
            times = [minute, minute + self._cycle_min]
        found = []
        for time in times:
            low, high = bisect_right(starts, time - longest), bisect_right(starts, time)
            for i in order[low:high]:
                limit = self._limits[i]
                within = limit.window.start_min <= time < limit.window.end_min
                if within and (not limit.operators or operator in limit.operators):
                    found.append(i)
        return found

    def _sorted(self, airport: str, kind: str) -> tuple[list[int], list[int], int]:
        order = [
            i
            for i, x in enumerate(self._limits)
            if x.airport == airport and (x.arrivals if kind == "arrival" else x.departures)
        ]
        order.sort(key=lambda i: self._limits[i].window.start_min)
        windows = [self._limits[i].window for i in order]
        longest = max((w.end_min - w.start_min for w in windows), default=0)
        return [w.start_min for w in windows], order, longest


class HeldSlots:
    """C7: where an operator holds slots, each of its movements has one of its own."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self._slots: dict[tuple[str, str, str], list[ResolvedHeldSlot]] = defaultdict(list)
        for slot in resolved.held_slots:
            self._slots[slot.operator, slot.airport, slot.movement].append(slot)
        self._minutes: dict[tuple[str, str, str], list[int]] = defaultdict(list)

    def fits(self, rotation: Rotation) -> bool:
        """Whether slots for all movements can be found, by moving others if need be."""
        new: dict[tuple[str, str, str], list[int]] = defaultdict(list)
        for key, minute in self._concerned(rotation):
            new[key].append(minute)
        return all(
            self._match(self._slots[key], self._minutes[key] + minutes)
            for key, minutes in new.items()
        )

    def add(self, rotation: Rotation) -> None:
        """Take slots for its movements."""
        for key, minute in self._concerned(rotation):
            self._minutes[key].append(minute)

    def remove(self, rotation: Rotation) -> None:
        """Give them back."""
        for key, minute in self._concerned(rotation):
            self._minutes[key].remove(minute)

    def _concerned(self, rotation: Rotation) -> list[tuple[tuple[str, str, str], int]]:
        if not self._slots:
            return []
        return [
            ((rotation.operator, airport, kind), minute)
            for airport, kind, minute in movements(rotation)
            if (rotation.operator, airport, kind) in self._slots
        ]

    def _match(self, slots: list[ResolvedHeldSlot], minutes: list[int]) -> bool:
        """Whether the movements can be matched to slots one to one (augmenting paths)."""
        places = [s for s in slots for _ in range(min(s.slots, len(minutes)))]
        holder: dict[int, int] = {}

        def seat(movement: int, seen: set[int]) -> bool:
            for place, slot in enumerate(places):
                if place in seen or self._apart(minutes[movement], slot) > slot.tolerance_min:
                    continue
                seen.add(place)
                if place not in holder or seat(holder[place], seen):
                    holder[place] = movement
                    return True
            return False

        return all(seat(movement, set()) for movement in range(len(minutes)))

    def _apart(self, minute: int, slot: ResolvedHeldSlot) -> int:
        if not self._cycle_min:
            return abs(minute - slot.minute)
        ahead = (minute - slot.minute) % self._cycle_min
        return min(ahead, self._cycle_min - ahead)
