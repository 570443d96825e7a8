"""Consignments, lanes, customs and the fleet."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer.domain.instance import Prices
from optimizer.domain.resolved import Access, ResolvedPool, Window
from optimizer.resolve import resolve
from tests.builders import aircraft, consignment, minute_iso, tail, tiny
from tests.ground_cases import case_trucks
from tests.money_cases import case_acmi

YIWU = {
    "origin": "Yiwu",
    "destination": "CGO",
    "truck_min": 900,
    "payload_kg": 32_000,
    "volume_m3": 88,
    "usd_per_truck": 900,
}
PARIS = YIWU | {"origin": "LUX", "destination": "Paris", "truck_min": 300}
FAST = {"mode": "fast", "export_min": 60, "import_min": 45, "truck_cost_factor": 1.5}


def amount(low: str, high: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(low, high, places=3, allow_nan=False)


@given(weight=amount("0.001", "300000"), volume=amount("0.001", "2000"), rate=amount("0", "20"))
def test_freight_is_exact_in_stated_decimals(
    weight: Decimal, volume: Decimal, rate: Decimal
) -> None:
    row = consignment(
        weight_kg=float(weight),
        volume_m3=float(volume),
        usd_per_chargeable_kg=float(rate),
        surcharge_usd_per_kg=float(rate),
    )
    (found,) = resolve(tiny(demand=(row,))).consignments
    chargeable = max(weight, volume * Decimal("166.67"))

    def whole(value: Decimal) -> int:
        return int(value.to_integral_value(ROUND_HALF_UP))

    assert (found.weight_g, found.volume_cm3) == (1000 * weight, 10**6 * volume)
    assert found.chargeable_g == whole(1000 * chargeable)
    assert found.revenue_micro == whole(10**6 * rate * chargeable)
    assert found.surcharge_micro == whole(10**6 * rate * weight)


def test_the_volumetric_standard_may_be_stated() -> None:
    row = consignment(weight_kg=1, volume_m3=1)
    for prices, chargeable_g in ((Prices(), 166_670), (Prices(chargeable_kg_per_m3=200), 200_000)):
        assert resolve(tiny(demand=(row,), prices=prices)).consignments[0].chargeable_g == (
            chargeable_g
        )


def test_cargo_starts_at_airports_and_at_the_ends_of_lanes() -> None:
    demand = (
        consignment("A", origin="Yiwu", destination="Paris"),
        consignment("B", origin="CGO", destination="LUX"),
    )
    resolved = resolve(tiny(demand=demand, lanes=(YIWU, PARIS)))
    a, b = resolved.consignments
    assert (a.uplifts, a.discharges) == (
        (Access("CGO", "Yiwu-CGO"),),
        (Access("LUX", "LUX-Paris"),),
    )
    assert (b.uplifts, b.discharges) == ((Access("CGO", None),), (Access("LUX", None),))
    assert [x.id for x in resolved.lanes] == ["LUX-Paris", "Yiwu-CGO"]


def test_lanes_without_cargo_are_left_out() -> None:
    assert not resolve(tiny(lanes=(YIWU,))).lanes


def test_customs_are_looked_up_by_airport_and_price_trucks() -> None:
    demand = (
        consignment("A", origin="Yiwu", customs="fast"),
        consignment("B", origin="Yiwu"),
    )
    rows = (FAST, FAST | {"airport": "LUX", "import_min": 200})
    resolved = resolve(tiny(demand=demand, lanes=(YIWU,), customs=rows))
    assert resolved.lane["Yiwu-CGO"].cost_micro == (
        ("fast", 1_350_000_000),
        ("standard", 900_000_000),
    )
    minutes = {key: (m.export_min, m.import_min) for key, m in resolved.customs_at.items()}
    assert minutes == {
        ("fast", "CGO"): (60, 45),
        ("fast", "LUX"): (60, 200),
        ("standard", "CGO"): (0, 0),
        ("standard", "LUX"): (0, 0),
    }


def test_only_planned_operators_carry() -> None:
    operators = ({"operator": "ZZ", "role": "given"}, {"operator": "UU"})
    fleet = (tail(), tail("U1", operator="UU"), tail("Z1", operator="ZZ", type="?", base="ZZZ"))
    demand = (consignment("A"), consignment("B", carriers="UU;ZZ"), consignment("C", carriers="ZZ"))
    resolved = resolve(tiny(operators=operators, fleet=fleet, demand=demand))
    assert [c.operators for c in resolved.consignments] == [("CV", "UU"), ("UU",), ()]
    assert set(resolved.operator) == {"CV", "UU"}
    assert [p.id for p in resolved.pools] == ["T1", "U1"]


def test_times_are_minutes_and_cyclic_ones_begin_in_the_week() -> None:
    row = consignment(ready_min=-60, due_min=20_000, max_dwell_h=1.5)
    (dated,) = resolve(tiny(demand=(row,))).consignments
    assert (dated.ready_min, dated.due_min, dated.max_dwell_min) == (-60, 20_000, 90)
    (cyclic,) = resolve(tiny(kind="cyclic", demand=(row,))).consignments
    assert (cyclic.ready_min, cyclic.due_min) == (10_020, 30_080)


def test_the_truck_case_fits_to_the_gram() -> None:
    resolved = resolve(case_trucks())
    (lane,), (cargo,) = resolved.lanes, resolved.consignments
    most_g = 2 * lane.volume_cm3 * cargo.weight_g // cargo.volume_cm3
    assert most_g == 22_880_000
    assert cargo.revenue_micro * most_g // cargo.weight_g == 2_288_000_000


# --- fleet ---------------------------------------------------------------------------------------


def pools(*rows: Any, **fields: Any) -> dict[str, ResolvedPool]:
    return resolve(tiny(fleet=rows, **fields)).pool


def test_like_tails_are_one_pool() -> None:
    (pool,) = pools(tail("T", count=3)).values()
    assert (pool.id, pool.tails, pool.size) == ("T", ("T-1", "T-2", "T-3"), 3)


@pytest.mark.parametrize("terms", [{"max_block_h": 90}, {"min_block_h": 10}, {"contract": "acmi"}])
def test_tails_with_hours_or_acmi_terms_are_pools_of_their_own_if_dated(
    terms: dict[str, Any],
) -> None:
    row = tail("T", count=2, **terms)
    assert set(pools(row)) == {"T-1", "T-2"}
    assert set(pools(row, kind="cyclic")) == {"T"}


def test_a_line_begins_and_ends_where_stated() -> None:
    row = tail(
        start_airport="LUX",
        end_airport="MAD",
        available_from=minute_iso(-90),
        available_until=minute_iso(4000),
    )
    pool = pools(row, stations=("LUX", "MAD"))["T1"]
    assert (pool.start_airport, pool.base, pool.end_airport) == ("LUX", "CGO", "MAD")
    assert (pool.available_from_min, pool.available_until_min) == (0, 4000)


def test_leases_and_guarantees_count_days_of_the_month() -> None:
    pool = resolve(case_acmi()).pool["T1"]
    assert (pool.guarantee_min, pool.acmi_micro_per_block_h) == (56 * 60, 5_200_000_000)
    assert (pool.acmi, pool.returnable, pool.fixed_micro) == (True, False, 0)
    assert resolve(case_acmi(committed=False)).pool["T1"].returnable
    owned = pools(tail(lease_usd_per_month=300_000), days=7)["T1"]
    assert owned.fixed_micro == 70_000_000_000
    february = pools(tail(lease_usd_per_month=280_000), days=7, start="2025-02-03T00:00Z")["T1"]
    assert february.fixed_micro == 70_000_000_000


def test_a_wet_lease_does_not_pay_the_lease_of_its_type() -> None:
    type_ = aircraft(lease_usd_per_month=300_000, acmi_usd_per_block_h=5000)
    wet, dry = tail("W", contract="acmi"), tail("D", acmi_guarantee_h_per_month=100)
    found = pools(wet, dry, types=(type_,))
    assert (found["W"].fixed_micro, found["W"].acmi_micro_per_block_h) == (0, 5_000_000_000)
    assert found["D"].fixed_micro == 70_000_000_000
    assert (found["D"].acmi_micro_per_block_h, found["D"].guarantee_min) == (0, 0)


def test_maintenance_that_touches_the_period_counts() -> None:
    times = ((-500, -100), (-100, 200), (5000, 6000), (10_080, 11_000))
    rows = tuple({"tail": "T1", "start": minute_iso(a), "end": minute_iso(b)} for a, b in times)
    dated = pools(tail(), maintenance=rows)["T1"]
    assert dated.maintenance == (Window(-100, 200), Window(5000, 6000))
    cyclic = pools(tail(), kind="cyclic", maintenance=rows[1:3])["T1"]
    assert cyclic.maintenance == (Window(5000, 6000), Window(9980, 10_280))
