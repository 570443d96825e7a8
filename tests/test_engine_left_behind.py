"""Why cargo stays behind: every reason on an instance made for it."""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.domain.feeder import Lane
from optimizer.domain.fleet import Operator
from optimizer.domain.rules import Curfew, Market, Right, SlotWindow
from optimizer.engine import LeftBehind, explain_left_behind, solve
from optimizer.generate import tiny as generated
from optimizer.resolve import resolve
from tests import builders
from tests.builders import consignment, tail, tiny

BACK = consignment("BACK", origin="LUX", destination="CGO")


def left(**fields: Any) -> dict[str, LeftBehind]:
    resolved = resolve(tiny(**fields))
    result = solve(resolved, method="heuristic", work_limit=100)
    assert result.plan is not None
    found = explain_left_behind(resolved, result.plan)
    assert all(
        x.grams + result.plan.carried_g.get(x.consignment, 0)
        == resolved.consignment[x.consignment].weight_g
        for x in found
    )
    return {x.consignment: x for x in found}


def lane(**changes: Any) -> Lane:
    fields = {
        "origin": "Yiwu",
        "destination": "CGO",
        "truck_min": 600,
        "payload_kg": 16_000,
        "volume_m3": 88,
        "usd_per_truck": 900,
    }
    return Lane.model_validate(fields | changes)


CASES: dict[str, dict[str, Any]] = {
    "carriers": {
        "demand": (consignment(carriers=("XX",)),),
        "fleet": (tail(), tail("T2", operator="XX", base="CGO")),
        "rights": (Right(operator="XX", uplift="LUX", discharge="CGO", both_ways=False),),
    },
    "rights": {
        "rights": (Right(operator="CV", uplift="LUX", discharge="CGO", both_ways=False),),
        "demand": (consignment(), BACK),
    },
    "time": {"demand": (consignment(origin="Yiwu", due_min=300),), "lanes": (lane(),)},
    "trucks": {
        "demand": (consignment(origin="Yiwu"),),
        "lanes": (lane(trucks_per_dispatch=0),),
    },
    "cut-off": {"demand": (consignment(ready_min=30, due_min=640),)},
    "curfew": {
        "curfews": (
            Curfew(airport="LUX", movement="arrival", from_local="00:00", to_local="24:00"),
        )
    },
    "slot": {
        "slots": (
            SlotWindow(
                airport="LUX",
                movement="arrival",
                from_local="00:00",
                to_local="24:00",
                movements=0,
            ),
        )
    },
    "frequency": {"markets": (Market(station="LUX", max_rotations=0),)},
    "payload": {"demand": (consignment(weight_kg=300_000, due_min=1500),), "days": 2},
    "volume": {
        "demand": (consignment(weight_kg=90_000, volume_m3=1_400, due_min=1500),),
        "days": 2,
    },
    "fleet hours": {
        "demand": (
            consignment("OUT", due_min=1_500, usd_per_chargeable_kg=1, destination="HAN"),
            consignment("MORE", due_min=1_500, usd_per_chargeable_kg=9, weight_kg=90_000),
        ),
        "stations": ("LUX", "HAN"),
        "universe": {"max_stations": 1},
        "days": 2,
    },
    "uneconomic": {"demand": (consignment(usd_per_chargeable_kg=0.001),),
                   "airports": (builders.airport("LUX", ramp_turn_usd=50_000),)},
}  # fmt: skip


@pytest.mark.parametrize("reason", CASES)
def test_reason(reason: str) -> None:
    found = left(**CASES[reason])
    assert found["OUT"].reason == reason, found["OUT"]
    assert found["OUT"].detail


def test_nothing_left_nothing_said() -> None:
    assert left() == {}


def test_carriers_that_are_not_planned() -> None:
    found = left(
        demand=(consignment(carriers=("XX",)),), operators=(Operator(operator="XX", role="given"),)
    )
    assert found["OUT"].reason == "carriers"


@pytest.mark.parametrize("seed", (2, 12, 20, 21, 33, 64))
def test_one_reason_for_every_remainder(seed: int) -> None:
    resolved = resolve(generated(seed))
    plan = solve(resolved, method="heuristic", work_limit=100).plan
    assert plan is not None
    found = explain_left_behind(resolved, plan)
    short = [c.id for c in resolved.consignments if plan.carried_g.get(c.id, 0) < c.weight_g]
    assert [x.consignment for x in found] == short
    assert all(x.grams > 0 and x.reason and x.detail for x in found)
