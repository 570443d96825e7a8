"""What a plan earns: every revenue and cost line, number by number.

The audit has its own second version of this page (``verify/money.py``); the two must agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from optimizer.domain.resolved import (
    ResolvedCommitment,
    ResolvedInstance,
    ResolvedPool,
    ResolvedSupport,
)
from optimizer.plan.bought import carrying_flights
from optimizer.plan.crews import crew_costs
from optimizer.plan.frozen import Delivered, flights_missing
from optimizer.plan.money import MoneyLine, divide, rate_micro, share_micro
from optimizer.plan.plan import Flight, Load, Plan, Segment, TruckRun
from optimizer.plan.rotation import BoughtRotation
from optimizer.plan.timetable import Timetable
from optimizer.plan.windows import in_windows


def price(resolved: ResolvedInstance, plan: Plan) -> Plan:
    """The same plan with its money lines."""
    return replace(plan, money=tuple(money_lines(resolved, plan)))


def money_lines(resolved: ResolvedInstance, plan: Plan) -> Iterator[MoneyLine]:
    """All lines of a plan in a stable order: loads, flights, tails, trucks, blocks, penalties."""
    load_g: dict[tuple[str, int], int] = defaultdict(int)
    carrying = carrying_flights(resolved, plan)
    for load in plan.loads:
        yield from load_lines(resolved, carrying, load)
        for segment in load.segments:
            for leg in range(segment.uplift_leg, segment.discharge_leg + 1):
                load_g[segment.flight, leg] += load.grams
    for flight in plan.flights:
        grams = [load_g[flight.id, i] for i in range(len(flight.rotation.legs))]
        yield from flight_lines(resolved, flight, grams)
    yield from ownership_lines(resolved, plan)
    for run in plan.trucks:
        yield truck_line(resolved, run)
    yield from block_lines(resolved)
    yield from penalty_lines(resolved, plan)


def penalty_lines(resolved: ResolvedInstance, plan: Plan) -> Iterator[MoneyLine]:
    """K14 of commitments and published flights with a penalty that are short or not flown."""
    for commitment, short_g in commitments_short(resolved, plan):
        if commitment.penalty_pico_per_g is not None:
            micro = rate_micro(short_g, commitment.penalty_pico_per_g)
            if micro:
                yield MoneyLine(code="K14", item=commitment.id, amount_micro=-micro)
    for frozen, missing in flights_missing(resolved, plan):
        if frozen.penalty_micro:
            micro = missing * frozen.penalty_micro
            yield MoneyLine(
                code="K14", item=frozen.id, amount_micro=-micro, operator=frozen.operator
            )


def commitments_short(
    resolved: ResolvedInstance, plan: Plan
) -> Iterator[tuple[ResolvedCommitment, int]]:
    """Commitments of which less than the least is delivered, and the grams short (C19, C20)."""
    delivered = Delivered(resolved, plan)
    for commitment in resolved.commitments:
        short_g = commitment.least_g - delivered.grams(commitment)
        if short_g > 0:
            yield commitment, short_g


def is_plan(resolved: ResolvedInstance, plan: Plan) -> bool:
    """Whether nothing that must be kept is short: commitments (C19), frozen decisions (C20)."""
    return rank(resolved, plan)[:2] == (0, 0)


def rank(resolved: ResolvedInstance, plan: Plan) -> tuple[int, int, int]:
    """The larger the better: first what must be kept (flights, then grams), then contribution."""
    missing = sum(n for f, n in flights_missing(resolved, plan) if f.penalty_micro is None)
    missing += Timetable(resolved).beyond(plan)
    short_g = sum(
        grams
        for commitment, grams in commitments_short(resolved, plan)
        if commitment.penalty_pico_per_g is None
    )
    return -missing, -short_g, plan.contribution_micro


def block_lines(resolved: ResolvedInstance) -> Iterator[MoneyLine]:
    """K12 that is paid in any case."""
    for block in resolved.blocks:
        if block.fixed_micro:
            yield MoneyLine(
                code="K12",
                item="block",
                amount_micro=-block.fixed_micro,
                operator=block.operator,
                flight=block.id,
            )


def load_lines(
    resolved: ResolvedInstance, flights: Mapping[str, Flight], load: Load
) -> Iterator[MoneyLine]:
    """R1, R2, K9, K11 of one load (of capacity sold R3 only), and R4, or K12 on bought capacity, by
    the flights it is on.

    Abandoned cargo (C21) earns nothing.

    Args:
        flights: By id, what can carry loads.
    """
    c = resolved.consignment[load.consignment]
    on = [flights[segment.flight] for segment in load.segments]
    if not load.abandoned:
        weights = [_block_min(f, x) for f, x in zip(on, load.segments, strict=True)]
        for code, item, whole in (
            ("R3", "sold", c.revenue_micro) if c.sold else ("R1", "freight", c.revenue_micro),
            ("R2", "surcharge", c.surcharge_micro),
        ):
            earned = share_micro(whole, load.grams, c.weight_g)
            for flight, micro in zip(on, prorated(earned, weights), strict=True):
                yield from _load_line(c.id, flight, code, item, micro)
    for number in range(len(on)):
        yield from _part_lines(resolved, on, load, number)


def _part_lines(
    resolved: ResolvedInstance, on: Sequence[Flight], load: Load, number: int
) -> Iterator[MoneyLine]:
    """R4, K9, K11 and K12 of a load on one of its flights."""
    flight, segment, name = on[number], load.segments[number], load.consignment
    uplift = flight.rotation.legs[segment.uplift_leg].origin
    discharge = flight.rotation.legs[segment.discharge_leg].destination
    if isinstance(flight.rotation, BoughtRotation):
        used = rate_micro(load.grams, resolved.block[flight.rotation.block].pico_per_g)
        yield from _load_line(name, flight, "K12", "used", -used)
    elif not load.abandoned:
        for support in supports_of(resolved, flight.rotation.operator, (uplift, discharge)):
            paid = rate_micro(load.grams, support.pico_per_g)
            yield from _load_line(name, flight, "R4", support.id, paid)
    if resolved.consignment[name].sold:
        return  # handling and storage are the customer's
    to_hub = number == 0 and (len(load.segments) > 1 or load.abandoned)
    for item, station in (
        ("transit loading" if number else "loading", uplift),
        ("transit unloading" if to_hub else "unloading", discharge),
    ):
        handling = rate_micro(load.grams, resolved.airport[station].handling_pico_per_g)
        yield from _load_line(name, flight, "K9", item, -handling, station)
    if uplift in resolved.gateways:
        rate = resolved.airport[uplift].storage_pico_per_g_h
        stored_min = storage_min(resolved, on, load, number)
        storage = divide(load.grams * rate * stored_min, 60 * 1_000_000)
        item = "transit storage" if number else "storage"
        yield from _load_line(name, flight, "K11", item, -storage, uplift)


def _load_line(
    consignment: str, flight: Flight, code: str, item: str, micro: int, station: str = ""
) -> Iterator[MoneyLine]:
    if micro:
        yield MoneyLine(
            code=code,
            item=item,
            amount_micro=micro,
            operator=flight.rotation.operator,
            flight=flight.id,
            station=station,
            consignment=consignment,
        )


def prorated(micro: int, weights: Sequence[int]) -> list[int]:
    """An amount shared by weights, each share but the last rounded once."""
    shares = [divide(micro * weight, sum(weights)) for weight in weights[:-1]]
    return [*shares, micro - sum(shares)]


def _block_min(flight: Flight, segment: Segment) -> int:
    """Block minutes of the legs that a segment is on board of."""
    legs = flight.rotation.legs[segment.uplift_leg : segment.discharge_leg + 1]
    return sum(leg.block_min for leg in legs)


def storage_min(resolved: ResolvedInstance, on: Sequence[Flight], load: Load, number: int) -> int:
    """Minutes at the airport where a segment begins, up to its off-block.

    From truck arrival (or ready time), or where cargo changes aircraft from on-block.
    """
    segment, length_min = load.segments[number], resolved.period.length_min
    legs = on[number].rotation.legs
    departure = legs[segment.uplift_leg].off_block_min + segment.weeks_later * length_min
    if number:
        before = load.segments[number - 1]
        arrived = on[number - 1].rotation.legs[before.discharge_leg].on_block_min
        return departure - arrived - before.weeks_later * length_min
    if load.feeder is None:
        return departure - resolved.consignment[load.consignment].ready_min
    return departure - load.feeder.dispatch_min - resolved.lane[load.feeder.lane].truck_min


def flight_lines(
    resolved: ResolvedInstance, flight: Flight, load_g: list[int]
) -> Iterator[MoneyLine]:
    """R4, K1, K2, K3, K5 to K8, K13 of one flight; `load_g` is the cargo on each leg in grams."""
    cycle_min = resolved.period.length_min if resolved.period.cyclic else None
    rotation = flight.rotation
    acmi = resolved.pool[flight.pool].acmi

    def cost(code: str, item: str, micro: int, leg: int, station: str = "") -> Iterator[MoneyLine]:
        if micro:
            yield MoneyLine(
                code=code,
                item=item,
                amount_micro=-micro,
                operator=rotation.operator,
                flight=flight.id,
                leg=leg,
                tail=flight.tail,
                station=station,
            )

    stops = [airport for _, airport in rotation.cargo_points()]
    for support in supports_of(resolved, rotation.operator, stops):
        if support.flight_micro:
            yield MoneyLine(
                code="R4",
                item=support.id,
                amount_micro=support.flight_micro,
                operator=rotation.operator,
                flight=flight.id,
                tail=flight.tail,
            )
    for i, leg in enumerate(rotation.legs):
        data = resolved.leg[rotation.operator, rotation.type, leg.origin, leg.destination]
        fuel = data.fuel_fixed_micro + rate_micro(load_g[i], data.fuel_pico_per_g)
        yield from cost("K1", "fuel", fuel, i, leg.origin)
        carbon = data.carbon_fixed_micro + rate_micro(load_g[i], data.carbon_pico_per_g)
        yield from cost("K13", "carbon", carbon, i)
        if not acmi:
            yield from cost("K3", "maintenance", data.maintenance_micro, i)
        yield from cost("K7", "navigation", data.navigation_micro, i)
        for movement, airport, minute in (
            ("departure", leg.origin, leg.off_block_min),
            ("arrival", leg.destination, leg.on_block_min),
        ):
            for charge in resolved.ground_at[airport, rotation.type].charges:
                if charge.movement == movement:
                    night = in_windows(minute, charge.night, cycle_min)
                    micro = charge.amount_micro + (charge.night_micro if night else 0)
                    yield from cost("K5", charge.item, micro, i, airport)
        ground = resolved.ground_at[leg.destination, rotation.type]
        technical = leg.stop == "technical"
        ramp = ground.ramp_technical_micro if technical else ground.ramp_turn_micro
        yield from cost("K8", "technical stop" if technical else "turn", ramp, i, leg.destination)
        if i + 1 < len(rotation.legs):
            stay_min = rotation.legs[i + 1].off_block_min - leg.on_block_min
            over_min = max(0, stay_min - ground.parking_free_min)
            parking = divide(over_min * ground.parking_micro_per_h, 60)
            yield from cost("K6", "parking", parking, i, leg.destination)
    for crew in crew_costs(resolved, rotation, acmi=acmi):
        yield from cost("K2", crew.item, crew.micro, crew.leg, crew.station)


def supports_of(
    resolved: ResolvedInstance, operator: str, stops: Sequence[str]
) -> Iterator[ResolvedSupport]:
    """Route support (R4) that pairs of full stops in this order earn an operator, each once."""
    if resolved.supports:
        earned = (x for pair in combinations(stops, 2) for x in resolved.supports_at.get(pair, ()))
        for support in dict.fromkeys(earned):
            if not support.operators or operator in support.operators:
                yield support


def carriage_pico_per_g(
    resolved: ResolvedInstance, operator: str, type_: str, airports: Sequence[str]
) -> int:
    """What a gram on board from the first to the last of these airports costs its carrier.

    Fuel and carbon of every leg (K1, K13), less support by tonne (R4): it may be negative.
    """
    legs = [resolved.leg[operator, type_, a, b] for a, b in pairwise(airports)]
    burnt = sum(leg.fuel_pico_per_g + leg.carbon_pico_per_g for leg in legs)
    ends = (airports[0], airports[-1])
    return burnt - sum(x.pico_per_g for x in supports_of(resolved, operator, ends))


def dearest_support_usd_per_kg(resolved: ResolvedInstance, uplift: str, discharge: str) -> float:
    """The most that support by tonne (R4) adds to a kg between two airports, by any operator."""
    if (uplift, discharge) not in resolved.supports_at:
        return 0.0
    most = max(
        sum(x.pico_per_g for x in supports_of(resolved, o.operator, (uplift, discharge)))
        for o in resolved.operators
    )
    return most * 1e-9


def ownership_lines(resolved: ResolvedInstance, plan: Plan) -> Iterator[MoneyLine]:
    """K4 of every pool: lease, and ACMI by the larger of hours flown and hours guaranteed."""
    block_min: dict[str, int] = defaultdict(int)
    for flight in plan.flights:
        block_min[flight.pool] += flight.rotation.block_min
    returned = set(plan.returned)
    for pool in resolved.pools:
        kept = sum(tail not in returned for tail in pool.tails)
        for item, micro in ownership_micro(pool, kept, block_min[pool.id]):
            yield MoneyLine(
                code="K4", item=item, amount_micro=-micro, operator=pool.operator, tail=pool.id
            )


def ownership_micro(pool: ResolvedPool, kept: int, block_min: int) -> Iterator[tuple[str, int]]:
    """Lease and ACMI of a pool of which `kept` tails are not returned."""
    if lease := kept * pool.fixed_micro:
        yield "lease", lease
    if pool.acmi:
        paid_min = max(block_min, kept * pool.guarantee_min)
        if amount := divide(paid_min * pool.acmi_micro_per_block_h, 60):
            yield "ACMI", amount


def truck_line(resolved: ResolvedInstance, run: TruckRun) -> MoneyLine:
    """K10 of one truck run."""
    lane = resolved.lane[run.lane]
    amount = run.trucks * dict(lane.cost_micro)[run.customs]
    return MoneyLine(code="K10", item="trucks", amount_micro=-amount, lane=lane.id)
