"""Goods that must not be on one leg, for generated instances (C16)."""

from __future__ import annotations

from optimizer.generate.draft import Cells
from optimizer.generate.tiny_world import TinyDraft
from optimizer.generate.world import World

PAIRS = (("live animals", "dry ice"), ("toxic", "food"), ("toxic", "live animals"))
"""As segregation rules for dangerous goods on board of aircraft have them (K)."""
SHARES = {"live animals": 1 / 40, "dry ice": 1 / 12, "toxic": 1 / 20, "food": 1 / 10}
"""Share of the consignments that hold them (E)."""


def tiny_incompatible(draft: TinyDraft) -> None:
    """Two consignments become parts that must fly apart, and others hold such goods too (C16)."""
    rng = draft.rng
    pairs = PAIRS[: rng.choice((1, 1, 1, 2, 3))]
    for goods in sorted({goods for pair in pairs for goods in pair}):
        draft.add("requirements", requirement=goods)
    for pair in pairs:
        draft.add("incompatible", requirement=pair[0], apart_from=pair[1])
    rows = list(draft.tables["demand"])
    cut = rng.sample(range(len(rows)), min(len(rows), 2))
    for number, row in enumerate(rows):
        one, other = rng.sample(rng.choice(pairs), 2)
        if number in cut:
            _hold(_cut(draft, row, rng.choice((0.2, 0.4, 0.5))), other)
            _hold(row, one)
        elif draft.chance(0.3):
            _hold(row, one)


def _cut(draft: TinyDraft, row: Cells, share: float) -> Cells:
    """Make a consignment of its own of a part of one; what it pays differs a little."""
    part: Cells = {**row, "consignment": f"{row['consignment']}-2"}
    for column, digits in (("weight_kg", 0), ("volume_m3", 2)):
        part[column] = max(round(row[column] * share, digits), 1.0)
        row[column] = max(round(row[column] - part[column], 2), 1.0)
    part["usd_per_chargeable_kg"] = round(
        row["usd_per_chargeable_kg"] * draft.rng.uniform(0.8, 1.3), 2
    )
    draft.tables["demand"].append(part)
    return part


def _hold(row: Cells, goods: str) -> None:
    row["requires"] = [*(row.get("requires") or ()), goods]


def incompatible(world: World) -> None:
    """A quarter of the consignments hold goods that must not be beside some others (C16)."""
    for goods in sorted(SHARES):
        world.add("requirements", requirement=goods)
    for one, other in PAIRS:
        world.add("incompatible", requirement=one, apart_from=other)
    for row in world.tables["demand"]:
        draw = world.rng.random()
        for goods, share in SHARES.items():
            if 0 <= draw < share:
                _hold(row, goods)
            draw -= share
    for block in world.tables["blocks"]:
        block["meets"] = [*(block.get("meets") or ()), *sorted(SHARES)]
