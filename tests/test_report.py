"""Tables, profit and loss and summaries of hand-made plans."""

from __future__ import annotations

import dataclasses
import json
import pickle
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.authorities import CarbonScheme, Support
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.domain.rules import HeldSlot, SlotWindow
from optimizer.plan.costing import price
from optimizer.plan.plan import Flight, Load, Plan, Segment, Truck, TruckRun
from optimizer.plan.rotation import Leg, Rotation
from optimizer.report import airport_lists, cutoffs, performance, pnl, resolved_tables, tables
from optimizer.report.allocation import cells, split
from optimizer.report.clock import Clock
from optimizer.report.readable import is_readable
from optimizer.report.summary import (
    Outcome,
    honest_status,
    most_at_once,
    relative_gap,
    summary,
)
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from tests.builders import aircraft, airport, consignment, tail, tiny, track

DOCS = Path(__file__).parent.parent / "docs"


def hub(kind: str = "dated", **changes: Any) -> ResolvedInstance:
    """Two tails, a technical stop on the way out, trucks, slots, and a price for everything."""
    fields: dict[str, Any] = {
        "kind": kind,
        "stations": ("LUX", "LGG"),
        "universe": {"max_stations": 2, "max_technical_stops": 1, "max_duration_min": 5000},
        "types": (
            aircraft(
                turnaround_min=120,
                ramp_factor=1,
                crew_usd_per_block_h=1500,
                maintenance_usd_per_block_h=1000,
                maintenance_usd_per_cycle=3000,
                lease_usd_per_month=600_000,
            ),
        ),
        "airports": (
            airport("CGO", timezone="Asia/Shanghai", handling_usd_per_kg=0.02,
                    storage_usd_per_kg_h=0.001, fuel_usd_per_t=800, ramp_turn_usd=4000),
            airport("LUX", timezone="Europe/Luxembourg", handling_usd_per_kg=0.03,
                    fuel_usd_per_t=900, ramp_turn_usd=5000, layover_usd=700),
            airport("LGG", timezone="Europe/Brussels", ramp_turn_usd=4500, fuel_usd_per_t=850),
            airport("ALA", timezone="Asia/Almaty", technical_stop=True, ramp_technical_usd=2500,
                    fuel_usd_per_t=700),
        ),
        "tracks": (
            track("CGO", "LUX", navigation_usd_per_km=1),
            track("CGO", "LGG"),
            track("LUX", "LGG", distance_km=200, block_min=60),
            track("CGO", "ALA", distance_km=3500, block_min=270),
            track("ALA", "LUX", distance_km=5200, block_min=400),
        ),
        "fleet": (tail("T", count=2),),
        "demand": (
            consignment("YIW", origin="Yiwu", weight_kg=60_000, volume_m3=300),
            consignment("CGO-LGG", destination="LGG", weight_kg=30_000, volume_m3=240,
                        surcharge_usd_per_kg=0.25),
            consignment("BACK", origin="LUX", destination="CGO", weight_kg=20_000, volume_m3=50),
            consignment("LEFT", weight_kg=40_000, volume_m3=160),
        ),
        "lanes": (
            Lane(origin="Yiwu", destination="CGO", truck_min=900, payload_kg=20_000, volume_m3=88,
                 usd_per_truck=1100, dispatch_every_min=360, dispatch_offset_min=60),
        ),
        "carbon": (CarbonScheme(scheme="LU", origins=("LUX",), usd_per_t_co2=70),),
        "support": (
            Support(authority="H", uplift="CGO", discharge="LUX", usd_per_t=40),
        ),
        "customs": (CustomsMode(mode="standard", export_min=240, import_min=120),),
        "slots": (
            SlotWindow(airport="LUX", movement="any", from_local="00:00", to_local="24:00",
                       movements=1),
        ),
        "held_slots": (
            HeldSlot(operator="CV", airport="CGO", movement="departure", time_local="14:05",
                     tolerance_min=30),
        ),
    }  # fmt: skip
    return resolve(tiny(**(fields | changes)))


