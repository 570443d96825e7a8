"""Revenue and costs a second time: every number of the formulation, in exact fractions.

Amounts are worked out as fractions of a micro-dollar and rounded once, halves away from zero. Lines
that come to nothing are left out, here and in the comparison: they carry no money.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, pairwise

from optimizer.domain.resolved import ResolvedCharge, ResolvedGround, ResolvedSupport
from optimizer.plan.money import NAMES, MoneyLine
from optimizer.plan.plan import Flight, TruckRun
from optimizer.plan.rotation import Leg
from optimizer.verify.case import Carried, Case
from optimizer.verify.commitments import grams_short
from optimizer.verify.crews import best_duties, layover_micro, leg_micro, relief_micro
from optimizer.verify.intervals import holds
from optimizer.verify.legs import on_board
from optimizer.verify.published import flights_missing

PICO_PER_MICRO = 1_000_000


def rounded(amount: Fraction) -> int:
    """To the nearest integer, halves away from zero."""
    floor = (abs(amount) + Fraction(1, 2)).__floor__()
    return floor if amount >= 0 else -floor


def own_lines(case: Case) -> tuple[MoneyLine, ...]:
    """Every line of a plan with an amount, by number; parts that make no sense earn nothing."""
    lines: list[MoneyLine] = []
    for load in case.loads:
        lines += _revenue(load)
        lines += _support_by_tonne(case, load)
        lines += _cargo_handling(case, load)
        lines += _storage(case, load)
        lines += _bought(load)
    loads = on_board(case)
    for flight in case.flights:
        grams = [
            sum(x.load.grams for x in loads.get((flight.id, i), []))
            for i in range(len(flight.rotation.legs))
        ]
        lines += _support_by_flight(case, flight)
        lines += _flying(case, flight, grams)
        lines += _crews(case, flight)
        lines += _ground(case, flight)
        lines += _movement_charges(case, flight)
        lines += _stays(case, flight)
    lines += _ownership(case)
    lines += [_trucks(case, run) for run in case.runs]
    lines += _hard_blocks(case)
    lines += _penalties(case)
    order = list(NAMES)
    return tuple(sorted((x for x in lines if x.amount_micro), key=lambda x: order.index(x.code)))


def _revenue(load: Carried) -> Iterator[MoneyLine]:
    """R1 and R2: the share of the consignment's freight and surcharges, on delivery.

    Cargo that changes aircraft (C21) earns by block time: what the first flight earns is rounded,
    the rest is the second's. Abandoned cargo earns nothing.
    """
    c = load.consignment
    if load.load.abandoned:
        return
    for code, item, whole in (
        ("R3" if c.sold else "R1", "sold" if c.sold else "freight", c.revenue_micro),
        ("R2", "surcharge", c.surcharge_micro),
    ):
        amount = rounded(Fraction(whole * load.load.grams, c.weight_g))
        if load.before is not None:
            amount -= rounded(amount * load.before.share)
        elif not load.last:
            amount = rounded(amount * load.share)
        yield _load_line(load, code, item, amount, "")


def _support_by_tonne(case: Case, load: Carried) -> Iterator[MoneyLine]:
    """R4: rate · grams of every row that pays the operator for this uplift and discharge of cargo
    that is delivered in the end; nothing on bought capacity."""
    if load.block is not None or load.load.abandoned:
        return
    pair = (load.uplift.origin, load.discharge.destination)
    for support in case.resolved.supports:
        if pair in support.pairs and _is_paid(support, load.flight):
            amount = rounded(Fraction(load.load.grams * support.pico_per_g, PICO_PER_MICRO))
            yield _load_line(load, "R4", support.id, amount, "")


def _support_by_flight(case: Case, flight: Flight) -> Iterator[MoneyLine]:
    """R4: once for every row with a pair of which both ends are full stops, in this order."""
    legs = flight.rotation.legs
    stops = [legs[0].origin] if legs else []
    stops += [leg.destination for leg in legs if leg.stop == "full"]
    offered = set(combinations(stops, 2))
    for support in case.resolved.supports:
        if offered.intersection(support.pairs) and _is_paid(support, flight):
            yield MoneyLine(
                code="R4",
                item=support.id,
                amount_micro=support.flight_micro,
                operator=flight.rotation.operator,
                flight=flight.id,
                tail=flight.tail,
            )


def _is_paid(support: ResolvedSupport, flight: Flight) -> bool:
    return not support.operators or flight.rotation.operator in support.operators


def _cargo_handling(case: Case, load: Carried) -> Iterator[MoneyLine]:
    """K9: rate · grams, at uplift and at discharge, of each flight."""
    if load.consignment.sold:
        return  # its customer's matter
    comes, goes = load.before is not None, load.delivered
    ends = (
        ("transit loading" if comes else "loading", load.uplift.origin),
        ("unloading" if goes else "transit unloading", load.discharge.destination),
    )
    for item, station in ends:
        airport = case.resolved.airport.get(station)
        if airport is not None:
            cost = Fraction(load.load.grams * airport.handling_pico_per_g, PICO_PER_MICRO)
            yield _load_line(load, "K9", item, -rounded(cost), station)


def _storage(case: Case, load: Carried) -> Iterator[MoneyLine]:
    """K11: rate · grams · hours from truck arrival (or ready) to off-block, at a gateway; where
    cargo changes aircraft, from on-block to off-block."""
    station = load.uplift.origin
    airport = case.resolved.airport.get(station)
    if station not in case.resolved.gateways or airport is None or load.consignment.sold:
        return
    since, item = load.consignment.ready_min, "storage"
    if load.before is not None:
        since, item = load.before.on_block_min, "transit storage"
    elif load.load.feeder is not None:
        if load.feeder_lane is None:
            return
        since = load.load.feeder.dispatch_min + load.feeder_lane.truck_min
    stored_h = Fraction(load.off_block_min - since, 60)
    cost = load.load.grams * airport.storage_pico_per_g_h * stored_h / PICO_PER_MICRO
    yield _load_line(load, "K11", item, -rounded(cost), station)


def _bought(load: Carried) -> Iterator[MoneyLine]:
    """K12 of what is used: rate · grams."""
    if load.block is not None:
        cost = Fraction(load.load.grams * load.block.pico_per_g, PICO_PER_MICRO)
        yield _load_line(load, "K12", "used", -rounded(cost), "")


def _hard_blocks(case: Case) -> Iterator[MoneyLine]:
    """K12 that is paid in any case."""
    for block in case.resolved.blocks:
        yield MoneyLine(
            code="K12",
            item="block",
            amount_micro=-block.fixed_micro,
            operator=block.operator,
            flight=block.id,
        )


def _load_line(load: Carried, code: str, item: str, micro: int, station: str) -> MoneyLine:
    return MoneyLine(
        code=code,
        item=item,
        amount_micro=micro,
        operator=load.flight.rotation.operator,
        flight=load.flight.id,
        station=station,
        consignment=load.consignment.id,
    )


def _flying(case: Case, flight: Flight, grams: list[int]) -> Iterator[MoneyLine]:
    """K1, K3, K7 and K13 of each leg."""
    pool = case.resolved.pool.get(flight.pool)
    wet_leased = pool is not None and pool.acmi
    for i, leg in enumerate(flight.rotation.legs):
        data = case.leg_data(flight, i)
        if data is None:
            continue
        fuel = data.fuel_fixed_micro + Fraction(grams[i] * data.fuel_pico_per_g, PICO_PER_MICRO)
        yield _cost(flight, "K1", "fuel", rounded(fuel), i, leg.origin)
        carbon = Fraction(grams[i] * data.carbon_pico_per_g, PICO_PER_MICRO)
        carbon += data.carbon_fixed_micro
        yield _cost(flight, "K13", "carbon", rounded(carbon), i)
        if not wet_leased:
            yield _cost(flight, "K3", "maintenance", data.maintenance_micro, i)
        yield _cost(flight, "K7", "navigation", data.navigation_micro, i)


def _crews(case: Case, flight: Flight) -> Iterator[MoneyLine]:
    """K2: crews by block hour, layovers, relief pilots; of a wet lease the layovers only."""
    r, rotation = case.resolved, flight.rotation
    pool = r.pool.get(flight.pool)
    acmi = pool is not None and pool.acmi
    crew = r.crew.get((rotation.operator, rotation.type))
    if crew is None:
        yield from _crews_without_rule(case, flight, acmi=acmi)
        return
    best = best_duties(r, crew, rotation.legs, acmi=acmi)
    starts = (0,) if best is None else best.starts
    pilots = (max(x.pilots for x in crew.limits),) if best is None else best.pilots
    for number, first in enumerate(starts):
        until = starts[number + 1] if number + 1 < len(starts) else len(rotation.legs)
        for i in range(first, until):
            micro = 0 if acmi else leg_micro(r, crew, rotation.legs[i], pilots[number])
            yield _cost(flight, "K2", "crew", micro, i)
        if first:
            station = rotation.legs[first - 1].destination
            layover = layover_micro(r, rotation.type, station)
            yield _cost(flight, "K2", "layover", layover, first - 1, station)
            relief = 0 if acmi else relief_micro(crew, station, pilots[number])
            yield _cost(flight, "K2", "positioning", relief, first - 1, station)


def _crews_without_rule(case: Case, flight: Flight, *, acmi: bool) -> Iterator[MoneyLine]:
    """K2 of an operator without a crew rule: each leg's crew, a layover at each full turn."""
    legs = flight.rotation.legs
    for i, leg in enumerate(legs):
        data = case.leg_data(flight, i)
        if data is not None and not acmi:
            yield _cost(flight, "K2", "crew", data.crew_micro, i)
        if i + 1 < len(legs) and leg.stop != "technical":
            layover = layover_micro(case.resolved, flight.rotation.type, leg.destination)
            yield _cost(flight, "K2", "layover", layover, i, leg.destination)


