"""Consignments, lanes and customs again (C0, C11, C12, R1, R2, K10)."""

from __future__ import annotations

from fractions import Fraction

from optimizer.domain.demand import Consignment
from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance, ResolvedLane
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.places import Places
from optimizer.verify.rederive.source import Source

CHARGEABLE_KG_PER_M3 = 166.67
"""Volumetric standard where neither instance nor reference data states one."""


def check_consignments(
    resolved: ResolvedInstance,
    source: Source,
    places: Places,
    clock: Clock,
    differences: Differences,
) -> None:
    """Weights, money, times and ways of every consignment."""
    rows = {row.consignment: row for row in source.instance.demand}
    offered = [c.id for c in resolved.consignments if not c.sold]
    differences.sets("consignments", offered, rows)
    for c in resolved.consignments:
        if c.id in rows and not c.sold:
            _check_amounts(source, c, rows[c.id], differences)
            _check_times(clock, c, rows[c.id], differences)
            _check_ways(source, places, c, rows[c.id], differences)


def _exact(value: float) -> Fraction:
    """The decimal a file states."""
    return Fraction(str(value))


def _check_amounts(
    source: Source, c: ResolvedConsignment, row: Consignment, differences: Differences
) -> None:
    name = f"consignment {c.id}"
    standard = source.general("prices", "chargeable_kg_per_m3")
    per_m3 = _exact(CHARGEABLE_KG_PER_M3 if standard is None else standard)
    weight_kg, volume_m3 = _exact(row.weight_kg), _exact(row.volume_m3)
    chargeable_kg = max(weight_kg, volume_m3 * per_m3)
    freight = _exact(row.usd_per_chargeable_kg) * chargeable_kg
    surcharge = _exact(row.surcharge_usd_per_kg) * weight_kg
    differences.near(f"{name}, weight_g", c.weight_g, float(1000 * weight_kg), 0.5)
    differences.near(f"{name}, volume_cm3", c.volume_cm3, float(10**6 * volume_m3), 0.5)
    differences.near(f"{name}, chargeable_g", c.chargeable_g, float(1000 * chargeable_kg), 1000)
    differences.amount(f"{name}, revenue_micro", c.revenue_micro, float(10**6 * freight))
    differences.amount(f"{name}, surcharge_micro", c.surcharge_micro, float(10**6 * surcharge))


def _check_times(
    clock: Clock, c: ResolvedConsignment, row: Consignment, differences: Differences
) -> None:
    """Cyclic: the ready time within the week, the due time as long after it as stated."""
    name = f"consignment {c.id}"
    ready, due = clock.minute(row.ready_at), clock.minute(row.due_at)
    if clock.cycle_min is not None:
        ready, due = ready % clock.cycle_min, due - ready + ready % clock.cycle_min
    differences.near(f"{name}, ready_min", c.ready_min, ready, 1)
    differences.near(f"{name}, due_min", c.due_min, due, 1)
    dwell = None if row.max_dwell_h is None else 60 * row.max_dwell_h
    differences.optional(f"{name}, max_dwell_min", c.max_dwell_min, dwell)


def _check_ways(
    source: Source,
    places: Places,
    c: ResolvedConsignment,
    row: Consignment,
    differences: Differences,
) -> None:
    name = f"consignment {c.id}"
    differences.same(
        f"{name}, places",
        (c.origin, c.destination, c.customs),
        (row.origin, row.destination, row.customs),
    )
    everybody = {*source.planned, *(block.operator for block in source.instance.blocks)}
    carriers = [o for o in everybody if not row.carriers or o in row.carriers]
    differences.sets(f"{name}, carriers", c.operators, carriers)
    differences.sets(f"{name}, uplifts", c.uplifts, places.uplifts(row.origin))
    differences.sets(f"{name}, discharges", c.discharges, places.discharges(row.destination))


