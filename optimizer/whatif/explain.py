"""Explanations of a plan: why, what for, and what instead; and why there is none."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from optimizer.control import Stop, never
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.engine import explain_left_behind
from optimizer.errors import Finding, FreighterError, SolutionError
from optimizer.files.place import nearest
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from optimizer.whatif import explain_cargo_text, explain_conflict, explain_flown, explain_limit
from optimizer.whatif.explain_cargo import explain_cargo
from optimizer.whatif.explain_changes import Case
from optimizer.whatif.explain_replan import Replanner, Tell
from optimizer.whatif.explain_worth_text import worth_lines

WIDTH: Final = 14


class SubjectError(FreighterError):
    """There is nothing of that name in the plan or its instance."""

    exit_code = 2


@dataclass(frozen=True)
class Explanation:
    """An answer.

    Attributes:
        head: What it is about.
        lines: The answer in words: a heading, which may be blank, and a text each.
        document: The same for machines.
        made: The plan of the cheapest change and the instance it is of, which the audit agrees
            with; None if there is none, or the question is another.
    """

    head: str
    lines: tuple[tuple[str, str], ...]
    document: dict[str, Any]
    made: tuple[ResolvedInstance, Plan] | None = None

    def text(self) -> str:
        """The answer as a planner reads it."""
        told = "\n".join(f"{heading:<{WIDTH}} {text}".rstrip() for heading, text in self.lines)
        return f"{self.head}\n{told}"


def explain(
    instance: Instance,
    plan: Plan,
    subject: str,
    *,
    certificate: Certificate | None = None,
    time_limit: float | None = None,
    threads: int | None = None,
    seed: int = 0,
    should_stop: Stop = never,
    tell: Tell = lambda _: None,
    began_s: float | None = None,
) -> Explanation:
    """Explain a consignment, a flight, a limit or a tail of a plan.

    Args:
        instance: What was planned.
        plan: Its plan.
        subject: Identifier of a consignment, of a flight, of a slot or handling window, held slot,
            frequency cap, market, commitment, lane or block, or a row of ``fleet.csv``.
        certificate: Has the prices of limits.
        time_limit: Seconds in all; None: until small instances are done, 60 s for larger ones.
        should_stop: Asked often; what was found so far is told once it says so.
        tell: Told what is being tried.
        began_s: Where the time limit counts from, on the monotonic clock; None: from now.

    Raises:
        SubjectError: Nothing is called that.
        SolutionError: The plan is of another instance.
        InstanceError: The instance makes no sense.
    """
    began_s = time.monotonic() if began_s is None else began_s
    resolved = resolve(instance)
    _same(resolved, plan)
    kind = kind_of(instance, resolved, plan, subject)
    replanner = Replanner(
        resolved,
        plan,
        time_limit=time_limit,
        threads=threads,
        seed=seed,
        should_stop=should_stop,
        began_s=began_s,
    )
    view = PlanView(resolved, plan, replanner.over)
    if kind == "limit":
        limit = explain_limit.limits(resolved)[subject]
        answer = explain_limit.explain_limit(limit, view, certificate, replanner)
        head = f"{limit.kind} {subject}"
        return _made(head, explain_limit.lines(answer), explain_limit.document(answer))
    if kind == "flight":
        flight = plan.flight[subject]
        return _flown(explain_flown.explain_flight(instance, view, flight, replanner))
    if kind == "tail":
        return _flown(explain_flown.explain_tail(instance, view, subject, replanner))
    cargo = resolved.consignment[subject]
    remainder_g = cargo.weight_g - plan.carried_g.get(subject, 0)
    if not remainder_g:
        return _flown(explain_flown.explain_carried(instance, view, subject, replanner))
    tell("why it stays behind")
    left = explain_left_behind(resolved, plan, replanner.over, {subject})[0]
    if cargo.sold:
        head = f"sold block {subject}: {cargo.weight_g / 1000:,.0f} kg are not provided"
        facts = {"reason": left.reason, "detail": left.detail}
        return _made(head, [(left.reason, left.detail)], facts)
    case = Case(instance, resolved, cargo, remainder_g)
    given_usd = plan.contribution_micro / MICRO
    found = explain_cargo(case, left, given_usd, replanner, tell)
    head = (
        f"consignment {subject}: {remainder_g / 1000:,.0f} of {cargo.weight_g / 1000:,.0f} kg "
        "stay behind"
    )
    told = _made(head, explain_cargo_text.lines(found), explain_cargo_text.document(found))
    return told if found.cheapest is None else replace(told, made=found.cheapest.plan)


def explain_no_plan(
    instance: Instance,
    *,
    time_limit: float | None = None,
    threads: int | None = None,
    should_stop: Stop = never,
    tell: Tell = lambda _: None,
) -> tuple[Explanation, explain_conflict.Conflict]:
    """Why an instance has no plan: smallest sets of requirements in conflict, and ways out.

    Raises:
        InstanceError: The instance makes no sense.
    """
    replanner = Replanner(
        resolve(instance), time_limit=time_limit, threads=threads, should_stop=should_stop
    )
    found = explain_conflict.ConflictSearch(instance, replanner, tell).find()
    head = f"{instance.name}: {found.looked_at} hard requirements"
    answer = _made(head, explain_conflict.lines(found), explain_conflict.document(found))
    return answer, found


def kind_of(instance: Instance, resolved: ResolvedInstance, plan: Plan, subject: str) -> str:
    """What an identifier names: ``consignment``, ``flight``, ``tail`` or ``limit``.

    Raises:
        SubjectError: Nothing is called that.
    """
    known = {
        "consignment": set(resolved.consignment),
        "flight": set(plan.flight),
        "tail": {row.tail for row in instance.fleet}
        | {tail for pool in resolved.pools for tail in pool.tails},
        "limit": set(explain_limit.limits(resolved)),
    }
    for kind, names in known.items():
        if subject in names:
            return kind
    near = nearest(subject, (name for names in known.values() for name in names))
    likely = f"; did you mean {near!r}?" if near else ""
    raise SubjectError(
        f"no consignment, flight, tail or limit is called {subject!r}{likely} "
        f"(limits: {_some(known['limit'])})"
    )


def _some(names: Iterable[str]) -> str:
    listed = sorted(names)
    more = f", and {len(listed) - 5} more" if len(listed) > 5 else ""
    return (", ".join(repr(name) for name in listed[:5]) or "none") + more


def _same(resolved: ResolvedInstance, plan: Plan) -> None:
    if plan.resolved_digest != resolved_digest(resolved):
        problem = f"it is a plan of {plan.instance}, or of another version of this instance"
        raise SolutionError([Finding(problem=problem, file="plan.json", column="resolved_digest")])


def _flown(found: explain_flown.Flown) -> Explanation:
    told = (*found.told, *worth_lines(found.worth))
    return _made(found.head, told, found.facts | {"value": found.worth.document()})


def _made(head: str, lines: Iterable[tuple[str, str]], document: dict[str, Any]) -> Explanation:
    return Explanation(head, tuple(lines), {"subject": head} | document)
