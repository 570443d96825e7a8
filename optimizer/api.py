"""The library: read, check, solve, audit, write.

Silent, without global state; safe to call from several threads and processes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import optimizer
from optimizer import files, verify
from optimizer.control import (
    SolveClock,
    Stop,
    anything_kept,
    check_options,
    deadline,
    log_event,
    memory_bytes,
    plain,
    untold,
    versions,
)
from optimizer.data import reference
from optimizer.defaults import DEFAULT_GAP
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.errors import Finding, NoPlanError
from optimizer.plan.certificate import Certificate
from optimizer.plan.costing import price
from optimizer.plan.freeze import Frozen
from optimizer.plan.freeze import freeze as freeze_plan
from optimizer.plan.plan import Plan
from optimizer.plan.pools import in_pools_of_tails
from optimizer.report.readable import is_readable
from optimizer.report.result import Result, passed
from optimizer.report.summary import Outcome
from optimizer.report.view import PlanView
from optimizer.resolve import resolve as resolve_instance
from optimizer.verify import AuditReport

if TYPE_CHECKING:
    from optimizer.engine import EngineResult, Progress

__all__ = [
    "DEFAULT_GAP",
    "Result",
    "audit",
    "audit_resolved",
    "check",
    "freeze",
    "passed",
    "read",
    "resolve",
    "solve",
    "write",
]

COMPILED_WITH = (0, 4)
"""Seeds of tiny instances, a dated and a cyclic one, whose solves use every inner loop."""
COMPILED_WORK = 50.0
"""Units of work that take them through every phase."""


def read(path: str | Path) -> Instance:
    """Read an instance: a folder, a ``.xlsx``, a ``.json`` or a ``.zip``.

    Raises:
        InstanceError: With every finding at once.
    """
    return files.read_instance(Path(path))


def write(instance: Instance, path: str | Path) -> None:
    """Write an instance as the suffix tells: folder, ``.xlsx``, ``.json`` or ``.zip``."""
    files.write_instance(instance, Path(path))


def check(path: str | Path) -> tuple[Finding, ...]:
    """Everything wrong with an instance, and what is legal but surely not meant."""
    return files.check_instance(Path(path))


def resolve(instance: Instance) -> ResolvedInstance:
    """What a plan will rest on: minutes, caps, fuel, windows and money.

    Raises:
        InstanceError: With every finding at once.
    """
    return resolve_instance(instance)


def solve(
    instance: Instance,
    *,
    gap: float = DEFAULT_GAP,
    time_limit: float | None = None,
    began_s: float | None = None,
    work_limit: float | None = None,
    memory_limit: float | None = None,
    seed: int = 0,
    threads: int | None = None,
    start: Plan | PlanView | Result | None = None,
    start_certificate: Certificate | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    method: str = "auto",
    time_to_write: bool = False,
) -> Result:
    """Plan an instance and audit the plan.

    Args:
        instance: What to plan.
        gap: Stop when the plan is proven to be within this share of the best possible.
        time_limit: Seconds from now, audit included, after which there is the best plan so far;
            None: 60 s for the heuristic, no limit for the reference. The very first solve on a
            machine compiles inner loops before time is counted.
        began_s: Where the time limit counts from, on the monotonic clock; None: from now.
        work_limit: Stop after so many units of work, about hundredths of a second on the reference
            machine (``docs/commands.md``); with one thread and a seed, the same plan on every
            machine.
        memory_limit: Stop once this process holds so many GiB; None for 80 % of what there is.
        seed: Seed of every random choice; the same seed gives the same plan.
        threads: Threads to use; None for all.
        start: A plan to start from; the plan found is never worse if the audit agrees with it
            and its rotations are in the universe.
        start_certificate: Proof of a bound of this instance or of a similar one, from whose prices
            the bound begins; that of a `Result` comes along. It is computed anew.
        on_progress: Called with every improvement of plan or bound.
        should_stop: Polled often; when it says so, the best plan so far is returned.
        method: ``auto``, ``reference`` (the compact MILP) or ``heuristic``.
        time_to_write: Keep some of the time limit for writing the solution.

    Raises:
        InstanceError: The instance makes no sense.
        ValueError: An option is out of its range.
    """
    check_options(
        gap, time_limit, threads, work_limit=work_limit, memory_limit=memory_limit, seed=seed
    )
    clock = SolveClock(time_limit, began_s)
    from optimizer import engine  # solvers are slow to import, and reading needs none

    if _compiled_first(should_stop):
        clock = SolveClock(time_limit)
    before_s = clock.seconds
    resolved = resolve(instance)
    clock.resolved(clock.seconds - before_s, time_to_write=time_to_write)
    options = {
        "gap": gap, "time_limit": time_limit, "work_limit": work_limit,
        "memory_limit": memory_limit, "seed": seed, "threads": threads,
        "start": start is not None, "method": method,
    }  # fmt: skip
    log_event(
        "solve begins",
        instance=resolved.name,
        instance_digest=resolved.instance_digest,
        versions=versions(),
        options=options,
    )
    beginning = _beginning(resolved, start)
    found = engine.solve(
        resolved,
        gap=gap,
        time_limit=clock.solving_s(),
        work_limit=work_limit,
        memory_limit_bytes=memory_bytes(memory_limit),
        seed=seed,
        threads=threads,
        start=beginning,
        start_holds=beginning is not None and _holds(resolved, beginning),
        start_certificate=start_certificate
        or (start.certificate if isinstance(start, Result) else None),
        on_progress=on_progress,
        should_stop=should_stop,
        method=method,
    )
    verdict = None if found.plan is None else audit_resolved(resolved, found.plan, instance)
    outcome = _outcome(found, gap, seed)
    stop = deadline(clock.explaining_s())
    result = Result(instance, resolved, outcome, found.plan, verdict, found.certificate, stop)
    _log_end(result, clock.seconds)
    return result


def _compiled_first(should_stop: Stop | None) -> bool:
    """Have inner loops compiled by solving trifles, where nothing was solved yet; whether so."""
    from optimizer import engine, generate

    if anything_kept():
        return False
    log_event("compiling")
    with untold():  # phases of trifles are none of the solve whose log this is
        for seed in COMPILED_WITH:
            trifle = resolve(generate.tiny(seed))
            engine.solve(
                trifle, method="heuristic", work_limit=COMPILED_WORK, should_stop=should_stop
            )
    return True


def _log_end(result: Result, seconds: float) -> None:
    found = result.found
    log_event(
        "solve ends",
        status=result.status,
        value_usd=None if found is None else found.contribution_micro / MICRO,
        bound_usd=result.bound,
        gap=plain(result.gap),
        seconds=round(seconds, 3),
        work=round(result.outcome.work, 3),
        accepted=result.accepted,
    )


def _outcome(found: EngineResult, gap: float, seed: int) -> Outcome:
    from optimizer import engine  # already imported: there is a result of it

    thumb = found.rule_of_thumb
    return Outcome(
        status=found.status,
        bound_micro=found.bound_micro,
        gap_tolerance=gap,
        seconds=found.seconds,
        seed=seed,
        method=found.method,
        solver_version=optimizer.__version__,
        rule_of_thumb_micro=None if thumb is None else thumb.contribution_micro,
        phases=dict(found.phases),
        work=found.work,
        unmet=engine.unmet_words(found.reaches),
        certified_micro=None if found.certificate is None else found.certificate.bound_micro,
    )


def audit(
    instance: Instance, plan: Plan | PlanView | Result, certificate: Certificate | None = None
) -> AuditReport:
    """Check a plan against the problem statement, trusting nothing that made it.

    The resolved instance is derived a second time, by the audit's own means, as a separate verdict.

    Args:
        instance: What was asked.
        plan: The plan.
        certificate: Proof of a bound (``files.read_certificate``), which is computed again.

    Raises:
        InstanceError: The instance makes no sense.
        NoPlanError: There is no plan.
    """
    checked = _plan(plan)
    if checked is None:
        raise NoPlanError(f"{instance.name}: there is no plan to audit")
    return audit_resolved(resolve(instance), checked, instance, certificate)


def audit_resolved(
    resolved: ResolvedInstance,
    plan: Plan,
    instance: Instance,
    certificate: Certificate | None = None,
) -> AuditReport:
    """`audit()` with the resolved instance at hand."""
    return verify.audit(
        resolved, plan, instance=instance, reference=reference(), certificate=certificate
    )


def freeze(
    instance: Instance,
    plan: Plan | PlanView | Result,
    *,
    until: datetime | None = None,
    cargo: bool = True,
    any_tail: bool = False,
    penalty_usd: float | None = None,
    penalty_usd_per_kg: float | None = None,
) -> Frozen:
    """What of a plan stays when it is planned again: rows of ``frozen_flights``, ``frozen_cargo``.

    ``solve(freeze(instance, result).onto(instance))`` plans again around them.

    Args:
        instance: What the plan is for.
        plan: The plan.
        until: Flights that first leave before this instant stay; None: all of them.
        cargo: Whether their cargo stays on them.
        any_tail: Whether any aircraft of operator and type may fly them.
        penalty_usd: What giving up a flight costs; None: it must be flown.
        penalty_usd_per_kg: What a kilogram costs that is not on its flight; None: it must be.

    Raises:
        InstanceError: The instance makes no sense.
        NoPlanError: There is no plan.
        ValueError: An instant in a cyclic week, or without its UTC offset.
    """
    kept = _plan(plan)
    if kept is None:
        raise NoPlanError(f"{instance.name}: there is no plan to freeze")
    return freeze_plan(
        instance,
        resolve(instance),
        kept,
        until=until,
        cargo=cargo,
        any_tail=any_tail,
        penalty_usd=penalty_usd,
        penalty_usd_per_kg=penalty_usd_per_kg,
    )


def _beginning(resolved: ResolvedInstance, start: Plan | PlanView | Result | None) -> Plan | None:
    """The start with its flights in the pools of this instance, priced anew if that moved any."""
    plan = _plan(start)
    if plan is None:
        return None
    moved = in_pools_of_tails(resolved, plan)
    flown = {
        (f.rotation.operator, f.rotation.type, leg.origin, leg.destination)
        for f in moved.flights
        for leg in f.rotation.legs
    }
    if moved is plan or not is_readable(resolved, moved) or not flown <= resolved.leg.keys():
        return moved
    return price(resolved, replace(moved, resolved_digest=resolved_digest(resolved)))


def _holds(resolved: ResolvedInstance, plan: Plan) -> bool:
    """Whether the audit agrees with a plan and its money."""
    report = verify.audit(resolved, plan)
    return report.feasible and report.costs_match


def _plan(plan: Plan | PlanView | Result | None) -> Plan | None:
    if isinstance(plan, Result):
        return plan.found
    return plan.data if isinstance(plan, PlanView) else plan
