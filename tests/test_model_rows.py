"""Rows of the reference model: each family against a direct statement of its constraint."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.domain.feeder import Lane
from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.domain.rules import HeldSlot, Market, Right
from optimizer.model import RELAXABLE, ReferenceModel, solve_reference
from optimizer.model.columns import Columns
from optimizer.model.instants import Stay, at_every_instant
from optimizer.model.sets import Sets
from optimizer.network import Universe
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.intervals import peak
from tests.builders import aircraft, airport, consignment, tail, tiny, track

WEEK = 10_080


def families(columns: Columns) -> Counter[str]:
    """Rows by number."""
    names = columns.programme.row_names
    return Counter(re.match(r"[A-Z]+\d+", name)[0] for name in names)  # type: ignore[index]


def contribution(resolved: ResolvedInstance) -> float:
    result = solve_reference(resolved, gap=1e-9)
    assert result.status == "optimal"
    assert result.plan is not None
    assert audit(resolved, result.plan).feasible
    return result.plan.contribution_micro * 1e-6


@pytest.mark.parametrize("kind", ["dated", "cyclic"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_rows_at_instants_say_what_a_peak_says(kind: str, data: st.DataObject) -> None:
    """A choice of flights keeps the rows if and only if no instant has too many stays."""
    sets = Sets(resolve(tiny(kind=kind)))
    columns = Columns(sets)
    number = min(6, len(sets.choices))
    stays = []
    for r in range(number):
        for _ in range(data.draw(st.integers(min_value=0, max_value=2))):
            start = data.draw(st.integers(min_value=0, max_value=WEEK - 1))
            length = data.draw(st.integers(min_value=0, max_value=2 * WEEK + 100))
            stays.append(Stay(start, start + length, sets.choices[r].rotation))
    most = data.draw(st.integers(min_value=0, max_value=4))
    at_every_instant(columns, "row", stays, most)
    flown = [data.draw(st.integers(min_value=0, max_value=1)) for _ in range(number)]
    programme = columns.programme
    values = {columns.x[k]: float(flown[k]) for k in range(number)}
    kept = all(programme.is_kept(row, values, 1e-9) for row in range(programme.rows))
    of = {sets.choices[k].rotation: flown[k] for k in range(number)}
    intervals = [(stay.start_min, stay.end_min) for stay in stays for _ in range(of[stay.rotation])]
    assert kept == (peak(intervals, columns.cycle_min)[0] <= most)


def test_every_family_has_its_rows_and_leaves_with_its_number() -> None:
    resolved = resolve(
        tiny(
            fleet=(tail(max_block_h=60, contract="acmi", acmi_usd_per_block_h=1000),),
            lanes=(
                Lane(
                    origin="Yiwu",
                    destination="CGO",
                    truck_min=60,
                    payload_kg=30_000,
                    volume_m3=90,
                    usd_per_truck=500,
                    trucks_per_dispatch=1,
                ),
            ),
            demand=(
                consignment("A", origin="Yiwu", weight_kg=90_000, volume_m3=600),
                consignment("B", weight_kg=60_000, volume_m3=400),
            ),
            held_slots=(
                HeldSlot(
                    operator="CV",
                    airport="CGO",
                    movement="departure",
                    time_local="01:00",
                    tolerance_min=60,
                ),
            ),
            stands=({"airport": "LUX", "size_code": "F", "stands": 1},),
            types=(aircraft(size_code="E", turnaround_min=60),),
            rights=(Right(operator="CV", uplift="CGO", discharge="LUX", max_flights=2),),
            markets=(Market(station="LUX", max_rotations=2, min_spacing_min=2000),),
        )
    )
    full = families(ReferenceModel(resolved).build().built)
    assert set(full) == {
        "C0",
        "C1",
        "C4",
        "C5",
        "C7",
        "C9",
        "C11",
        "C12",
        "C14",
        "C15",
        "C17",
        "K4",
    }
    for number in ("C4", "C5", "C7", "C9", "C12", "C14", "C15", "C17"):
        left = families(ReferenceModel(resolved, frozenset((number,))).build().built)
        assert set(full) - set(left) <= {number}
        assert left[number] < full[number]


def test_only_known_numbers_can_be_left_out() -> None:
    with pytest.raises(ValueError, match="C99"):
        ReferenceModel(resolve(tiny()), frozenset(("C99",)))
    with pytest.raises(RuntimeError, match="build"):
        _ = ReferenceModel(resolve(tiny())).problem


@pytest.mark.parametrize("number", sorted(RELAXABLE))
def test_leaving_a_number_out_keeps_every_rotation(number: str) -> None:
    resolved = resolve(
        tiny(
            kind="cyclic",
            curfews=(
                {
                    "airport": "LUX",
                    "movement": "any",
                    "from_local": "23:00",
                    "to_local": "06:00",
                },
            ),
            slots=(
                {
                    "airport": "LUX",
                    "movement": "arrival",
                    "from_local": "06:00",
                    "to_local": "12:00",
                    "movements": 1,
                },
            ),
        )
    )
    (pool,) = resolved.pools
    all_of = set(Universe(resolved).rotations(pool))
    assert all_of <= set(Universe(resolved, frozenset((number,))).rotations(pool))


def held(*clocks: str, tolerance_min: int, movement: str = "arrival") -> tuple[HeldSlot, ...]:
    return tuple(
        HeldSlot(
            operator="CV",
            airport="LUX",
            movement=movement,  # type: ignore[arg-type]
            days="1",
            time_local=clock,
            tolerance_min=tolerance_min,
        )
        for clock in clocks
    )


def test_held_slots_are_matched_one_to_one() -> None:
    """Three tails could arrive on Monday; two slots within reach of each other's times."""
    instance = tiny(
        days=2,
        airports=(airport("LUX"),),
        fleet=(tail(count=3),),
        demand=tuple(
            consignment(f"D{i}", due_min=2880, weight_kg=100_000, volume_m3=400) for i in range(3)
        ),
        held_slots=held("12:00", "12:30", tolerance_min=120),
    )
    assert contribution(resolve(instance)) == pytest.approx(400_000)
    more = instance.model_copy(
        update={"held_slots": held("12:00", "12:30", "12:10", tolerance_min=120)}
    )
    assert contribution(resolve(more)) == pytest.approx(600_000)