def rotation(*legs: tuple[str, str, int, int, str]) -> Rotation:
    """A rotation of CV's T100."""
    return Rotation("CV", "T100", tuple(Leg(*leg) for leg in legs))


def hub_plan(resolved: ResolvedInstance) -> Plan:
    """Two rotations: one by ALA to LUX and LGG, one that only ferries."""
    cyclic = resolved.period.cyclic
    pool = resolved.pools[0]
    long = rotation(
        ("CGO", "ALA", 1800, 2070, "technical"),
        ("ALA", "LUX", 2130, 2530, "full"),
        ("LUX", "LGG", 2700, 2760, "full"),
        ("LGG", "CGO", 2900, 3500, "full"),
    )
    ferry = rotation(("CGO", "LUX", 60, 660, "full"), ("LUX", "CGO", 900, 1500, "full"))
    names = ("", "") if cyclic else pool.tails[:2]
    flights = (Flight("F1", pool.id, names[0], long), Flight("F2", pool.id, names[1], ferry))
    loads = (
        Load("YIW", 25_000_000, Truck("Yiwu-CGO", 420), (Segment("F1", 0, 1),), None),
        Load("YIW", 10_000_001, Truck("Yiwu-CGO", 60), (Segment("F1", 0, 1),), None),
        Load("CGO-LGG", 30_000_000, None, (Segment("F1", 0, 2),), None),
        Load("BACK", 20_000_000, None, (Segment("F1", 2, 3),), None),
    )
    runs = (TruckRun("Yiwu-CGO", 60, "standard", 1), TruckRun("Yiwu-CGO", 420, "standard", 2))
    return price(resolved, Plan(resolved.name, "", flights, loads, runs))


@pytest.fixture(params=["dated", "cyclic"])
def hub_view(request: pytest.FixtureRequest) -> PlanView:
    resolved = hub(request.param)
    return PlanView(resolved, hub_plan(resolved))


def micro(amounts: Any) -> int:
    """Dollars of a column back to the micro-dollar."""
    return sum(round(amount * MICRO) for amount in amounts)


@pytest.mark.parametrize("by", pnl.DIMENSIONS)
def test_profit_and_loss_adds_up_to_the_contribution(hub_view: PlanView, by: Any) -> None:
    table = hub_view.costs.by(by)
    column = "amount_usd" if by == "line" else "contribution_usd"
    assert micro(table[column]) == hub_view.data.contribution_micro
    if by != "line":
        assert micro(table["revenue_usd"]) + micro(table["cost_usd"]) == micro(table[column])
        codes = list(pnl.CODE_COLUMNS.values())
        assert micro(table[codes].to_numpy().ravel()) == hub_view.data.contribution_micro


@pytest.mark.parametrize("by", [d for d in pnl.DIMENSIONS if d != "line"])
def test_every_number_adds_up_in_every_dimension(hub_view: PlanView, by: Any) -> None:
    own: dict[str, int] = defaultdict(int)
    for line in hub_view.data.money:
        own[line.code] += line.amount_micro
    table = hub_view.costs.by(by)
    assert {c: micro(table[col]) for c, col in pnl.CODE_COLUMNS.items() if own[c]} == {
        c: amount for c, amount in own.items() if amount
    }


def test_every_number_occurs_in_the_hub_plan(hub_view: PlanView) -> None:
    absent = {"R3", "K5", "K6", "K12", "K14"}
    assert {line.code for line in hub_view.data.money} == set(pnl.CODE_COLUMNS) - absent


def test_direct_lines_stay_where_they_belong(hub_view: PlanView) -> None:
    by_rotation = hub_view.costs.by("rotation").set_index("flight")
    assert by_rotation.loc["F2", "revenue_usd"] == 0
    assert by_rotation.loc["F2", "K10_trucks_usd"] == 0
    assert by_rotation.loc["F1", "K10_trucks_usd"] == -3300
    by_consignment = hub_view.costs.by("consignment").set_index("consignment")
    assert by_consignment.loc["YIW", "K10_trucks_usd"] == -3300
    assert "LEFT" not in by_consignment.index
    by_leg = hub_view.costs.by("leg")
    stop = by_leg[(by_leg["flight"] == "F1") & (by_leg["leg"] == 1)].iloc[0]
    assert stop["K8_ramp_handling_usd"] == -2500


