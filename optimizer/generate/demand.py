"""The demand of a synthetic instance: how much of what, from where to where, when and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.data import reference
from optimizer.domain.feeder import Lane
from optimizer.generate.facts import GATEWAY_PLACE, Commodity, Destination
from optimizer.generate.world import World

SLACK_MIN = (480.0, 3600.0, 1800.0)
"""Time between the quickest journey and the due time: least, most, usual (E)."""
WINDOW_MIN = (1440, 7200)
"""Least and most time from ready to due, but never less than the quickest journey and 6 h (E)."""
READY_HOUR = (8.0, 24.0, 19.0)
"""Hour of the day, China time, at which cargo becomes ready: after a working day (E)."""
URGENT = ((1200.0, 1.15), (2700.0, 1.0), (float("inf"), 0.94))
"""Freight relative to the market by slack: the first row whose slack is not exceeded (E)."""
WAR_SURCHARGE_USD_PER_KG = 0.20
"""War risk surcharge between China and Europe (S94), part of the market freight."""
CUSTOMS_MODES = ("standard", "predeclared", "direct")
CHINA_UTC_MIN = 480


@dataclass(frozen=True)
class Flow:
    """Cargo between a gateway and a station (or two stations), before it is cut up.

    Attributes:
        direction: From China, to China, or between two stations (fifth freedom).
        station: The airport abroad; for cargo between stations the first one.
        onward: The second station, for cargo between stations.
        weight_kg: How much of it in the period.
    """

    direction: Literal["export", "import", "fifth"]
    station: Destination
    weight_kg: float
    onward: Destination | None = None


def add_demand(world: World, fifth: tuple[tuple[Destination, Destination], ...]) -> None:
    """State the consignments, exactly as many as wanted; `fifth` are pairs of stations."""
    flows = _flows(world, fifth)
    for flow, number in zip(flows, _numbers(world, flows), strict=True):
        sizes = [world.spread(0.3, 2.2, 0.6) for _ in range(number)]
        for size in sizes:
            _consignment(world, flow, flow.weight_kg * size / sum(sizes))


def _flows(world: World, fifth: tuple[tuple[Destination, Destination], ...]) -> list[Flow]:
    """Tonnes by direction and station, from what the fleet can lift."""
    options = world.options
    imports = options.imports_share / (1 - options.imports_share)
    exported, imported = [], []
    for station in world.destinations:
        lift_kg = world.expected[station.airport].lift_kg
        offered = options.tension * world.season * lift_kg
        exported.append(Flow("export", station, offered * world.spread(0.85, 1.15, 1.0)))
        imported.append(Flow("import", station, offered * imports * world.spread(0.8, 1.2, 1.0)))
    between = [
        Flow("fifth", a, 0.12 * min(_lift(world, a), _lift(world, b)), onward=b) for a, b in fifth
    ]
    return [*exported, *(flow for flow in imported if flow.weight_kg > 0), *between]


def _lift(world: World, station: Destination) -> float:
    return world.expected[station.airport].lift_kg


def _numbers(world: World, flows: list[Flow]) -> list[int]:
    """How many consignments each flow is cut into: by weight, at least one while they last."""
    total, wanted = sum(flow.weight_kg for flow in flows), world.options.consignments
    numbers = [1 if index < wanted else 0 for index in range(len(flows))]
    shares = [flow.weight_kg / total * wanted for flow in flows]
    for _ in range(wanted - sum(numbers)):
        index = max(range(len(flows)), key=lambda i: shares[i] - numbers[i])
        numbers[index] += 1
    return numbers


def _consignment(world: World, flow: Flow, weight_kg: float) -> None:
    commodity = _commodity(world, flow)
    kg = max(100.0, round(weight_kg, -1))
    density = commodity.kg_per_m3 * world.spread(0.85, 1.2, 0.95)
    origin, destination = _ends(world, flow)
    customs = _customs(world, flow, commodity)
    quickest = _quickest_min(world, flow, origin, destination, customs)
    slack = world.spread(*SLACK_MIN)
    window = min(max(WINDOW_MIN[0], quickest + slack), max(WINDOW_MIN[1], quickest + 360))
    ready = _ready_min(world, quickest)
    freight, surcharge = _freight(world, flow, commodity, window - quickest)
    perishable = world.options.perishables and commodity.max_dwell_h is not None
    world.add(
        "demand",
        consignment=f"{flow.direction[0].upper()}{len(world.tables['demand']) + 1:05d}",
        origin=origin,
        destination=destination,
        commodity=commodity.commodity,
        weight_kg=kg,
        volume_m3=max(0.01, round(kg / density, 2)),
        ready_at=world.at(ready),
        due_at=world.at(ready + 30 * round(window / 30)),
        usd_per_chargeable_kg=round(freight, 2),
        surcharge_usd_per_kg=surcharge,
        customs=customs,
        max_dwell_h=commodity.max_dwell_h if perishable else None,
    )


def _commodity(world: World, flow: Flow) -> Commodity:
    if flow.direction == "fifth":
        return world.facts.commodities["general cargo"]
    shares = world.facts.commodity_shares(flow.direction, flow.station.region)
    return world.facts.commodities[world.weighted(shares)]


def _ends(world: World, flow: Flow) -> tuple[str, str]:
    """Origin and destination; places in China by their share of the direction."""
    if flow.onward is not None:
        return flow.station.airport, flow.onward.airport
    export = flow.direction == "export"
    shares = [(o.place, o.export_share if export else o.import_share) for o in world.facts.origins]
    place = world.weighted(shares)
    if place == GATEWAY_PLACE:
        place = world.weighted(
            [(g, 3.0 if g == world.gateways[0] else 1.0) for g in world.gateways]
        )
    return (place, flow.station.airport) if export else (flow.station.airport, place)


def _customs(world: World, flow: Flow, commodity: Commodity) -> str:
    """Standard, or what electronic commerce and perishables use more often (E)."""
    quick = commodity.max_dwell_h is not None or commodity.commodity == "cross-border e-commerce"
    shares = (0.3, 0.5, 0.2) if quick else (0.75, 0.2, 0.05)
    mode = world.weighted(list(zip(CUSTOMS_MODES, shares, strict=True)))
    mixed = world.options.customs_mix and flow.direction != "fifth"
    return mode if mixed else CUSTOMS_MODES[0]


def _quickest_min(world: World, flow: Flow, origin: str, destination: str, customs: str) -> float:
    """Feeder, handling, flight, handling, delivery, with a dispatch window for each truck."""
    mode = next(m for m in reference().customs if m.mode == customs and m.airport is None)
    trucks = [_lane_min(world, origin, 1), _lane_min(world, destination, 0)]
    flight = world.expected[flow.station.airport].one_way_min
    if flow.onward is not None:
        flight = max(flight, world.expected[flow.onward.airport].one_way_min)
    return sum(trucks) + mode.export_min + flight + mode.import_min


def _lane_min(world: World, place: str, end: int) -> float:
    """Driving and dispatch window between a place and a gateway; 0 at an airport."""
    lanes: tuple[Lane, ...] = (*reference().lanes, *world.facts.second_gateway_lanes)
    for lane in lanes:
        ends = (lane.origin, lane.destination)
        if ends[1 - end] == place and ends[end] in world.gateways:
            return lane.truck_min + lane.dispatch_every_min
    return 0.0


def _ready_min(world: World, quickest_min: float) -> int:
    """When cargo becomes ready: by weekday and hour; dated: early enough to fly in the period."""
    start_weekday = world.start.weekday()
    weights = [world.facts.weekday[(start_weekday + d) % 7] for d in range(world.days)]
    day = world.rng.choices(range(world.days), weights)[0]
    shift = -CHINA_UTC_MIN if world.cyclic else 0  # a cyclic week starts at 00:00Z
    minute = day * 1440 + round(world.spread(*READY_HOUR) * 2) * 30 + shift
    if world.cyclic:
        return minute % world.length_min
    latest = max(0, int(world.length_min - quickest_min - 720))
    return minute if minute <= latest else 30 * (world.rng.randint(0, latest) // 30)


def _freight(
    world: World, flow: Flow, commodity: Commodity, slack_min: float
) -> tuple[float, float]:
    """Freight per chargeable kg and surcharge per kg: market, commodity, month and urgency."""
    home, abroad = "china", flow.station.region
    pair = {
        "export": (home, abroad),
        "import": (abroad, home),
        "fifth": (abroad, flow.onward.region if flow.onward else abroad),
    }[flow.direction]
    urgency = next(factor for most, factor in URGENT if slack_min <= most)
    market = world.facts.rates[pair] * (world.season if flow.direction == "export" else 1.0)
    freight = market * commodity.rate_multiplier * urgency * world.spread(0.8, 1.25, 0.95)
    surcharge = (
        WAR_SURCHARGE_USD_PER_KG if pair in {("china", "europe"), ("europe", "china")} else 0
    )
    return freight - surcharge, surcharge