def _ground(case: Case, flight: Flight) -> Iterator[MoneyLine]:
    """K8: a turn or a technical stop at every arrival."""
    for i, leg in enumerate(flight.rotation.legs):
        ground = _ground_at(case, flight, leg.destination)
        if ground is not None and leg.stop == "technical":
            yield _cost(
                flight, "K8", "technical stop", ground.ramp_technical_micro, i, leg.destination
            )
        elif ground is not None:
            yield _cost(flight, "K8", "turn", ground.ramp_turn_micro, i, leg.destination)


def _movement_charges(case: Case, flight: Flight) -> Iterator[MoneyLine]:
    """K5: the airport's charges on every departure and arrival."""
    for i, leg in enumerate(flight.rotation.legs):
        for kind, station, minute in (
            ("departure", leg.origin, leg.off_block_min),
            ("arrival", leg.destination, leg.on_block_min),
        ):
            ground = _ground_at(case, flight, station)
            for charge in ground.charges if ground else ():
                if charge.movement == kind:
                    micro = _charge_micro(case, charge, minute)
                    yield _cost(flight, "K5", charge.item, micro, i, station)


def _charge_micro(case: Case, charge: ResolvedCharge, minute: int) -> int:
    night = any(holds(window, minute, case.cycle_min) for window in charge.night)
    return charge.amount_micro + charge.night_micro if night else charge.amount_micro


