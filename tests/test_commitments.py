"""C19 and K14: what is promised is delivered to the gram, or paid for."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from optimizer.domain.demand import Commitment
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedCommitment, ResolvedInstance
from optimizer.engine import explain_left_behind, solve
from optimizer.errors import InstanceError
from optimizer.files import read_instance, write_instance
from optimizer.files.judge import judge
from optimizer.generate import GeneratorOptions, generate, ladder, tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.certificate import Prices
from optimizer.plan.costing import price
from optimizer.report.summary import Outcome, summary
from optimizer.report.text import summary_text
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.certificate.names import Names
from tests.builders import aircraft, consignment, tail
from tests.builders import tiny as small
from tests.cargo_cases import case_commitment
from tests.verify_world import KINDS, Kind, codes, good_plan, world

SEEDS = range(70)
GAP = 1e-9


@cache
def resolved_of(seed: int) -> ResolvedInstance:
    """A tiny instance that promises something."""
    return resolve(tiny(seed, limits=["commitments", "few_trucks"]))


@cache
def reference_of(seed: int) -> ReferenceResult:
    return solve_reference(resolved_of(seed), gap=GAP)


def with_commitment(
    r: ResolvedInstance, least_g: int, penalty: int | None, *names: str
) -> ResolvedInstance:
    return replace(r, commitments=(ResolvedCommitment("K", names, least_g, penalty),))


@pytest.mark.parametrize("kind", KINDS)
def test_exact_delivery_passes_and_a_gram_less_fails(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    name = p.loads[0].consignment
    delivered_g = p.carried_g[name]
    assert codes(with_commitment(r, delivered_g, None, name), p) == set()
    assert codes(with_commitment(r, delivered_g + 1, None, name), p) == {"C19"}
    soft = with_commitment(r, delivered_g + 1, 3_000_000_000, name)
    assert codes(soft, p) == set()
    report = audit(soft, p)
    assert not report.costs_match
    assert [x.amount_micro for x in report.money if x.code == "K14"] == [-3_000]
    assert audit(soft, price(soft, p)).costs_match


def test_the_violation_says_how_much_is_short() -> None:
    r, p = world("dated"), good_plan("dated")
    name = p.loads[0].consignment
    wrong = with_commitment(r, p.carried_g[name] + 2_000, None, name)
    (violation,) = audit(wrong, p).violations
    assert (violation.code, violation.amount, violation.unit) == ("C19", 2_000, "g")
    assert "commitment K" in violation.message


def test_engine_finds_the_optimum_and_proves_it() -> None:
    """Engine = reference on at least 50 instances, each with an accepted certificate."""
    solved = raised = 0
    for seed in SEEDS:
        r, best = resolved_of(seed), reference_of(seed)
        found = solve(r, gap=0, work_limit=400, threads=1)
        if best.status == "infeasible":
            assert found.status == "infeasible"
            assert found.plan is None
            continue
        assert best.value_usd is not None
        assert best.plan is not None
        assert found.plan is not None, seed
        slack = 0.01 + 1e-6 * abs(best.value_usd)
        assert found.plan.contribution_micro * 1e-6 == pytest.approx(best.value_usd, abs=slack)
        for plan in (best.plan, found.plan):
            report = audit(r, plan)
            assert report.feasible, (seed, report.violations)
            assert report.costs_match, (seed, report.money_differences)
        assert found.certificate is not None
        proof = verify_certificate(r, found.certificate, found.plan)
        assert proof.accepted, (seed, proof.problems)
        assert proof.bound_micro is not None
        assert proof.bound_micro * 1e-6 >= best.value_usd - slack
        without = solve_reference(r, relaxed=frozenset(("C19",)), gap=GAP)
        assert without.value_usd is not None
        assert without.value_usd >= best.value_usd - slack
        raised += without.value_usd > best.value_usd + slack
        solved += 1
    assert solved >= 50
    assert raised >= 15


def rounding(volume_m3: float, share: float) -> ResolvedInstance:
    """Cargo that fills a hold with another by volume, so that kilograms are no whole grams."""
    return resolve(
        small(
            types=(aircraft(max_payload_t=90),),
            fleet=(tail(end_airport="LUX"),),
            demand=(
                consignment("A", weight_kg=80_000, volume_m3=613.7, usd_per_chargeable_kg=4),
                consignment("B", weight_kg=60_000, volume_m3=volume_m3, usd_per_chargeable_kg=1),
            ),
            commitments=(Commitment(commitment="K", consignments=("B",), min_share=share),),
        )
    )


@pytest.mark.parametrize("share", [0.1234567, 0.333_333_333, 0.71, 0.9999999, 1.0])
@pytest.mark.parametrize("volume_m3", [123.457, 377.77, 598.1])
def test_the_least_is_reached_to_the_gram(volume_m3: float, share: float) -> None:
    r = rounding(volume_m3, share)
    for plan in (solve_reference(r, gap=GAP).plan, solve(r, gap=0, work_limit=300).plan):
        assert plan is not None
        assert plan.carried_g["B"] >= r.commitments[0].least_g
        assert audit(r, plan).feasible


def test_conflicting_commitments_end_in_a_verdict() -> None:
    one_flight = {"types": (aircraft(max_payload_t=60),), "fleet": (tail(end_airport="LUX"),)}
    both = tuple(Commitment(commitment=n, consignments=(n,), min_share=0.8) for n in ("A", "B"))
    demand = tuple(consignment(n, due_min=1440) for n in ("A", "B"))
    r = resolve(small(days=1, demand=demand, commitments=both, **one_flight))
    found = solve(r, gap=0)
    assert (found.status, found.plan) == ("infeasible", None)
    assert all(x.kept for x in found.reaches)
    large = Commitment(commitment="all", min_weight_kg=90_000)
    r = resolve(small(days=1, demand=demand, commitments=(large,), **one_flight))
    (reach,) = solve(r, gap=0).reaches
    assert (reach.commitment, reach.least_g) == ("all", 90_000_000)
    assert 60_000_000 <= reach.most_g <= 60_000_002


def test_a_share_is_rounded_up_and_a_penalty_is_exact() -> None:
    (found,) = resolve(case_commitment(1.5)).commitments
    assert found == ResolvedCommitment("Jinhua share", ("B",), 20_000_000, 1_500_000_000)
    (found,) = rounding(200, 0.333_333_333).commitments
    assert found.least_g == 20_000_000  # 19,999,999.98 g


def test_instances_without_commitments_keep_their_digest() -> None:
    r = resolve(small())
    digest = resolved_digest(r)
    assert resolved_digest(with_commitment(r, 1, None, "OUT")) != digest
    assert resolved_digest(replace(r, commitments=())) == digest


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "not how much": ({}, "contradiction"),
    "twice how much": ({"min_share": 0.5, "min_weight_kg": 5}, "contradiction"),
    "unknown consignment": ({"consignments": ("OUTT",), "min_share": 1}, "unknown-cargo"),
    "unknown shipper": ({"shipper": "Nobody", "min_share": 1}, "unknown-cargo"),
    "unknown place": ({"origin": "LUXX", "min_share": 1}, "unknown-cargo"),
    "nothing matches": ({"origin": "LUX", "destination": "LUX", "min_share": 1}, "unused"),
    "more than offered": ({"origin": "LUX", "min_weight_kg": 50_001}, "more-than-offered"),
    "tonnes": ({"min_weight_kg": 5}, "unusual-figure"),
}


@pytest.mark.parametrize(("fields", "code"), BAD.values(), ids=BAD)
def test_bad_commitments_are_findings(fields: dict[str, Any], code: str) -> None:
    instance = small(commitments=(Commitment(commitment="K", **fields),))
    found = [f for f in judge(instance) if f.code == code]
    assert found
    assert {f.file for f in found} == {"commitments.csv"}
    if code in ("contradiction", "unused", "more-than-offered"):
        with pytest.raises(InstanceError):
            resolve(instance)


def test_the_same_name_twice_is_a_finding() -> None:
    row = Commitment(commitment="K", min_share=0.5)
    assert "duplicate" in {f.code for f in judge(small(commitments=(row, row)))}
    with pytest.raises(InstanceError):
        resolve(small(commitments=(row, row)))


def test_written_and_read_again_it_is_the_same(tmp_path: Any) -> None:
    for number, instance in enumerate((case_commitment(1.5), ladder_instance())):
        write_instance(instance, tmp_path / str(number))
        assert read_instance(tmp_path / str(number)) == instance


def ladder_instance() -> Instance:
    return generate(GeneratorOptions(destinations=3, tails=3, consignments=40, commitments=True))


def test_the_switch_of_the_generator_leaves_everything_else() -> None:
    instance = ladder_instance()
    plain = generate(GeneratorOptions(destinations=3, tails=3, consignments=40))
    assert len(instance.commitments) > 3
    assert instance.demand == plain.demand
    assert not ladder("XS").commitments


def test_a_certificate_may_not_go_beyond_the_penalty() -> None:
    names = Names(resolve(case_commitment(1.5)))
    assert not list(names.problems(Prices(commitments={"Jinhua share": -1_500_000_000})))
    for price_pico, words in ((-1_500_000_001, "beyond the penalty"), (1, "is positive")):
        (problem,) = names.problems(Prices(commitments={"Jinhua share": price_pico}))
        assert words in problem
    assert list(names.problems(Prices(commitments={"nobody": -1})))


def test_reports_tell_what_is_short() -> None:
    r = resolve(case_commitment(1.5))
    plan = solve_reference(r, gap=GAP).plan
    assert plan is not None
    left = explain_left_behind(r, plan)
    assert any("commitment Jinhua share is 10,000.000 kg short" in x.detail for x in left)
    figures = summary(r, plan, audit=audit(r, plan), left=left)
    assert figures["commitments"] == [
        {
            "commitment": "Jinhua share",
            "offered_kg": 40_000.0,
            "least_kg": 20_000.0,
            "delivered_kg": 10_000.0,
            "short_kg": 10_000.0,
            "penalty_usd": 15_000.0,
        }
    ]
    assert figures["money_usd"]["K14"] == -15_000
    assert "Jinhua share 10,000 kg short of 20,000 kg (15,000 USD)" in summary_text(r, figures)


def test_the_verdict_is_in_the_summary() -> None:
    r = resolve(case_commitment(None))
    unmet = ("commitment K: at least 2 kg are due, no plan delivers more than 1 kg",)
    outcome = Outcome(
        status="infeasible", bound_micro=0, gap_tolerance=0, seconds=1, seed=0, method="reference",
        solver_version="", unmet=unmet,
    )  # fmt: skip
    figures = summary(r, None, outcome=outcome)
    assert figures["commitments_unmet"] == list(unmet)
    assert unmet[0] in summary_text(r, figures)
