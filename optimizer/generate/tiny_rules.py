"""Limits of tiny instances that are rules of airports and states (C2, C3, C7, C8, C9, C15)."""

from __future__ import annotations

from optimizer.generate.draft import Cells
from optimizer.generate.tiny_world import TinyDraft


def technical_stops(draft: TinyDraft) -> None:
    """Rotations may refuel on the way, on long ways at a gain in payload (C3, C4)."""
    draft.universe["max_technical_stops"] = draft.rng.choice((1, 2))
    draft.universe["max_detour"] = 1.4
    if draft.reference_data:
        for stop in draft.stops:
            draft.add("airports", airport=stop.code, technical_stop=True)
    for row in operator_rows(draft):
        if draft.chance(0.35):
            stops = [stop.code for stop in draft.stops]
            row["technical_landings"] = draft.rng.choice((["-"], stops))


def rights(draft: TinyDraft) -> None:
    """Operators may carry only what rows grant: fewer places, one way, frequency caps (C15)."""
    hub = draft.gateways[0]
    for operator in draft.operators:
        for number, station in enumerate(draft.stations):
            if number and draft.chance(0.3):
                continue
            draft.add(
                "rights",
                operator=operator,
                uplift="CN" if draft.chance(0.3) else hub,
                discharge=draft.rng.choice((station.code, station.country)),
                both_ways=draft.chance(0.7),
                max_flights=draft.rng.choice((None, 1, 1, 2)),
            )


