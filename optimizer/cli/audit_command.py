"""``freighter audit``."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from optimizer.cli.console import (
    EXIT_REJECTED,
    AsJson,
    InstancePath,
    command,
    note,
    print_json,
    say,
)

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance
    from optimizer.domain.resolved import ResolvedInstance
    from optimizer.plan.certificate import Certificate
    from optimizer.plan.plan import Plan
    from optimizer.verify import AuditReport, Violation


@command
def audit(
    instance: InstancePath,
    solution: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SOLUTION]", help="Solution folder or plan.json.", show_default=False
        ),
    ] = None,
    schedule: Annotated[
        Path | None, typer.Option(help="A timetable made elsewhere, as CSV.")
    ] = None,
    loads: Annotated[Path | None, typer.Option(help="What it carries, as CSV.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write a solution folder as well.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a plan against the instance, trusting nothing that made it.

    Either a SOLUTION, or a timetable of your own with --schedule and --loads: what does it earn,
    and what is wrong with it?
    """
    from optimizer import api
    from optimizer.files import certificate_beside

    own = schedule is not None or loads is not None
    if (solution is None) == (not own) or (own and (schedule is None or loads is None)):
        raise typer.BadParameter("give a SOLUTION, or both --schedule and --loads")
    wanted = api.read(instance)
    resolved = api.resolve(wanted)
    plan = _plan(wanted, resolved, solution, schedule, loads)
    certificate = None if solution is None else certificate_beside(solution)
    report = api.audit_resolved(resolved, plan, wanted, certificate)
    if not plan.money:  # a timetable that nothing here could price: the audit's word stands
        plan = replace(plan, money=report.money)
        report = api.audit_resolved(resolved, plan, wanted, certificate)
    figures = _figures(resolved, plan, report)
    if as_json:
        print_json((figures or {"instance": wanted.name}) | {"audit": audit_document(report)})
    else:
        say(_text(resolved, figures, report))
    if output is not None:
        note(f"written to {_write(output, resolved, plan, figures, certificate)}")
    if not api.passed(report):
        raise typer.Exit(EXIT_REJECTED)


def _text(resolved: ResolvedInstance, figures: dict[str, Any] | None, report: AuditReport) -> str:
    from optimizer.report.summary import verdict
    from optimizer.report.text import audit_lines, summary_text

    if figures is None:
        return "\n".join([resolved.name, *audit_lines(verdict(report)), audit_text(report)])
    return summary_text(resolved, figures) + audit_text(report)


def _write(
    output: Path,
    resolved: ResolvedInstance,
    plan: Plan,
    figures: dict[str, Any] | None,
    certificate: Certificate | None,
) -> Path:
    from optimizer.errors import Finding, SolutionError
    from optimizer.report.folder import write_solution
    from optimizer.report.view import PlanView

    if figures is None:
        problem = "it names things that the instance does not have, so it cannot be written"
        raise SolutionError([Finding(problem=problem, code="not-readable")])
    return write_solution(output, PlanView(resolved, plan), figures, certificate)


def _plan(
    wanted: Instance,
    resolved: ResolvedInstance,
    solution: Path | None,
    schedule: Path | None,
    loads: Path | None,
) -> Plan:
    from optimizer.errors import Finding, SolutionError
    from optimizer.files import read_plan, read_timetable

    if solution is not None:
        plan = read_plan(solution)
        if plan.instance != wanted.name:
            problem = f"the plan is of instance {plan.instance}, not of {wanted.name}"
            raise SolutionError([Finding(problem=problem, code="other-instance")])
        return plan
    if schedule is None or loads is None:
        raise typer.BadParameter("give both --schedule and --loads")
    return read_timetable(wanted, resolved, schedule, loads)


def _figures(resolved: ResolvedInstance, plan: Plan, report: AuditReport) -> dict[str, Any] | None:
    """The summary, unless the plan names things that are not there."""
    from optimizer.report.readable import is_readable
    from optimizer.report.summary import summary
    from optimizer.report.view import PlanView

    if not is_readable(resolved, plan):
        return None
    left = PlanView(resolved, plan).reasons if report.feasible else ()
    return summary(resolved, plan, audit=report, left=left)


def audit_document(report: AuditReport) -> dict[str, Any]:
    """The whole verdict for machines."""
    from optimizer.report.summary import verdict

    return verdict(report) | {
        "contribution_usd": report.contribution_micro / 1_000_000,
        "contribution_difference_usd": report.money_difference_micro / 1_000_000,
        "findings": [violation_document(violation) for violation in report.violations],
        "money_differences": list(report.money_differences),
        "resolved_differences": list(report.resolved_differences),
        "certificate_problems": list(report.certificate_problems),
        "notes": list(report.notes),
    }


def violation_document(violation: Violation) -> dict[str, Any]:
    """A violation for machines; legs count from 1, keys that do not apply are left out."""
    fields = asdict(violation)
    if violation.leg is not None:
        fields["leg"] = violation.leg + 1
    kept = {key: value for key, value in fields.items() if value not in ("", None)}
    return kept | ({} if violation.unit else {"amount": 0})


def audit_text(report: AuditReport) -> str:
    """Every violation and difference, one a line; nothing if all is well."""
    lines = [f"  {violation}" for violation in report.violations]
    lines += [f"  money: {difference}" for difference in report.money_differences]
    lines += [f"  resolved instance: {difference}" for difference in report.resolved_differences]
    lines += [f"  certificate: {problem}" for problem in report.certificate_problems]
    lines += [f"  note: {remark}" for remark in report.notes]
    return "".join(f"{line}\n" for line in lines)
