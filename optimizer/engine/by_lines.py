"""Proof by lines: whole lines of flying written down, and the best of them chosen exactly.

Where tails must fly least hours (C14), rotations are a poor thing to choose from: what keeps the
hours is a line. Prices that are nearly the best leave few lines that a better plan could fly. At a
bound B, no plan that uses a line worse than the best one of its pool by more than some room earns
more than B less that room. So the best plan over the lines within any room proves

    max(its bound, B - room)

and lines are added until that is the value of the plan.
"""

from __future__ import annotations

import math
from collections import defaultdict

from optimizer.control import Budget
from optimizer.domain.resolved import MICRO, ResolvedInstance, ResolvedPool
from optimizer.dual import Pace, claimed_micro
from optimizer.dual.line_list import lines_within
from optimizer.dual.pools import nameless
from optimizer.engine.bounding import Bounding
from optimizer.engine.record import Record
from optimizer.model import LineList, Restriction, solve_reference
from optimizer.plan.rotation import Rotation

SHARP = Pace(300, step=(0.1, 0.0005), temperature=(0.01, 0.0001))
"""How prices settle before lines are listed."""
FEW_LINES, MOST_LINES, MORE = 2_000, 250_000, 4
"""Lines of the first model and of the largest one, and how many times as many the next one gets."""
FIRST_ROOM, LEAST_ROOM, SMALLER = 0.05, 1e-7, 1.5
"""Room to begin with where all lines are too many, the least there is, both as shares of the bound,
and how many times smaller the next one is."""
ROUNDING = 1e-5
PRICES_SHARE, MODEL_SHARE = 0.3, 0.5
"""Shares of the time left, for prices and for each model."""


def has_lines_to_list(resolved: ResolvedInstance) -> bool:
    """Whether all pools must fly least hours, and a line of their only tail is all there is to say.

    Leases by the hour, tails that may be returned, maintenance, published flights and changes of
    them are said otherwise.
    """
    if resolved.period.cyclic or not resolved.pools or resolved.frozen_flights:
        return False
    if resolved.most_changes is not None:
        return False
    return all(
        pool.size == 1
        and pool.min_block_min
        and not pool.acmi
        and not pool.returnable
        and not pool.maintenance
        for pool in resolved.pools
    )


class ByLines:
    """Solves an instance whose pools all choose from whole lines.

    Args:
        budget: Ends it; the work is booked there.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        bounding: Bounding,
        record: Record,
        budget: Budget,
        gap: float,
        threads: int,
    ) -> None:
        self._resolved = resolved
        self._bounding = bounding
        self._record = record
        self._budget = budget
        self._gap = gap
        self._threads = threads
        self._tried_usd = 0.0

    def work(self) -> None:
        """Sharpen prices, then choose among ever more lines, until proven or there are too many."""
        record = self._record
        self._bounding.sharpen(SHARP, self._budget.share(PRICES_SHARE))
        few = FEW_LINES
        while few <= MOST_LINES and not record.done():
            found = self._listed(few)
            if found is not None:
                self._choose(*found)
            few *= MORE

    def _listed(self, most: int) -> tuple[float, tuple[LineList, ...]] | None:
        """The largest room up to what the plan leaves whose lines are few, and these lines.

        None if that is no more than was tried before.
        """
        bound_usd = self._bounding.point.usd
        # with what is claimed for certain, all lines out of this room prove the value of the plan
        needed_usd = room_usd = claimed_micro(bound_usd) / MICRO - self._record.value_usd + ROUNDING
        least_usd = max(self._tried_usd, LEAST_ROOM * abs(bound_usd))
        while room_usd > least_usd:
            lists = self._lists(room_usd, most)
            if lists is not None:
                self._tried_usd = room_usd
                return room_usd, lists
            first_usd = max(FIRST_ROOM * abs(bound_usd), MORE * self._tried_usd)
            room_usd = min(room_usd / SMALLER, needed_usd, first_usd)
        return None

    def _lists(self, room_usd: float, most: int) -> tuple[LineList, ...] | None:
        """Lines worse than the best by at most so much; those of like pools in one list."""
        point, relaxation = self._bounding.point, self._bounding.relaxation
        if relaxation is None:
            return None
        alike: dict[ResolvedPool, list[int]] = defaultdict(list)
        for k, pool in enumerate(self._resolved.pools):
            alike[nameless(pool)].append(k)
        shared, lists = relaxation.limits.from_above(), []
        for members in alike.values():
            lines: dict[tuple[Rotation, ...], None] = {}
            known: set[bytes] = set()
            for k in members:
                network, usd = relaxation.networks[k], point.arc_usd[k]
                if usd.tobytes() in known:
                    continue
                known.add(usd.tobytes())
                least_usd = point.lines[k].usd - room_usd
                found = lines_within(network.graph, usd, least_usd, network.rotations, shared, most)
                if found is None:
                    return None
                rotations, own = relaxation.catalogue.rotations, network.rotations
                lines.update((tuple(rotations[own[a]] for a in line), None) for line in found)
            pools = tuple(self._resolved.pools[k].id for k in members)
            lists.append(LineList(pools, tuple(lines)))
        return tuple(lists) if sum(len(x.lines) for x in lists) <= most else None

    def _choose(self, room_usd: float, lists: tuple[LineList, ...]) -> None:
        """The best plan of these lines, and what it proves for all plans."""
        record, left_s = self._record, MODEL_SHARE * self._budget.clock_left_s
        others_usd = -math.inf
        if math.isfinite(room_usd):
            others_usd = claimed_micro(self._bounding.point.usd - room_usd) / MICRO
        found = solve_reference(
            self._resolved,
            restriction=Restriction(only={}, lines=lists, goods_differ=True),
            gap=self._gap,
            time_limit=None if math.isinf(left_s) else max(0.1, left_s),
            threads=self._threads,
            start=record.plan,
            should_stop=self._budget,
            budget=self._budget,
            options={"presolve": "off"},  # on lists of lines it takes longer than all the rest
        )
        if found.plan is not None:
            record.method = "reference"
            record.found(found.plan)
        record.bounded_by_solver(max(found.bound_usd, others_usd, record.value_usd))