def two_stations(draft: TinyDraft) -> None:
    """Rotations over two stations, with a fifth-freedom right between them and cargo for it."""
    if len(draft.stations) < 2:
        return
    first, second = draft.stations[:2]
    hub = draft.gateways[0]
    draft.universe["max_stations"] = 2
    stated = {row["operator"] for row in draft.tables["rights"]}
    for operator in draft.operators:
        if operator not in stated:
            for station in draft.stations:
                draft.add("rights", operator=operator, uplift=hub, discharge=station.code)
        if draft.chance(0.6):
            draft.add("rights", operator=operator, uplift=first.code, discharge=second.code)
    ready = draft.rng.randrange(0, draft.length_min // 2, 60)
    draft.add(
        "demand",
        consignment="F1",
        origin=first.code,
        destination=second.code,
        weight_kg=float(draft.rng.choice((12_000, 25_000, 40_000))),
        volume_m3=150.0,
        ready_at=draft.at(ready),
        due_at=draft.at(ready + 4320),
        usd_per_chargeable_kg=draft.rng.choice((1.1, 1.9)),
    )


def overflight(draft: TinyDraft) -> None:
    """A shorter track that needs a permission which not every operator holds (C15)."""
    hub = draft.hubs[0]
    for track in [t for t in draft.tables["tracks"] if hub.code in (t["origin"], t["destination"])]:
        if track["distance_km"] > 7150:  # there the way is a tenth longer than the circle
            shorter = {
                "distance_km": round(track["distance_km"] * 0.92),
                "block_min": round(track["block_min"] * 0.92),
                "requires_overflight": ["RU"],
            }
            draft.tables["tracks"].append({**track, **shorter})
    for row in operator_rows(draft):
        if draft.chance(0.5):
            row["overflight"] = ["RU"]


def slots(draft: TinyDraft) -> None:
    """A number of movements per window, at a station or at the gateway (C7)."""
    rng = draft.rng
    at_station = draft.chance(0.6)
    airport = rng.choice(draft.stations).code if at_station else draft.gateways[0]
    draft.add(
        "slots",
        airport=airport,
        movement=rng.choice(("arrival", "departure", "any")),
        operators=[rng.choice(draft.operators)] if draft.chance(0.2) else [],
        days=None if draft.cyclic or draft.chance(0.7) else "135",
        from_local=rng.choice(("00:00", "05:00")),
        to_local=rng.choice(("24:00", "20:00")),
        window_min=rng.choice((None, 480, 720)),
        movements=rng.choice((0, 1, 1)),
    )


def handling(draft: TinyDraft) -> None:
    """Less than is offered goes through the terminal of the gateway or a station (C10)."""
    rng = draft.rng
    airport = rng.choice((draft.gateways[0], draft.stations[0].code))
    offered = sum(row["weight_kg"] for row in draft.tables["demand"])
    if draft.chance(0.4):
        most = round(offered * rng.choice((0.2, 0.35, 0.5)), 3)
        draft.add("handling", airport=airport, cargo="any", most_kg=most)
        return
    draft.add(
        "handling",
        airport=airport,
        cargo=rng.choice(("loaded", "unloaded", "any")),
        from_local=rng.choice(("00:00", "06:00")),
        to_local="24:00",
        window_min=rng.choice((None, 360, 720)),
        most_kg=round(offered * rng.choice((0.03, 0.08, 0.15)), 3),
    )


def held_slots(draft: TinyDraft) -> None:
    """An operator holds slots of its own, off the grid, within a tolerance (C7)."""
    rng = draft.rng
    operator = draft.operators[0]
    departure = draft.chance(0.5)
    airport = draft.gateways[0] if departure else rng.choice(draft.stations).code
    for clock in rng.sample(("01:10", "07:25", "13:40", "18:19", "22:05"), 2):
        draft.add(
            "held_slots",
            operator=operator,
            airport=airport,
            movement="departure" if departure else "arrival",
            days=rng.choice((None, None, "1357", "246")),
            time_local=clock,
            tolerance_min=rng.choice((0, 30, 180)),
            slots=1,
        )


def curfews(draft: TinyDraft) -> None:
    """Long closures or short openings at a station or the gateway, or for noisy types (C8)."""
    rng = draft.rng
    place = rng.choice(draft.stations) if draft.chance(0.7) else draft.hubs[0]
    opens = draft.chance(0.5)
    if opens:
        begin, end = rng.choice((("05:00", "11:00"), ("14:00", "18:00"), ("21:00", "03:00")))
    else:
        begin, end = rng.choice((("22:00", "06:00"), ("18:00", "10:00"), ("04:00", "22:00")))
    draft.add(
        "curfews",
        airport=place.code,
        movement=rng.choice(("arrival", "departure", "any")),
        rule="open" if opens else "closed",
        from_local=begin,
        to_local=end,
        min_noise_qc=None if opens else rng.choice((None, None, 2.0)),
    )


def stands(draft: TinyDraft) -> None:
    """One stand, or none large enough, where several tails spend many hours (C9)."""
    rng = draft.rng
    airport = rng.choice((*draft.stations, *draft.hubs)).code
    size = rng.choice(("D", "E", "E"))
    draft.add("stands", airport=airport, size_code=size, stands=1)
    if size == "D" and draft.chance(0.3):
        draft.add("stands", airport=airport, size_code="E", stands=0)
    fleet = draft.tables["fleet"]
    if sum(row["count"] for row in fleet) < 3:
        fleet[0]["count"] += 1
    _least_turnaround(draft, airport, rng.choice((480, 720, 960)))


def long_turnarounds(draft: TinyDraft) -> None:
    """Turnarounds so long that they cost rotations (C2)."""
    for place in (*draft.hubs, *draft.stations):
        _least_turnaround(draft, place.code, draft.rng.choice((240, 420, 600)))


def carbon(draft: TinyDraft) -> None:
    """Dear carbon on legs to or from a station, or on all legs (K13)."""
    rng = draft.rng
    station = rng.choice(draft.stations)
    point = rng.choice((station.code, station.country))
    draft.add(
        "carbon",
        scheme="area",
        origins=rng.choice(([], [point])),
        destinations=rng.choice(([], draft.gateways)),
        usd_per_t_co2=float(rng.choice((60, 120, 250))),
        paid_share=rng.choice((0.4, 0.75, 1.0)),
    )
    if draft.chance(0.4):
        draft.add("carbon", scheme="state", destinations=[point], usd_per_t_co2=80.0)


def support(draft: TinyDraft) -> None:
    """An authority pays for flights to a station, for cargo from or to it, or for both (R4)."""
    rng = draft.rng
    hub, station = draft.gateways[0], rng.choice(draft.stations)
    kind = rng.choice(("flight", "tonne", "both"))
    draft.add(
        "support",
        authority="province",
        uplift=rng.choice((hub, "CN")),
        discharge=rng.choice((station.code, station.country)),
        both_ways=draft.chance(0.3),
        operators=[draft.operators[0]] if draft.chance(0.4) else [],
        usd_per_flight=0.0 if kind == "tonne" else float(rng.choice((20_000, 60_000, 250_000))),
        usd_per_t=0.0 if kind == "flight" else float(rng.choice((150, 400, 900))),
    )
    if draft.chance(0.4):
        draft.add("support", authority="town", uplift="*", discharge=station.code, usd_per_t=120.0)


def _least_turnaround(draft: TinyDraft, airport: str, minutes: int) -> None:
    """State the least turnaround of an airport, in its row if it has one."""
    for row in draft.tables["airports"]:
        if row["airport"] == airport:
            row["min_turnaround_min"] = minutes
            return
    draft.add("airports", airport=airport, min_turnaround_min=minutes)


def operator_rows(draft: TinyDraft) -> list[Cells]:
    """The rows of all operators, stated when first needed."""
    rows = draft.tables["operators"]
    return rows or [draft.add("operators", operator=operator) for operator in draft.operators]
