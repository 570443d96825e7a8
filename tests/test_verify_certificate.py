"""Certificates: bounds that hold whatever the prices, tight where they can be, tampering told."""

from __future__ import annotations

import functools
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import highspy
import numpy as np
import pytest
from typer.testing import CliRunner, Result

import optimizer
from optimizer import api
from optimizer.cli.app import app
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import SolutionError
from optimizer.files import (
    certificate_from_json,
    certificate_to_json,
    read_certificate,
    read_instance,
    write_certificate,
    write_instance,
)
from optimizer.generate import ladder
from optimizer.generate import tiny as generated
from optimizer.model import solve_reference
from optimizer.network import Universe
from optimizer.plan.certificate import (
    Branch,
    Certificate,
    DispatchPrice,
    FlightCount,
    Leaf,
    LengthPrice,
    Node,
    Prices,
    SpacingPrice,
    StandPrice,
    TruckCount,
    TruckPrice,
)
from optimizer.plan.plan import Plan
from optimizer.report.folder import write_solution
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import EXACT_TAILS, verify_certificate
from optimizer.verify.certificate.lines import Arcs, best_cyclic
from optimizer.verify.certificate.loading import interior_point
from optimizer.verify.certificate.universe import OwnUniverse
from tests.cargo_cases import case_weight_volume
from tests.certificates import NO_BOUND, certificate, random_prices, random_tree
from tests.flying_cases import case_weeks_end
from tests.ground_cases import case_trucks

ROOT = Path(__file__).parent.parent
SEEDS = range(64)
WEEK = 100
"""Minutes of a week of random rotations."""
ROUNDING_MICRO = 1_000
"""More than the rounded lines of a tiny plan come to."""


@functools.cache
def case(seed: int) -> tuple[ResolvedInstance, Plan | None]:
    """A tiny instance and its best plan; every third is cyclic, every fourth promises something,
    pays for carbon and is supported, has terminals with little room and ULD positions, or publishes
    something; some let cargo change aircraft."""
    kinds = {
        0: ("commitments",), 1: ("carbon", "support"), 2: ("handling", "positions", "stock"),
        3: ("frozen",),
    }  # fmt: skip
    more = kinds[seed % 4] + (("transit",) if seed % 5 == 0 else ())
    resolved = resolve(generated(seed, more=more))
    return resolved, solve_reference(resolved, gap=1e-9).plan


def solved(seeds: range = SEEDS) -> list[tuple[ResolvedInstance, Plan]]:
    """The tiny instances that have a plan."""
    return [(r, plan) for r, plan in map(case, seeds) if plan is not None]


def bound(resolved: ResolvedInstance, root: Node | None = None) -> int:
    """What the verifier makes of some prices."""
    report = verify_certificate(resolved, certificate(resolved, root))
    assert report.accepted, report.problems
    assert report.bound_micro is not None
    return report.bound_micro


# --- the universe ---


def same_universe(resolved: ResolvedInstance) -> int:
    theirs, ours = Universe(resolved), OwnUniverse(resolved)
    for pool in resolved.pools:
        mine = list(ours.rotations(pool))
        assert set(mine) == set(theirs.rotations(pool))
        assert len(mine) == len(set(mine))
    return ours.count()


def test_the_universe_is_that_of_the_solver() -> None:
    kinds = {case(seed)[0].period.cyclic for seed in SEEDS}
    assert kinds == {True, False}
    assert sum(same_universe(case(seed)[0]) for seed in SEEDS) > 1000


@pytest.mark.parametrize("name", ["first-steps", "tiny-cyclic", "madrid-launch"])
def test_the_universe_of_shipped_instances_is_that_of_the_solver(name: str) -> None:
    resolved = resolve(read_instance(ROOT / "instances" / name))
    report = verify_certificate(resolved, certificate(resolved))
    assert report.rotations == same_universe(resolved) > 0


# --- bounds hold ---


