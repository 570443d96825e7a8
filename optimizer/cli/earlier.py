"""The plan that a solution folder holds already, so that a better one is never lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.cli.console import note

if TYPE_CHECKING:
    from optimizer.api import Result
    from optimizer.domain.instance import Instance
    from optimizer.plan.certificate import Certificate
    from optimizer.plan.plan import Plan

POORER = "poorer"
"""What is added to the name of the folder for a plan that earns less than the one there."""


@dataclass(frozen=True)
class Earlier:
    """A plan of just this instance that the audit accepts, and its certificate, if it has one."""

    folder: Path
    plan: Plan
    certificate: Certificate | None

    @property
    def _earns(self) -> str:
        from optimizer.report.text import usd_text

        return usd_text(self.plan.contribution_micro / 1_000_000)

    def tell_start(self) -> None:
        """Say that the solve starts from it."""
        note(
            f"{self.folder} holds a plan of this instance that earns {self._earns}: the solve "
            "starts from it (--fresh starts from nothing, and replaces it)"
        )

    def target(self, result: Result) -> Path:
        """Where a result goes: beside it, if it earns less."""
        earned = None if result.found is None else result.found.contribution_micro
        if earned is None or earned >= self.plan.contribution_micro:
            return self.folder
        beside = self.folder.with_name(f"{self.folder.name}-{POORER}")
        note(f"the plan in {self.folder} earns more, {self._earns}, and stays; --fresh replaces it")
        return beside


def earlier_in(folder: Path, wanted: Instance) -> Earlier | None:
    """The plan that a folder holds of just this instance; None without one.

    A plan that cannot be read or that the audit rejects is told and counts as none.

    Raises:
        InstanceError: The instance makes no sense.
    """
    from optimizer import api
    from optimizer.domain.digest import resolved_digest
    from optimizer.errors import SolutionError
    from optimizer.files import certificate_beside, read_plan
    from optimizer.report.folder import PLAN_FILE

    if not (folder / PLAN_FILE).is_file():
        return None
    try:
        plan = read_plan(folder)
    except SolutionError:
        note(f"the plan in {folder} cannot be read: it is not started from, and replaced")
        return None
    if plan.instance != wanted.name:
        return None
    resolved = api.resolve(wanted)
    if plan.resolved_digest != resolved_digest(resolved):
        return None
    report = api.audit_resolved(resolved, plan, wanted)
    if not (report.feasible and report.costs_match):
        note(f"the audit rejects the plan in {folder}: it is not started from, and replaced")
        return None
    try:
        certificate = certificate_beside(folder)
    except SolutionError:
        note(f"the certificate in {folder} cannot be read: the bound starts from nothing")
        certificate = None
    return Earlier(folder, plan, certificate)
