"""Commitments as priced limits: least kilograms of some consignments (C19, K14).

A price p <= 0 adds p (least - delivered - short) >= 0 to what a plan earns. Cargo is thus paid -p a
kilogram beyond its revenue; what is short costs its penalty and is paid -p, which comes to nothing
at best as long as -p is at most the penalty.
"""

from __future__ import annotations

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Floats, Ints

MOST_PIECE_USD = 2_000_000.0
"""The most that one consignment may earn on one flight, prices of its commitments included: what a
certificate is reckoned with in integers. Larger prices would be valid too."""
SIZE_USD_PER_KG = 0.5
"""Least natural size of such a price."""


class Promises:
    """The commitments of an instance as arrays.

    Attributes:
        number: How many there are.
        least_kg: By commitment, what is delivered at least.
        most_usd_per_kg: By commitment, its penalty, or what `MOST_PIECE_USD` leaves, if less.
    """

    def __init__(self, resolved: ResolvedInstance) -> None:
        commitments = resolved.commitments
        at = {c.id: k for k, c in enumerate(resolved.consignments)}
        self.number = len(commitments)
        self.least_kg: Floats = np.array([c.least_g * 1e-3 for c in commitments], dtype=np.float64)
        pairs = [(k, at[name]) for k, c in enumerate(commitments) for name in c.consignments]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        self._commitment: Ints = table[:, 0]
        self._consignment: Ints = table[:, 1]
        self._consignments = len(resolved.consignments)
        self.most_usd_per_kg = self._most(resolved)

    def _most(self, resolved: ResolvedInstance) -> Floats:
        lifted_kg = max((float(leg.cap_kg) for leg in resolved.legs), default=0.0)
        times = np.bincount(self._consignment, minlength=self._consignments)
        room = np.array(
            [
                MOST_PIECE_USD / max(1.0, min(c.weight_g * 1e-3, lifted_kg))
                - (c.revenue_micro + c.surcharge_micro) * 1e-3 / c.weight_g
                for c in resolved.consignments
            ]
        )
        most = np.array(
            [
                np.inf if c.penalty_pico_per_g is None else c.penalty_pico_per_g * 1e-9
                for c in resolved.commitments
            ],
            dtype=np.float64,
        )
        each = np.maximum(0.0, room) / np.maximum(1, times)
        np.minimum.at(most, self._commitment, each[self._consignment])
        return most

    def cargo_usd(self, prices: Floats) -> Floats:
        """By consignment, what a kilogram pays at prices of commitments: not positive."""
        usd = np.bincount(self._consignment, prices[self._commitment], self._consignments)
        return usd.astype(np.float64)

    def of(self, consignment: int) -> list[int]:
        """The commitments that a consignment is part of."""
        found: list[int] = self._commitment[self._consignment == consignment].tolist()
        return found

    def short_usd(self, carried_kg: Floats) -> float:
        """What it costs that commitments are short, by what is carried of each consignment."""
        return float(self.left_kg(carried_kg).clip(min=0.0) @ self.most_usd_per_kg)

    def left_kg(self, carried_kg: Floats) -> Floats:
        """By commitment, its least less what is carried, by consignment."""
        carried = np.bincount(self._commitment, carried_kg[self._consignment], self.number)
        return self.least_kg - carried

    def sizes(self, margins_usd_per_kg: Floats) -> Floats:
        """Natural sizes of prices: what the dearest of its cargo earns, or the penalty."""
        best = np.full(self.number, SIZE_USD_PER_KG)
        np.maximum.at(best, self._commitment, margins_usd_per_kg[self._consignment])
        return np.asarray(np.minimum(best, np.maximum(self.most_usd_per_kg, 1e-6)))
