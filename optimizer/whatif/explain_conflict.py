"""Which requirements an instance without a plan cannot keep together: smallest sets in conflict."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import FindingsError
from optimizer.plan.costing import commitments_short
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.whatif.edits import Edit
from optimizer.whatif.explain_changes import (
    drop_row,
    make_edit,
    set_row,
    without_decision,
    without_least,
)
from optimizer.whatif.explain_replan import Replanner, Tell
from optimizer.whatif.scenario import Scenario, apply

SOFT_USD_PER_KG: Final = 1000.0
"""Charged for every kg short when a commitment is loosened, so that as little as can be is."""
MOST_PAIRS: Final = 66
"""Pairs are looked through if there are no more of them."""
MOST_WAYS: Final = 24
"""Ways of loosening one requirement of each set that are planned."""


@dataclass(frozen=True)
class Requirement:
    """Something a plan must do.

    Attributes:
        kind: ``least rotations``, ``least block hours``, ``end airport``, ``start airport``,
            ``commitment``, ``published flight``, ``tendered cargo`` or ``changes``.
        id: What it is about: station, tail, commitment, flight or booking.
        words: What it asks for.
        without: What takes it away.
        softer: What loosens it less than that, the least loosening first.
    """

    kind: str
    id: str
    words: str
    without: tuple[Edit, ...]
    softer: tuple[Edit, ...] = ()

    def loosened(self, step: int) -> tuple[Edit, ...]:
        """What loosens it a little, more, or altogether."""
        return self.softer[step : step + 1] or self.without


@dataclass(frozen=True)
class Nearest:
    """The best plan when one requirement of each set is loosened.

    Attributes:
        usd: Its contribution, without any charge for what is not kept.
        short: How far it is from each requirement loosened, in words.
    """

    loosened: tuple[Requirement, ...]
    usd: float
    short: tuple[str, ...]
    proven: bool


@dataclass(frozen=True)
class Conflict:
    """Why there is no plan.

    Attributes:
        possible: Whether there is a plan after all; None if that is not known.
        sets: Requirements that cannot all be kept; sets have none in common. Of each, any one left
            out lets the rest of the set be kept.
        ways: Best plans with one requirement of each set loosened, the best first.
        looked_at: How many requirements there are.
        known: Whether everything asked was decided in the time.
    """

    possible: bool | None
    sets: tuple[tuple[Requirement, ...], ...] = ()
    ways: tuple[Nearest, ...] = ()
    looked_at: int = 0
    known: bool = True

    @property
    def nearest(self) -> Nearest | None:
        """The best way out."""
        return self.ways[0] if self.ways else None


def requirements(instance: Instance) -> tuple[Requirement, ...]:
    """Everything that a plan must do, whatever it earns."""
    parts = (_rotations, _fleet, _promises, _contracts, _decisions)
    return tuple(requirement for part in parts for requirement in part(instance))


def _rotations(instance: Instance) -> Iterator[Requirement]:
    for row in instance.markets:
        if row.min_rotations:
            who = f" by {', '.join(row.operators)}" if row.operators else ""
            start = f" from {row.gateway}" if row.gateway else ""
            words = f"at least {row.min_rotations} rotations to {row.station}{who}{start}"
            fewer = (
                set_row("markets", row, min_rotations=n)
                for n in range(row.min_rotations - 1, 0, -1)
            )
            without = (without_least(row),)
            yield Requirement("least rotations", row.station, words, without, tuple(fewer))


def _fleet(instance: Instance) -> Iterator[Requirement]:
    for row in instance.fleet:
        if row.min_block_h:
            words = f"at least {row.min_block_h:g} block hours by {row.tail}"
            edit = set_row("fleet", row, min_block_h=None)
            yield Requirement("least block hours", row.tail, words, (edit,))
        for column, does in (("start_airport", "starts"), ("end_airport", "ends")):
            place = getattr(row, column)
            if place is not None and place != row.base:
                words = f"{row.tail} {does} at {place}"
                edit = set_row("fleet", row, **{column: None})
                yield Requirement(f"{column.replace('_', ' ')}", row.tail, words, (edit,))


def _promises(instance: Instance) -> Iterator[Requirement]:
    for row in instance.commitments:
        if row.penalty_usd_per_kg is None:
            least = f"{row.min_share:.0%}" if row.min_share else f"{row.min_weight_kg:,.0f} kg"
            words = f"commitment {row.commitment}: at least {least} delivered"
            edit = drop_row("commitments", row)
            soft = set_row("commitments", row, penalty_usd_per_kg=SOFT_USD_PER_KG)
            yield Requirement("commitment", row.commitment, words, (edit,), (soft,))


def _contracts(instance: Instance) -> Iterator[Requirement]:
    for row in instance.sold:
        if row.contracted and row.penalty_usd_per_kg is None:
            words = f"sold block {row.sold}: {row.weight_kg:,.0f} kg contracted"
            edit = set_row("sold", row, contracted=False)
            soft = set_row("sold", row, penalty_usd_per_kg=SOFT_USD_PER_KG)
            yield Requirement("commitment", f"{row.sold}; contract", words, (edit,), (soft,))


def _decisions(instance: Instance) -> Iterator[Requirement]:
    for row in instance.frozen_flights:
        if row.penalty_usd is None:
            words = f"published flight {row.flight}, {row.operator} {row.type} {row.route}"
            edit = without_decision("frozen_flights", row)
            yield Requirement("published flight", row.flight, words, (edit,))
    for cargo in instance.frozen_cargo:
        if cargo.penalty_usd_per_kg is None:
            words = f"{cargo.weight_kg:,.0f} kg of {cargo.consignment} tendered on {cargo.flight}"
            edit = without_decision("frozen_cargo", cargo)
            yield Requirement("tendered cargo", cargo.tendered, words, (edit,))
    most = instance.most_changes
    if most is not None:
        words = f"at most {most} flights of the timetable dropped, moved or added"
        steps = {most + n for n in (1, 2, 4, 8)}
        softer = tuple(make_edit("limit_changes", most=n) for n in sorted(steps))
        yield Requirement("changes", instance.name, words, (make_edit("limit_changes"),), softer)


class ConflictSearch:
    """Finds sets in conflict by taking requirements away and planning again."""

    def __init__(self, instance: Instance, replanner: Replanner, tell: Tell) -> None:
        self._instance = instance
        self._replanner = replanner
        self._tell = tell
        self._all = requirements(instance)
        self.known = True

    def find(self) -> Conflict:
        """All of it."""
        if self._possible(self._all):
            return Conflict(True if self.known else None, looked_at=len(self._all))
        left, sets = self._all, []
        while left and not self._possible(left):
            found = self._smallest(left)
            if not found:
                break
            sets.append(found)
            left = tuple(r for r in left if r not in found)
        ways = list(self._ways(sets))
        if sets and not ways:  # sets that overlap these are in conflict as well
            spared = self._to_be_spared([r for found in sets for r in found])
            ways = [way for way in [self._loosened(spared)] if way is not None]
        ways.sort(key=lambda way: -way.usd)
        return Conflict(False, tuple(sets), tuple(ways), len(self._all), self.known)

    def _possible(self, kept: Sequence[Requirement]) -> bool:
        """Whether there is a plan that keeps these; taken to be so if that is not known."""
        self._tell(f"{len(kept)} of {len(self._all)} requirements")
        edits = tuple(e for r in self._all if r not in kept for e in r.without)
        answer = self._replanner.possible(resolve(self._edited(edits)))
        self.known &= answer is not None
        return answer is not False

    def _edited(self, edits: tuple[Edit, ...]) -> Instance:
        return apply(self._instance, Scenario("loosened", edits)) if edits else self._instance

    def _smallest(self, kept: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        """A smallest set in conflict of those that cannot all be kept.

        One or two are looked for outright; else requirements are taken away one by one as long as
        the rest is in conflict, so that of what remains none can be spared.
        """
        for one in kept:
            if not self._possible((one,)):
                return (one,)
        pairs = list(itertools.combinations(kept, 2))
        if len(pairs) <= MOST_PAIRS:
            for pair in pairs:
                if not self._possible(pair):
                    return pair
        rest = kept
        for one in kept:
            fewer = tuple(r for r in rest if r != one)
            if not self._possible(fewer):
                rest = fewer
        return rest

    def _ways(self, sets: list[tuple[Requirement, ...]]) -> Iterator[Nearest]:
        """The best plan with one requirement of each set loosened, for every such choice."""
        choices = list(itertools.islice(itertools.product(*sets), MOST_WAYS)) if sets else []
        for number, loosened in enumerate(choices):
            if self._replanner.over():
                return
            self._tell("without " + "; ".join(r.words for r in loosened))
            way = self._loosened(loosened, len(choices) - number)
            if way is not None:
                yield way

    def _to_be_spared(self, spared: list[Requirement]) -> tuple[Requirement, ...]:
        """Of requirements without which there is a plan, those that cannot be had back."""
        for one in tuple(spared):
            fewer = [r for r in spared if r != one]
            if self._possible([r for r in self._all if r not in fewer]):
                spared = fewer
        return tuple(spared)

    def _loosened(self, loosened: tuple[Requirement, ...], parts: int = 1) -> Nearest | None:
        """The best plan with some requirements loosened as little as possible."""
        for step in range(1 + max(len(r.softer) for r in loosened)):
            way = self._way(loosened, step, parts)
            if way is not None:
                return way
        return None

    def _way(self, loosened: tuple[Requirement, ...], step: int, parts: int) -> Nearest | None:
        """The best plan with some requirements loosened; None if there is none, or none found."""
        edits = tuple(e for r in loosened for e in r.loosened(step))
        try:
            found = self._replanner.of_instance(self._edited(edits), parts=parts)
        except FindingsError:
            return None
        if found.plan is None:
            return None
        charged = dict(_charged(found.resolved, found.plan, loosened))
        short = tuple(_short(found.resolved, found.plan, charged, r) for r in loosened)
        usd = found.usd + sum(charged.values()) / 1000 * SOFT_USD_PER_KG
        return Nearest(loosened, usd, short, found.ended == "optimal")


def _charged(
    resolved: ResolvedInstance, plan: Plan, loosened: Sequence[Requirement]
) -> Iterator[tuple[str, int]]:
    """Grams short of the commitments loosened."""
    names = {r.id for r in loosened if r.kind == "commitment"}
    for commitment, grams in commitments_short(resolved, plan):
        if commitment.id in names:
            yield commitment.id, grams


def _short(
    resolved: ResolvedInstance, plan: Plan, charged: dict[str, int], requirement: Requirement
) -> str:
    """How far a plan is from a requirement."""
    if requirement.kind == "commitment":
        return f"{charged.get(requirement.id, 0) / 1000:,.3f} kg short"
    if requirement.kind == "least rotations":
        flown = sum(requirement.id in f.rotation.stations for f in plan.flights)
        return f"{flown} rotations to {requirement.id} flown"
    if requirement.kind == "least block hours":
        return f"{_least_hours(resolved, plan, requirement.id):,.1f} block hours flown"
    return "given up"


def _least_hours(resolved: ResolvedInstance, plan: Plan, row: str) -> float:
    """Block hours of the aircraft of a row that flies least; cyclic: of each on average."""
    least_min = []
    for pool in resolved.pools:
        mine = [t for t in pool.tails if t == row or t.rpartition("-")[0] == row]
        minutes = dict.fromkeys(pool.tails, 0)
        for flight in plan.flights:
            if flight.pool == pool.id:
                minutes[flight.tail] = minutes.get(flight.tail, 0) + flight.rotation.block_min
        if mine:
            average = sum(minutes.values()) / pool.size
            least_min.append(average if "" in minutes else min(minutes[t] for t in mine))
    return min(least_min, default=0) / 60


def document(conflict: Conflict) -> dict[str, Any]:
    """For machines."""
    return {
        "possible": conflict.possible,
        "requirements": conflict.looked_at,
        "sets": [
            [{"kind": r.kind, "id": r.id, "requirement": r.words} for r in found]
            for found in conflict.sets
        ],
        "ways_out": [
            {
                "loosened": [r.words for r in way.loosened],
                "short": list(way.short),
                "contribution_usd": round(way.usd, 2),
                "proven": way.proven,
            }
            for way in conflict.ways
        ],
        "proven": conflict.known,
    }


def lines(conflict: Conflict) -> Iterator[tuple[str, str]]:
    """In words."""
    if conflict.possible is not False:
        known = "there is a plan: nothing is in conflict"
        yield "conflict", known if conflict.possible else "not known: no plan was found in time"
        return
    if not conflict.sets:
        yield "conflict", "there is no plan, even without all requirements that could be left out"
        return
    for found in conflict.sets:
        many = f"these {len(found)} cannot be kept together" if len(found) > 1 else "cannot be kept"
        yield "conflict", f"{many}; any one left out, the rest can" if len(found) > 1 else many
        yield from (("", f"  {r.words}") for r in found)
    for number, way in enumerate(conflict.ways):
        loosened = "; ".join(
            f"{r.words} ({short})" for r, short in zip(way.loosened, way.short, strict=True)
        )
        known = "" if way.proven else " or more"
        heading = "nearest" if number == 0 else "or"
        yield heading, f"a plan earns {way.usd:,.0f} USD{known} if this gives way: {loosened}"
    if not conflict.known:
        yield "search", "limited by time: what was not decided counts as possible"
