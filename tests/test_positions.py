"""C6: ULD positions from the files to the certificate."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Literal

import pytest
from pydantic import ValidationError

from optimizer.data import reference
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance, ResolvedPacking, ResolvedPositions
from optimizer.dual import Relaxation
from optimizer.engine import explain_left_behind, solve
from optimizer.files import read_instance, write_instance
from optimizer.files.judge import judge
from optimizer.generate import GeneratorOptions, generate
from optimizer.generate import tiny as random_tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.report import resolved_tables, tables
from optimizer.resolve import resolve
from optimizer.verify import audit, rederive
from tests.builders import aircraft, consignment, tiny
from tests.cargo_cases import case_positions
from tests.verify_world import KINDS, Kind, checked, codes, good_plan, world

SEEDS = range(52)
PROOF_WORK = 400
"""Enough to prove any of them, on every machine."""
RELAXED = 30
"""Of so many instances the optimum without C6 is looked for."""


@cache
def drawn(seed: int) -> Instance:
    return random_tiny(seed, limits=("positions", "two_stations"))


@cache
def solved(seed: int) -> tuple[ResolvedInstance, ReferenceResult]:
    resolved = resolve(drawn(seed))
    return resolved, solve_reference(resolved, gap=1e-9)


# --- the audit ---


def packed(kind: Kind, main: int | None, lower: int | None, *decks: str) -> ResolvedInstance:
    """OUT takes 50 positions, a thousand kg each, and BACK 25; F1 carries 40 and 15 of them."""
    packings = tuple(
        ResolvedPacking(name, deck, milli)  # type: ignore[arg-type]
        for (name, milli), deck in zip(
            {"OUT": 50_000, "BACK": 25_000}.items(), decks or ("any", "any"), strict=True
        )
    )
    return replace(world(kind), packings=packings, positions=(ResolvedPositions("T", main, lower),))


@pytest.mark.parametrize("kind", KINDS)
def test_exact_use_passes_and_a_position_less_fails(kind: Kind) -> None:
    plan = good_plan(kind)
    for decks, fits, fails in (
        (("any", "any"), (30, 10), (29, 10)),
        (("any", "any"), (0, 40), (0, 39)),
        (("main", "any"), (40, 0), (39, 1)),
        (("main", "any"), (40, None), (39, None)),
        (("lower", "lower"), (None, 40), (None, 39)),
        (("any", "main"), (15, 25), (14, 26)),
    ):
        assert codes(packed(kind, *fits, *decks), plan) == set()
        assert codes(packed(kind, *fails, *decks), plan) == {"C6"}
    assert codes(packed(kind, 0, None), plan) == set()  # the lower deck takes any number


@pytest.mark.parametrize("kind", KINDS)
def test_a_gram_more_is_too_much(kind: Kind) -> None:
    """40,000,000 g of 50,000,000 g that take 50.001 positions take 40.0008."""
    resolved = packed(kind, 40, 0, "main", "any")
    first = replace(resolved.packings[0], milli_positions=50_001)
    assert codes(replace(resolved, packings=(first,)), good_plan(kind)) == {"C6"}


def test_a_violation_tells_the_leg_and_the_deck() -> None:
    found = checked(packed("dated", 39, 9, "main", "any"), good_plan("dated")).violations
    assert [(v.flight, v.leg, v.amount) for v in found] == [("F1", 0, 1000), ("F1", 1, 1000)]
    assert "40.000 ULD positions on the main deck, which has 39" in found[0].message


# --- everything that plans ---


def test_by_hand() -> None:
    resolved = resolve(case_positions())
    result = solve(resolved, gap=0)
    assert result.plan is not None
    assert result.plan.contribution_micro == 196_000_000_000
    assert result.plan.carried_g == {
        "OUTSIZE": 50_000_000, "LOWER": 7_500_000, "PALLETS": 8_000_000,
    }  # fmt: skip
    free = solve_reference(resolved, gap=1e-9, relaxed=frozenset({"C6"}))
    assert free.value_usd == pytest.approx(275_000)
    reasons = {x.consignment: x.reason for x in explain_left_behind(resolved, result.plan)}
    assert reasons == {"OUTSIZE": "positions", "PALLETS": "positions"}
    legs = tables.schedule(resolved, result.plan)
    assert legs[["main_positions", "lower_positions", "uld_positions"]].iloc[0].tolist() == [
        10, 3, 15,
    ]  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_engine_reference_and_certificate_agree(seed: int) -> None:
    resolved, best = solved(seed)
    assert resolved.packings and resolved.positions
    assert best.plan is not None
    optimum = best.plan.contribution_micro
    result = solve(resolved, gap=0, work_limit=PROOF_WORK, threads=1)
    assert result.plan is not None
    assert result.plan.contribution_micro == pytest.approx(optimum, rel=1e-6, abs=10_000)
    report = audit(
        resolved, result.plan, instance=drawn(seed), reference=reference(),
        certificate=result.certificate,
    )  # fmt: skip
    assert report.feasible, report.violations
    assert report.costs_match
    assert report.resolved_match, report.resolved_differences
    if result.certificate is not None:
        assert report.bound_verified, report.certificate_problems
        assert report.bound_verified_micro is not None
        assert report.bound_verified_micro >= optimum - 1000


def test_it_counts() -> None:
    raised = 0
    for seed in SEEDS[:RELAXED]:
        resolved, best = solved(seed)
        free = solve_reference(resolved, gap=1e-9, relaxed=frozenset({"C6"})).value_usd
        assert free is not None and best.value_usd is not None
        assert free >= best.value_usd - 0.01
        raised += free > best.value_usd + 1
    assert raised >= 15


@pytest.mark.parametrize("method", ["heuristic", "auto"])
def test_larger_instances(method: Literal["heuristic", "auto"]) -> None:
    options = GeneratorOptions(
        seed=2, destinations=3, tails=3, consignments=40, departure_grid_min=360, positions=True
    )
    resolved = resolve(generate(options))
    assert len(resolved.packings) == 40
    result = solve(resolved, work_limit=3, threads=1, method=method)
    assert result.plan is not None
    assert result.plan.loads
    assert audit(resolved, result.plan).feasible


def test_the_bound_sees_positions() -> None:
    """At the same prices no rotation is worth more, and many are worth less."""
    options = GeneratorOptions(
        seed=2, destinations=3, tails=3, consignments=40, departure_grid_min=360, positions=True
    )
    resolved = resolve(generate(options))
    within = Relaxation(resolved)
    beyond = Relaxation(replace(resolved, packings=(), positions=()))
    for relaxation in (within, beyond):
        relaxation.at(relaxation.first_prices(), rounds=20)
    assert (within.value_usd <= beyond.value_usd * (1 + 1e-9)).all()
    assert (within.value_usd < 0.98 * beyond.value_usd).mean() > 0.3
    assert len(set(within.binding.tolist())) > 1


# --- the format ---


def test_written_and_read(tmp_path: object) -> None:
    for seed in range(5):
        folder = f"{tmp_path}/{seed}"
        write_instance(drawn(seed), folder)
        assert read_instance(folder) == drawn(seed)


def test_positions_come_from_the_instance_then_the_reference_data() -> None:
    cargo = consignment(uld_positions=2.5, deck="main")
    stated = tiny(types=(aircraft(main_positions=7),), demand=(cargo,))
    resolved = resolve(stated)
    assert resolved.positions == (ResolvedPositions("T100", 7, None),)
    assert resolved.packings == (ResolvedPacking(cargo.consignment, "main", 2500),)
    assert reference().types["B744F"].main_positions == 30
    assert reference().types["B738BCF"].lower_positions == 0
    table = resolved_tables.consignments(resolved)
    assert table[["uld_positions", "deck"]].to_numpy().tolist() == [[2.5, "main"]]


def test_rederiving_finds_what_is_wrong() -> None:
    instance = case_positions()
    resolved = resolve(instance)
    assert rederive(resolved, instance, None) == ()
    first, rest = resolved.packings[0], resolved.packings[1:]
    for changed in (
        replace(resolved, packings=rest),
        replace(resolved, packings=(replace(first, deck="any"), *rest)),
        replace(
            resolved, packings=(replace(first, milli_positions=first.milli_positions + 1), *rest)
        ),
        replace(resolved, positions=()),
        replace(resolved, positions=(ResolvedPositions("T100", 10, None),)),
    ):
        assert rederive(changed, instance, None)


def test_positions_that_no_cargo_takes_change_nothing() -> None:
    plain = resolve(tiny())
    unused = resolve(tiny(types=(aircraft(main_positions=10, lower_positions=5),)))
    assert unused.positions == ()
    assert resolved_digest(replace(unused, instance_digest="")) == resolved_digest(
        replace(plain, instance_digest="")
    )


def test_what_makes_no_sense_is_refused_or_warned_of() -> None:
    with pytest.raises(ValidationError, match="a deck needs uld_positions"):
        consignment(deck="main")
    none = tiny(
        types=(aircraft(main_positions=0),), demand=(consignment(uld_positions=1, deck="main"),)
    )
    assert ("no-aircraft", "deck") in {(f.code, f.column) for f in judge(none)}