def test_an_empty_flight_is_borne_by_no_consignment(hub_view: PlanView) -> None:
    nobody = hub_view.costs.by("consignment").set_index("consignment").loc[""]
    ferry = hub_view.costs.by("rotation").set_index("flight").loc["F2"]
    assert nobody["contribution_usd"] == ferry["contribution_usd"] < 0


def test_a_parked_tail_keeps_its_lease() -> None:
    resolved = hub(fleet=(tail("T", count=3),))
    view = PlanView(resolved, hub_plan(resolved))
    tails = view.costs.by("tail").set_index("tail")
    lease = resolved.pools[0].fixed_micro / MICRO
    assert tails["K4_ownership_usd"].round(6).to_dict() == pytest.approx(
        {t: -lease for t in resolved.pools[0].tails}, abs=1e-5
    )
    assert tails.loc["T-3", "contribution_usd"] == tails.loc["T-3", "K4_ownership_usd"]


def test_trucks_that_carry_nothing_are_borne_by_nobody() -> None:
    resolved = hub()
    plan = hub_plan(resolved)
    idle = price(resolved, Plan(plan.instance, "", plan.flights, (), plan.trucks))
    table = pnl.pnl(resolved, idle, "consignment")
    assert table["consignment"].to_list() == [""]
    assert micro(table["contribution_usd"]) == idle.contribution_micro


def test_an_unknown_dimension_is_refused(hub_view: PlanView) -> None:
    with pytest.raises(ValueError, match="rotation, leg, tail"):
        hub_view.costs.by("moon")  # type: ignore[arg-type]


@given(
    amount=st.integers(-(10**15), 10**15),
    weights=st.lists(st.integers(1, 10**12), min_size=1, max_size=20),
)
def test_shares_add_up_and_are_fair(amount: int, weights: list[int]) -> None:
    parts = dict(split(amount, dict(enumerate(weights))))
    assert sum(parts.values()) == amount
    for key, part in parts.items():
        assert abs(part - amount * weights[key] / sum(weights)) <= 1 + abs(amount) * 1e-12


def test_cells_are_no_larger_than_lines(hub_view: PlanView) -> None:
    assert sum(c.amount_micro for c in cells(hub_view.resolved, hub_view.data)) == (
        hub_view.data.contribution_micro
    )
    assert all(c.leg is not None for c in hub_view.costs.cells if c.consignment)


def test_schedule_tells_both_times_loads_and_caps(hub_view: PlanView) -> None:
    schedule = hub_view.schedule
    assert tuple(schedule.columns) == tables.SCHEDULE
    first = schedule.iloc[0]
    assert first["off_block_utc"] == "2025-06-03T06:00+00:00"
    assert first["off_block_local"] == "2025-06-03T14:00+08:00"
    assert first["on_block_local"] == "2025-06-03T15:30+05:00"
    assert schedule["load_kg"].to_list()[:4] == [65_000.001, 65_000.001, 50_000, 20_000]
    assert schedule["direction"].to_list() == [
        "outbound", "outbound", "between", "inbound", "outbound", "inbound",
    ]  # fmt: skip
    assert (schedule["load_kg"] <= schedule["cap_kg"]).all()
    for column in ("off_block", "on_block"):
        pairs = zip(schedule[f"{column}_local"], schedule[f"{column}_utc"], strict=True)
        assert all(datetime.fromisoformat(a) == datetime.fromisoformat(b) for a, b in pairs)


def test_loads_say_when_cargo_is_delivered(hub_view: PlanView) -> None:
    loads = hub_view.loads
    assert micro(loads["kg"] / 1000) == sum(load.grams for load in hub_view.data.loads)
    assert loads["feeder_dispatch_utc"].to_list()[0] == "2025-06-02T07:00+00:00"
    assert loads["delivered_utc"].to_list()[0] == "2025-06-03T18:10+00:00"


