"""What a limit is worth: its price in the certificate, and plans with a unit more and less."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.plan.certificate import Certificate, Prices
from optimizer.plan.plan import Plan
from optimizer.report.view import PlanView
from optimizer.whatif.explain_limit_focus import concerned
from optimizer.whatif.explain_replan import Replanned, Replanner
from optimizer.whatif.explain_worth_text import around_document, others_stay

LEAST: Final = ("commitment", "least rotations")
"""Kinds of limits that are loosened by a smaller number."""
TONNE_G: Final = 1_000_000
PICO: Final = 1_000_000_000_000


@dataclass(frozen=True)
class Limit:
    """A limit of the resolved instance, and how to move it.

    Attributes:
        kind: What it is, in a word or two.
        id: What it is called.
        unit: Of its number; a step is one of them.
        table: Field of the resolved instance.
        record: Its record there.
        column: Field of the record with the number.
        scale: Of the number in a unit.
        priced: Field of `optimizer.plan.certificate.Prices`; blank: certificates have no price.
        price_usd: Of a price in a unit.
        scaled: Another field of the record that changes in proportion.
    """

    kind: str
    id: str
    unit: str
    table: str
    record: Any
    column: str
    scale: int = 1
    priced: str = ""
    price_usd: float = 1 / MICRO
    scaled: str = ""

    @property
    def amount(self) -> float | None:
        """Its number; None if there is no limit."""
        number = getattr(self.record, self.column)
        return None if number is None else number / self.scale

    def moved(self, resolved: ResolvedInstance, amount: float) -> ResolvedInstance:
        """The instance with another number."""
        values = {self.column: round(amount * self.scale)}
        if self.scaled:
            share = values[self.column] / getattr(self.record, self.column)
            values[self.scaled] = round(getattr(self.record, self.scaled) * share)
        rows = getattr(resolved, self.table)
        new = tuple(replace(row, **values) if row is self.record else row for row in rows)
        changes: dict[str, Any] = {self.table: new}
        return replace(resolved, **changes)

    def price(self, prices: Prices) -> float:
        """Its price a unit in a leaf of a certificate, in dollars."""
        if self.priced == "dispatches":
            micro = sum(x.micro for x in prices.dispatches if x.lane == self.record.id)
        else:
            micro = getattr(prices, self.priced).get(self.record.id, 0)
        return float(micro * self.price_usd)

    def used(self, view: PlanView) -> float | None:
        """Its use in a plan; None if that is not told."""
        if self.kind == "slot window":
            return _used(view.slot_use, self.id, "used")
        if self.kind == "handling window":
            return _used(view.handling_use, self.id, "used_kg") / 1000
        if self.kind == "commitment":
            carried_g = view.data.carried_g
            return sum(carried_g.get(c, 0) for c in self.record.consignments) / TONNE_G
        return _most_trucks(view.data, self.id) if self.kind == "lane" else None


@dataclass(frozen=True)
class LimitAnswer:
    """What a limit is worth.

    Attributes:
        given_usd: Contribution of the plan that was asked about.
        before_usd: Contribution of the best plan known.
        more: With a unit more; None if it has no number.
        less: With a unit less; None if that is below nothing.
        prices_usd: Least and most price a unit in the leaves of the certificate; None without one.
    """

    limit: Limit
    used: float | None
    given_usd: float
    before_usd: float
    more: Replanned | None
    less: Replanned | None
    prices_usd: tuple[float, float] | None
    note: str = ""


def limits(resolved: ResolvedInstance) -> dict[str, Limit]:
    """Every limit by its identifier."""
    return {limit.id: limit for limit in (*_at_airports(resolved), *_of_cargo(resolved))}


def explain_limit(
    limit: Limit, view: PlanView, certificate: Certificate | None, replanner: Replanner
) -> LimitAnswer:
    """Plan with a unit more and a unit less, and read the prices."""
    focus = concerned(limit, view)
    given_usd = view.data.contribution_micro / MICRO
    before_usd = given_usd
    if limit.amount is not None:
        before_usd = max(given_usd, replanner.base(view.resolved, focus)[0])
    steps: dict[int, Replanned] = {}
    if limit.amount is not None:
        tighter = 1 if limit.kind in LEAST else -1
        for step in (tighter, -tighter):
            amount = max(0.0, limit.amount + step)
            if step > 0 or limit.amount > (1 if limit.scaled else 0):
                moved = limit.moved(view.resolved, amount)
                steps[step] = replanner.of_resolved(moved, focus, parts=2 if step == tighter else 1)
            if step == tighter and step in steps:  # its plan is one of the limit as it is
                before_usd = max(before_usd, steps[step].usd)
    more, less = steps.get(1), steps.get(-1)
    prices, note = _prices(limit, view, certificate)
    return LimitAnswer(limit, limit.used(view), given_usd, before_usd, more, less, prices, note)


def _prices(
    limit: Limit, view: PlanView, certificate: Certificate | None
) -> tuple[tuple[float, float] | None, str]:
    if certificate is None:
        return None, "there is no certificate beside the plan"
    if certificate.resolved_digest != resolved_digest(view.resolved):
        return None, "the certificate is about another instance"
    if not limit.priced:
        return None, f"certificates have no price for {limit.kind}"
    found = [limit.price(leaf.prices) for leaf, _ in certificate.leaves() if not leaf.empty]
    return ((min(found), max(found)) if found else None), ""


# --- which limits there are ----------------------------------------------------------------------


def _at_airports(resolved: ResolvedInstance) -> Iterator[Limit]:
    for x in resolved.slot_limits:
        yield Limit("slot window", x.id, "movements", "slot_limits", x, "movements", priced="slots")
    for held in resolved.held_slots:
        yield Limit("held slot", held.id, "slots", "held_slots", held, "slots", priced="held_slots")
    for window in resolved.handling_limits:
        yield Limit(
            "handling window", window.id, "tonnes", "handling_limits", window, "most_g", TONNE_G,
            priced="handling", price_usd=TONNE_G / PICO,
        )  # fmt: skip
    for cap in resolved.right_caps:
        yield Limit(
            "frequency cap", cap.id, "flights", "right_caps", cap, "max_flights",
            priced="right_caps",
        )  # fmt: skip
    for market in resolved.markets:
        if market.max_rotations is not None:
            yield Limit(
                "most rotations", market.id, "rotations", "markets", market, "max_rotations",
                priced="markets_most",
            )  # fmt: skip
        if market.min_rotations is not None:
            name = market.id if market.max_rotations is None else f"{market.id} least"
            yield Limit(
                "least rotations", name, "rotations", "markets", market, "min_rotations",
                priced="markets_least",
            )  # fmt: skip


def _of_cargo(resolved: ResolvedInstance) -> Iterator[Limit]:
    sold = {c.id for c in resolved.consignments if c.sold}
    for promise in resolved.commitments:
        if not sold.isdisjoint(promise.consignments):
            continue  # all of it or nothing: there is no tonne more or less
        yield Limit(
            "commitment", promise.id, "tonnes", "commitments", promise, "least_g", TONNE_G,
            priced="commitments", price_usd=TONNE_G / PICO,
        )  # fmt: skip
    for lane in resolved.lanes:
        yield Limit(
            "lane", lane.id, "trucks at each dispatch", "lanes", lane, "trucks_per_dispatch",
            priced="dispatches",
        )  # fmt: skip
    for block in resolved.blocks:
        yield Limit(
            "block", block.id, "tonnes, with volume in proportion", "blocks", block, "weight_g",
            TONNE_G, scaled="volume_cm3",
        )  # fmt: skip


def _used(table: Any, window: str, column: str) -> float:
    return float(table.loc[table["window"] == window, column].sum())


def _most_trucks(plan: Plan, lane: str) -> float:
    """Most trucks on a lane at one dispatch."""
    trucks: dict[int, int] = {}
    for run in plan.trucks:
        if run.lane == lane:
            trucks[run.dispatch_min] = trucks.get(run.dispatch_min, 0) + run.trucks
    return float(max(trucks.values(), default=0))


# --- the answer ----------------------------------------------------------------------------------


def document(answer: LimitAnswer) -> dict[str, Any]:
    """For machines."""
    limit = answer.limit
    return {
        "limit": limit.kind,
        "amount": limit.amount,
        "unit": limit.unit,
        "used": answer.used,
        "contribution_usd": round(answer.before_usd, 2),
        "one_more": _document(answer, answer.more),
        "one_less": _document(answer, answer.less),
        "certificate_prices_usd": answer.prices_usd,
        "note": answer.note,
    }


def _document(answer: LimitAnswer, found: Replanned | None) -> dict[str, Any] | None:
    if found is None:
        return None
    has = found.plan is not None
    return {
        "ended": found.ended,
        "contribution_usd": round(found.usd, 2) if has else None,
        "difference_usd": round(_difference_usd(answer, found), 2) if has else None,
        "difference_at_most_usd": _most_usd(answer, found),
        "around": around_document(found.part),
    }


def _difference_usd(answer: LimitAnswer, found: Replanned) -> float:
    """What a plan earns more; where a limit is loosened, the best plan with it remains possible."""
    usd = found.usd - answer.before_usd
    loosened = found is (answer.less if answer.limit.kind in LEAST else answer.more)
    return max(0.0, usd) if loosened else usd


def _most_usd(answer: LimitAnswer, found: Replanned) -> float | None:
    """What the difference is at most, around a plan with the other flights as they are."""
    if found.bound_usd is None or not math.isfinite(found.bound_usd):
        return None
    return round(max(found.bound_usd, found.usd) - answer.before_usd, 2)


def lines(answer: LimitAnswer) -> Iterator[tuple[str, str]]:
    """In words."""
    limit = answer.limit
    if limit.amount is None:
        yield "limit", f"{limit.kind} {limit.id} has no limit of {limit.unit}"
        return
    used = "" if answer.used is None else f", {answer.used:g} used"
    yield "limit", f"{limit.kind}: {limit.amount:g} {limit.unit}{used}"
    better_usd = answer.before_usd - answer.given_usd
    if better_usd > 0.5:
        yield "plan", f"a better one earns {better_usd:,.0f} USD more; figures are against that"
    for heading, found in (("one more", answer.more), ("one less", answer.less)):
        if found is not None:
            yield heading, _difference(answer, found)
    part = next((x.part for x in (answer.more, answer.less) if x is not None and x.part), None)
    if part is not None:
        yield (
            "certain",
            f"each is an audited plan {others_stay(part)}: the better one brings at least, the "
            "worse one costs at most what is told; more may be gained if others change too",
        )
    if answer.prices_usd is None:
        yield "certificate", answer.note or "no price"
        return
    low, high = answer.prices_usd
    price = f"{low:,.0f}" if round(low) == round(high) else f"{low:,.0f} to {high:,.0f}"
    yield "certificate", f"{price} USD each: by so much the proven bound moves, at most"


def _difference(answer: LimitAnswer, found: Replanned) -> str:
    if found.plan is None:
        beside = "" if found.part is None else f" {others_stay(found.part)}"
        none = found.ended == "infeasible"
        return f"there is no plan{beside}" if none else "no plan was found in time"
    usd = _difference_usd(answer, found)
    most_usd = _most_usd(answer, found)
    known = "" if found.ended == "optimal" else " (limited by time)"
    if known and found.part is not None and most_usd is not None:
        known = f" (limited by time; at most {most_usd:,.0f} USD more with the others as they are)"
    if abs(usd) < 0.5:
        return f"the plan earns the same{known}"
    return f"the plan earns {abs(usd):,.0f} USD {'more' if usd > 0 else 'less'}{known}"