def test_departures_of_a_station_are_apart_over_the_weeks_end() -> None:
    """Cyclic: with 5,000 min between departures two fit into 10,080; with 5,041 one."""
    for least, rotations in ((5_040, 2), (5_041, 1), (10_080, 1), (10_081, 0)):
        resolved = resolve(
            tiny(
                kind="cyclic",
                fleet=(tail(count=3),),
                demand=(consignment("D", weight_kg=500_000, volume_m3=500, due_min=4 * WEEK),),
                markets=(Market(station="LUX", min_spacing_min=least),),
            )
        )
        assert contribution(resolved) == pytest.approx(200_000 * rotations), least


def test_a_cyclic_tail_rests_at_its_base_over_maintenance() -> None:
    """A pool of one: no rotation meets the window, in whatever week it began."""
    resolved = resolve(tiny(kind="cyclic", universe={"departure_grid_min": 60}))
    (pool,) = resolved.pools
    for window in (Window(600, 6000), Window(9000, 12_000)):
        case = replace(resolved, pools=(replace(pool, maintenance=(window,)),))
        plan = solve_reference(case, gap=1e-9).plan
        assert plan is not None
        assert plan.flights
        assert audit(case, plan).feasible
    busy = replace(resolved, pools=(replace(pool, maintenance=(Window(0, WEEK - 600),)),))
    assert solve_reference(busy, gap=1e-9).value_usd == 0


def test_tails_are_counted_where_they_wait() -> None:
    """Cyclic, two gateways: two flights out before the first comes back take two tails."""
    instance = tiny(
        kind="cyclic",
        gateways=("CGO", "NNG"),
        universe={
            "departure_grid_min": 1440,
            "may_change_gateway": True,
            "max_duration_min": 1500,
        },
        tracks=(track("CGO", "LUX"), track("NNG", "LUX")),
        demand=(
            consignment("A", due_min=1440, weight_kg=100_000),
            consignment("B", ready_min=1440, due_min=2880, weight_kg=100_000),
            consignment("C", origin="LUX", destination="NNG", due_min=2880, weight_kg=100_000),
            consignment("D", origin="LUX", destination="NNG", ready_min=1440, due_min=4320,
                        weight_kg=100_000),
        ),
    )  # fmt: skip
    one = solve_reference(resolve(instance), gap=1e-9)
    two = solve_reference(
        resolve(instance.model_copy(update={"fleet": (tail(count=2),)})), gap=1e-9
    )
    assert one.plan is not None
    assert two.plan is not None
    assert one.value_usd is not None
    assert two.value_usd is not None
    assert one.value_usd <= two.value_usd
    for result, tails in ((one, 1), (two, 2)):
        ends = sorted(
            (leg_time, gateway, change)
            for flight in result.plan.flights  # type: ignore[union-attr]
            for leg_time, gateway, change in (
                (flight.rotation.off_block_min % WEEK, flight.rotation.origin, -1),
                (flight.rotation.on_block_min % WEEK, flight.rotation.destination, 1),
            )
        )
        lowest: Counter[str] = Counter()
        level: Counter[str] = Counter()
        for _, gateway, change in ends:
            level[gateway] += change
            lowest[gateway] = min(lowest[gateway], level[gateway])
        over = sum(f.rotation.on_block_min >= WEEK for f in result.plan.flights)  # type: ignore[union-attr]
        assert -sum(lowest.values()) + over <= tails