def test_trucks_know_how_full_they_are(hub_view: PlanView) -> None:
    trucks = hub_view.trucks
    assert trucks["kg"].to_list() == [10_000.001, 25_000]
    assert trucks["fill"].to_list() == [round(50.000005 / 88, 4), round(125 / 176, 4)]
    assert trucks["cost_usd"].sum() == 3300


def test_break_even_load_earns_nothing() -> None:
    """A rotation that carries exactly its break-even load covers its own cost."""
    resolved = hub()
    table = PlanView(resolved, hub_plan(resolved)).break_even.set_index("flight")
    row = table.loc["F1"]
    at_break_even = row["margin_usd_per_kg"] * row["break_even_kg"]
    assert at_break_even == pytest.approx(row["flight_cost_usd"], rel=1e-3)
    assert row["break_even_with_ownership_kg"] > row["break_even_kg"]
    assert row["break_even_load_factor"] / row["load_factor_weight"] == pytest.approx(
        row["break_even_kg"] / row["carried_kg"], rel=1e-3
    )
    assert table.loc[["F2"], "break_even_kg"].isna().all()


def test_directions_add_up_to_all(hub_view: PlanView) -> None:
    table = hub_view.load_factors
    for _, group in table.groupby(["scope", "key"]):
        whole = group[group["direction"] == "all"].iloc[0]
        parts = group[group["direction"] != "all"]
        assert parts["legs"].sum() == whole["legs"]
        assert abs(parts["tonne_km"].sum() - whole["tonne_km"]) <= len(parts)


def test_hours_of_each_tail(hub_view: PlanView) -> None:
    table = hub_view.utilisation
    assert table["block_hours"].sum() == pytest.approx((270 + 400 + 60 + 600 + 1200) / 60, abs=0.01)
    assert table["tails"].sum() == 2
    per_day = table["block_hours"] / table["days"] / table["tails"]
    assert table["block_hours_per_day"].to_list() == pytest.approx(per_day.to_list(), abs=0.006)


def test_slot_list_counts_windows_and_matches_held_slots(hub_view: PlanView) -> None:
    slots = hub_view.slots
    assert set(slots["airport"]) == {"CGO", "LUX"}
    held = slots[slots["held_slot"] != ""]
    assert held["flight"].to_list() == ["F1"]
    use = hub_view.slot_use
    at_lux = slots[slots["airport"] == "LUX"]
    listed = sum(len(windows.split(";")) for windows in at_lux["windows"] if windows)
    assert use["used"].sum() == listed == 4
    assert (use["used"] > use["movements"]).any()


def test_held_slots_are_matched_one_to_one() -> None:
    """The greedy choice for the first movement would leave the second one without a slot."""
    resolved = hub(
        held_slots=(
            HeldSlot(operator="CV", airport="CGO", movement="departure", time_local="08:30",
                     tolerance_min=40),
            HeldSlot(operator="CV", airport="CGO", movement="departure", time_local="09:05",
                     tolerance_min=5),
        )
    )  # fmt: skip
    pool = resolved.pools[0]
    flights = tuple(
        Flight(name, pool.id, pool.tails[i], rotation(("CGO", "LUX", at, at + 600, "full")))
        for i, (name, at) in enumerate((("F1", 62), ("F2", 10)))
    )
    listed = [m for m in airport_lists.movements(Plan("x", "", flights, (), ())) if m.leg == 0]
    departures = [m for m in listed if m.kind == "departure"]
    assert len(airport_lists.match_held_slots(resolved, departures)) == 2


