"""Why a consignment stays behind, and the cheapest single change that carries all of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from optimizer.domain.instance import Instance
from optimizer.engine import LeftBehind
from optimizer.errors import FindingsError
from optimizer.whatif.edits import Edit
from optimizer.whatif.explain_around import Around, Focus
from optimizer.whatif.explain_cargo_order import at_no_cost, fixed_usd, halves, only_limits, sets
from optimizer.whatif.explain_catalogue import catalogue
from optimizer.whatif.explain_changes import NOTHING, Case, Change, Ladder, make_edit
from optimizer.whatif.explain_replan import Replanned, Replanner, Tell
from optimizer.whatif.explain_tried import SAME_USD, Tried, Verdict, ranked, same_usd
from optimizer.whatif.scenario import Scenario, apply

LAST_RANK: Final = 1_000_000


@dataclass(frozen=True)
class CargoAnswer:
    """What it takes to carry a consignment.

    Attributes:
        before_usd: Contribution of the best plan known without any change.
        given_usd: Contribution of the plan that was asked about.
        options: Changes that carry all of it, the cheapest first.
        others: Changes tried that do not, and those ruled out.
        untried: Changes there was no time for.
        needless: Changes that need not be tried, for the cheapest costs nothing.
        exact: Whether every plan is proven to be the best: the first option is the cheapest.
        part: What could change, where plans are made around the given one.
        groups: How many sets of changes were ruled out, or not, by planning with all of a set.
    """

    case: Case
    left: LeftBehind
    given_usd: float
    before_usd: float
    options: tuple[Tried, ...]
    others: tuple[Tried, ...] = ()
    untried: tuple[Change, ...] = ()
    needless: tuple[Change, ...] = ()
    exact: bool = True
    part: Around | None = None
    groups: int = 0

    @property
    def cheapest(self) -> Tried | None:
        """The cheapest change that carries it."""
        return self.options[0] if self.options else None


def explain_cargo(
    case: Case, left: LeftBehind, given_usd: float, replanner: Replanner, tell: Tell
) -> CargoAnswer:
    """Try the catalogue, and rank what carries all of a consignment.

    Args:
        case: What is to be carried.
        left: Why it stays behind.
        given_usd: Contribution of the plan that leaves it.
        replanner: Plans again.
        tell: Told each change before it is tried.
    """
    focus = Focus(cargo=frozenset((case.id,)))
    tell("the plan as it is")
    best_usd, known = replanner.base(case.resolved, focus)
    search = CargoSearch(case, replanner, tell, max(given_usd, best_usd), focus)
    search.run(catalogue(case), left)
    options = ranked([t for t in search.tried if t.verdict == "carries"], search.before_usd)
    return CargoAnswer(
        case=case,
        left=left,
        given_usd=given_usd,
        before_usd=search.before_usd,
        options=tuple(options),
        others=tuple(t for t in search.tried if t.verdict != "carries"),
        untried=tuple(search.untried),
        needless=tuple(search.needless),
        exact=known
        and not search.untried
        and all(t.proven or t.verdict in ("does not carry", "not possible") for t in search.tried),
        part=search.part,
        groups=search.groups,
    )


def required(case: Case) -> Edit:
    """All of the consignment is to be carried (C19)."""
    taken = {row.commitment for row in case.instance.commitments}
    name = f"carry {case.id}"
    while name in taken:
        name += "+"
    return make_edit("add_commitment", commitment=name, consignments=[case.id], min_share=1)


class CargoSearch:
    """Tries changes, each with all of the consignment required.

    Where everything is planned again all changes are tried. Around a plan they are tried the most
    promising first, and sets of them at once: what all of a set together cannot do for less is not
    expected of any of it, and of limits alone it is proven.

    Attributes:
        tried: What came of changes.
        untried: What there was no time for.
        needless: What cannot be cheaper than what is known.
        part: What could change in the plan.
        groups: How many sets were planned at once.
    """

    def __init__(
        self, case: Case, replanner: Replanner, tell: Tell, before_usd: float, focus: Focus
    ) -> None:
        self._case = case
        self._replanner = replanner
        self._tell = tell
        self._focus = focus
        self._required = required(case)
        self.before_usd = before_usd
        self.tried: list[Tried] = []
        self.untried: list[Change] = []
        self.needless: list[Change] = []
        self.part: Around | None = None
        self.groups = 0

    def run(self, ladders: tuple[Ladder, ...], left: LeftBehind) -> None:
        """No change, then the catalogue, as far as there is time; then the rate."""
        exact = self._replanner.exact
        ranks = {ladder[0].words: 2 * n for n, ladder in enumerate(ladders, start=1)}
        if self._replanner.over():
            self.untried += [NOTHING, *(ladder[0] for ladder in ladders)]
            return
        nothing = self._smallest((NOTHING,), 0, 1 if exact else 2)
        self.tried.append(nothing)
        if nothing.verdict == "carries" and not exact:
            self._rate(nothing)
        pending = [ladders] if exact else list(sets(self._case, ladders, left.reason))
        while pending:
            some = pending.pop(0)
            if not exact and self._costs_nothing():
                self.needless += [ladder[0] for ladder in some]
            elif self._replanner.over():
                self.untried += [ladder[0] for ladder in some]
            elif exact or len(some) == 1:
                parts = 1 + len(pending)
                for ladder in self._in_time(some):
                    self.tried += self._climb(ladder, ranks[ladder[0].words], parts)
            elif not self._rule_out(some, ranks, 1 + len(pending)):
                pending += halves(some)  # once everything has had its first look
        if nothing.verdict == "carries" and exact:
            self._rate(nothing)

    def _in_time(self, ladders: tuple[Ladder, ...]) -> Iterator[Ladder]:
        for ladder in ladders:
            if self._replanner.over():
                self.untried.append(ladder[0])
            else:
                yield ladder

    def _least_usd(self) -> float:
        """The least price known to carry all of it."""
        known = (t.price_usd(self.before_usd) for t in self.tried if t.verdict == "carries")
        return min(known, default=math.inf)

    def _above_usd(self) -> float:
        """What a plan has to earn for a change to be cheaper than what is known."""
        return self.before_usd - self._least_usd() + same_usd(self.before_usd)

    def _costs_nothing(self) -> bool:
        return self._least_usd() <= same_usd(self.before_usd)

    def _rule_out(self, some: tuple[Ladder, ...], ranks: Mapping[str, int], parts: int) -> bool:
        """Plan with all of some changes at once; whether that shows that none of them is cheaper.

        Aircraft are had for nothing then: their fixed cost is added to what is lost.
        """
        kinds = ", ".join(dict.fromkeys(ladder[0].kind for ladder in some))
        self._tell(f"{len(some)} changes at once: {kinds}")
        edits = [edit for ladder in some for edit in at_no_cost(ladder[-1])]
        edited = self.edited(Change("all", kinds, tuple(edits)), self._required)
        if edited is None:  # they do not go together
            return False
        above_usd = self._above_usd() + min(fixed_usd(self._case, ladder[0]) for ladder in some)
        bound_usd = self._replanner.bound(edited, self._focus, above_usd, parts)
        self.groups += 1
        if bound_usd > above_usd:
            return False
        verdict: Verdict = "does not carry" if math.isinf(bound_usd) else "ruled out"
        if not all(only_limits(self._case, ladder) for ladder in some):
            verdict = "set aside"  # by itself a change might be offered other rotations
        self.tried += [
            Tried(ladder[-1], verdict, rank=ranks[ladder[0].words], together=True)
            for ladder in some
        ]
        return True

    def _climb(self, ladder: Ladder, rank: int, parts: int) -> Iterator[Tried]:
        """What comes of a ladder: the smallest size that counts.

        Around a plan the largest size comes first: where it is no cheaper than what is known,
        neither are the others, unless a larger one costs more.
        """
        above_usd = -math.inf if self._replanner.exact else self._above_usd()
        grows = not self._replanner.exact and len(ladder) > 1 and ladder[0].kind != "aircraft"
        if grows:
            largest = self._smallest(ladder[-1:], rank + 1, parts, above_usd)
            if largest.verdict != "not possible":
                yield largest
                if largest.verdict in ("does not carry", "ruled out") or self._replanner.over():
                    return
                smaller = self._smallest(ladder[:-1], rank, parts, above_usd)
                if smaller.verdict == "carries":
                    yield smaller
                return
        yield self._smallest(ladder[:-1] if grows else ladder, rank, parts, above_usd)

    def _smallest(
        self, ladder: Ladder, rank: int, parts: int, above_usd: float = -math.inf
    ) -> Tried:
        """The smallest size that carries all of it, in a plan that earns more than stated; what is
        known of the last tried if none does."""
        last = Tried(ladder[0], "not possible", rank=rank)
        undecided = False
        for change in ladder:
            found = self._plan(change, parts, above_usd)
            if found is None:
                continue
            if found.plan is None and -math.inf < (found.bound_usd or 0.0) <= above_usd:
                last = Tried(change, "ruled out", rank=rank)
                continue
            if found.plan is not None:
                proven = found.ended == "optimal" and not undecided
                made = found.resolved, found.plan
                tried = Tried(change, "carries", found.usd, proven=proven, rank=rank, plan=made)
                return self._alone(tried, parts) if change.edits else tried
            undecided |= found.ended != "infeasible"
            verdict: Verdict = "not decided" if undecided else "does not carry"
            last = Tried(change, verdict, rank=rank)
            if self._replanner.over():
                break
        return last

    def _plan(
        self, change: Change, parts: int = 1, above_usd: float = -math.inf
    ) -> Replanned | None:
        """The best plan with a change that carries all of it; None if the change is no instance."""
        self._tell(change.words)
        edited = self.edited(change, self._required)
        if edited is None:
            return None
        found = self._replanner.of_instance(edited, self._focus, parts, above_usd)
        self.part = found.part if self.part is None else self.part
        return found

    def edited(self, change: Change, *more: Edit) -> Instance | None:
        """The instance with a change; None if that makes no sense."""
        try:
            return apply(self._case.instance, Scenario(change.kind, (*change.edits, *more)))
        except FindingsError:
            return None

    def _rate(self, nothing: Tried) -> None:
        """The rate at which carrying all of it costs nothing, if it costs anything now."""
        loss_usd = nothing.price_usd(self.before_usd)
        if loss_usd <= same_usd(self.before_usd) or self._replanner.over():
            return
        chargeable_kg = self._case.cargo.chargeable_g / 1000
        rate = self._case.row.usd_per_chargeable_kg
        wanted = math.ceil(100 * (rate + loss_usd / chargeable_kg)) / 100
        more_usd = (wanted - rate) * chargeable_kg
        words = f"freight of {wanted:.2f} instead of {rate:.2f} USD per chargeable kg"
        change = Change("rate", words, self._case.of_cargo(usd_per_chargeable_kg=wanted))
        found = self._plan(change)
        if found is None or found.plan is None or found.usd < self.before_usd - SAME_USD:
            return
        self.tried.append(
            Tried(
                change,
                "carries",
                found.usd,
                more_usd,
                proven=found.ended == "optimal",
                rank=nothing.rank + LAST_RANK,
                plan=(found.resolved, found.plan),
            )
        )

    def _alone(self, tried: Tried, parts: int) -> Tried:
        """With what the change alone comes to; around a plan only where that matters."""
        edited = self.edited(tried.change)
        if not self._replanner.exact and tried.price_usd(self.before_usd) >= self._least_usd():
            return tried
        if self._replanner.over() or edited is None:
            return replace(tried, proven=False)
        found = self._replanner.of_instance(edited, self._focus, parts)
        if found.plan is None:
            return replace(tried, proven=False)
        weight_g = found.resolved.consignment[self._case.id].weight_g
        return replace(
            tried,
            alone_usd=max(found.usd, tried.usd),
            by_itself=found.plan.carried_g.get(self._case.id, 0) >= weight_g,
            proven=tried.proven and found.ended == "optimal",
        )