@pytest.mark.parametrize("seed", SEEDS)
def test_no_prices_are_wrong(seed: int) -> None:
    resolved, plan = case(seed)
    rng = random.Random(seed)
    trees: list[Node] = [Leaf(), *(Leaf(random_prices(resolved, rng)) for _ in range(3))]
    trees += [random_tree(resolved, rng, 3) for _ in range(3)]
    for root in trees:
        report = verify_certificate(resolved, certificate(resolved, root), plan)
        assert report.accepted, report.problems
        if plan is not None:
            assert report.bound_micro is not None
            assert report.bound_micro >= plan.contribution_micro - ROUNDING_MICRO


def test_random_prices_are_of_every_kind() -> None:
    rng = random.Random(0)
    seen = {
        name
        for seed in SEEDS
        for _ in range(4)
        for name, prices in vars_of(random_prices(case(seed)[0], rng)).items()
        if prices
    }
    assert seen >= set(Prices.__slots__) - {"branches"}


def vars_of(prices: Prices) -> dict[str, object]:
    return {name: getattr(prices, name) for name in Prices.__slots__}


@pytest.mark.parametrize("seed", range(6))
def test_the_bound_is_that_of_the_largest_leaf(seed: int) -> None:
    resolved, _ = case(seed)
    rng = random.Random(seed)
    prices = [random_prices(resolved, rng) for _ in range(3)]
    alone = [bound(resolved, Leaf(p)) for p in prices]
    depths = zip(prices, (2, 2, 1), strict=True)
    one, two, three = (Leaf(replace(p, branches=(0,) * n)) for p, n in depths)
    tree = Branch(FlightCount(), 2, Branch(FlightCount(), 1, one, two), three)
    assert bound(resolved, tree) == max(alone)


def test_a_branch_bounds_its_sides() -> None:
    """One tail, five rotations of 45,000 USD: with a price of 45,000, at most one is worth one."""
    resolved = resolve(case_weeks_end("cyclic", 1))
    price = 45_000 * 10**6
    few, any_number = Leaf(Prices(branches=(price,))), Leaf(Prices(branches=(0,)))
    assert bound(resolved, Branch(FlightCount(), 1, few, any_number)) == 5 * price
    over = Branch(FlightCount(), 5, any_number, Leaf(Prices(branches=(-price,))))
    assert bound(resolved, over) == 5 * price
    least = Branch(FlightCount(), 1, few, Leaf(Prices(branches=(-10 * price,))))
    assert bound(resolved, least) == -20 * price + 5 * 11 * price


# --- bounds are tight ---


@pytest.mark.parametrize(
    ("kind", "tails", "rotations"),
    [("cyclic", 1, 5), ("cyclic", 2, 11), ("cyclic", 5, 28), ("dated", 1, 5), ("dated", 5, 25)],
)
def test_lines_of_the_weeks_end_are_exact(kind: str, tails: int, rotations: int) -> None:
    resolved = resolve(case_weeks_end(kind, tails))
    assert bound(resolved) == rotations * 45_000_000_000


def test_the_load_of_weight_and_volume_is_exact() -> None:
    resolved = resolve(case_weight_volume())
    assert bound(resolved) == pytest.approx(482_942.80e6, abs=2e4)


