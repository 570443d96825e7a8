"""Pairs that are worth most together (assignment problem, Kuhn 1955, by shortest paths)."""

from __future__ import annotations

from collections.abc import Sequence


def best_pairs(worth: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of a row and a column each, none in two of them, with the largest sum.

    Args:
        worth: Of each row with each column, at least 0; what is worth nothing is no pair.
    """
    if not worth or not worth[0]:
        return []
    if len(worth) > len(worth[0]):
        turned = best_pairs([list(column) for column in zip(*worth, strict=True)])
        return sorted((row, column) for column, row in turned)
    columns = len(worth[0])
    row_price, column_price = [0] * len(worth), [0] * columns
    owner: list[int | None] = [None] * columns
    for row in range(len(worth)):
        _give_a_column(row, worth, row_price, column_price, owner)
    pairs = ((row, j) for j, row in enumerate(owner) if row is not None)
    return sorted((row, j) for row, j in pairs if worth[row][j] > 0)


def _give_a_column(
    row: int,
    worth: Sequence[Sequence[int]],
    row_price: list[int],
    column_price: list[int],
    owner: list[int | None],
) -> None:
    """Give one more row a column, others perhaps another one; prices stay those of a best choice.

    Reduced losses row_price + column_price - worth are never negative, and 0 for pairs.
    """
    columns = range(len(owner))
    row_price[row] = max(w - p for w, p in zip(worth[row], column_price, strict=True))
    way = [row] * len(owner)
    loss = [row_price[row] + column_price[j] - worth[row][j] for j in columns]
    reached: dict[int, int] = {}
    while True:
        at = min((j for j in columns if j not in reached), key=lambda j: loss[j])
        reached[at] = loss[at]
        other = owner[at]
        if other is None:
            break
        for j in columns:
            further = loss[at] + row_price[other] + column_price[j] - worth[other][j]
            if j not in reached and further < loss[j]:
                loss[j], way[j] = further, other
    total = loss[at]
    column_of = {r: j for j, r in enumerate(owner) if r is not None}
    row_price[row] -= total
    for j, reached_loss in reached.items():
        column_price[j] += total - reached_loss
        mine = owner[j]
        if mine is not None:
            row_price[mine] -= total - reached_loss
    while True:
        taken_from = way[at]
        owner[at] = taken_from
        if taken_from == row:
            break
        at = column_of[taken_from]
