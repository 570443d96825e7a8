"""Bought capacity (C18, K12)."""

from __future__ import annotations

from optimizer.domain.blocks import Block
from optimizer.domain.period import WEEK_MIN
from optimizer.domain.resolved import ResolvedBlock
from optimizer.resolve.context import Context
from optimizer.resolve.quantities import cubic_cm, grams, micro, pico_per_g


def resolve_blocks(context: Context) -> tuple[ResolvedBlock, ...]:
    """Blocks by id; cyclic: their off-block moved into the first week."""
    rows = sorted(context.instance.blocks, key=lambda row: row.block)
    return tuple(_block(context, row) for row in rows)


def _block(context: Context, row: Block) -> ResolvedBlock:
    off_min = context.calendar.minute(row.departs_at)
    on_min = context.calendar.minute(row.arrives_at)
    shift = off_min - off_min % WEEK_MIN if context.calendar.cyclic else 0
    return ResolvedBlock(
        id=row.block,
        kind=row.kind,
        operator=row.operator,
        flight=row.flight,
        origin=row.origin,
        destination=row.destination,
        off_block_min=off_min - shift,
        on_block_min=on_min - shift,
        weight_g=grams(row.weight_kg),
        volume_cm3=cubic_cm(row.volume_m3),
        fixed_micro=micro(row.fixed_usd),
        pico_per_g=pico_per_g(row.usd_per_kg),
        meets=tuple(sorted(set(row.meets))),
    )


def block_carriers(context: Context) -> frozenset[str]:
    """Who flies bought capacity."""
    return frozenset(row.operator for row in context.instance.blocks)


def block_airports(context: Context) -> frozenset[str]:
    """Airports between which capacity is bought."""
    return frozenset(a for row in context.instance.blocks for a in (row.origin, row.destination))


def check_blocks(context: Context) -> None:
    """Note flights that lead nowhere, arrive before they depart, or are outside of the period."""
    calendar = context.calendar
    known = {row.requirement for row in context.instance.requirements}
    for row in context.instance.blocks:
        off_min, on_min = calendar.minute(row.departs_at), calendar.minute(row.arrives_at)
        if row.origin == row.destination:
            _wrong(context, row, "no-leg", "destination", "it arrives where it departs")
        if on_min <= off_min:
            _wrong(context, row, "end-before-start", "arrives_at", "it arrives before it departs")
        if not calendar.cyclic and not 0 <= off_min < calendar.length_min:
            _wrong(context, row, "outside-period", "departs_at", "it departs outside of the period")
        for column, amount in (
            ("weight_kg", grams(row.weight_kg)), ("volume_m3", cubic_cm(row.volume_m3)),
        ):  # fmt: skip
            if not amount:
                _wrong(context, row, "no-room", column, "less room than any cargo takes")
        for name in row.meets:
            if name not in known:
                _wrong(context, row, "unknown-requirement", "meets", f"no row tells of {name}")


def _wrong(context: Context, row: Block, code: str, column: str, problem: str) -> None:
    value = getattr(row, column)
    context.findings.add(
        code, "blocks", f"block {row.block}: {problem}", column=column, value=value
    )
