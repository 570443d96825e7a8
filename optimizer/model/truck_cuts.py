"""Valid inequalities for whole trucks (C12), found where a relaxation violates them.

On truck runs S of a lane and customs mode, consignments C of weight W(C) send at most that much:

    sum {c in C, t in S} f[c,t] <= W(C) - r (N - sum {t in S} y[t]),
    N = ceil(W(C) / payload),  r = W(C) - (N - 1) payload

With N trucks or more the right side is at least W(C); with N - 1 it is what N - 1 trucks take, and
with every truck less it falls by r, which is no more than a payload. The same holds in cubic
metres. It is the mixed-integer rounding of W(C) / payload (Nemhauser and Wolsey, Integer and
Combinatorial Optimization, II.1.7) over the most violated S, which is chosen run by run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import ceil, inf
from typing import TypeAlias

from optimizer.model.columns import Columns
from optimizer.model.programme import Programme, Variable
from optimizer.model.sets import m3_per_kg
from optimizer.model.truck_rows import kept_cargo

MOST_PAIRED = 14
"""In larger groups of consignments not every pair is looked at."""
LEAST_VIOLATION = 2e-3
"""In trucks; less is not worth a row."""
ROUNDED = 1e-9
"""Inaccuracy of a number of trucks that is taken for rounding."""

Cut: TypeAlias = tuple[list[tuple[Variable, float]], float]
"""Terms, and what they are at most."""


@dataclass
class _Sender:
    """A consignment, or all kept cargo: how much in all, and what goes on which run."""

    total: tuple[float, float] = (0.0, 0.0)
    flows: dict[int, list[Variable]] = field(default_factory=lambda: defaultdict(list))
    factor: tuple[float, float] = (1.0, 0.0)
    fixed: dict[int, tuple[float, float]] = field(default_factory=dict)


class TruckCuts:
    """Finds violated inequalities of a model.

    Args:
        columns: The model; its rows of trucks must be written.
    """

    def __init__(self, columns: Columns) -> None:
        self._c = columns
        self._groups: dict[tuple[str, str], dict[str, _Sender]] = defaultdict(dict)
        for flows in (columns.feeder_kg, columns.delivery_kg):
            for (consignment_id, lane_id), flow in flows.items():
                c = columns.resolved.consignment[consignment_id]
                senders = self._groups[lane_id, c.customs]
                total = c.weight_g * 1e-3, c.volume_cm3 * 1e-6
                sender = senders.setdefault(
                    consignment_id, _Sender(total, factor=(1.0, m3_per_kg(c)))
                )
                for minute, variable in flow.items():
                    sender.flows[columns.modulo(minute)].append(variable)
        for (lane_id, minute, mode), amount in kept_cargo(columns).items():
            kept = self._groups[lane_id, mode].setdefault("", _Sender())
            kept.fixed[minute] = amount
            kept.total = kept.total[0] + amount[0], kept.total[1] + amount[1]

    def violated(self, values: Sequence[float]) -> Iterator[Cut]:
        """Inequalities that values of a relaxation do not keep."""
        for (lane_id, mode), senders in self._groups.items():
            lane = self._c.lane(lane_id)
            rooms = (lane.payload_g * 1e-3, lane.volume_cm3 * 1e-6)
            for chosen in _subsets(list(senders.values())):
                for unit, room in enumerate(rooms):
                    cut = self._cut(lane_id, mode, chosen, unit, room, values)
                    if cut is not None:
                        yield cut

    def _cut(
        self,
        lane_id: str,
        mode: str,
        chosen: Sequence[_Sender],
        unit: int,
        room: float,
        values: Sequence[float],
    ) -> Cut | None:
        total = sum(sender.total[unit] for sender in chosen)
        trucks = ceil(total / room - ROUNDED)
        rest = total - (trucks - 1) * room
        if trucks == 0 or rest >= room * (1 - ROUNDED):
            return None
        violation, terms, constant = rest * trucks - total, [], 0.0
        for minute in dict.fromkeys(t for sender in chosen for t in (*sender.flows, *sender.fixed)):
            own = [
                (variable, sender.factor[unit])
                for sender in chosen
                for variable in sender.flows.get(minute, ())
                if sender.factor[unit]
            ]
            fixed = sum(sender.fixed.get(minute, (0.0, 0.0))[unit] for sender in chosen)
            own.append((self._c.trucks[lane_id, minute, mode], -rest))
            excess = fixed + sum(values[variable] * factor for variable, factor in own)
            if excess > 0:
                violation += excess
                terms += own
                constant += fixed
        if violation <= LEAST_VIOLATION * room:
            return None
        return terms, total - rest * trucks - constant


def _subsets(senders: list[_Sender]) -> Iterator[tuple[_Sender, ...]]:
    """Each alone, pairs of not too many, all together."""
    for sender in senders:
        yield (sender,)
    if 2 < len(senders) <= MOST_PAIRED:
        yield from combinations(senders, 2)
    if len(senders) > 1:
        yield tuple(senders)


def add_cuts(programme: Programme, cuts: Sequence[Cut], number: int) -> None:
    """Add inequalities as rows."""
    for i, (terms, most) in enumerate(cuts):
        programme.row(f"C12_cut_{number}_{i}", terms, -inf, most)
