"""Every solution that is shipped belongs to its instance, keeps every limit, and adds up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.data import reference
from optimizer.domain.digest import resolved_digest
from optimizer.files import read_certificate, read_instance, read_plan
from optimizer.resolve import resolve
from optimizer.verify import audit

ROOT = Path(__file__).parent.parent
INSTANCES = sorted(p.parent.name for p in (ROOT / "instances").glob("*/instance.toml"))
PROVEN = {"first-steps", "tiny-cyclic", "madrid-launch", "jin-gang-link"}


def test_every_instance_has_a_solution() -> None:
    assert {p.parent.name for p in (ROOT / "solutions").glob("*/plan.json")} == set(INSTANCES)


@pytest.mark.parametrize("name", INSTANCES)
def test_a_shipped_solution_passes_the_audit(name: str) -> None:
    instance = read_instance(ROOT / "instances" / name)
    resolved = resolve(instance)
    plan = read_plan(ROOT / "solutions" / name / "plan.json")
    assert plan.resolved_digest == resolved_digest(resolved)
    certificate = read_certificate(ROOT / "solutions" / name / "certificate.json")
    report = audit(
        resolved, plan, instance=instance, reference=reference(), certificate=certificate
    )
    assert not report.violations
    assert report.bound_verified, report.certificate_problems
    assert report.feasible
    assert report.costs_match
    assert report.resolved_match
    assert plan.contribution_micro > 0


@pytest.mark.parametrize("name", sorted(PROVEN))
def test_a_proven_solution_says_so(name: str) -> None:
    summary = json.loads((ROOT / "solutions" / name / "summary.json").read_text())
    assert summary["status"] == "optimal"
    assert summary["gap"] <= summary["optimality_tolerance"]