@given(st.integers(0, 20_000), st.integers(1, 3000), st.integers(0, 3000))
def test_the_cut_off_is_the_last_truck_in_time(by_min: int, every: int, offset: int) -> None:
    lane = hub().lanes[0].__class__(
        id="L", origin="A", destination="CGO", truck_min=900, payload_g=1, volume_cm3=1,
        cost_micro=(), dispatch_every_min=every, dispatch_offset_min=offset,
        trucks_per_dispatch=None,
    )  # fmt: skip
    latest = cutoffs.latest_dispatch_min(lane, by_min)
    assert latest + 900 <= by_min < latest + every + 900
    assert (latest - offset) % every == 0


def test_truck_cutoffs_name_the_booked_weight(hub_view: PlanView) -> None:
    table = hub_view.truck_cutoffs.set_index("flight")
    row = table.loc["F1"]
    assert row["latest_dispatch_utc"] == "2025-06-02T07:00+00:00"
    assert row["cut_off_local"] == "2025-06-03T10:00+08:00"
    assert row["booked_kg"] == 35_000.001
    assert table.loc["F2", "booked_kg"] == 0


def test_a_cyclic_week_keeps_the_offset_it_starts_with() -> None:
    clock = Clock(hub("cyclic", start="2025-10-13T00:00Z"))
    assert clock.local(14 * 1440, "LUX") == "2025-10-27T02:00+02:00"
    dated = Clock(hub("dated", days=20, start="2025-10-13T00:00Z"))
    assert dated.local(14 * 1440, "LUX") == "2025-10-27T01:00+01:00"


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 250)), max_size=8))
def test_most_at_once_counts_every_week(spans: list[tuple[int, int]]) -> None:
    spans = [(start, start + length) for start, length in spans]
    instants = range(100)
    counted = [sum(a <= t + 100 * k < b for a, b in spans for k in range(5)) for t in instants]
    assert most_at_once(spans, 100) == max(counted)


def outcome(**changes: Any) -> Outcome:
    fields: dict[str, Any] = {
        "status": "time_limit",
        "bound_micro": 10**12,
        "gap_tolerance": 0.01,
        "seconds": 3.25,
        "seed": 7,
        "method": "heuristic",
        "solver_version": "0",
        "rule_of_thumb_micro": -5 * 10**9,
    }
    return Outcome(**(fields | changes))


KEYS = (
    "schema_version", "instance", "instance_digest", "solver_version", "seed", "status",
    "contribution_usd", "bound_usd", "gap", "seconds", "offered_kg", "carried_kg",
    "left_behind_kg", "rotations", "legs", "block_hours", "tails_used", "load_factor_weight",
    "load_factor_volume", "audit",
)  # fmt: skip


def test_summary_holds_what_machines_rely_on(hub_view: PlanView) -> None:
    figures = summary(hub_view.resolved, hub_view.data, outcome=outcome())
    assert set(KEYS) <= figures.keys()
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert figures["offered_kg"] == 150_000
    assert figures["carried_kg"] + figures["left_behind_kg"] == figures["offered_kg"]
    assert figures["revenue_usd"] - figures["cost_usd"] == pytest.approx(
        figures["contribution_usd"], abs=1e-6
    )
    assert sum(figures["money_usd"].values()) == pytest.approx(figures["contribution_usd"])
    assert figures["gap"] == (1e6 - figures["contribution_usd"]) / 1e6
    assert figures["plan_adds_usd"] == pytest.approx(figures["contribution_usd"] + 5000)
    assert figures["tails_used"] == (1 if hub_view.resolved.period.cyclic else 2)


def test_summary_without_a_plan() -> None:
    figures = summary(hub(), None, outcome=outcome(status="infeasible"))
    assert set(KEYS) <= figures.keys()
    assert figures["contribution_usd"] is figures["gap"] is figures["bound_usd"] is None
    assert figures["carried_kg"] == figures["legs"] == 0
    assert "no plan" in summary_text(hub(), figures)


@given(st.floats(0, 1), st.floats(0, 1))
def test_optimal_is_said_only_of_a_closed_gap(gap: float, asked: float) -> None:
    status = honest_status("optimal", gap, asked)
    assert (status == "optimal") == (gap <= 1e-6)
    if status == "gap_reached":
        assert gap <= asked


