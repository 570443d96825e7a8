"""C11 and C12: break a good plan in just one way, and that number alone is reported."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Truck, TruckRun
from tests.verify_world import KINDS, WEEK, Kind, codes, edit, good_plan, with_consignment, world


@pytest.mark.parametrize("kind", KINDS)
def test_c11_limits(kind: Kind) -> None:
    """Every limit in time at its exact use, and a minute beyond."""
    r, p = world(kind), good_plan(kind)
    f2 = p.flights[1].rotation.legs

    def feeder(**changes: Any) -> ResolvedInstance:
        return replace(r, lanes=edit(r.lanes, 0, **changes))

    def customs(airport: str, **changes: Any) -> ResolvedInstance:
        index = [m.airport for m in r.customs].index(airport)
        return replace(r, customs=edit(r.customs, index, **changes))

    assert codes(with_consignment(r, 0, ready_min=360), p) == set()
    assert codes(with_consignment(r, 0, ready_min=361), p) == {"C11"}  # feeder leaves at 360
    exact = 3000 - 720 - 360  # second load of OUT: dispatch 720, export 360, off-block 3000
    assert codes(feeder(truck_min=exact), p) == set()
    assert codes(feeder(truck_min=exact + 1), p) == {"C11"}
    assert codes(customs("CGO", export_min=3000 - 720 - 900), p) == set()
    assert codes(customs("CGO", export_min=3000 - 720 - 899), p) == {"C11"}
    assert codes(customs("LUX", export_min=3680), p) == set()  # BACK, ready 0, leaves at 3680
    assert codes(customs("LUX", export_min=3681), p) == {"C11"}
    assert codes(with_consignment(r, 2, ready_min=f2[0].off_block_min - 360), p) == set()
    assert codes(with_consignment(r, 2, ready_min=f2[0].off_block_min - 359), p) == {"C11"}
    assert codes(with_consignment(r, 2, due_min=f2[0].on_block_min + 240), p) == set()
    assert codes(with_consignment(r, 2, due_min=f2[0].on_block_min + 239), p) == {"C11"}
    assert codes(customs("CGO", import_min=4680 - 4320), p) == set()  # F3 on-block 4320
    assert codes(customs("CGO", import_min=4680 - 4319), p) == {"C11"}
    assert codes(with_consignment(r, 1, due_min=4680 + 900), p) == set()
    assert codes(with_consignment(r, 1, due_min=4680 + 899), p) == {"C11"}


@pytest.mark.parametrize("kind", KINDS)
def test_c11_longest_dwell(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    f2 = p.flights[1].rotation.legs
    arrives, leaves = 360 + 900, 2880
    assert codes(with_consignment(r, 0, max_dwell_min=leaves - arrives), p) == set()
    assert codes(with_consignment(r, 0, max_dwell_min=leaves - arrives - 1), p) == {"C11"}
    assert codes(with_consignment(r, 2, max_dwell_min=f2[0].off_block_min), p) == set()
    assert codes(with_consignment(r, 2, max_dwell_min=f2[0].off_block_min - 1), p) == {"C11"}


@pytest.mark.parametrize("kind", KINDS)
def test_c11_trucks_leave_at_dispatches(kind: Kind) -> None:
    r, p = world(kind), good_plan(kind)
    off_beat = replace(
        p,
        loads=edit(p.loads, 1, feeder=Truck("Yiwu-CGO", 721)),
        trucks=edit(p.trucks, 1, dispatch_min=721),
    )
    assert codes(r, off_beat) == {"C11"}
    off_beat = replace(
        p,
        loads=tuple(
            replace(x, delivery=Truck("CGO-Yiwu", 4681)) if x.delivery else x for x in p.loads
        ),
        trucks=edit(p.trucks, 2, dispatch_min=4681),
    )
    assert codes(r, off_beat) == {"C11"}
    empty = replace(p, trucks=(*p.trucks, TruckRun("Yiwu-CGO", 1, "standard", 1)))
    assert codes(r, empty) == {"C11"}
    assert codes(replace(r, lanes=edit(r.lanes, 0, dispatch_offset_min=10)), p) == {"C11"}
    assert codes(replace(r, lanes=edit(r.lanes, 0, dispatch_offset_min=720)), p) == set()


def test_c11_and_c12_weeks_later() -> None:
    """Cargo ready at the end of the week flies in the next one; its truck counts in its week."""
    r, p = world("cyclic"), good_plan("cyclic")
    r = with_consignment(r, 0, ready_min=9000, due_min=2 * WEEK)
    later = [
        replace(
            load,
            feeder=Truck("Yiwu-CGO", load.feeder.dispatch_min + WEEK),
            segments=(replace(load.segments[0], weeks_later=1),),
        )
        for load in p.loads[:2]
        if load.feeder is not None
    ]
    next_week = replace(p, loads=(*later, *p.loads[2:]))
    assert codes(r, next_week) == set()
    assert codes(r, p) == {"C11"}


@pytest.mark.parametrize("kind", KINDS)
def test_c12_trucks(kind: Kind) -> None:
    """40 t and 160 m3 on two trucks, 10 t and 40 m3 on one."""
    r, p = world(kind), good_plan(kind)

    def feeder(**changes: Any) -> ResolvedInstance:
        return replace(r, lanes=edit(r.lanes, 0, **changes))

    assert codes(feeder(payload_g=20_000_000), p) == set()
    assert codes(feeder(payload_g=19_999_999), p) == {"C12"}
    assert codes(feeder(volume_cm3=80_000_000), p) == set()
    assert codes(feeder(volume_cm3=79_999_999), p) == {"C12"}
    assert codes(feeder(trucks_per_dispatch=2), p) == set()
    assert codes(feeder(trucks_per_dispatch=1), p) == {"C12"}
    assert codes(r, replace(p, trucks=edit(p.trucks, 2, trucks=2))) == {"C12"}
    assert codes(r, replace(p, trucks=p.trucks[1:])) == {"C12"}
    split = (TruckRun("Yiwu-CGO", 360, "standard", 1),) * 2
    assert codes(r, replace(p, trucks=(*split, *p.trucks[1:]))) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_c12_modes_share_what_is_available(kind: Kind) -> None:
    """Trucks of another customs mode carry nothing of this one, but count as trucks."""
    r, p = world(kind), good_plan(kind)
    other = replace(p, trucks=edit(p.trucks, 0, customs="direct"))
    assert codes(r, other) == {"C12"}
    both = replace(p, trucks=(*p.trucks, TruckRun("Yiwu-CGO", 360, "direct", 1)))
    for most, found in ((3, set()), (2, {"C12"})):
        limited = replace(r, lanes=edit(r.lanes, 0, trucks_per_dispatch=most))
        assert codes(limited, both) == found


def test_c12_cyclic_dispatches_count_modulo_the_week() -> None:
    r, p = world("cyclic"), good_plan("cyclic")
    assert codes(r, replace(p, trucks=edit(p.trucks, 0, dispatch_min=360 - WEEK))) == set()
    assert codes(r, replace(p, trucks=edit(p.trucks, 0, dispatch_min=360 + 3 * WEEK))) == set()
