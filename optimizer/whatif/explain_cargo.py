"""Why a consignment stays behind, and the cheapest single change that carries all of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final, Literal

from optimizer.domain.instance import Instance
from optimizer.engine import LeftBehind
from optimizer.errors import FindingsError
from optimizer.whatif.edits import Edit
from optimizer.whatif.explain_catalogue import catalogue
from optimizer.whatif.explain_changes import NOTHING, Case, Change, Ladder, make_edit
from optimizer.whatif.explain_replan import Replanned, Replanner, Tell
from optimizer.whatif.scenario import Scenario, apply

SAME_USD: Final = 0.01
SAME_SHARE: Final = 1e-6
"""Amounts within a cent, or this share of the contribution, are the same."""
LAST_RANK: Final = 1_000_000
FIRST_KINDS: Final = {
    "carriers": ("carriers",),
    "rights": ("right",),
    "special cargo": ("special cargo",),
    "incompatible": ("special cargo", "aircraft", "bought capacity"),
    "time": ("due", "ready", "customs"),
    "curfew": ("curfew", "due"),
    "slot": ("slot",),
    "crew": ("crew",),
    "cut-off": ("due", "ready", "customs"),
    "dwell": ("dwell",),
    "trucks": ("trucks",),
    "handling": ("handling",),
    "stock": ("stock",),
    "fleet hours": ("fleet hours", "aircraft"),
    "stands": ("stand",),
    "frequency": ("frequency", "spacing"),
    "payload": ("aircraft", "bought capacity"),
    "volume": ("aircraft", "bought capacity"),
}
"""Where not everything can be tried: kinds of changes that come first, by reason."""

Verdict = Literal["carries", "does not carry", "not possible", "not decided"]


@dataclass(frozen=True)
class Tried:
    """One change tried.

    Attributes:
        verdict: ``carries``: the audit agrees with a plan that carries all of it; ``does not
            carry``: proven, at its largest size; ``not possible``: the instance makes no sense
            with it; ``not decided`` in the time.
        usd: Contribution of the best plan that carries all of it, if it carries.
        paid_usd: Of that, what the shipper pays more.
        alone_usd: Contribution of the best plan with the change if the consignment is left to
            chance; None if that was not looked at.
        by_itself: Whether that plan carries all of it.
        proven: Whether no plan with the change earns more.
        rank: Place in the catalogue.
    """

    change: Change
    verdict: Verdict
    usd: float = 0.0
    paid_usd: float = 0.0
    alone_usd: float | None = None
    by_itself: bool = False
    proven: bool = False
    rank: int = 0

    def price_usd(self, before_usd: float) -> float:
        """What carrying all of it costs against the best plan without the change, or with it.

        So the consignment is not credited with what a change brings by itself, and is charged with
        what the change costs.
        """
        best_usd = before_usd if self.alone_usd is None else max(before_usd, self.alone_usd)
        return max(0.0, best_usd - (self.usd - self.paid_usd))

    def gain_usd(self, before_usd: float) -> float:
        """What change and carriage come to together."""
        return self.usd - before_usd


@dataclass(frozen=True)
class CargoAnswer:
    """What it takes to carry a consignment.

    Attributes:
        before_usd: Contribution of the best plan known without any change.
        given_usd: Contribution of the plan that was asked about.
        options: Changes that carry all of it, the cheapest first.
        others: Changes tried that do not.
        untried: How many there was no time for.
        exact: Whether every plan is proven to be the best: the first option is the cheapest.
    """

    case: Case
    left: LeftBehind
    given_usd: float
    before_usd: float
    options: tuple[Tried, ...]
    others: tuple[Tried, ...] = ()
    untried: int = 0
    exact: bool = True

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
    search = _Search(case, replanner, tell)
    before_usd = given_usd
    known = True
    if replanner.exact:
        best = replanner.of_resolved(case.resolved)
        before_usd, known = max(given_usd, best.usd), best.ended == "optimal"
    tried = search.tried([(NOTHING,), *_sorted(catalogue(case), left, replanner.exact)])
    nothing = tried[0] if tried else None
    if nothing is not None and nothing.verdict == "carries":
        rate = search.rate(nothing, before_usd)
        tried += [] if rate is None else [rate]
    options = ranked([t for t in tried if t.verdict == "carries"], before_usd)
    return CargoAnswer(
        case=case,
        left=left,
        given_usd=given_usd,
        before_usd=before_usd,
        options=tuple(options),
        others=tuple(t for t in tried if t.verdict != "carries"),
        untried=search.untried,
        exact=known
        and not search.untried
        and all(t.proven or t.verdict in ("does not carry", "not possible") for t in tried),
    )


def same_usd(usd: float) -> float:
    """How far amounts about contributions of such a size may be apart and still be the same."""
    return max(SAME_USD, SAME_SHARE * abs(usd))


def ranked(options: list[Tried], before_usd: float) -> list[Tried]:
    """The cheapest first; those that cost the same in the order of the catalogue."""
    near_usd = same_usd(before_usd)
    left = sorted(options, key=lambda t: (t.price_usd(before_usd), t.rank))
    found: list[Tried] = []
    while left:
        least_usd = left[0].price_usd(before_usd)
        equal = [t for t in left if t.price_usd(before_usd) <= least_usd + near_usd]
        first = min(equal, key=lambda t: t.rank)
        found.append(first)
        left.remove(first)
    return found


def _sorted(ladders: tuple[Ladder, ...], left: LeftBehind, exact: bool) -> list[Ladder]:
    """The catalogue; what fits the reason first where there may be no time for all of it."""
    first = () if exact else FIRST_KINDS.get(left.reason, ())
    return sorted(
        ladders, key=lambda x: first.index(x[0].kind) if x[0].kind in first else len(first)
    )


def required(case: Case) -> Edit:
    """All of the consignment is to be carried (C19)."""
    taken = {row.commitment for row in case.instance.commitments}
    name = f"carry {case.id}"
    while name in taken:
        name += "+"
    return make_edit("add_commitment", commitment=name, consignments=[case.id], min_share=1)


class _Search:
    """Tries changes, each with all of the consignment required."""

    def __init__(self, case: Case, replanner: Replanner, tell: Tell) -> None:
        self._case = case
        self._replanner = replanner
        self._tell = tell
        self._required = required(case)
        self.untried = 0

    def tried(self, ladders: list[Ladder]) -> list[Tried]:
        """Every ladder climbed until it carries, as far as there is time."""
        found: list[Tried] = []
        for number, ladder in enumerate(ladders):
            if self._replanner.over():
                self.untried = len(ladders) - number
                break
            found.append(self._climb(ladder, rank=number, parts=len(ladders) - number))
        return found

    def _climb(self, ladder: Ladder, rank: int, parts: int) -> Tried:
        """The smallest size that carries; what is known of the largest tried if none does."""
        last = Tried(ladder[0], "not possible", rank=rank)
        undecided = False
        sizes = ladder if self._replanner.exact else (ladder[0], *ladder[1:][-1:])
        for change in sizes:
            found = self._plan(change, parts)
            if found is None:
                continue
            if found.plan is not None:
                proven = found.ended == "optimal" and not undecided
                tried = Tried(change, "carries", found.usd, proven=proven, rank=rank)
                return self._alone(tried) if change.edits else tried
            undecided |= found.ended != "infeasible"
            verdict: Verdict = "not decided" if undecided else "does not carry"
            last = Tried(change, verdict, rank=rank)
            if self._replanner.over():
                break
        return last

    def _plan(self, change: Change, parts: int = 1) -> Replanned | None:
        """The best plan with a change that carries all of it; None if the change is no instance."""
        self._tell(change.words)
        edited = self.edited(change, self._required)
        return None if edited is None else self._replanner.of_instance(edited, parts)

    def edited(self, change: Change, *more: Edit) -> Instance | None:
        """The instance with a change; None if that makes no sense."""
        try:
            return apply(self._case.instance, Scenario(change.kind, (*change.edits, *more)))
        except FindingsError:
            return None

    def rate(self, nothing: Tried, before_usd: float) -> Tried | None:
        """The rate at which carrying all of it costs nothing; None if it does not now."""
        loss_usd = nothing.price_usd(before_usd)
        if loss_usd <= same_usd(before_usd) or self._replanner.over():
            return None
        chargeable_kg = self._case.cargo.chargeable_g / 1000
        rate = self._case.row.usd_per_chargeable_kg
        wanted = math.ceil(100 * (rate + loss_usd / chargeable_kg)) / 100
        more_usd = (wanted - rate) * chargeable_kg
        words = f"freight of {wanted:.2f} instead of {rate:.2f} USD per chargeable kg"
        change = Change("rate", words, self._case.of_cargo(usd_per_chargeable_kg=wanted))
        found = self._plan(change)
        if found is None or found.plan is None or found.usd < before_usd - SAME_USD:
            return None
        return Tried(
            change,
            "carries",
            found.usd,
            more_usd,
            proven=found.ended == "optimal",
            rank=nothing.rank + LAST_RANK,
        )

    def _alone(self, tried: Tried) -> Tried:
        """With what the change alone comes to."""
        edited = self.edited(tried.change)
        if not self._replanner.exact or self._replanner.over() or edited is None:
            return replace(tried, proven=False)
        found = self._replanner.of_instance(edited)
        if found.plan is None:
            return replace(tried, proven=False)
        weight_g = found.resolved.consignment[self._case.id].weight_g
        return replace(
            tried,
            alone_usd=max(found.usd, tried.usd),
            by_itself=found.plan.carried_g.get(self._case.id, 0) >= weight_g,
            proven=tried.proven and found.ended == "optimal",
        )
