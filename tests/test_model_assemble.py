"""From kilograms to exact plans: grams, trucks, tails, itineraries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.resolved import ResolvedInstance
from optimizer.model import Carried, Flown, assemble, itineraries
from optimizer.network import CargoIndex, Carriage, Universe
from optimizer.plan.costing import money_lines
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Rotation
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests.builders import aircraft, consignment, tail, tiny

LANES = (
    Lane(
        origin="Yiwu",
        destination="CGO",
        truck_min=120,
        payload_kg=30_000,
        volume_m3=80,
        usd_per_truck=900,
        dispatch_every_min=360,
    ),
    Lane(
        origin="LUX",
        destination="Liege",
        truck_min=180,
        payload_kg=20_000,
        volume_m3=90,
        usd_per_truck=400,
        dispatch_every_min=240,
    ),
)


def world(tails: int = 1, **dwell: float) -> ResolvedInstance:
    """One light and one dense consignment from Yiwu to Liège by truck, air and truck."""
    return resolve(
        tiny(
            days=4,
            fleet=(tail(count=tails),),
            types=(aircraft(max_payload_t=90, volume_m3=500, turnaround_min=60),),
            lanes=LANES,
            customs=(CustomsMode(mode="standard", export_min=120, import_min=60),),
            demand=(
                consignment(
                    "LIGHT",
                    origin="Yiwu",
                    destination="Liege",
                    weight_kg=70_000,
                    volume_m3=490,
                    due_min=5760,
                    **dwell,
                ),
                consignment(
                    "DENSE",
                    origin="Yiwu",
                    destination="Liege",
                    weight_kg=80_000,
                    volume_m3=123.457,
                    due_min=5760,
                    **dwell,
                ),
            ),
        )
    )


def rotations(resolved: ResolvedInstance) -> list[Rotation]:
    found = Universe(resolved).rotations(resolved.pools[0])
    return sorted(found, key=lambda rotation: rotation.off_block_min)


def outbound(resolved: ResolvedInstance, rotation: Rotation) -> dict[str, Carriage]:
    index = CargoIndex(resolved)
    return {x.offer.consignment.id: x for x in index.carriages(rotation)}


def dispatches(resolved: ResolvedInstance, carriage: Carriage) -> tuple[int, int]:
    """The last feeder dispatch and the first delivery dispatch that suit."""
    index = CargoIndex(resolved)
    return (
        index.feeder_dispatches(carriage.offer, carriage.off_block_min)[-1],
        index.delivery_dispatches(carriage.offer, carriage.on_block_min)[0],
    )


def one_flight(resolved: ResolvedInstance, kg: dict[str, float]) -> Plan:
    rotation = next(r for r in rotations(resolved) if outbound(resolved, r))
    carriages = outbound(resolved, rotation)
    carried = [
        Carried(carriages[name], "x", *dispatches(resolved, carriages[name]), amount)
        for name, amount in kg.items()
    ]
    return assemble(resolved, [Flight("x", resolved.pools[0].id, "", rotation)], carried)


def assert_sound(resolved: ResolvedInstance, plan: Plan) -> None:
    report = audit(resolved, plan)
    assert report.feasible, report.violations
    assert report.costs_match
    assert tuple(money_lines(resolved, plan)) == plan.money


@settings(deadline=None, max_examples=60)
@given(
    light=st.floats(min_value=0, max_value=90_000),
    dense=st.floats(min_value=0, max_value=90_000),
)
def test_whatever_is_wanted_a_plan_is_legal(light: float, dense: float) -> None:
    """Too much for the leg, for the hold, for the offer: grams never exceed a limit."""
    resolved = world()
    plan = one_flight(resolved, {"LIGHT": light, "DENSE": dense})
    assert_sound(resolved, plan)
    for name, wanted in (("LIGHT", light), ("DENSE", dense)):
        assert plan.carried_g.get(name, 0) <= 1000 * wanted * (1 + 3e-6) + 2


def test_equal_itineraries_are_one_load_and_nothing_is_lost() -> None:
    resolved = world()
    rotation = next(r for r in rotations(resolved) if outbound(resolved, r))
    carriage = outbound(resolved, rotation)["DENSE"]
    third = Carried(carriage, "x", *dispatches(resolved, carriage), 80_000 / 3)
    plan = assemble(resolved, [Flight("x", "T1", "", rotation)], [third] * 3)
    assert [load.grams for load in plan.loads] == [80_000_000]
    assert_sound(resolved, plan)


def test_rounding_losses_are_filled_up_to_the_limit() -> None:
    """Sevenths of a consignment, each rounded down to a gram, add up to all of it."""
    resolved, index = world(), CargoIndex(world())
    flights = [r for r in rotations(resolved) if outbound(resolved, r)][12:]
    chosen = [
        flights[0],
        next(r for r in flights if r.off_block_min > flights[0].on_block_min + 60),
    ]
    sevenths = iter((1, 2, 1.5, 2.5))
    carried = []
    for name, rotation in zip("ab", chosen, strict=True):
        carriage = outbound(resolved, rotation)["DENSE"]
        delivery = index.delivery_dispatches(carriage.offer, carriage.on_block_min)[0]
        for feeder in index.feeder_dispatches(carriage.offer, carriage.off_block_min)[-2:]:
            carried.append(Carried(carriage, name, feeder, delivery, 80_000 / 7 * next(sevenths)))
    plan = assemble(
        resolved, [Flight(n, "T1", "", r) for n, r in zip("ab", chosen, strict=True)], carried
    )
    assert len(plan.loads) == 4
    assert plan.carried_g == {"DENSE": 80_000_000}
    assert_sound(resolved, plan)


@pytest.mark.parametrize("excess_kg", [1e-5, -1e-5, 3e-6])
def test_a_solvers_inaccuracy_buys_no_truck(excess_kg: float) -> None:
    plan = one_flight(world(), {"DENSE": 30_000 + excess_kg})
    feeder = next(run for run in plan.trucks if run.lane == "Yiwu-CGO")
    assert (feeder.trucks, plan.carried_g["DENSE"]) == (1, 30_000_000)


def test_trucks_are_the_whole_trucks_that_loads_take() -> None:
    resolved = world()
    plan = one_flight(resolved, {"LIGHT": 12_000, "DENSE": 50_000})
    runs = {run.lane: run.trucks for run in plan.trucks}
    volume = Fraction(84) + Fraction(50_000) / 80_000 * Fraction("123.457")
    assert runs == {"Yiwu-CGO": max(3, -(-volume // 80)), "LUX-Liege": 4}


def test_tails_take_flights_in_turn() -> None:
    resolved = world(tails=2)
    found = rotations(resolved)
    first = found[0]
    chosen = [r for r in found if r.off_block_min in (0, 60, first.on_block_min + 60)]
    flights = [Flight(str(i), "T1", "", r) for i, r in enumerate(reversed(chosen))]
    plan = assemble(resolved, flights, [])
    assert [f.id for f in plan.flights] == ["F1", "F2", "F3"]
    assert [(f.tail, f.rotation.off_block_min) for f in plan.flights] == [
        ("T1-1", 0),
        ("T1-1", first.on_block_min + 60),
        ("T1-2", 60),
    ]
    assert_sound(resolved, plan)
    with pytest.raises(ValueError, match="no tail of pool T1"):
        assemble(resolved, flights, [], returned=["T1-2"])


def test_a_lane_needs_a_dispatch() -> None:
    resolved = world()
    rotation = next(r for r in rotations(resolved) if outbound(resolved, r))
    carriage = outbound(resolved, rotation)["DENSE"]
    with pytest.raises(ValueError, match="needs a dispatch"):
        assemble(
            resolved, [Flight("x", "T1", "", rotation)], [Carried(carriage, "x", None, 0, 1.0)]
        )


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_first_in_first_out_finds_trucks_for_all(data: st.DataObject) -> None:
    """Any legal assignment of kilograms to trucks, forgotten, is found again or replaced."""
    resolved = world(max_dwell_h=14)
    index = CargoIndex(resolved)
    chosen = [r for r in rotations(resolved) if outbound(resolved, r)]
    picked = data.draw(st.lists(st.sampled_from(range(len(chosen))), min_size=1, unique=True))
    flown, feeders, deliveries = [], defaultdict(float), defaultdict(float)
    for number in picked:
        carriage = outbound(resolved, chosen[number])["DENSE"]
        total = 0.0
        for _ in range(data.draw(st.integers(min_value=1, max_value=3))):
            kg = data.draw(st.floats(min_value=0.5, max_value=5000))
            legal = index.feeder_dispatches(carriage.offer, carriage.off_block_min)
            feeders[data.draw(st.sampled_from(legal))] += kg
            legal = index.delivery_dispatches(carriage.offer, carriage.on_block_min)
            deliveries[data.draw(st.sampled_from(legal))] += kg
            total += kg
        flown.append(Flown(carriage, str(number), total))
    found = itineraries(
        resolved, flown, {("DENSE", "Yiwu-CGO"): feeders}, {("DENSE", "LUX-Liege"): deliveries}
    )
    used: dict[int | None, float] = defaultdict(float)
    delivered: dict[int | None, float] = defaultdict(float)
    by_flight: dict[str, float] = defaultdict(float)
    for item in found:
        offer, off = item.carriage.offer, item.carriage.off_block_min
        assert item.feeder_dispatch_min in index.feeder_dispatches(offer, off)
        on = item.carriage.on_block_min
        assert item.delivery_dispatch_min in index.delivery_dispatches(offer, on)
        used[item.feeder_dispatch_min] += item.kg
        delivered[item.delivery_dispatch_min] += item.kg
        by_flight[item.flight] += item.kg
    assert dict(used) == pytest.approx(dict(feeders), abs=1e-6)
    assert dict(delivered) == pytest.approx(dict(deliveries), abs=1e-6)
    assert by_flight == pytest.approx({x.flight: x.kg for x in flown}, abs=1e-6)


def test_cargo_without_lanes_needs_no_trucks() -> None:
    resolved = resolve(tiny())
    rotation = next(iter(Universe(resolved).rotations(resolved.pools[0])))
    carriage = outbound(resolved, rotation)["OUT"]
    assert itineraries(resolved, [Flown(carriage, "x", 5.0)], {}, {}) == [
        Carried(carriage, "x", None, None, 5.0)
    ]


def test_digest_names_what_the_plan_is_for() -> None:
    resolved = world()
    plan = one_flight(resolved, {"DENSE": 1000.0})
    other = replace(resolved, name="other")
    assert not audit(resolved, plan).notes
    assert any("digest" in note for note in audit(other, plan).notes)
