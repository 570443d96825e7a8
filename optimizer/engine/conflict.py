"""Why there is no plan: commitments and frozen decisions that cannot be kept (C19, C20)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import floor, inf, isinf

from optimizer.control import Budget
from optimizer.domain.resolved import ResolvedCommitment, ResolvedFrozenFlight, ResolvedInstance
from optimizer.model import ReferenceModel
from optimizer.model.columns import Columns
from optimizer.model.highs import solve_with_highs
from optimizer.network import hindrance

EACH_S = 5.0
"""Longest time to find out how far one commitment or published flight can be kept."""
MOST_ASKED = 10
"""Commitments, and published flights, looked at."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How much of a commitment any plan can deliver, whatever it does with all others.

    Attributes:
        most_g: No plan delivers more; not necessarily attained.
        flight: The published flight it is booked on, if it is tendered cargo (C20).
    """

    commitment: str
    least_g: int
    most_g: int
    flight: str | None = None

    @property
    def kept(self) -> bool:
        """Whether nothing is known that stands against it alone."""
        return self.most_g >= self.least_g

    @property
    def name(self) -> str:
        """What it is called."""
        return self.commitment

    @property
    def words(self) -> str:
        """What is due, and what is possible."""
        what = f"commitment {self.commitment}"
        if self.flight is not None:
            what = f"cargo {self.commitment}, booked on {self.flight}"
        return (
            f"{what}: at least {self.least_g / 1000:,.3f} kg are due, "
            f"no plan delivers more than {self.most_g / 1000:,.3f} kg"
        )


@dataclass(frozen=True, slots=True)
class FlightReach:
    """How often any plan can fly a published flight, whatever it does with all others (C20).

    Attributes:
        hindrance: What stands against it by itself, in words; empty if nothing does.
    """

    flight: str
    flights: int
    most: int
    hindrance: str

    @property
    def kept(self) -> bool:
        """Whether nothing is known that stands against it alone."""
        return self.most >= self.flights

    @property
    def name(self) -> str:
        """What it is called."""
        return self.flight

    @property
    def words(self) -> str:
        """What is due, and what is possible."""
        due = "" if self.flights == 1 else f" {self.flights} times"
        why = self.hindrance or f"no plan flies it more than {self.most} times"
        return f"published flight {self.flight} cannot be flown{due} as published: {why}"


def unmet_words(reaches: Sequence[Reach | FlightReach]) -> tuple[str, ...]:
    """What is known to stand against what must be kept, in words; nothing if it was not asked."""
    words = tuple(x.words for x in reaches if not x.kept)
    if words or not reaches:
        return words
    names = ", ".join(x.name for x in reaches)
    kinds = sorted({"published flight" if isinstance(x, FlightReach) else "commitment" for x in
                    reaches}, reverse=True)  # fmt: skip
    return (
        f"nothing stands against a single {' or '.join(kinds)}, but they cannot all be kept: "
        f"{names}",
    )


def reaches(resolved: ResolvedInstance, budget: Budget) -> tuple[Reach | FlightReach, ...]:
    """How far each commitment and published flight without a penalty could be kept by itself.

    Nothing if there is no plan even without them, for then they are not the reason; those of which
    nothing is known in time are left out.
    """
    promises = [c for c in resolved.commitments if c.penalty_pico_per_g is None]
    published = [f for f in resolved.frozen_flights if f.penalty_micro is None]
    if not promises and not published:
        return ()
    columns = ReferenceModel(resolved).build().built
    programme = columns.programme
    rows = [columns.committed_row[c.id] for c in promises]
    for row in (*rows, *(columns.frozen_row[f.id] for f in published)):
        programme.row_lower[row] = -inf
    if columns.changes_row is not None:
        programme.row_upper[columns.changes_row] = inf
    asked: list[ResolvedCommitment | ResolvedFrozenFlight]
    asked = [*published[:MOST_ASKED], *promises[:MOST_ASKED]]
    return tuple(_asked(resolved, columns, asked, budget))


def _asked(
    resolved: ResolvedInstance,
    columns: Columns,
    hard: Sequence[ResolvedCommitment | ResolvedFrozenFlight],
    budget: Budget,
) -> Iterator[Reach | FlightReach]:
    for kept in hard:
        if budget.stop():
            return
        if isinstance(kept, ResolvedFrozenFlight):
            most = _most(columns, columns.frozen_row[kept.id], budget)
        else:
            most = _most(columns, columns.committed_row[kept.id], budget)
        if most is None:
            return
        if isinf(most):
            continue
        if isinstance(kept, ResolvedFrozenFlight):
            number = floor(most + 1e-6)
            why = hindrance(resolved, kept) if number < kept.flights else ""
            yield FlightReach(kept.id, kept.flights, number, why)
        else:
            most_g = floor(1000 * most * (1 + 1e-9) + 0.5)
            yield Reach(kept.id, kept.least_g, most_g, kept.flight)


def _most(columns: Columns, row: int, budget: Budget) -> float | None:
    """The most of a row that a plan reaches, infinity if that is not known; None without a plan."""
    programme = columns.programme
    programme.maximise(dict.fromkeys(range(programme.columns), 0.0))
    programme.maximise(dict(programme.terms(row)))
    found = solve_with_highs(
        programme, gap=1e-6, time_limit=min(EACH_S, budget.clock_left_s), should_stop=budget
    )
    return None if found.status == "infeasible" else found.bound_usd
