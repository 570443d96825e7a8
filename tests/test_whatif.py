"""Edits, scenarios, variants on processes and clusters, and what is told of differences."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from optimizer import read, solve
from optimizer.cli.app import app
from optimizer.domain.instance import Instance
from optimizer.generate import tiny as generated
from optimizer.report.compare import compare
from optimizer.report.compare_text import difference_text, write_difference
from optimizer.report.stored import stored_table
from optimizer.whatif import Scenario, ScenarioError, apply, edit, read_scenario, scenario_of
from optimizer.whatif.curve import Point, curve_svg
from optimizer.whatif.edits import EDITS
from optimizer.whatif.frontier import Priced, frontier_svg, least_usd, most_usd
from optimizer.whatif.outcome import Outcome, curves, outcome
from optimizer.whatif.scenario_page import scenario_page
from optimizer.whatif.sweep import Event, WorkersError, cluster_pool, local_pool, sweep
from optimizer.whatif.variants import (
    SolveOptions,
    Variant,
    from_base,
    is_planned,
    plan_variant,
    save,
)
from tests.ground_cases import case_trucks

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "instances" / "scenarios"
HUB = "zhengzhou-week"


@pytest.fixture(scope="module")
def hub() -> Instance:
    return read(ROOT / "instances" / HUB)


@pytest.fixture(scope="module")
def madrid() -> Instance:
    return read(ROOT / "instances" / "madrid-launch")


def kilograms(instance: Instance, **where: str) -> float:
    return sum(
        c.weight_kg
        for c in instance.demand
        if all(getattr(c, key) == value for key, value in where.items())
    )


# --- edits ---------------------------------------------------------------------------------------


def test_edits_of_demand(hub: Instance) -> None:
    more = edit(hub).scale_demand(origin="Yiwu", by=1.25).done()
    assert kilograms(more, origin="Yiwu") == pytest.approx(1.25 * kilograms(hub, origin="Yiwu"))
    assert kilograms(more, origin="Jinhua") == kilograms(hub, origin="Jinhua")
    none = edit(hub).scale_demand(origin=["Suzhou", "Wuxi"], by=0).done()
    assert {"Suzhou", "Wuxi"}.isdisjoint({c.origin for c in none.demand})
    moved = edit(hub).redirect_demand(origin="Yiwu", share=0.25, new_origin="Hangzhou").done()
    assert kilograms(moved) == pytest.approx(kilograms(hub))
    assert kilograms(moved, origin="Yiwu") == pytest.approx(0.75 * kilograms(hub, origin="Yiwu"))
    late = edit(hub).shift_demand(destination="LUX", hours=6.5).done()
    pairs = [(a, b) for a, b in zip(hub.demand, late.demand, strict=True) if a.destination == "LUX"]
    assert pairs
    assert all((b.ready_at - a.ready_at).total_seconds() == 23400 for a, b in pairs)
    dear = edit(hub).scale_rates(commodity="auto parts", by=2, surcharges_by=0).done()
    for a, b in zip(hub.demand, dear.demand, strict=True):
        factor = 2 if a.commodity == "auto parts" else 1
        assert b.usd_per_chargeable_kg == pytest.approx(factor * a.usd_per_chargeable_kg)
    direct = edit(hub).declare_demand(origin="Yiwu", customs="direct").done()
    assert {c.customs for c in direct.demand if c.origin == "Yiwu"} == {"direct"}


def test_edits_of_the_fleet(hub: Instance, madrid: Instance) -> None:
    tails = sum(row.count for row in hub.fleet)
    fewer = edit(hub).ground_tail(tail="CV-B748F", aircraft=2).done()
    assert sum(row.count for row in fewer.fleet) == tails - 2
    gone = edit(hub).ground_tail(tail="CV-B748F").done()
    assert "CV-B748F" not in {row.tail for row in gone.fleet}
    more = edit(hub).add_tail(tail="X", type="B744F", operator="CV", base="CGO", count=3).done()
    assert sum(row.count for row in more.fleet) == tails + 3
    new = edit(hub).swap_type(operator="CV", type="B744F", new_type="B748F").done()
    assert not [r for r in new.fleet if r.operator == "CV" and r.type == "B744F"]
    tail = madrid.fleet[0].tail
    late = edit(madrid).delay_tail(tail=tail, hours=12).done()
    begins = madrid.fleet[0].available_from or madrid.period.start
    assert late.fleet[0].available_from is not None
    assert (late.fleet[0].available_from - begins).total_seconds() == 12 * 3600
    stop = {"start": "2025-02-18T00:00+08:00", "end": "2025-02-19T00:00+08:00"}
    assert len(edit(madrid).add_maintenance(tail=tail, **stop).done().maintenance) == 1 + len(
        madrid.maintenance
    )


def test_edits_of_airports_and_rights(hub: Instance) -> None:
    more = edit(hub).change_slots(airport="CGO", by=-1000).done()
    assert {row.movements for row in more.slots if row.airport == "CGO"} == {0}
    closed = edit(hub).close_airport(airport="LGG", from_local="23:00", to_local="06:00").done()
    mine = [row for row in closed.curfews if row.airport == "LGG"]
    assert len(mine) == 1 + len([r for r in _reference_curfews("LGG")])
    opened = edit(closed).open_airport(airport="LGG").done()
    assert [row.rule for row in opened.curfews if row.airport == "LGG"] == ["open"]
    shut = edit(hub).close_airspace(permission="RU", country="CN").done()
    for a, b in zip(hub.operators, shut.operators, strict=True):
        assert ("RU" in b.overflight) == ("RU" in a.overflight and a.country != "CN")
    back = edit(shut).open_airspace(permission="RU", country="CN").done()
    assert all("RU" in row.overflight for row in back.operators if row.country == "CN")
    served = edit(hub).open_destination(airport="NBO", operators=["ET"]).done()
    assert [(r.operator, r.discharge) for r in served.rights[len(hub.rights) :]] == [("ET", "NBO")]
    assert edit(hub).add_gateway(airport="NNG").done().gateways == ("CGO", "NNG")
    stands = edit(hub).set_stands(airport="CGO", size_code="F", stands=2).done().stands
    assert [row.stands for row in stands if (row.airport, row.size_code) == ("CGO", "F")] == [2]
    assert {row.size_code for row in stands if row.airport == "CGO"} > {"F"}


def _reference_curfews(airport: str) -> Iterator[Any]:
    from optimizer.data import reference

    return (row for row in reference().curfews if row.airport == airport)


def test_edits_of_money_and_trucks(hub: Instance) -> None:
    assert edit(hub).set_prices(fuel_usd_per_t=900).done().prices.fuel_usd_per_t == 900
    dear = edit(hub).scale_fuel(by=1.5).done()
    assert dear.prices.fuel_usd_per_t == pytest.approx(1.5 * 700, rel=0.5)
    carbon = edit(hub).set_carbon(usd_per_t_co2=90).done().carbon
    assert [(row.origins, row.destinations, row.usd_per_t_co2) for row in carbon] == [((), (), 90)]
    assert edit(hub).set_carbon(usd_per_t_co2=90).set_carbon(usd_per_t_co2=0).done().carbon == ()
    charges = edit(hub).scale_charges(airport="LUX", by=0).done().charges
    assert all(row.scale_usd == row.fixed_usd == 0 for row in charges if row.airport == "LUX")
    assert any(row.airport == "LUX" for row in charges)
    strike = edit(hub).change_lanes(origin="Yiwu", trucks_per_dispatch=0).done()
    assert [row.trucks_per_dispatch for row in strike.lanes if row.origin == "Yiwu"] == [0]
    slow = edit(hub).set_customs(mode="standard", export_min=999, import_min=1).done()
    assert [row.export_min for row in slow.customs if row.mode == "standard"] == [999]


def test_edits_of_any_table(hub: Instance) -> None:
    where = {"airport": "CGO", "from_local": "06:00"}
    new = edit(hub).set_values(table="slots", where=where, values={"movements": 3}).done()
    assert [row.movements for row in new.slots if row.from_local == "06:00"] == [3]
    scaled = edit(hub).scale_values(table="fleet", column="max_block_h", by=0.5).done()
    for a, b in zip(hub.fleet, scaled.fleet, strict=True):
        assert b.max_block_h == (None if a.max_block_h is None else a.max_block_h / 2)
    rows = [{"station": "OSL", "max_rotations": 1}]
    assert len(edit(hub).add_rows(table="markets", rows=rows).done().markets) == 1 + len(
        hub.markets
    )
    assert edit(hub).remove_rows(table="slots").done().slots == ()


def test_the_instance_that_was_edited_stays_as_it_is(hub: Instance) -> None:
    before = hub.model_dump_json()
    edited = edit(hub).scale_demand(by=3).change_slots(airport="CGO", by=5).done("twice")
    assert hub.model_dump_json() == before
    assert edited.name == f"{HUB}+twice"


@given(st.floats(0.2, 5), st.floats(0.2, 5))
@settings(max_examples=20, deadline=None)
def test_edits_of_the_same_cargo_multiply(a: float, b: float) -> None:
    instance = case_trucks()
    one = edit(instance).scale_demand(by=a).scale_demand(by=b).done()
    other = edit(instance).scale_demand(by=a * b).done()
    assert [c.weight_kg for c in one.demand] == pytest.approx([c.weight_kg for c in other.demand])


# --- scenarios -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_shipped_scenarios_make_sense(path: Path, hub: Instance) -> None:
    scenario = read_scenario(path)
    assert scenario.name == path.stem
    assert scenario.description and scenario.provenance
    other = "luxembourg-bridge" if "bridge" in path.stem else HUB
    instance = hub if other == HUB else read(ROOT / "instances" / other)
    for variant in scenario.variants():
        changed = apply(instance, variant)
        assert changed != instance
    assert path.name in (SHIPPED / "README.md").read_text(encoding="utf-8")


WRONG: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
    ({"edit": [{"edit": "scale_demnd", "by": 2}]}, ("no such edit", "'scale_demand'")),
    ({"edit": [{"by": 2}]}, ("value is missing",)),
    ({"edit": []}, ("at least one",)),
    ({"nam": "x", "edit": [{"edit": "scale_fuel", "by": 2}]}, ("unknown key", "'name'")),
    ({"edit": [{"edit": "scale_demand", "by": -1}]}, ("negative", "edit 1.by")),
    ({"edit": [{"edit": "scale_demand", "by": 1, "orgin": "Yiwu"}]}, ("'origin'",)),
    ({"edit": [{"edit": "scale_demand", "by": 1, "origin": "Yiwuu"}]}, ("no row", "'Yiwu'")),
    ({"edit": [{"edit": "ground_tail", "tail": "CV-B744"}]}, ("'CV-B744F'",)),
    ({"edit": [{"edit": "ground_tail", "tail": "CV-B744F", "aircraft": 9}]}, ("2 aircraft",)),
    ({"edit": [{"edit": "swap_type", "new_type": "B747"}]}, ("fleet.csv", "unknown type")),
    ({"edit": [{"edit": "remove_rows", "table": "slot"}]}, ("no such table", "'slots'")),
    (
        {"edit": [{"edit": "set_values", "table": "slots", "values": {"movemens": 1}}]},
        ("no such column", "'movement'"),
    ),
    (
        {"edit": [{"edit": "set_values", "table": "slots", "values": {"movements": "x"}}]},
        ("movements",),
    ),
    (
        {"edit": [{"edit": "scale_values", "table": "fleet", "column": "tail", "by": 2}]},
        ("not hold numbers",),
    ),
    ({"edit": [{"edit": "add_gateway", "airport": "CGO"}]}, ("gateway already",)),
    ({"edit": [{"edit": "redirect_demand", "origin": "Yiwu"}]}, ("new origin",)),
    ({"edit": [{"edit": "set_prices"}]}, ("at least one price",)),
    (
        {"edit": [{"edit": "scale_fuel", "by": 1}], "vary": {"1.bi": [1], "3.by": [1]}},
        ("no such field", "names no edit"),
    ),
    ({"edit": [{"edit": "scale_fuel", "by": 1}], "vary": {"1.by": [1, "x"]}}, ("edit 1.by",)),
)


@pytest.mark.parametrize("document,told", WRONG, ids=lambda x: str(x)[:40])
def test_wrong_scenarios_are_told_all_at_once(
    document: dict[str, Any], told: tuple[str, ...], hub: Instance
) -> None:
    with pytest.raises(ScenarioError) as error:
        for variant in scenario_of(document, file="what.toml").variants():
            apply(hub, variant)
    assert error.value.exit_code == 3
    for text in told:
        assert text in str(error.value).replace("’", "'")


def test_a_file_that_is_no_scenario(tmp_path: Path) -> None:
    for content in (b"edit = [", b"\xff\xfe\x00"):
        path = tmp_path / "x.toml"
        path.write_bytes(content)
        with pytest.raises(ScenarioError, match=r"x\.toml"):
            read_scenario(path)
    with pytest.raises(ScenarioError, match="no such file"):
        read_scenario(tmp_path / "y.toml")


def test_every_combination_is_a_variant() -> None:
    scenario = scenario_of(
        {
            "name": "grid",
            "edit": [{"edit": "scale_demand", "by": 1}, {"edit": "scale_fuel", "by": 1}],
            "vary": {"1.by": [1, 2], "2.by": [0.5, 1, 2]},
        }
    )
    variants = scenario.variants()
    assert len(variants) == 6
    assert variants[-1].name == "grid[by=2,by=2]"
    assert {tuple(e.by for e in v.edits) for v in variants} == {  # type: ignore[attr-defined]
        (a, b) for a in (1, 2) for b in (0.5, 1, 2)
    }


def test_every_edit_is_documented() -> None:
    text = (ROOT / "docs" / "scenarios.md").read_text(encoding="utf-8")
    assert text == scenario_page(), "run: python -m optimizer.whatif.scenario_page docs"
    assert all(f"### {name}" in text for name in EDITS)


def test_a_misspelt_edit_in_python(hub: Instance) -> None:
    with pytest.raises(AttributeError, match="scale_demand"):
        edit(hub).scale_demnd(by=2)


# --- variants ------------------------------------------------------------------------------------


def quick(name: str, by: float, *, work: float = 40) -> Variant:
    instance = apply(
        case_trucks(),
        Scenario(name, (EDITS["scale_demand"](edit="scale_demand", by=by),)),  # type: ignore[call-arg]
    )
    return Variant(name, instance, SolveOptions(work_limit=work))


def test_variants_are_saved_as_they_arrive_and_kept(tmp_path: Path) -> None:
    variants = [quick(f"by {by}", by) for by in (1, 2, 3)]
    events: list[Event] = []
    with local_pool(2) as pool:
        assert sweep(variants[:2], tmp_path, pool, on_event=events.append)
        assert sweep(variants, tmp_path, pool, on_event=events.append)
    assert [e.kind for e in events] == ["planned", "planned", "kept", "kept", "planned"]
    assert all(is_planned(tmp_path, variant) for variant in variants)
    assert not is_planned(tmp_path, quick("by 1", 1, work=41))
    for variant in variants:
        folder = tmp_path / variant.name.replace(" ", "-")
        assert {"plan.json", "report.html", "variant.json"} <= {p.name for p in folder.iterdir()}


def test_a_killed_process_loses_nothing(tmp_path: Path) -> None:
    variants = [quick(f"v{i}", 1 + i / 10, work=200) for i in range(4)]
    events: list[Event] = []
    killed: list[int] = []

    def told(event: Event) -> None:
        events.append(event)
        if event.kind == "planned" and not killed:
            child = multiprocessing.active_children()[0]
            assert child.pid is not None
            os.kill(child.pid, signal.SIGKILL)
            killed.append(child.pid)

    with local_pool(2) as pool:
        assert sweep(variants, tmp_path, pool, on_event=told)
    assert killed
    planned = [event.variant for event in events if event.kind == "planned"]
    assert sorted(planned) == [variant.name for variant in variants]
    assert all(is_planned(tmp_path, variant) for variant in variants)


def test_a_stopped_sweep_goes_on_from_what_it_has(tmp_path: Path) -> None:
    variants = [quick(f"v{i}", 1 + i / 10) for i in range(5)]
    stop = threading.Event()
    with local_pool(1) as pool:
        ended = sweep(
            variants, tmp_path, pool, on_event=lambda _: stop.set(), should_stop=stop.is_set
        )
    assert not ended
    there = [variant for variant in variants if is_planned(tmp_path, variant)]
    assert 1 <= len(there) < 5
    events: list[Event] = []
    with local_pool(1) as pool:
        assert sweep(variants, tmp_path, pool, on_event=events.append)
    assert [e.kind for e in events].count("kept") == len(there)


def test_a_variant_from_its_base_brings_plan_and_prices(tmp_path: Path) -> None:
    base = solve(case_trucks(), work_limit=60)
    base.write(tmp_path / "base")
    cold = quick("by 2", 2)
    warm = from_base(cold, tmp_path / "base")
    assert warm.start is not None
    assert warm.certificate is not None
    assert warm.asked() != replace(warm, certificate=None).asked() != cold.asked()
    planned = plan_variant(warm)
    assert not planned.error
    assert planned.files["certificate.json"] != warm.certificate.encode()
    assert planned.files["plan.json"] == plan_variant(warm).files["plan.json"]
    (tmp_path / "base" / "certificate.json").unlink()
    assert from_base(cold, tmp_path / "base").certificate is None
    assert "certificate" in plan_variant(replace(warm, certificate="{}")).error


def test_an_infeasible_variant_is_an_answer(tmp_path: Path) -> None:
    instance = edit(case_trucks()).scale_values(table="lanes", column="trucks_per_dispatch", by=1)
    hard = instance.add_commitment(commitment="all", min_weight_kg=29_999).done()
    none = edit(hard).set_values(table="lanes", values={"trucks_per_dispatch": 0}).done()
    variant = Variant("none", none, SolveOptions(work_limit=100))
    planned = plan_variant(variant)
    assert planned.error and not planned.files
    events: list[Event] = []
    with local_pool(1) as pool:
        assert sweep([variant], tmp_path, pool, on_event=events.append)
        assert sweep([variant], tmp_path, pool, on_event=events.append)
    assert [event.kind for event in events] == ["failed", "kept"]


def test_nobody_answers_at_the_schedulers_address() -> None:
    with (
        pytest.raises(WorkersError, match="no scheduler answers"),
        cluster_pool("tcp://127.0.0.1:1"),
    ):
        pass


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_whose_worker_is_killed(tmp_path: Path) -> None:
    program = [sys.executable, "-m"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    address = tmp_path / "scheduler.json"
    quiet: Any = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": env}
    scheduler = subprocess.Popen(
        [*program, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
         "--no-dashboard", "--scheduler-file", str(address)], **quiet,
    )  # fmt: skip
    processes = [scheduler]
    try:
        for _ in range(200):
            if address.exists() and address.read_text():
                break
            time.sleep(0.1)
        where = json.loads(address.read_text())["address"]
        workers = [
            subprocess.Popen(
                [*program, "distributed.cli.dask_worker", where, "--nthreads", "1",
                 "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path / f"w{i}")],
                **quiet,
            )
            for i in range(2)
        ]  # fmt: skip
        processes += workers
        variants = [quick(f"v{i}", 1 + i / 10, work=150) for i in range(4)]
        events: list[Event] = []

        def told(event: Event) -> None:
            events.append(event)
            if event.kind == "planned":
                workers[0].kill()

        with cluster_pool(where) as pool:
            assert sweep(variants, tmp_path / "out", pool, on_event=told)
        assert sorted(e.variant for e in events if e.kind == "planned") == [
            variant.name for variant in variants
        ]
    finally:
        for process in processes:
            process.kill()
            process.wait()


# --- differences ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Solutions of a generated instance and of one with half as much cargo again."""
    folder = tmp_path_factory.mktemp("two")
    instance = generated(3)
    more = edit(instance).scale_demand(by=1.5).done("more")
    solve(instance, gap=0).write(folder / "a")
    solve(more, gap=0).write(folder / "b")
    return folder / "a", folder / "b"


