"""The rarer limits of synthetic instances, one function each, scaled to what is flown."""

from __future__ import annotations

import math

from optimizer.data import reference
from optimizer.domain.feeder import Lane
from optimizer.generate.draft import Cells
from optimizer.generate.facts import Destination
from optimizer.generate.fleet import split_tail
from optimizer.generate.world import World

STOPS_WEST, STOPS_EAST = ("KGF", "ALA", "NQZ"), ("ANC",)
NOSE_DOOR, COOL = "nose door", "cool"
NOSE_DOOR_TYPES = ("B744F", "B748F")
"""Factory freighters that load through the nose; a converted 747-400 has a side door only (K)."""
EASTWARD = ("north_america", "latin_america")


def technical_stops(world: World) -> None:
    """Let rotations refuel in Kazakhstan, and in Alaska if America is served (C3)."""
    world.universe["max_technical_stops"] = world.options.technical_stops
    east = any(d.region in EASTWARD for d in world.destinations)
    for airport in (*STOPS_WEST, *(STOPS_EAST if east else ())):
        world.add("airports", airport=airport, technical_stop=True)


def fifth_freedom_pairs(world: World) -> tuple[tuple[Destination, Destination], ...]:
    """Pairs of stations with a market between them, a few per destination."""
    pairs = [
        (a, b)
        for a in world.destinations
        for b in world.destinations
        if a != b and (a.region, b.region) in world.facts.rates
    ]
    number = min(len(pairs), max(1, len(world.destinations) // 3))
    weights = [(pair, pair[0].weight * pair[1].weight) for pair in pairs]
    return tuple(world.weighted_sample(weights, number))


def two_stations(world: World, pairs: tuple[tuple[Destination, Destination], ...]) -> None:
    """Allow rotations over two stations and grant fifth freedoms to those who serve both (C15)."""
    world.universe["max_stations"] = 2
    carriers = {t.carrier.operator: t.carrier for t in world.tails}
    for operator, carrier in sorted(carriers.items()):
        for a, b in pairs:
            if carrier.reaches(a.region) and carrier.reaches(b.region):
                world.add(
                    "rights",
                    operator=operator,
                    uplift=a.airport,
                    discharge=b.airport,
                    both_ways=False,
                    provenance="E; fifth freedoms at CGO exist (S98)",
                )


def slots(world: World) -> None:
    """Movements per day at coordinated stations and per three hours at the gateway (C7)."""
    for station in _some(world, [d for d in world.destinations if d.coordinated] or None, 1.0):
        daily = world.expected[station.airport].rotations / world.days
        for movement in ("arrival", "departure"):
            world.add(
                "slots",
                airport=station.airport,
                movement=movement,
                from_local="00:00",
                to_local="24:00",
                movements=max(1, math.ceil(1.1 * daily)),
            )
    rotations = sum(e.rotations for e in world.expected.values())
    world.add(
        "slots",
        airport=world.gateways[0],
        movement="departure",
        from_local="00:00",
        to_local="24:00",
        window_min=180,
        movements=max(1, math.ceil(1.5 * rotations * 180 / world.length_min)),
    )


def handling(world: World) -> None:
    """The gateway's terminal handles 70 % of a mean day's tonnes offered, each way alike (C10)."""
    offered_kg = sum(row["weight_kg"] for row in world.tables["demand"])
    world.add(
        "handling",
        airport=world.gateways[0],
        cargo="any",
        from_local="00:00",
        to_local="24:00",
        most_kg=round(0.7 * offered_kg / world.days, -2),
    )


def held_slots(world: World) -> None:
    """One operator holds the arrival slots it needs at one of its stations (C7)."""
    operator = world.rng.choice(sorted({t.carrier.operator for t in world.tails}))
    carrier = next(t.carrier for t in world.tails if t.carrier.operator == operator)
    reached = [d for d in world.destinations if carrier.reaches(d.region)]
    station = max(reached, key=lambda d: (d.coordinated, d.weight, d.airport))
    tails = sum(t.carrier.operator == operator for t in world.tails)
    share = world.expected[station.airport].rotations * tails / len(world.tails)
    for day in world.rng.sample("1234567", min(7, max(2, math.ceil(share * 7 / world.days)))):
        world.add(
            "held_slots",
            operator=operator,
            airport=station.airport,
            movement="arrival",
            days=day,
            time_local=f"{world.rng.randrange(6, 22):02d}:{world.rng.choice((0, 20, 40)):02d}",
            tolerance_min=90,
            slots=max(1, math.ceil(share / world.days)),
        )


def curfews(world: World) -> None:
    """Nights at a third of the stations that have no rule in the reference data (C8)."""
    ruled = {c.airport for c in reference().curfews}
    for station in _some(world, [d for d in world.destinations if d.airport not in ruled], 0.35):
        world.add(
            "curfews",
            airport=station.airport,
            movement=world.rng.choice(("any", "arrival", "departure")),
            rule="closed",
            from_local=world.rng.choice(("22:00", "23:00", "23:30")),
            to_local=world.rng.choice(("05:00", "06:00")),
            min_noise_qc=world.rng.choice((None, None, 2.0)),
        )


def stands(world: World) -> None:
    """Stands at the gateway and a third of the stations, about as many as are needed (C9)."""
    gateway = max(1, math.ceil(len(world.tails) * 0.3))
    world.add("stands", airport=world.gateways[0], size_code="F", stands=gateway)
    for station in _some(world, list(world.destinations), 0.35):
        rotations = world.expected[station.airport].rotations
        needed = rotations * 150 / world.length_min
        world.add(
            "stands", airport=station.airport, size_code="F", stands=max(1, math.ceil(2 * needed))
        )


def truck_limits(world: World) -> None:
    """Trucks for about the mean supply of every lane that is used (C12)."""
    kg: dict[tuple[str, str], float] = {}
    m3: dict[tuple[str, str], float] = {}
    for row in world.tables["demand"]:
        for lane in lanes_in_use(world):
            key = (lane.origin, lane.destination)
            if row["origin"] == key[0] or row["destination"] == key[1]:
                kg[key] = kg.get(key, 0.0) + row["weight_kg"]
                m3[key] = m3.get(key, 0.0) + row["volume_m3"]
    stated = {(r["origin"], r["destination"]): r for r in world.tables["lanes"]}
    for lane in lanes_in_use(world):
        key = (lane.origin, lane.destination)
        if key not in kg:
            continue
        dispatches = world.length_min / lane.dispatch_every_min
        trucks = max(kg[key] / lane.payload_kg, m3[key] / lane.volume_m3) / dispatches
        row = stated.get(key) or world.add("lanes", **_cells(lane))
        row["trucks_per_dispatch"] = max(1, math.ceil(1.2 * trucks))


def second_gateway_lanes(world: World) -> None:
    """State the lanes to and from the second gateway."""
    for lane in world.facts.second_gateway_lanes:
        world.add("lanes", **_cells(lane))


def lanes_in_use(world: World) -> list[Lane]:
    """Lanes that consignments use in principle: they join a gateway."""
    lanes = (*reference().lanes, *world.facts.second_gateway_lanes)
    return [x for x in lanes if x.origin in world.gateways or x.destination in world.gateways]


def acmi(world: World) -> None:
    """A third of the fleet rows wet-leased with a guarantee, half of them returnable (K4)."""
    for row in _third(world, world.tables["fleet"]):
        row["contract"] = "acmi"
        row["acmi_guarantee_h_per_month"] = world.rng.choice((200.0, 240.0, 280.0))
        row["returnable"] = world.options.returnable and world.chance(0.5)
    if world.options.returnable:
        wet = [row for row in world.tables["fleet"] if row.get("contract") == "acmi"]
        wet[0]["returnable"] = True


def hour_limits(world: World) -> None:
    """Most block hours near what can be flown, least ones for a third of the rows (C14)."""
    for row in world.tables["fleet"]:
        row["max_block_h"] = float(round(world.days * world.spread(11.0, 17.0, 14.0)))
    for row in _third(world, world.tables["fleet"]):
        row["min_block_h"] = float(round(world.days * world.spread(2.0, 5.0, 3.5)))


def maintenance(world: World) -> None:
    """A day on the ground for a third of the rows, one tail each (C14)."""
    for row in _third(world, world.tables["fleet"]):
        single = split_tail(world, row)
        begin = 60 * world.rng.randrange(0, max(1, world.length_min // 60 - 36))
        hours = world.rng.choice((18, 24, 36))
        world.add(
            "maintenance",
            tail=single["tail"],
            start=world.at(begin),
            end=world.at(min(world.length_min, begin + 60 * hours)),
        )


def away(world: World) -> None:
    """Tails that start or end where their operator is at home, and tails that come late (C1)."""
    homes = {t.carrier.operator: t.carrier for t in world.tails}
    reserved = {row["tail"] for row in world.tables["maintenance"]}
    rows = [row for row in world.tables["fleet"] if row["tail"] not in reserved]
    for row in _third(world, rows) if rows else []:
        carrier = homes[row["operator"]]
        served = [d for d in world.destinations if carrier.reaches(d.region)]
        home = next((d for d in served if d.airport == carrier.home), served[0])
        single = split_tail(world, row)
        end = world.rng.choice(("start_airport", "end_airport", "both"))
        if end != "end_airport":
            single["start_airport"] = home.airport
        if end != "start_airport":
            single["end_airport"] = home.airport
        late = split_tail(world, row)
        if late is not single:
            late["available_from"] = world.at(world.rng.choice((360, 720, 1440)))


def markets(world: World) -> None:
    """Least and most frequencies for half of the stations, spacing where flights are few (C17)."""
    for station in _some(world, list(world.destinations), 0.5):
        rotations = world.expected[station.airport].rotations
        spaced = rotations <= world.days
        world.add(
            "markets",
            station=station.airport,
            min_rotations=math.floor(0.35 * rotations),
            max_rotations=max(1, math.ceil(1.2 * rotations)),
            min_spacing_min=world.rng.choice((720, 1080, 1440)) if spaced else None,
        )


def crews(world: World) -> None:
    """Operators fly by the crew rules of their country; relief crews at the stations (C13, K2)."""
    for row in world.tables["operators"]:
        row["crew_rule"] = CREW_RULES.get(row["country"])
    refuel = [row["airport"] for row in world.tables["airports"] if row.get("technical_stop")]
    served = [station.airport for station in world.destinations]
    for airport in served:
        world.add(
            "crew_bases",
            airport=airport,
            technical_stops=airport in refuel,
            positioning_usd_per_pilot=world.rng.choice((0.0, 800.0, 2500.0)),
        )
    for airport in refuel:
        if airport not in served:
            world.add("crew_bases", airport=airport, technical_stops=True)


CREW_RULES = {"CN": "CCAR-121", "US": "FAR-121"} | dict.fromkeys(
    ("BE", "DE", "FR", "IT", "LU", "NL"), "EASA"
)
"""Reference crew rules by country of the operator; others fly without one."""


def commitments(world: World) -> None:
    """Shares of half of the origins and destinations, priced; a small one of one must be kept."""
    for column in ("origin", "destination"):
        places = sorted({row[column] for row in world.tables["demand"]})
        number = max(1, round(len(places) / 2))
        for index in sorted(world.rng.sample(range(len(places)), number)):
            world.add(
                "commitments",
                commitment=f"{column} {places[index]}",
                **{column: places[index]},
                min_share=world.rng.choice((0.6, 0.7, 0.8)),
                penalty_usd_per_kg=world.rng.choice((0.2, 0.5, 1.0)),
            )
    dearest = max(
        world.tables["demand"], key=lambda row: row["usd_per_chargeable_kg"] * row["weight_kg"]
    )
    world.add(
        "commitments",
        commitment="must carry",
        consignments=[dearest["consignment"]],
        min_share=0.5,
    )


def _cells(lane: Lane) -> Cells:
    return lane.model_dump(exclude_none=True, exclude={"lane"})


def _third(world: World, rows: list[Cells]) -> list[Cells]:
    """A third of the rows, at least one, in table order."""
    chosen = world.rng.sample(range(len(rows)), max(1, round(len(rows) / 3)))
    return [rows[index] for index in sorted(chosen)]


def _some(world: World, stations: list[Destination] | None, share: float) -> list[Destination]:
    """A share of the stations, at least one if there is any; all destinations for None."""
    pool = list(world.destinations) if stations is None else stations
    number = max(min(1, len(pool)), round(share * len(pool)))
    return [pool[index] for index in sorted(world.rng.sample(range(len(pool)), number))]


def special_cargo(world: World) -> None:
    """One consignment in twelve needs a nose door, one in eight temperature control (C16)."""
    flown = sorted({row["type"] for row in world.tables["fleet"]})
    stations = [d.airport for d in world.destinations]
    cooled = [code for code in stations if world.rng.random() < 0.7] or stations[:1]
    world.add(
        "requirements",
        requirement=NOSE_DOOR,
        types=[t for t in flown if t in NOSE_DOOR_TYPES] or flown[:1],
        provenance="K types with a nose door",
    )
    world.add("requirements", requirement=COOL, airports=[*world.gateways, *cooled])
    for row in world.tables["demand"]:
        draw = world.rng.random()
        if draw < 1 / 12:
            row["requires"] = [NOSE_DOOR]
        elif draw < 1 / 12 + 1 / 8:
            row["requires"] = [COOL]