def test_trucks_are_worth_no_more_than_a_hand_would_say() -> None:
    """Price of volume 900 / 88: a truck then costs what it takes in, the cargo pays 10.23 a m³."""
    resolved = resolve(case_trucks())
    lane = resolved.lanes[0]
    per_cm3 = dict(lane.cost_micro)["standard"] * 10**6 // lane.volume_cm3
    dispatches = range(lane.dispatch_offset_min, 2 * 1440, lane.dispatch_every_min)
    runs = tuple(TruckPrice(lane.id, t, "standard", 0, per_cm3) for t in dispatches)
    best = 30_000 * (0.10 - 900 / 88 / 130) * 1e6
    supply = {resolved.consignments[0].id: int(best * 1e6) // 30_000_000}
    assert bound(resolved, Leaf(Prices(supply, runs))) == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_multipliers_of_loads_are_those_of_the_linear_programme(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hops, pieces = int(rng.integers(1, 4)), int(rng.integers(1, 30))
    first = rng.integers(0, hops, pieces)
    on_board = (first <= np.arange(hops)[:, None]) & (
        np.arange(hops)[:, None] <= np.maximum(first, rng.integers(0, hops, pieces))
    )
    weight = on_board * rng.uniform(0, 1, pieces)
    volume = weight if seed % 4 == 0 else on_board * rng.uniform(0, 1, pieces)
    use = np.concatenate((weight, volume))
    gain = rng.uniform(-0.3, 1, (5, pieces))
    duals = interior_point(use, gain)
    assert (duals >= 0).all()
    for row, y in zip(gain, duals, strict=True):
        value = y.sum() + np.maximum(0, row - y @ use).sum()
        assert value == pytest.approx(linear_programme(use, row), rel=1e-7, abs=1e-8)


def linear_programme(use: np.ndarray, gain: np.ndarray) -> float:
    """The most of gain · x with use · x <= 1 and 0 <= x <= 1."""
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("threads", 1)
    x = [highs.addVariable(0, 1, -float(g)) for g in gain]
    for row in use:
        highs.addConstr(sum(float(a) * v for a, v in zip(row, x, strict=True)) <= 1)
    highs.run()
    return -highs.getObjectiveValue()


@pytest.mark.parametrize("seed", range(30))
def test_closed_walks_are_those_of_a_search(seed: int) -> None:
    rng = random.Random(seed)
    arcs = random_arcs(rng)
    walks = [0, *search_walks(arcs, EXACT_TAILS)]
    best = [0]
    for tails in range(1, EXACT_TAILS + 1):
        best.append(max(best[tails - k] + walks[k] for k in range(1, tails + 1)))
    exact = best_cyclic(arcs, 2, WEEK, EXACT_TAILS)
    for tails in range(EXACT_TAILS + 1):
        assert exact[tails] == best[tails]
    many = best_cyclic(arcs, 2, WEEK, 12)
    assert many[12] >= max(best[k] * (12 // k) for k in range(1, EXACT_TAILS + 1))
    assert many[1] <= max(-(-walk // k) for k, walk in enumerate(search_walks(arcs, 6), start=1))


def random_arcs(rng: random.Random) -> Arcs:
    """Rotations of a short week between two gateways."""
    rows = []
    for _ in range(rng.randrange(1, 9)):
        off = rng.randrange(0, WEEK, 10)
        ready = off + rng.choice([15, 30, 60, 95, 100, 105, 150, 220])
        rows.append((rng.randrange(2), off, rng.randrange(2), ready, rng.randrange(-20, 100)))
    return Arcs(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))


def search_walks(arcs: Arcs, weeks: int) -> list[int]:
    """The best closed walks of 1, 2, … weeks, from every departure, minute by minute."""
    columns = (arcs.origin, arcs.off_min, arcs.destination, arcs.ready_min, arcs.value_micro)
    rows = list(zip(*(column.tolist() for column in columns), strict=True))
    walks = [0] * weeks
    for place, start in {(row[0], row[1]) for row in rows}:
        best = {(place, start): 0}
        for minute, at in product(range(start, start + weeks * WEEK), (0, 1)):
            here = best.get((at, minute))
            if here is None:
                continue
            moves = [(at, minute + 1, 0)]
            moves += [
                (to, minute + ready - off, value)
                for origin, off, to, ready, value in rows
                if origin == at and (minute - off) % WEEK == 0
            ]
            for to, then, value in moves:
                best[to, then] = max(best.get((to, then), -(10**9)), here + value)
        for k in range(1, weeks + 1):
            walks[k - 1] = max(walks[k - 1], best.get((place, start + k * WEEK), 0))
    return walks


# --- tampering ---


def problems(resolved: ResolvedInstance, root: Node, **changes: object) -> str:
    """Why a certificate is not accepted, in one text."""
    stated = replace(certificate(resolved, root), **changes)  # type: ignore[arg-type]
    report = verify_certificate(resolved, stated)
    assert not report.accepted
    return "\n".join(report.problems)


def first(wanted: Callable[[ResolvedInstance], bool]) -> ResolvedInstance:
    """The first tiny instance of a kind."""
    return next(r for r, _ in map(case, SEEDS) if wanted(r))


def test_a_claim_below_the_bound_is_told() -> None:
    resolved, plan = solved()[0]
    least = bound(resolved)
    assert verify_certificate(resolved, certificate(resolved, None, least), plan).accepted
    report = verify_certificate(resolved, certificate(resolved, None, least - 1), plan)
    assert not report.accepted
    assert report.bound_micro == least
    assert report.claimed_micro == least - 1
    assert "but its prices prove" in report.problems[0]


def test_a_plan_that_earns_more_is_told() -> None:
    resolved, plan = next((r, p) for r, p in solved() if p.loads)
    richer = replace(plan, loads=tuple(replace(x, grams=100 * x.grams) for x in plan.loads))
    report = verify_certificate(resolved, certificate(resolved), richer)
    assert not report.accepted
    assert "the plan earns" in report.problems[0]


def test_another_instance_is_told() -> None:
    resolved, _ = case(0)
    assert "digests differ" in problems(resolved, Leaf(), resolved_digest="0" * 64)
    assert "not of" in problems(resolved, Leaf(), instance="another")


def test_wrong_signs_names_and_ranges_are_told() -> None:
    r = case(0)[0]
    c = r.consignments[0].id
    told = [
        (Prices(supply={c: -1}), f"supply: {c}: the price of an upper limit is negative"),
        (Prices(supply={c: 10**14}), "beyond reckoning"),
        (Prices(supply={"nobody": 1}), "supply: nobody: there is no such consignment"),
        (Prices(slots={"nowhere": 1}), "no such slot limit"),
        (Prices(held_slots={"nowhere": 1}), "no such held slot"),
        (Prices(right_caps={"nowhere": 1}), "no such frequency cap"),
        (Prices(markets_most={"nowhere": 1}), "no such market with most"),
        (Prices(markets_least={"nowhere": 1}), "no such market with least"),
        (Prices(markets_least={"nowhere": 1}), "lower limit is positive"),
        (Prices(spacing=(SpacingPrice("nowhere", 0, 1),)), "no such market with least spacing"),
        (Prices(hours_most={"nobody": 1}), "no such pool with most block hours"),
        (Prices(lengths=(LengthPrice("nobody", 60, 1),)), "no such pool with most block hours"),
        (Prices(lengths=(LengthPrice("nobody", 60, -(10**14)),)), "beyond reckoning"),
        (Prices(lengths=(LengthPrice("nobody", 60, 1),) * 2), "has 2 prices"),
        (Prices(hours_least={"nobody": 1}), "no such pool with least block hours"),
        (Prices(acmi={"nobody": 1}), "no such pool on ACMI"),
        (Prices(trucks=(TruckPrice("nowhere", 0, "standard", 0, 0),)), "no such lane"),
        (Prices(dispatches=(DispatchPrice("nowhere", 0, 0),)), "no such lane"),
        (Prices(stands=(StandPrice("XXX", "C", 0, 0),)), "no such airport with limited stands"),
        (Prices(stands=(StandPrice("CGO", "CD", 0, 0),)), "no such size"),
        (Prices(branches=(1,)), "1 prices of branches, but 0 branches lead to it"),
    ]
    for prices, sentence in told:
        assert sentence in problems(r, Leaf(prices))
    stand = StandPrice("CGO", "C", 0, 1)
    assert "has 2 prices" in problems(r, Leaf(Prices(stands=(stand, stand))))


def test_an_acmi_price_beyond_the_rate_is_told() -> None:
    r = first(lambda r: any(p.acmi for p in r.pools))
    pool = next(p for p in r.pools if p.acmi)
    rate = pool.acmi_micro_per_block_h // 60
    assert bound(r, Leaf(Prices(acmi={pool.id: rate})))
    assert "beyond the rate" in problems(r, Leaf(Prices(acmi={pool.id: rate + 1})))
    assert "negative" in problems(r, Leaf(Prices(acmi={pool.id: -1})))


def test_truck_runs_that_do_not_exist_are_told() -> None:
    r = first(lambda r: r.period.cyclic and any(x.dispatch_every_min > 1 for x in r.lanes))
    lane = next(x for x in r.lanes if x.dispatch_every_min > 1)
    at, mode = lane.dispatch_offset_min % lane.dispatch_every_min, lane.cost_micro[0][0]
    bound(r, Leaf(Prices(trucks=(TruckPrice(lane.id, at, mode, 1, 1),))))
    for run, sentence in (
        ((at + 1, mode), "no truck leaves then"),
        ((at + 10_080, mode), "not in the week"),
        ((at, "by hand"), "no trucks of this customs mode"),
    ):
        assert sentence in problems(r, Leaf(Prices(trucks=(TruckPrice(lane.id, *run, 1, 1),))))
        nothing = Leaf(Prices(branches=(0,)))
        assert sentence in problems(r, Branch(TruckCount(lane.id, *run), 1, nothing, nothing))


def test_branches_with_wrong_prices_or_names_are_told() -> None:
    r = case(0)[0]
    none, one = Leaf(Prices(branches=(0,))), FlightCount()
    positive, negative = Leaf(Prices(branches=(1,))), Leaf(Prices(branches=(-1,)))
    bound(r, Branch(one, 1, positive, negative))
    assert "upper limit is negative" in problems(r, Branch(one, 1, negative, none))
    assert "lower limit is positive" in problems(r, Branch(one, 1, none, positive))
    assert "0 prices of branches, but 1" in problems(r, Branch(one, 1, none, Leaf()))
    assert "no pool" in problems(r, Branch(FlightCount(pool="nobody"), 1, none, none))
    assert "no airport" in problems(r, Branch(FlightCount(station="XXX"), 1, none, none))


def test_a_leaf_is_empty_only_if_its_branches_contradict_each_other() -> None:
    r = case(0)[0]
    empty, one, two = Leaf(empty=True), FlightCount(), FlightCount(pool=r.pools[0].id)
    paid = [Leaf(Prices(branches=(0,) * n)) for n in range(4)]
    bound(r, Branch(one, -1, empty, paid[1]))
    bound(r, Branch(one, 3, paid[1], Branch(one, 2, empty, paid[2])))
    bound(r, Branch(one, 3, Branch(two, 1, Branch(one, 3, paid[3], empty), paid[2]), paid[1]))
    for wrong in (
        empty,
        Branch(one, 0, empty, paid[1]),
        Branch(one, 3, paid[1], Branch(one, 4, empty, paid[2])),
        Branch(one, 3, paid[1], Branch(two, 2, empty, paid[2])),
    ):
        assert "do not contradict each other" in problems(r, wrong)


def test_mutated_certificates_never_prove_too_much() -> None:
    accepted = 0
    for seed, (resolved, plan) in enumerate(solved(range(10))):
        rng = random.Random(seed)
        root = random_tree(resolved, rng, 2)
        text = certificate_to_json(certificate(resolved, root, bound(resolved, root)))
        numbers = list(re.finditer(r"(?<=[ \[])-?\d+(?=[,\]}])", text))
        for _ in range(10):
            spot = rng.choice(numbers)
            value = int(spot.group())
            change = rng.choice([-value, 2 * value, value + 1, value - 1, value // 2, 10**30])
            mutated = f"{text[: spot.start()]}{change}{text[spot.end() :]}"
            try:
                stated = certificate_from_json(mutated)
            except SolutionError:
                continue
            report = verify_certificate(resolved, stated, plan)
            if report.accepted:
                accepted += 1
                least = plan.contribution_micro - ROUNDING_MICRO
                assert stated.bound_micro >= (report.bound_micro or 0) >= least
    assert accepted > 10


def test_what_is_too_large_proves_nothing() -> None:
    r = case(0)[0]
    heavy = tuple(replace(c, revenue_micro=10**16) for c in r.consignments)
    report = verify_certificate(
        replaced := replace(r, consignments=heavy), certificate(replaced, None, NO_BOUND)
    )
    assert not report.accepted
    assert "cannot be recomputed" in report.problems[0]


# --- the whole way ---


def test_the_audit_judges_a_certificate() -> None:
    resolved, plan = solved()[0]
    assert audit(resolved, plan).bound_verified is None
    proven = audit(resolved, plan, certificate=certificate(resolved))
    assert proven.bound_verified
    assert proven.bound_verified_micro == bound(resolved)
    assert proven.certificate_problems == ()
    refused = audit(resolved, plan, certificate=certificate(resolved, None, -(10**15)))
    assert refused.bound_verified is False
    assert refused.bound_verified_micro is None
    assert "prove" in refused.certificate_problems[0]


@pytest.fixture
def solution(tmp_path: Path) -> Iterator[tuple[Path, Path, Certificate]]:
    """An instance, its solution folder with a certificate, and that certificate."""
    instance = case_trucks()
    write_instance(instance, tmp_path / "trucks")
    result = api.solve(instance)
    stated = certificate(result.resolved)
    proven = verify_certificate(result.resolved, stated).bound_micro
    stated = replace(stated, bound_micro=proven or 0)
    folder = write_solution(tmp_path / "solution", result.plan, result.summary(), stated)
    yield tmp_path / "trucks", folder, stated


def told(*arguments: Path | str) -> Result:
    return CliRunner().invoke(app, [str(x) for x in ("audit", *arguments)])


def test_the_command_line_checks_the_certificate_of_a_folder(
    solution: tuple[Path, Path, Certificate], tmp_path: Path
) -> None:
    instance, folder, stated = solution
    proven = told(instance, folder, "-o", tmp_path / "again")
    assert proven.exit_code == 0
    assert re.search(r"bound of [0-9,.]+ USD proven", proven.stdout)
    assert read_certificate(tmp_path / "again") == stated
    assert told(instance, folder / "plan.json").stdout == proven.stdout
    figures = json.loads(told(instance, folder, "--json").stdout)["audit"]
    assert figures["bound_verified"] is True
    assert figures["bound_verified_usd"] == stated.bound_micro / 1e6
    assert figures["certificate_problems"] == []


def test_the_command_line_refuses_a_certificate_that_claims_too_much(
    solution: tuple[Path, Path, Certificate],
) -> None:
    instance, folder, stated = solution
    write_certificate(replace(stated, bound_micro=1), folder / "certificate.json")
    refused = told(instance, folder)
    assert refused.exit_code == 5
    assert "bound NOT proven" in refused.stdout
    assert "certificate: the certificate claims" in refused.stdout
    figures = json.loads(told(instance, folder, "--json").stdout)["audit"]
    assert figures["bound_verified"] is False
    assert len(figures["certificate_problems"]) == 1
    (folder / "certificate.json").write_text("{}")
    assert told(instance, folder).exit_code == 6


def test_a_new_solution_without_a_certificate_takes_the_old_one_away(
    solution: tuple[Path, Path, Certificate],
) -> None:
    instance, folder, _ = solution
    result = api.solve(api.read(instance))
    write_solution(folder, result.plan, result.summary())
    assert not (folder / "certificate.json").exists()


def test_a_tree_on_a_larger_instance() -> None:
    resolved = resolve(ladder("XS", 0, "cyclic"))
    rng = random.Random(0)
    tree = random_tree(resolved, rng, 3)
    report = verify_certificate(resolved, certificate(resolved, tree))
    assert report.accepted
    assert json.loads(certificate_to_json(certificate(resolved, tree)))["version"] == 1


def test_the_published_length_of_the_verifier_is_true() -> None:
    folder = Path(optimizer.__file__).parent / "verify" / "certificate"
    lines = sum(len(path.read_text().splitlines()) for path in folder.glob("*.py"))
    text = " ".join((ROOT / "docs" / "certificate.md").read_text().split())
    assert f"It is {lines:,} lines of Python" in text


def whole(stated: Certificate) -> Certificate:
    return certificate_from_json(certificate_to_json(stated))


def test_a_certificate_says_the_same_after_its_file() -> None:
    resolved, plan = solved()[1]
    stated = certificate(resolved, random_tree(resolved, random.Random(5), 3))
    assert verify_certificate(resolved, whole(stated), plan) == verify_certificate(
        resolved, stated, plan
    )
