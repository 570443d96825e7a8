"""Why there is no plan: commitments without a penalty that cannot be kept (C19)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, inf, isinf

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedCommitment, ResolvedInstance
from optimizer.model import ReferenceModel
from optimizer.model.columns import Columns
from optimizer.model.highs import solve_with_highs

EACH_S = 5.0
"""Longest time to find out how much of one commitment can be delivered."""
MOST_ASKED = 10
"""Commitments looked at."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a commitment any plan can deliver, whatever it does with all others.

    Attributes:
        most_g: No plan delivers more; not necessarily attained.
    """

    commitment: str
    least_g: int
    most_g: int

    @property
    def kept(self) -> bool:
        """Whether nothing is known that stands against it alone."""
        return self.most_g >= self.least_g


def unmet_words(reaches: Sequence[Reach]) -> tuple[str, ...]:
    """What is known to stand against commitments, in words; nothing if they were not asked."""
    words = tuple(
        f"commitment {x.commitment}: at least {x.least_g / 1000:,.3f} kg are due, "
        f"no plan delivers more than {x.most_g / 1000:,.3f} kg"
        for x in reaches
        if not x.kept
    )
    if words or not reaches:
        return words
    names = ", ".join(x.commitment for x in reaches)
    return (f"nothing stands against a single commitment, but they cannot all be kept: {names}",)


def reaches(resolved: ResolvedInstance, budget: Budget) -> tuple[Reach, ...]:
    """How far each commitment without a penalty could be kept by itself.

    Nothing if there is no plan even without them, for then they are not the reason; commitments of
    which nothing is known in time are left out.
    """
    hard = [c for c in resolved.commitments if c.penalty_pico_per_g is None]
    if not hard:
        return ()
    columns = ReferenceModel(resolved).build().built
    programme = columns.programme
    for commitment in hard:
        programme.row_lower[columns.committed_row[commitment.id]] = -inf
    return tuple(_asked(columns, hard[:MOST_ASKED], budget))


def _asked(columns: Columns, hard: list[ResolvedCommitment], budget: Budget) -> Iterator[Reach]:
    programme = columns.programme
    for commitment in hard:
        if budget.stop():
            return
        programme.maximise(dict.fromkeys(range(programme.columns), 0.0))
        row = columns.committed_row[commitment.id]
        programme.maximise({variable: factor for variable, factor in programme.terms(row)})
        found = solve_with_highs(
            programme, gap=1e-6, time_limit=min(EACH_S, budget.clock_left_s), should_stop=budget
        )
        if found.status == "infeasible":
            return
        if not isinf(found.bound_usd):
            most_g = floor(1000 * found.bound_usd * (1 + 1e-9) + 0.5)
            yield Reach(commitment.id, commitment.least_g, most_g)