def check_commitments(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """Whom each commitment is about, how much it takes, and what being short costs."""
    rows = {row.commitment: row for row in source.instance.commitments}
    sold = {f"{row.sold}; contract" for row in source.instance.sold}
    promised = [c for c in resolved.commitments if c.flight is None and c.id not in sold]
    differences.sets("commitments", (c.id for c in promised), rows)
    for commitment in promised:
        row, name = rows.get(commitment.id), f"commitment {commitment.id}"
        if row is None:
            continue
        about = {
            c.consignment: _exact(c.weight_kg)
            for c in source.instance.demand
            if (c.consignment in row.consignments or not row.consignments)
            and (not row.shipper or row.shipper == c.shipper)
            and (row.origin is None or row.origin == c.origin)
            and (row.destination is None or row.destination == c.destination)
            and (not row.commodity or row.commodity == c.commodity)
        }
        differences.sets(f"{name}, consignments", commitment.consignments, about)
        least_kg = _exact(row.min_weight_kg or 0)
        if row.min_share is not None:
            least_kg = _exact(row.min_share) * sum(about.values(), Fraction(0))
        tolerance_g = 1 + len(about)
        differences.near(
            f"{name}, least_g", commitment.least_g, float(1000 * least_kg), tolerance_g
        )
        penalty, stated = commitment.penalty_pico_per_g, row.penalty_usd_per_kg
        if penalty is None or stated is None:
            differences.same(f"{name}, penalty", penalty, stated)
        else:
            differences.amount(f"{name}, penalty", penalty, 1e9 * stated)


def check_lanes(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """Times, sizes and prices of the lanes that consignments may use."""
    rows = source.lanes()
    accesses = [a for c in resolved.consignments for a in (*c.uplifts, *c.discharges)]
    differences.sets(
        "lanes", (lane.id for lane in resolved.lanes), {a.lane for a in accesses if a.lane}
    )
    for lane in resolved.lanes:
        row, name = rows.get(lane.id), f"lane {lane.id}"
        if row is None:
            differences.found.append(f"{name}: there is no such lane")
            continue
        differences.same(
            f"{name}, places", (lane.origin, lane.destination), (row.origin, row.destination)
        )
        for field, minutes, stated in (
            ("truck_min", lane.truck_min, row.truck_min),
            ("dispatch_every_min", lane.dispatch_every_min, row.dispatch_every_min),
            ("dispatch_offset_min", lane.dispatch_offset_min, row.dispatch_offset_min),
        ):
            differences.near(f"{name}, {field}", minutes, stated, 0)
        differences.near(f"{name}, payload_g", lane.payload_g, 1000 * row.payload_kg, 0.51)
        differences.near(f"{name}, volume_cm3", lane.volume_cm3, 1e6 * row.volume_m3, 0.51)
        differences.same(f"{name}, trucks", lane.trucks_per_dispatch, row.trucks_per_dispatch)
        _check_prices(source, lane, row.usd_per_truck, differences)


def _check_prices(
    source: Source, lane: ResolvedLane, usd_per_truck: float, differences: Differences
) -> None:
    modes = {row.customs for row in source.instance.demand}
    differences.sets(f"lane {lane.id}, customs modes", (m for m, _ in lane.cost_micro), modes)
    for mode, micro in lane.cost_micro:
        row = source.customs(mode, None)
        factor = 1.0 if row is None else row.truck_cost_factor
        differences.amount(f"lane {lane.id}, {mode} truck", micro, 1e6 * usd_per_truck * factor)


def check_customs(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """Minutes of every mode at every airport where one of its consignments may be."""
    expected = {
        (c.customs, a.airport) for c in resolved.consignments for a in (*c.uplifts, *c.discharges)
    }
    differences.sets("customs", ((m.mode, m.airport) for m in resolved.customs), expected)
    for customs in resolved.customs:
        row = source.customs(customs.mode, customs.airport)
        name = f"customs {customs.mode} at {customs.airport}"
        export_min, import_min = (row.export_min, row.import_min) if row else (0, 0)
        differences.near(f"{name}, export_min", customs.export_min, export_min, 1)
        differences.near(f"{name}, import_min", customs.import_min, import_min, 1)