def test_nothing_is_different_from_itself(two: tuple[Path, Path]) -> None:
    found = compare(two[0], two[0])
    assert found.difference_usd == 0
    assert len(found.rotations) == len(found.cargo) == len(found.tonnes) == len(found.slots) == 0
    assert found.verdict in ("noise", "equal")
    json.dumps(found.document())


def test_a_difference_adds_up_and_turns_round(two: tuple[Path, Path]) -> None:
    there, back = compare(*two), compare(*two[::-1])
    assert there.difference_usd == pytest.approx(-back.difference_usd)
    assert there.money["difference_usd"].sum() == pytest.approx(there.difference_usd, abs=0.2)
    carried = there.b["carried_kg"] - there.a["carried_kg"]
    assert there.tonnes["difference_t"].sum() * 1000 == pytest.approx(carried, abs=20)
    assert there.cargo["difference_kg"].sum() == pytest.approx(carried, abs=20)
    swap = {"added": "dropped", "dropped": "added", "moved": "moved", "kept": "kept"}
    assert sorted(map(swap.__getitem__, there.rotations["change"])) == sorted(
        back.rotations["change"]
    )
    flights = [len(set(stored_table(folder, "schedule.csv")["flight"])) for folder in two]
    changes = there.rotations["change"].value_counts()
    assert flights[1] - flights[0] == changes.get("added", 0) - changes.get("dropped", 0)


