"""Which neighbourhood comes next and how large: what earned most for its work, and what fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

GROW, SHRINK = 1.25, 0.75
"""Change of size after a neighbourhood that was solved at once, or not in its limits."""
FORGET = 0.8
"""Weight of the past in what a kind earns."""
LEAST_SHARE = 0.3
"""A kind is never less likely than so much of the average."""


@dataclass
class Experience:
    """What is known about one kind.

    Attributes:
        size: Flights to free.
        earned: Smoothed gain for the work, in units of what a good try gains.
    """

    size: float
    earned: float = 1.0


class Adaptive:
    """Chooses among kinds of neighbourhoods.

    Args:
        sizes: Flights to free at first, by the name of the kind.
        most: Flights there are, at most.
        rng: Only source of chance.
    """

    def __init__(self, sizes: Mapping[str, float], most: int, rng: np.random.Generator) -> None:
        self._kinds = {name: Experience(size) for name, size in sizes.items()}
        self._most = most
        self._rng = rng

    def choose(self) -> tuple[str, int]:
        """A kind and how many flights to free."""
        names = list(self._kinds)
        earned = np.array([self._kinds[name].earned for name in names])
        weights = earned + LEAST_SHARE * max(1e-9, float(earned.mean()))
        name = names[int(self._rng.choice(len(names), p=weights / weights.sum()))]
        return name, max(1, round(self._kinds[name].size))

    def learn(self, name: str, gain: float, *, finished: bool, quickly: bool) -> None:
        """Take note how a neighbourhood went.

        Args:
            name: Its kind.
            gain: What it earned for its work, in units of what a good try earns.
            finished: Whether it was solved to the end.
            quickly: Whether that took little of what it might have taken.
        """
        kind = self._kinds[name]
        kind.earned = FORGET * kind.earned + (1 - FORGET) * min(3.0, gain)
        if not finished:
            kind.size = max(1.0, SHRINK * kind.size)
        elif quickly:
            kind.size = min(float(self._most), GROW * kind.size)
