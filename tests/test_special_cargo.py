"""C16: special cargo from the files to the certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from optimizer.data import reference
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance, ResolvedRequirement
from optimizer.domain.special import Requirement
from optimizer.engine import solve
from optimizer.engine.left_behind import explain_left_behind
from optimizer.errors import InstanceError
from optimizer.files import read_instance, write_instance
from optimizer.files.judge import judge
from optimizer.generate import GeneratorOptions, generate
from optimizer.generate import tiny as random_tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.network import CargoIndex
from optimizer.resolve import resolve
from optimizer.verify import audit, rederive
from optimizer.verify.certificate import verify_certificate
from tests.builders import consignment, tiny
from tests.cargo_cases import case_special_cargo
from tests.verify_world import KINDS, Kind, checked, codes, good_plan, world

SEEDS = range(52)
PROOF_WORK = 400
"""Enough to prove any of them, on every machine."""
WITH = ("special_cargo", "two_stations")
"""Few can carry nothing at all, so that the engine has nothing to price."""


@cache
def drawn(seed: int) -> Instance:
    return random_tiny(seed, limits=WITH)


@cache
def solved(seed: int) -> tuple[ResolvedInstance, ReferenceResult]:
    resolved = resolve(drawn(seed))
    return resolved, solve_reference(resolved, gap=1e-9)


# --- the audit ---


def required(kind: Kind, types: tuple[str, ...], airports: tuple[str, ...]) -> ResolvedInstance:
    """OUT, which flies from CGO to LUX, by KGF or not, has a requirement."""
    requirement = ResolvedRequirement("cool", ("OUT",), types, airports)
    return replace(world(kind), requirements=(requirement,))


@pytest.mark.parametrize("kind", KINDS)
def test_types_and_airports_must_meet_it(kind: Kind) -> None:
    plan = good_plan(kind)
    assert codes(required(kind, ("T",), ("CGO", "LUX")), plan) == set()  # KGF only refuels
    assert codes(required(kind, ("T",), ("CGO",)), plan) == {"C16"}
    assert codes(required(kind, ("T",), ("LUX",)), plan) == {"C16"}
    assert codes(required(kind, (), ("CGO", "LUX")), plan) == {"C16"}


def test_a_violation_tells_who_lacks_what() -> None:
    found = checked(required("dated", (), ("CGO",)), good_plan("dated")).violations
    assert [(v.consignment, v.flight, v.amount, v.unit) for v in found] == [
        ("OUT", "F1", 40_000_000, "g"),
        ("OUT", "F3", 10_000_000, "g"),
    ]
    assert "require cool, which T and LUX cannot offer" in found[0].message


# --- everything that plans ---


def test_by_hand() -> None:
    resolved = resolve(case_special_cargo())
    result = solve(resolved, gap=0)
    assert result.plan is not None
    assert result.plan.contribution_micro == 500_000_000_000
    free = solve_reference(resolved, gap=1e-9, relaxed=frozenset({"C16"}))
    assert free.value_usd == pytest.approx(700_000)
    reasons = {x.consignment: x.reason for x in explain_left_behind(resolved, result.plan)}
    assert reasons["COOL"] == "special cargo"
    assert reasons["OUTSIZE"] == "payload"


@pytest.mark.parametrize("seed", SEEDS)
def test_engine_reference_and_certificate_agree(seed: int) -> None:
    resolved, best = solved(seed)
    assert resolved.requirements
    result = solve(resolved, gap=0, work_limit=PROOF_WORK, threads=1)
    if best.plan is None:
        assert result.plan is None
        return
    optimum = best.plan.contribution_micro
    assert result.plan is not None
    assert result.plan.contribution_micro == pytest.approx(optimum, rel=1e-6, abs=10_000)
    report = audit(resolved, result.plan, instance=drawn(seed), reference=reference())
    assert report.feasible, report.violations
    assert report.costs_match
    assert report.resolved_match, report.resolved_differences
    if result.certificate is None:  # nothing can be carried, so nothing was priced
        index, airports = CargoIndex(resolved), resolved.airport
        assert not any(index.offers(a, b) for a in airports for b in airports)
        return
    proof = verify_certificate(resolved, result.certificate, result.plan)
    assert proof.accepted, proof.problems
    assert proof.bound_micro is not None
    assert proof.bound_micro >= optimum - 1000


def test_it_counts() -> None:
    raised = 0
    for seed in SEEDS[:42]:
        resolved, best = solved(seed)
        free = solve_reference(resolved, gap=1e-9, relaxed=frozenset({"C16"})).value_usd
        if best.value_usd is not None:
            assert free is not None
            assert free >= best.value_usd - 0.01
            raised += free > best.value_usd + 1
    assert raised >= 15


@pytest.mark.parametrize("seed", range(4))
def test_larger_instances(seed: int) -> None:
    options = GeneratorOptions(
        seed=seed, destinations=3, tails=3, consignments=40, departure_grid_min=360,
        special_cargo=True,
    )  # fmt: skip
    resolved = resolve(generate(options))
    assert resolved.requirements
    result = solve(resolved, work_limit=2, threads=1, method="heuristic")
    assert result.plan is not None
    assert result.plan.loads
    assert audit(resolved, result.plan).feasible


# --- the format ---


def test_written_and_read(tmp_path: object) -> None:
    for seed in range(5):
        folder = f"{tmp_path}/{seed}"
        write_instance(drawn(seed), folder)
        assert read_instance(folder) == drawn(seed)


def test_rederiving_finds_what_is_wrong() -> None:
    instance = case_special_cargo()
    resolved = resolve(instance)
    assert rederive(resolved, instance, None) == ()
    first = resolved.requirements[0]
    for changed in (
        (),
        (replace(first, types=()), *resolved.requirements[1:]),
        (replace(first, airports=()), *resolved.requirements[1:]),
        (replace(first, consignments=("GENERAL",)), *resolved.requirements[1:]),
    ):
        assert rederive(replace(resolved, requirements=changed), instance, None)


def test_requirements_that_nobody_states_change_nothing() -> None:
    plain = resolve(tiny())
    unused = resolve(tiny(requirements=(Requirement(requirement="cool", airports=("CGO",)),)))
    assert unused.requirements == ()
    assert resolved_digest(unused) == resolved_digest(replace(plain, instance_digest="")) or (
        replace(unused, instance_digest="") == replace(plain, instance_digest="")
    )


def test_what_no_row_tells_is_refused() -> None:
    with pytest.raises(InstanceError, match="requires what no row tells"):
        resolve(tiny(demand=(consignment(requires=("cool",)),)))
    with pytest.raises(InstanceError, match="nothing is known of a type"):
        resolve(tiny(requirements=(Requirement(requirement="cool", types=("T999",)),)))
    twice = Requirement(requirement="cool")
    with pytest.raises(InstanceError, match="more than once"):
        resolve(tiny(requirements=(twice, twice)))


def test_useless_requirements_are_warned_of() -> None:
    unused = tiny(requirements=(Requirement(requirement="cool"),))
    assert [(f.code, f.column) for f in judge(unused)] == [("unused", "requirement")]
    unmet = tiny(
        reference_data=True,
        demand=(consignment(requires=("nose door",)),),
        requirements=(Requirement(requirement="nose door", types=("B748F",)),),
    )
    assert ("no-aircraft", "types") in {(f.code, f.column) for f in judge(unmet)}
