"""What came of changes that were tried, and which is the cheapest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan
from optimizer.whatif.explain_changes import Change

SAME_USD: Final = 0.01
SAME_SHARE: Final = 1e-6
"""Amounts within a cent, or this share of the contribution, are the same."""

Verdict = Literal[
    "carries", "does not carry", "not possible", "not decided", "ruled out", "set aside"
]


@dataclass(frozen=True)
class Tried:
    """One change tried.

    Attributes:
        verdict: ``carries``: the audit agrees with a plan that carries all of it; ``does not
            carry``: proven, at its largest size; ``not possible``: the instance makes no sense
            with it; ``not decided`` in the time; ``ruled out``: a bound proves that it costs no
            less than what is known to carry all of it; ``set aside``: with all of a set at once
            nothing was cheaper.
        usd: Contribution of the best plan that carries all of it, if it carries.
        paid_usd: Of that, what the shipper pays more.
        alone_usd: Contribution of the best plan with the change if the consignment is left to
            chance; None if that was not looked at.
        by_itself: Whether that plan carries all of it.
        proven: Whether no plan with the change earns more.
        rank: Place in the catalogue.
        plan: The plan that carries all of it, and the instance with the change.
        together: Whether it was planned together with other changes only.
    """

    change: Change
    verdict: Verdict
    usd: float = 0.0
    paid_usd: float = 0.0
    alone_usd: float | None = None
    by_itself: bool = False
    proven: bool = False
    rank: int = 0
    plan: tuple[ResolvedInstance, Plan] | None = None
    together: bool = False

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