def test_gap_of_nothing() -> None:
    assert relative_gap(0, 0) == 0
    assert relative_gap(-1, 0) == float("inf")
    assert relative_gap(-300, -100) == 2


def test_summary_text_reads_like_a_mail(hub_view: PlanView) -> None:
    figures = summary(hub_view.resolved, hub_view.data, outcome=outcome())
    text = summary_text(hub_view.resolved, figures)
    assert "85.0 t of 150.0 t offered" in text
    assert "2 rotations, 6 legs" in text
    assert "rule of thumb" in text
    assert all(len(line) <= 120 for line in text.splitlines())


def test_what_carries_nothing_has_no_unit_cost(hub_view: PlanView) -> None:
    resolved = hub_view.resolved
    nothing = Plan("hub", "", (), (), ())
    figures = summary(resolved, nothing, outcome=outcome(), audit=None)
    assert figures["cost_usd_per_kg"] is figures["cost_usd_per_tonne_km"] is None
    assert "unit cost" not in summary_text(resolved, figures)


def test_cargo_carried_twice_is_not_taken_off_what_stays_behind(hub_view: PlanView) -> None:
    resolved, plan = hub_view.resolved, hub_view.data
    before = summary(resolved, plan)["left_behind_kg"]
    whole = next(
        load for load in plan.loads if load.grams == resolved.consignment[load.consignment].weight_g
    )
    twice = dataclasses.replace(plan, loads=(*plan.loads, whole))
    assert summary(resolved, twice)["left_behind_kg"] == before


def test_a_foreign_leg_leaves_its_capacity_blank() -> None:
    resolved = hub()
    pool = resolved.pools[0]
    odd = rotation(("CGO", "ALA", 0, 60, "full"), ("ALA", "LGG", 100, 900, "full"))
    plan = Plan("hub", "", (Flight("F", pool.id, pool.tails[0], odd),), (), ())
    schedule = tables.schedule(resolved, plan)
    assert schedule["cap_kg"].isna().to_list() == [False, True]
    assert performance.load_factors(resolved, plan)["legs"].max() == 2
    assert is_readable(resolved, plan)


@pytest.mark.parametrize(
    "load",
    [
        Load("NOBODY", 1, None, (Segment("F1", 0, 0),), None),
        Load("YIW", 1, None, (Segment("F9", 0, 0),), None),
        Load("YIW", 1, None, (Segment("F1", 0, 9),), None),
        Load("YIW", 1, None, (), None),
        Load("YIW", 1, Truck("Mars-CGO", 0), (Segment("F1", 0, 0),), None),
    ],
)
def test_plans_that_name_what_is_not_there_are_not_readable(load: Load) -> None:
    resolved = hub()
    plan = hub_plan(resolved)
    assert is_readable(resolved, plan)
    broken = Plan(plan.instance, "", plan.flights, (*plan.loads, load), plan.trucks)
    assert not is_readable(resolved, broken)


def test_nothing_flown_makes_empty_tables() -> None:
    resolved = hub()
    view = PlanView(resolved, price(resolved, Plan(resolved.name, "", (), (), ())))
    assert view.schedule.empty
    assert view.truck_cutoffs.empty
    assert view.slots.empty
    assert view.break_even.empty
    assert view.utilisation["flights"].sum() == 0
    assert micro(view.costs.by("tail")["contribution_usd"]) == view.data.contribution_micro < 0


def test_a_view_can_be_pickled(hub_view: PlanView) -> None:
    before = hub_view.costs.by("rotation")
    again = pickle.loads(pickle.dumps(hub_view))
    assert again.costs.by("rotation").equals(before)


def test_resolved_tables_tell_the_binding_limit() -> None:
    resolved = hub()
    legs = resolved_tables.legs(resolved)
    assert len(legs) == len(resolved.legs)
    assert set(legs["cap_limit"]) <= {
        "structure", "take-off weight", "fuel capacity", "landing weight",
    }  # fmt: skip
    for table in resolved_tables.RESOLVED_FILES.values():
        table(resolved)
