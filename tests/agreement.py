"""Engine, reference model, audit and certificate agree on tiny instances on which a rule counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from optimizer.data import reference
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine import solve
from optimizer.model import solve_reference
from optimizer.resolve import resolve
from optimizer.verify import audit


def agree(
    rule: str,
    seeds: Iterable[int],
    instance_of: Callable[[int], Instance],
    *,
    proof_work: float,
    relaxed: int,
) -> None:
    """The engine finds the optimum of the reference; on many instances the rule costs money.

    Args:
        rule: Number of the constraint.
        proof_work: Units of work, enough to prove any of them on every machine.
        relaxed: For seeds below, the optimum without the rule is looked for too.
    """
    lowered = certified = 0
    for seed in seeds:
        instance = instance_of(seed)
        r = resolve(instance)
        best = solve_reference(r, gap=1e-9)
        assert best.plan is not None and best.value_usd is not None, seed
        optimum = best.plan.contribution_micro
        if seed < relaxed:
            free = solve_reference(r, relaxed=frozenset((rule,)), gap=1e-9)
            assert free.value_usd is not None
            assert free.value_usd >= best.value_usd - 1e-6 * abs(best.value_usd) - 1e-3
            lowered += free.value_usd > best.value_usd + 1
        certified += engine_agrees(instance, r, optimum, proof_work)
    assert lowered >= 15
    assert certified >= 50


def engine_agrees(
    instance: Instance, r: ResolvedInstance, optimum_micro: int, proof_work: float
) -> bool:
    """The engine finds the optimum of an instance, and the audit all in order; whether there is a
    certificate."""
    found = solve(r, gap=0, work_limit=proof_work)
    slack = 1e-6 * max(1e6, abs(optimum_micro))
    assert found.plan is not None, instance.name
    assert abs(found.plan.contribution_micro - optimum_micro) <= slack, instance.name
    assert found.bound_micro >= optimum_micro - slack, instance.name
    report = audit(
        r, found.plan, instance=instance, reference=reference(), certificate=found.certificate
    )
    assert report.feasible and report.costs_match, (instance.name, report.violations)
    assert report.resolved_match, (instance.name, report.resolved_differences)
    if found.certificate is None:
        return False
    assert report.bound_verified, (instance.name, report.certificate_problems)
    assert report.bound_verified_micro is not None
    assert report.bound_verified_micro >= optimum_micro
    return True