def test_a_verdict_is_never_wrong(two: tuple[Path, Path]) -> None:
    """Both are optimal: what the interval says holds for the optima."""
    found = compare(*two)
    assert found.interval_usd is not None
    low, high = found.interval_usd
    assert low - 1e-6 <= found.difference_usd <= high + 1e-6
    if found.difference_usd > 0.01 * abs(found.a["contribution_usd"]):
        assert found.verdict == "better"


def test_a_difference_is_written_and_told(two: tuple[Path, Path], tmp_path: Path) -> None:
    found = compare(*two)
    folder = write_difference(tmp_path / "difference", found)
    names = {path.name for path in folder.iterdir()}
    tables = {f"{name}.csv" for name, _ in found.tables()}
    assert names == tables | {"difference.txt", "report.html"}
    text = difference_text(found)
    assert "contribution" in text and "rotations" in text
    result = CliRunner().invoke(app, ["compare", str(two[0]), str(two[1]), "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["difference_usd"] == pytest.approx(found.difference_usd)
    assert CliRunner().invoke(app, ["compare", str(two[0]), str(tmp_path)]).exit_code == 6


def test_the_command_from_one_end_to_the_other(tmp_path: Path) -> None:
    scenario = tmp_path / "more.toml"
    scenario.write_text(
        'name = "more"\n[[edit]]\nedit = "scale_demand"\nby = 1\n[vary]\n"1.by" = [1, 2]\n'
    )
    instance, out = str(ROOT / "instances" / "first-steps"), str(tmp_path / "out")
    call = ["whatif", instance, str(scenario), "-o", out, "--time-limit", "20", "--json"]
    first = CliRunner().invoke(app, call)
    assert first.exit_code == 0, first.output
    told = json.loads(first.stdout)
    assert [row["variant"] for row in told["variants"]] == ["base", "more[by=1]", "more[by=2]"]
    assert told["differences"]["more[by=2]"]["verdict"] == "better"
    assert (tmp_path / "out" / "more.svg").read_text().startswith("<svg")
    again = CliRunner().invoke(app, call)
    assert json.loads(again.stdout) == told
    bad = tmp_path / "bad.toml"
    bad.write_text('[[edit]]\nedit = "scale_demand"\nby = 1\norigin = "Nowhere"\n')
    result = CliRunner().invoke(app, ["whatif", instance, str(bad), "-o", str(tmp_path / "no")])
    assert result.exit_code == 3
    assert not (tmp_path / "no").exists()


def test_a_curve_draws_every_point() -> None:
    points = [Point("1", 5.0, 7.0), Point("2", 6.0, 6.5), Point("4", 8.0, 8.0)]
    drawn = curve_svg("slots <LUX>", "movements", points)
    assert drawn.count("<circle") == 3
    assert "&lt;LUX&gt;" in drawn
    assert curve_svg("one", "x", [Point("a", 1, 1), Point("b", 1, 1)]).count("<circle") == 2


# --- contribution against CO2 --------------------------------------------------------------------

PRICES = (0, 60, 400, 1000)


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A generated instance at several prices of CO2, to the optimum."""
    folder = tmp_path_factory.mktemp("carbon")
    instance = generated(2)
    solve(instance, gap=0).write(folder / "base")
    names = []
    for usd in PRICES:
        variant = Variant(
            f"carbon[usd_per_t_co2={usd}]",
            edit(instance).set_carbon(usd_per_t_co2=usd).done(),
            SolveOptions(gap=0),
        )
        save(folder, variant, plan_variant(variant))
        names.append(variant.name)
    return folder, names


def points_of(found: Outcome) -> list[Priced]:
    return [
        Priced(usd, row["co2_t"], row["contribution_usd"] + row["carbon_usd"], row["bound_usd"])
        for usd, row in zip(PRICES, found.table.to_dict("records")[1:], strict=True)
    ]


def test_dearer_carbon_means_less_of_it(priced: tuple[Path, list[str]]) -> None:
    folder, names = priced
    points = points_of(outcome(folder, folder / "base", names))
    tonnes = [p.co2_t for p in points]
    assert tonnes == sorted(tonnes, reverse=True)
    assert tonnes[0] > tonnes[-1]
    for p in points:
        low, high = least_usd(points, p.co2_t), most_usd(points, p.co2_t)
        assert low is not None
        assert p.usd <= low <= high + 0.05 * p.usd_per_t + 1  # tonnes are told to 0.1 t
        others = [q for q in points if q is not p]
        assert p.usd <= most_usd(others, p.co2_t) + 0.05 * max(PRICES) + 1
    assert least_usd(points, min(tonnes) - 1) is None


def test_contribution_against_co2_is_drawn(priced: tuple[Path, list[str]]) -> None:
    folder, names = priced
    found = outcome(folder, folder / "base", names)
    value, against = curves(found)
    assert (value.name, against.name) == ("carbon", "carbon-co2")
    for text in against.texts.values():
        assert text.count("<circle") == len(PRICES)
        assert all(f'data-variant="{name}"' in text for name in names)
    assert "二氧化碳" in against.texts["zh"]
    paid = found.table.copy()
    paid.loc[2, "carbon_usd"] += 1000.0  # a scheme of its own besides the price
    assert [d.name for d in curves(replace(found, table=paid))] == [value.name]


def test_the_bound_on_co2_is_the_least_of_all_prices() -> None:
    points = [Priced(0, 100, 50, 60), Priced(1, 40, 20, 5), Priced(0.5, 90, 45, 12)]
    assert most_usd(points, 100) == 60
    assert most_usd(points, 40) == 12 + 20
    assert most_usd(points, 10) == 5 + 10
    assert least_usd(points, 89) == 20
    drawn = frontier_svg("one", points[:1])
    assert drawn.count("<circle") == 1


def steady(text: str) -> str:
    """Output without what may differ between plans of one value: which rotations moved."""
    rows = (re.sub(r", \d+ moved$", "", row.rstrip()) for row in text.splitlines())
    return "\n".join(row for row in rows if not row.startswith("  moved"))


def test_the_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files, commands and output of ``docs/whatif.md``, one after the other."""
    text = (ROOT / "docs" / "whatif.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for shipped in ("instances", "solutions"):
        (tmp_path / shipped).symlink_to(ROOT / shipped)
    for content in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
        name = re.search(r'^name = "(.*)"', content)
        assert name
        (tmp_path / f"{name[1]}.toml").write_text(content)
    commands = re.findall(r"^    freighter (.*)$", text, re.MULTILINE)
    told = []
    for line in commands:
        if "--scheduler" not in line:
            result = CliRunner().invoke(app, line.split())
            assert result.exit_code == 0, result.output
            told.append(steady(result.stdout))
    assert len(told) == 4
    for block in re.findall(r"```text\n(.*?)\n```", text, re.DOTALL):
        assert any(steady(block) in output for output in told), block
    for content in re.findall(r"```python\n(.*?)```", text, re.DOTALL):
        exec(content, {})
