"""C10: kilograms in stock, from the file to the certificate; and what storage costs (K11)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.data import reference
from optimizer.domain.instance import Instance, Prices
from optimizer.domain.resolved import ResolvedInstance, ResolvedStockLimit
from optimizer.domain.stock import StockLimit
from optimizer.engine import explain_left_behind, solve
from optimizer.engine.cargo_table import CargoTable
from optimizer.engine.programme import Programme
from optimizer.engine.stock import StockRows
from optimizer.files import read_instance, write_instance
from optimizer.generate import GeneratorOptions, generate, tiny
from optimizer.model import solve_reference
from optimizer.network import CargoIndex, StockRoom
from optimizer.plan.plan import Plan
from optimizer.plan.stock import stock_waits
from optimizer.report import resolved_tables
from optimizer.report.stock_use import stock_use
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.stock import most_in_stock, times
from optimizer.whatif import edit
from tests import builders, ground_cases
from tests.agreement import agree
from tests.verify_world import KINDS, WEEK, Kind, codes, good_plan, shifted, world

SEEDS = range(52)
RELAXED = 30
"""Of so many instances the optimum without C10 is looked for."""
PROOF_WORK = 400
"""Enough to prove any of them, on every machine."""
WAITS = st.lists(
    st.tuples(st.integers(-40, 60), st.integers(0, 90), st.integers(1, 9)), max_size=6
).map(lambda found: [(start, start + length, grams) for start, length, grams in found])


def limited(r: ResolvedInstance, airport: str, most_g: int) -> ResolvedInstance:
    return replace(r, stock_limits=(ResolvedStockLimit(airport, most_g),))


def _carried(plan: Plan | None) -> Plan:
    assert plan is not None
    return plan


@pytest.mark.parametrize("kind", KINDS)
def test_exact_use_passes_and_a_gram_less_fails(kind: Kind) -> None:
    """At CGO 50 t are ready at once, 40 t come at 1260 and 10 t at 1620; off-blocks are 2880, 3000
    and later. At LUX 50 t wait for 3920 and 3720."""
    for airport, most_g in (("CGO", 100_000_000), ("LUX", 50_000_000)):
        assert codes(limited(world(kind), airport, most_g), good_plan(kind)) == set()
        assert codes(limited(world(kind), airport, most_g - 1), good_plan(kind)) == {"C10"}
    assert codes(limited(world(kind), "LGG", 0), good_plan(kind)) == set()


def test_what_leaves_as_something_comes_does_not_count_with_it() -> None:
    """Half-open: a truck may arrive the minute a flight leaves, not a minute before."""
    r, p = limited(world("dated"), "CGO", 90_000_000), good_plan("dated")
    assert codes(r, p) == {"C10"}
    loads = [x for x in p.loads if x.consignment != "OUT"]
    feeder = p.loads[1].feeder
    assert feeder is not None
    for dispatch, late in ((2160, set()), (1800, {"C10"})):
        later = replace(p.loads[1], feeder=replace(feeder, dispatch_min=dispatch))
        off = 2160 + 900 - 2880  # F1 leaves the minute the later truck arrives
        moved = shifted(replace(p, loads=(p.loads[0], later, *loads)), 0, off)
        moved = shifted(moved, 2, 2160 + 900 + 360 - 3000)
        found = {v.code for v in audit(r, moved).violations if v.code == "C10"}
        assert found == late


def test_a_wait_longer_than_a_week_counts_in_every_week() -> None:
    r, p = world("cyclic"), good_plan("cyclic")
    index = next(i for i, x in enumerate(p.loads) if x.consignment == "LIEGE")
    part = replace(p.loads[index].segments[0], weeks_later=1)
    waits = replace(p.loads[index], segments=(part,))
    alone = replace(p, loads=(waits,))
    for most_g, found in ((100_000_000, False), (99_999_999, True)):
        violations = audit(limited(r, "CGO", most_g), alone).violations
        assert any(v.code == "C10" for v in violations) == found


@given(WAITS, st.sampled_from([None, 24]))
def test_audit_and_room_agree_with_counting_minutes(
    waits: list[tuple[int, int, int]], cycle_min: int | None
) -> None:
    """The sweep of the audit, and the room that engine and assembly count in."""
    minutes = range(24) if cycle_min else range(-40, 160)
    weeks = range(-10, 11) if cycle_min else range(1)
    stock = {m: sum(g for a, b, g in waits for w in weeks if a <= m + w * 24 < b) for m in minutes}
    most, at = most_in_stock(waits, cycle_min)
    assert most == max(stock.values())
    assert not most or stock[at] == most
    for start, end, _ in waits:
        for m in minutes:
            count = sum(start <= m + w * 24 < end for w in weeks)
            assert times(start, end, m, cycle_min) == count


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_room_is_what_the_audit_leaves(kind: Kind, data: st.DataObject) -> None:
    """What is taken with all the room there is uses the limit to the gram, and no more."""
    r, limit = limited(world(kind), "CGO", 1000), 1000
    room, waits = StockRoom(r), []
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, WEEK - 1))
        end = start + data.draw(st.integers(1, 3 * WEEK if kind == "cyclic" else WEEK - start))
        grams = min(data.draw(st.integers(1, 900)), room.room_g("CGO", start, end))
        room.take("CGO", start, end, grams)
        waits.append((start, end, grams))
    assert most_in_stock(waits, WEEK if kind == "cyclic" else None)[0] <= limit
    start, end, _ = waits[-1]
    grams = room.room_g("CGO", start, end)
    cycle = WEEK if kind == "cyclic" else None
    assert most_in_stock([*waits, (start, end, grams)], cycle)[0] <= limit
    assert most_in_stock([*waits, (start, end, grams + 1)], cycle)[0] > limit


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_rows_of_a_loading_know_how_much_waits(kind: Kind, data: st.DataObject) -> None:
    """A kilogram more of each of some waits: as many as keep the limit before every departure."""
    r, most_kg = limited(world(kind), "CGO", 12_000), 12.0
    cargo, cycle = CargoTable(CargoIndex(r)), WEEK if kind == "cyclic" else None
    rotations = [x.rotation for x in good_plan(kind).flights]
    off = [leg.off_block_min for x in rotations for leg in x.legs if leg.origin == "CGO"]
    programme = Programme()
    rows = StockRows(cargo, rotations, cargo.stock, programme)
    waits = []
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, WEEK - 1))
        end = start + data.draw(st.integers(1, 3 * WEEK if cycle else WEEK - start))
        waits.append((start, end))
    together: dict[int, float] = defaultdict(float)
    for start, end in waits:
        for row, factor in rows.entries(("CGO", start, end)):
            together[row] += factor
    column = programme.column(1.0, [(programme.row(1000.0), 1.0), *together.items()])
    solved = programme.solve(10.0, cargo.budget)
    assert solved is not None
    counts = [sum(times(a, b, m - 1, cycle) for a, b in waits) for m in off]
    assert solved[0][column] == pytest.approx(min(1000.0, most_kg / max([*counts, 1e-9])))


def test_cargo_that_changes_aircraft_waits_in_the_terminal() -> None:
    """20 t wait three hours at the hub: with room for 10 t half of it pays for its turn."""
    r = resolve(ground_cases.case_transit(180))
    plan = _carried(solve_reference(r, gap=1e-9).plan)
    assert audit(limited(r, "CGO", 20_000_000), plan).feasible
    broken = audit(limited(r, "CGO", 19_999_999), plan)
    assert [v.code for v in broken.violations] == ["C10"]
    half = limited(r, "CGO", 10_000_000)
    for found in (solve_reference(half, gap=1e-9).plan, solve(half, gap=0, work_limit=50).plan):
        best = _carried(found)
        assert best.carried_g == {"X": 10_000_000}
        assert best.contribution_micro == 18_600_000_000
        assert audit(half, best).feasible


def test_engine_and_reference_agree_and_the_limit_counts() -> None:
    def instance_of(seed: int) -> Instance:
        return tiny(seed, limits=("stock", "transit") if seed % 4 == 3 else ("stock",))

    agree("C10", SEEDS, instance_of, proof_work=PROOF_WORK, relaxed=RELAXED)


def test_both_solvers_and_the_engine_solve_the_hand_worked_case() -> None:
    r = resolve(ground_cases.case_stock())
    found = solve(r, gap=0, work_limit=PROOF_WORK)
    plan = _carried(found.plan)
    assert plan.contribution_micro == 68_200_000_000
    assert audit(r, plan, certificate=found.certificate).feasible
    without = solve_reference(r, relaxed=frozenset(("C10",)), gap=1e-9)
    assert without.value_usd == pytest.approx(83_200)


def test_plans_without_any_model_keep_it() -> None:
    """Construction, improvement and hauling alone: what they make passes the audit."""
    for seed in (3, 11, 13):
        r = resolve(tiny(seed, limits=("stock", "few_trucks", "customs_modes")))
        plan = _carried(solve(r, gap=0, work_limit=15, method="heuristic").plan)
        assert audit(r, plan).feasible


def test_storage_is_paid_from_arrival_to_off_block() -> None:
    """K11 by hand, in USD: by truck, offered at the airport, over the week's end, in transit."""

    def stored(instance: Instance) -> set[int]:
        r = resolve(instance)
        plan = _carried(solve_reference(r, gap=1e-9).plan)
        assert audit(r, plan).costs_match
        lines = [x.amount_micro for x in plan.money if x.code == "K11"]
        return {-sum(lines) // 1_000_000}

    prices = Prices(storage_usd_per_kg_h=0.01)
    assert stored(ground_cases.case_stock()) == {800}  # 40 t, 2 h after the truck
    assert stored(ground_cases.case_transit(180)) == {1200}  # 20 t, 3 h at 0.02
    offered = builders.consignment("D", ready_min=300, weight_kg=20_000, volume_m3=20)
    daily = {"departure_grid_min": 1440}
    at_hub = builders.tiny(prices=prices, universe=daily, demand=(offered,))
    assert stored(at_hub) == {3800}  # ready at 05:00, leaves at midnight: 19 h
    late = builders.consignment(
        "D", ready_min=6 * 1440 + 1200, due_min=8 * 1440, weight_kg=20_000, volume_m3=20
    )
    over = builders.tiny(kind="cyclic", prices=prices, universe=daily, demand=(late,))
    assert stored(over) == {800}  # ready on Sunday at 20:00: 4 h, into the next week
    back = builders.consignment("D", origin="LUX", destination="CGO", ready_min=0)
    inbound = builders.tiny(prices=prices, universe=daily, demand=(back,))
    assert stored(inbound) == {0}  # at a station, and after landing, nothing is stored


def test_the_table_tells_stock_over_time() -> None:
    for r, plan in (
        (resolve(ground_cases.case_stock()), None),
        (limited(world("cyclic"), "CGO", 100_000_000), good_plan("cyclic")),
    ):
        plan = plan or _carried(solve_reference(r, gap=1e-9).plan)
        table = stock_use(r, plan)
        peak = most_in_stock(
            [(a, b, g) for _, a, b, g in stock_waits(r, plan)],
            r.period.length_min if r.period.cyclic else None,
        )[0]
        assert table["stock_kg"].max() == peak / 1000
        assert table["use"].max() == round(peak / r.stock_limits[0].most_g, 4)
        assert (table["stock_kg"] >= 0).all()
        assert table["arrived_kg"].sum() == table["left_kg"].sum()
        changed = table["stock_kg"].diff().iloc[1:] - (table["arrived_kg"] - table["left_kg"])[1:]
        assert (changed.abs() < 1e-6).all()
    assert "stock" in set(resolved_tables.windows(resolve(ground_cases.case_stock()))["rule"])


def test_what_is_left_behind_names_the_stock() -> None:
    instance = ground_cases.case_stock()
    demand = [c.model_copy(update={"due_at": instance.demand[0].ready_at}) for c in instance.demand]
    short = instance.model_copy(
        update={
            "demand": tuple(
                c.model_copy(update={"due_at": builders.consignment(due_min=1800).due_at})
                for c in demand
            )
        }
    )
    r = resolve(short)
    plan = _carried(solve_reference(r, gap=1e-9).plan)
    assert sum(plan.carried_g.values()) == 30_000_000
    assert [x.reason for x in explain_left_behind(r, plan)] == ["stock"]


def test_trucks_share_only_while_there_is_room() -> None:
    """A truck that must leave takes along later cargo, unless that would wait beyond the limit."""
    instance = ground_cases.case_stock()
    for most_kg, expected in ((60_000, 1), (30_000, 2)):
        r = resolve(
            instance.model_copy(update={"stock": (StockLimit(airport="CGO", most_kg=most_kg),)})
        )
        plan = _carried(solve(r, gap=0, work_limit=PROOF_WORK).plan)
        assert len({run.dispatch_min for run in plan.trucks}) == expected


def test_the_audit_derives_it_again() -> None:
    for seed in range(6):
        instance = tiny(seed, limits=("stock",))
        r = resolve(instance)
        plan = Plan(r.name, "", (), (), ())
        assert audit(r, plan, instance=instance, reference=reference()).resolved_match, seed
        for changed in (
            tuple(replace(x, most_g=x.most_g + 1) for x in r.stock_limits),
            r.stock_limits[1:],
        ):
            other = replace(r, stock_limits=changed)
            assert not audit(other, plan, instance=instance, reference=reference()).resolved_match


def test_files_keep_it(tmp_path: Path) -> None:
    instance = tiny(3, limits=("stock",))
    assert instance.stock
    write_instance(instance, tmp_path / "it")
    assert read_instance(tmp_path / "it") == instance


def test_instances_of_any_size_have_it() -> None:
    made = generate(GeneratorOptions(stock=True, destinations=2, consignments=20))
    r = resolve(made)
    assert r.stock_limits
    plan = _carried(solve(r, work_limit=60).plan)
    assert audit(r, plan).feasible


def test_an_edit_states_it_anew() -> None:
    base = ground_cases.case_stock()
    less = edit(base).set_stock(airport="CGO", most_kg=20_000).done()
    assert [(row.airport, row.most_kg) for row in less.stock] == [("CGO", 20_000)]
    both = edit(less).set_stock(airport="LUX", most_kg=1).done()
    assert {row.airport for row in both.stock} == {"CGO", "LUX"}
