"""Pairs that are worth most together."""

from __future__ import annotations

from collections.abc import Sequence

import networkx as nx


def best_pairs(worth: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of a row and a column each, none in two of them, with the largest sum.

    Args:
        worth: Of each row with each column, at least 0; what is worth nothing is no pair.
    """
    graph: nx.Graph[tuple[str, int]] = nx.Graph()
    graph.add_weighted_edges_from(
        (("row", i), ("column", j), gain)
        for i, row in enumerate(worth)
        for j, gain in enumerate(row)
        if gain > 0
    )
    pairs = (dict(pair) for pair in nx.max_weight_matching(graph))
    return sorted((pair["row"], pair["column"]) for pair in pairs)
