"""A list of what differs, with the tolerances: 1 kg, 1 min, a millionth of an amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable


class Differences:
    """Collects differences between the resolved instance and the second derivation."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def same(self, what: str, resolved: object, derived: object) -> None:
        """Note a value that should be equal."""
        if resolved != derived:
            self.found.append(f"{what}: {resolved}, derived {derived}")

    def near(self, what: str, resolved: float, derived: float, tolerance: float) -> None:
        """Note a figure that is off by more than an absolute tolerance."""
        if not abs(resolved - derived) <= tolerance:
            self.found.append(f"{what}: {resolved}, derived {derived}")

    def amount(self, what: str, resolved: float, derived: float) -> None:
        """Note an amount or rate that is off by more than a millionth, or one unit."""
        self.near(what, resolved, derived, max(1.0, 1e-6 * abs(derived)))

    def optional(self, what: str, resolved: int | None, derived: float | None) -> None:
        """Note minutes that are limited in one and not in the other, or off by more than 1."""
        if resolved is None or derived is None:
            self.same(what, resolved, derived)
        else:
            self.near(what, resolved, derived, 1)

    def sets(self, what: str, resolved: Iterable[Hashable], derived: Iterable[Hashable]) -> None:
        """Note what only one of two collections holds, or holds more often."""
        theirs, ours = Counter(list(resolved)), Counter(list(derived))
        for item in sorted((theirs - ours).elements(), key=str):
            self.found.append(f"{what}: {item} does not follow from the instance")
        for item in sorted((ours - theirs).elements(), key=str):
            self.found.append(f"{what}: {item} is missing")
