"""A synthetic instance under construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from optimizer.data import reference
from optimizer.generate.capacity import Expectation, Tail
from optimizer.generate.draft import Draft
from optimizer.generate.facts import Destination, Facts
from optimizer.generate.options import GeneratorOptions

T = TypeVar("T")


@dataclass(kw_only=True)
class World(Draft):
    """A draft with what synthetic instances are drawn from.

    Attributes:
        tails: The fleet, filled first.
        expected: What it can be expected to do, by station.
    """

    options: GeneratorOptions
    facts: Facts
    destinations: tuple[Destination, ...] = ()
    tails: list[Tail] = field(default_factory=list)
    expected: dict[str, Expectation] = field(default_factory=dict)

    def country(self, airport: str) -> str:
        """Country of an airport."""
        return reference().airports[airport].country or ""

    @property
    def season(self) -> float:
        """Tonnes and freights of the month relative to the year's mean."""
        return self.facts.season[self.options.month]

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """One of the choices, by weight."""
        values, weights = zip(*choices, strict=True)
        chosen: T = self.rng.choices(values, weights)[0]
        return chosen

    def weighted_sample(self, choices: Sequence[tuple[T, float]], number: int) -> list[T]:
        """That many different choices, drawn by weight one after the other."""
        rest, chosen = list(choices), []
        for _ in range(number):
            index = self.rng.choices(range(len(rest)), [weight for _, weight in rest])[0]
            chosen.append(rest.pop(index)[0])
        return chosen

    def spread(self, low: float, high: float, mode: float) -> float:
        """A triangular draw; its mean is the mean of the three numbers."""
        return self.rng.triangular(low, high, mode)
