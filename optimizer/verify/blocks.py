"""C18: bought capacity is used at most as far as it was bought."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from optimizer.domain.resolved import ResolvedBlock
from optimizer.verify.case import Carried, Case
from optimizer.verify.report import Violation
from optimizer.verify.words import kg, m3, when


def c18_blocks(case: Case) -> Iterator[Violation]:
    """C18: grams and volume of the loads on each block, cyclic: of all weeks together."""
    for block in case.resolved.blocks:
        loads = loads_on(case, block)
        grams = sum(load.load.grams for load in loads)
        volume = sum((load.volume_cm3 for load in loads), Fraction(0))
        heavy, bulky = grams - block.weight_g, volume - block.volume_cm3
        if heavy > 0 or bulky > 0:
            departure = when(case.resolved, block.off_block_min, block.origin)
            yield Violation(
                code="C18",
                message=f"block {block.id} {block.origin}-{block.destination} on {departure}: "
                f"{kg(grams)} and {m3(volume)} on board, bought are {kg(block.weight_g)} and "
                f"{m3(block.volume_cm3)}",
                amount=heavy if heavy > 0 else ceil(bulky),
                unit="g" if heavy > 0 else "cm3",
                operator=block.operator,
                flight=block.id,
                station=block.origin,
                minute=block.off_block_min,
            )


def loads_on(case: Case, block: ResolvedBlock) -> list[Carried]:
    """Loads on a block."""
    return [load for load in case.loads if load.block is not None and load.block.id == block.id]
