"""How far to stay from the master's prices, learnt on the way."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.colgen.protocols import FloatArray

MOST = 0.95
"""A mis-pricing sequence takes 1 / (1 − this) pricings at most."""
STEP_UP, STEP_DOWN = 0.1, 1.1


@dataclass(slots=True)
class Smoothing:
    """Weight of the best prices, adapted as by Pessoa, Sadykov, Uchoa and Vanderbeck (2018).

    Attributes:
        weight: Of the best prices in the first try; in [0, 1).
        adaptive: Whether it changes; a weight of 0 given by the caller stays 0.
    """

    weight: float
    adaptive: bool

    @classmethod
    def starting(cls, weight: float) -> Smoothing:
        """Adaptive from a weight, or none at all from 0."""
        return cls(min(weight, MOST), weight > 0.0)

    def weights(self) -> list[float]:
        """Of the tries of a mis-pricing sequence: falling by equal steps to 0 exactly."""
        weights: list[float] = []
        step = 1.0 - self.weight
        while (weight := 1.0 - (len(weights) + 1) * step) > 1e-6:
            weights.append(weight)
        return [*weights, 0.0]

    def adapt(
        self, bound: float, at_centre: float, slope: FloatArray | None, way: FloatArray
    ) -> None:
        """More if the bound rises from the smoothed prices towards the master's, else less.

        Args:
            bound: At the smoothed prices.
            at_centre: At the best prices.
            slope: Subgradient of the bound at the smoothed prices. Without it: the bound is
                convex, so where it is no better than at the centre, it rises.
            way: From the best prices to the master's.
        """
        if not self.adaptive:
            return
        rises = bound >= at_centre if slope is None else float(slope @ way) > 0.0
        if rises:
            self.weight = min(MOST, self.weight + STEP_UP * (1.0 - self.weight))
        elif self.weight > 0.5:
            self.weight /= STEP_DOWN
        else:
            self.weight = max(0.0, self.weight - STEP_UP * (1.0 - self.weight))
