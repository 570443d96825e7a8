"""Which goods a flight takes where some must be kept apart (C16).

Linear programmes do not choose between goods: a flight keeps those that it carries, and takes
those that promise most of what is open. Neighbours that load a flight anew change that.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimizer.engine.cargo_table import Bools, CargoTable, Floats, Ints
from optimizer.engine.kernel import LEAST_KG
from optimizer.engine.lines import Flown


class ChosenGoods:
    """Chooses flight by flight, each counting on what those before it leave.

    Args:
        flights: All of them, with what they carry.
        supply_kg: By consignment, what there is for them.
    """

    def __init__(self, cargo: CargoTable, flights: Iterable[Flown], supply_kg: Floats) -> None:
        self._cargo = cargo
        self._left_kg = supply_kg.copy()
        for flown in flights:
            carried = cargo.arrays.consignment[flown.loads[:, 0]]
            np.subtract.at(self._left_kg, carried, flown.loads_kg)

    def open_to(self, flown: Flown, rows: Ints, worths: Floats) -> Bools:
        """Which of some loads a flight is open to.

        Args:
            rows: Loads it could take: offer, segment, weeks later.
            worths: What a kilogram of each earns.
        """
        arrays, cap_kg = self._cargo.arrays, flown.timed.shape.cap_kg
        aboard = np.zeros((len(cap_kg), arrays.holds.shape[1]), dtype=np.bool_)
        for (offer, segment, _), kg in zip(flown.loads.tolist(), flown.loads_kg, strict=True):
            if kg >= LEAST_KG:
                aboard[flown.legs(segment)] |= arrays.holds[offer]
        consignment = arrays.consignment[rows[:, 0]]
        promised_kg = np.minimum(self._left_kg[consignment], float(cap_kg.max(initial=0.0)))
        concerned = np.flatnonzero(arrays.holds[rows[:, 0]].any(axis=1))
        order = concerned[np.argsort(-(worths * promised_kg)[concerned], kind="stable")]
        mask = np.ones(len(rows), dtype=np.bool_)
        for i in order.tolist():
            offer, legs = int(rows[i, 0]), flown.legs(int(rows[i, 1]))
            mask[i] = not (aboard[legs] & arrays.apart[offer]).any()
            if mask[i]:
                aboard[legs] |= arrays.holds[offer]
                self._left_kg[consignment[i]] -= max(0.0, float(promised_kg[i]))
        return mask