def _stays(case: Case, flight: Flight) -> Iterator[MoneyLine]:
    """K6: parking in mid-rotation."""
    for i, (leg, following) in enumerate(pairwise(flight.rotation.legs)):
        ground = _ground_at(case, flight, leg.destination)
        if ground is None:
            continue
        micro = _parking_micro(ground, leg, following)
        yield _cost(flight, "K6", "parking", micro, i, leg.destination)


def _parking_micro(ground: ResolvedGround, leg: Leg, following: Leg) -> int:
    paid_min = following.off_block_min - leg.on_block_min - ground.parking_free_min
    return rounded(Fraction(max(0, paid_min) * ground.parking_micro_per_h, 60))


def _ground_at(case: Case, flight: Flight, station: str) -> ResolvedGround | None:
    return case.resolved.ground_at.get((station, flight.rotation.type))


def _cost(
    flight: Flight, code: str, item: str, micro: int, leg: int, station: str = ""
) -> MoneyLine:
    return MoneyLine(
        code=code,
        item=item,
        amount_micro=-micro,
        operator=flight.rotation.operator,
        flight=flight.id,
        leg=leg,
        tail=flight.tail,
        station=station,
    )


def _ownership(case: Case) -> Iterator[MoneyLine]:
    """K4 of each pool, for the tails kept: lease; ACMI for hours flown, or guaranteed if more."""
    for pool in case.resolved.pools:
        kept = case.kept(pool)
        flown_min = sum(flight.rotation.block_min for flight in case.flights_of(pool))
        acmi_min = max(flown_min, kept * pool.guarantee_min) if pool.acmi else 0
        acmi = rounded(Fraction(acmi_min * pool.acmi_micro_per_block_h, 60))
        for item, micro in (("lease", kept * pool.fixed_micro), ("ACMI", acmi)):
            yield MoneyLine(
                code="K4",
                item=item,
                amount_micro=-micro,
                operator=pool.operator,
                tail=pool.id,
            )


def _trucks(case: Case, run: TruckRun) -> MoneyLine:
    """K10: trucks · price."""
    lane = case.resolved.lane[run.lane]
    micro = run.trucks * dict(lane.cost_micro)[run.customs]
    return MoneyLine(code="K10", item="trucks", amount_micro=-micro, lane=lane.id)


def _penalties(case: Case) -> Iterator[MoneyLine]:
    """K14: grams short of a commitment, or published flights not flown, · their penalty."""
    for commitment in case.resolved.commitments:
        rate = commitment.penalty_pico_per_g or 0
        cost = Fraction(grams_short(case, commitment) * rate, PICO_PER_MICRO)
        yield MoneyLine(code="K14", item=commitment.id, amount_micro=-rounded(cost))
    for frozen in case.resolved.frozen_flights:
        micro = flights_missing(case, frozen) * (frozen.penalty_micro or 0)
        yield MoneyLine(code="K14", item=frozen.id, amount_micro=-micro, operator=frozen.operator)
