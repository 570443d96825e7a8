"""Rows of bought capacity (C18)."""

from __future__ import annotations

from optimizer.model.columns import Columns, OnBoard
from optimizer.model.sets import m3_per_kg


def c18_blocks(c: Columns) -> None:
    """C18: kilograms and cubic metres on a block are at most what is bought; what is kept counts.

    There is no flight to choose, so there is nothing to multiply the room with.
    """
    cargo: dict[int, list[OnBoard]] = {r: [] for r in c.sets.bought}
    for item in c.z:
        if item.rotation in cargo:
            cargo[item.rotation].append(item)
    for number, (r, items) in enumerate(cargo.items()):
        block = c.sets.bought[r]
        kept_kg, kept_m3 = c.sets.kept_on_leg.get((r, 0), (0.0, 0.0))
        kg = [(item.kg, 1.0) for item in items]
        m3 = [(item.kg, m3_per_kg(item.carriage.offer.consignment)) for item in items]
        if items:
            left_kg = max(0.0, block.weight_g * 1e-3 - kept_kg)
            left_m3 = max(0.0, block.volume_cm3 * 1e-6 - kept_m3)
            c.at_most(f"C18_{number}_kg", kg, left_kg)
            c.at_most(f"C18_{number}_m3", m3, left_m3)
