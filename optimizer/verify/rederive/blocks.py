"""Bought capacity again (C18, K12)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source


def check_blocks(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """Flights, room and prices of every block."""
    rows = {row.block: row for row in source.instance.blocks}
    differences.sets("blocks", (b.id for b in resolved.blocks), rows)
    for block in resolved.blocks:
        row = rows.get(block.id)
        if row is None:
            continue
        name = f"block {block.id}"
        differences.same(
            f"{name}, flight",
            (block.kind, block.operator, block.flight, block.origin, block.destination),
            (row.kind, row.operator, row.flight, row.origin, row.destination),
        )
        off, on = clock.minute(row.departs_at), clock.minute(row.arrives_at)
        if clock.cycle_min is not None:
            off, on = off % clock.cycle_min, on - off + off % clock.cycle_min
        differences.near(f"{name}, off_block_min", block.off_block_min, off, 0)
        differences.near(f"{name}, on_block_min", block.on_block_min, on, 0)
        differences.near(f"{name}, weight_g", block.weight_g, 1000 * row.weight_kg, 0.51)
        differences.near(f"{name}, volume_cm3", block.volume_cm3, 1e6 * row.volume_m3, 0.51)
        differences.amount(f"{name}, fixed_micro", block.fixed_micro, 1e6 * row.fixed_usd)
        differences.amount(f"{name}, pico_per_g", block.pico_per_g, 1e9 * row.usd_per_kg)
        differences.sets(f"{name}, meets", block.meets, set(row.meets))
