"""Rows of cargo that comes by trucks and leaves by flights in turn, or the other way (C11)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from optimizer.model.programme import Programme, Variable


def in_turn(
    programme: Programme,
    name: str,
    flow: Sequence[Variable],
    cargo: Sequence[tuple[tuple[Variable, float], int]],
    sign: float,
) -> None:
    """One row per dispatch k: stock(k) = stock(k-1) + sign (flow(k) - cargo grouped with k).

    Stocks are not negative, and the last one is zero: all that is trucked flies.

    Args:
        programme: Gets the rows, and a column for each stock.
        name: Of the rows.
        flow: Trucked kilograms by dispatch, in order.
        cargo: Kilograms on board (a variable times a factor), each with the index of its dispatch.
        sign: 1 where trucks come before flights, -1 where they follow them.
    """
    grouped: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
    for (variable, factor), index in cargo:
        grouped[index].append((variable, sign * factor))
    stocks = [programme.variable(f"s_{name}_{k}", 0.0, None) for k in range(len(flow) - 1)]
    before: list[list[tuple[Variable, float]]] = [[], *([(s, -1.0)] for s in stocks)]
    after: list[list[tuple[Variable, float]]] = [*([(s, 1.0)] for s in stocks), []]
    for k, variable in enumerate(flow):
        terms = [(variable, -sign), *grouped.get(k, []), *before[k], *after[k]]
        programme.row(f"{name}_{k}", terms, 0.0, 0.0)
