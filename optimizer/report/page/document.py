"""What the page knows of a plan, as one JSON document.

Minutes are UTC from the start of the period; a flight is named by its position among the plan's own
and, after these, bought capacity with cargo.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from optimizer.data import place_names
from optimizer.domain.resolved import ResolvedAirport, ResolvedInstance
from optimizer.plan.money import NAMES
from optimizer.plan.plan import Flight, Plan
from optimizer.report.clock import Clock
from optimizer.report.frames import kg, m3, usd
from optimizer.report.loading import leg_data, leg_loads
from optimizer.report.page.map_document import map_document
from optimizer.report.page.rows import bought_rows, stand_rows, tail_rows, used_blocks
from optimizer.report.view import PlanView

Json = dict[str, Any]


def document(view: PlanView, figures: Json) -> Json:
    """Everything the page draws.

    Args:
        view: The plan and its tables.
        figures: Its ``summary()``.
    """
    resolved, plan = view.resolved, view.data
    rows, row_of = tail_rows(resolved, plan)
    bought = used_blocks(resolved, plan)
    more, bought_row_of = bought_rows(resolved, bought, first=len(rows))
    rows, row_of = rows + more, row_of + bought_row_of
    shown = [*plan.flights, *bought]
    money = _money(view, shown)
    flights = _flights(resolved, plan, shown)
    for flight, row in zip(flights, row_of, strict=True):
        flight |= {"row": row, "money": money["flight"].pop(flight["id"], {})}
    del money["flight"]
    airports = _airports(view, shown)
    return {
        "instance": resolved.name,
        "start": resolved.period.start,
        "length_min": resolved.period.length_min,
        "cyclic": resolved.period.cyclic,
        "figures": figures,
        "names": NAMES,
        "places": _places(resolved),
        "operators": {o.operator: o.name for o in resolved.operators},
        "gateways": resolved.gateways,
        "codes": [a.code for a in resolved.airports],
        "airports": airports,
        "map": map_document(airports, flights),
        "rows": rows,
        "flights": flights,
        "money": money,
        "cargo": _cargo(resolved, plan, shown),
        "load_factors": view.load_factors.to_dict("records"),
        "left": view.left_behind.to_dict("records"),
    }


def _flights(resolved: ResolvedInstance, plan: Plan, shown: Sequence[Flight]) -> list[Json]:
    loads = leg_loads(resolved, plan)
    found = []
    for flight in shown:
        rotation, block = flight.rotation, resolved.block.get(flight.id)
        legs = []
        for i, leg in enumerate(rotation.legs):
            data, load = leg_data(resolved, flight, i), loads[flight.id, i]
            cap_kg = None if data is None else data.cap_kg
            cap_cm3 = 0 if block else resolved.type[rotation.type].volume_cm3
            legs.append(
                {
                    "from": leg.origin,
                    "to": leg.destination,
                    "off": leg.off_block_min,
                    "on": leg.on_block_min,
                    "stop": leg.stop,
                    "kg": round(kg(load.grams), 1),
                    "cap_kg": kg(block.weight_g) if block else cap_kg,
                    "m3": m3(load.volume_cm3),
                    "cap_m3": m3(block.volume_cm3 if block else cap_cm3),
                }
            )
        found.append(
            {
                "id": flight.id,
                "tail": flight.tail,
                "pool": flight.pool,
                "operator": rotation.operator,
                "type": rotation.type,
                "route": rotation.route,
                "legs": legs,
            }
        )
    return found


def _money(view: PlanView, shown: Sequence[Flight]) -> dict[str, dict[str, dict[str, float]]]:
    """Dollars by number: of each flight, operator, route and origin of cargo."""
    resolved = view.resolved
    route = {flight.id: flight.rotation.route for flight in shown}
    sums: dict[str, dict[str, dict[str, int]]] = {
        by: defaultdict(lambda: defaultdict(int))
        for by in ("flight", "operator", "route", "origin")
    }
    for cell in view.costs.cells:
        keys = {
            "flight": cell.flight,
            "operator": cell.operator,
            "route": route.get(cell.flight, ""),
            "origin": resolved.consignment[cell.consignment].origin if cell.consignment else "",
        }
        for by, key in keys.items():
            sums[by][key][cell.code] += cell.amount_micro
    return {
        by: {
            key: {code: round(usd(amounts[code]), 2) for code in NAMES if amounts.get(code)}
            for key, amounts in groups.items()
        }
        for by, groups in sums.items()
    }


def _cargo(resolved: ResolvedInstance, plan: Plan, shown: Sequence[Flight]) -> Json:
    """Consignments that fly, and loads: which of them, kg, and (flight, first, last leg)."""
    position = {flight.id: number for number, flight in enumerate(shown)}
    flown = {c: number for number, c in enumerate(dict.fromkeys(x.consignment for x in plan.loads))}
    consignments = (resolved.consignment[c] for c in flown)
    return {
        "consignments": [[c.id, c.origin, c.destination] for c in consignments],
        "loads": [
            [
                flown[load.consignment],
                round(kg(load.grams), 1),
                [[position[s.flight], s.uplift_leg, s.discharge_leg] for s in load.segments],
            ]
            for load in plan.loads
        ],
    }


def _places(resolved: ResolvedInstance) -> dict[str, list[str]]:
    places = {a.code for a in resolved.airports}
    return place_words(
        places | {p for c in resolved.consignments for p in (c.origin, c.destination)}
    )


def place_words(places: Iterable[str]) -> dict[str, list[str]]:
    """City in English and in Chinese of every place; its own name where no other is known."""
    known = place_names()
    return {
        place: [known[place].city_en, known[place].city_zh] if place in known else [place, place]
        for place in sorted(places)
    }


def _airports(view: PlanView, shown: Sequence[Flight]) -> dict[str, Json]:
    """Airports the plan calls at: names, clock, what is closed, slots and who stands there."""
    resolved = view.resolved
    clock, stays, known = Clock(resolved), stand_rows(resolved, view.data), place_names()
    used = {window: int(number) for window, number in view.slot_use[["window", "used"]].values}
    called = {a for f in shown for x in f.rotation.legs for a in (x.origin, x.destination)}
    airports = {}
    for airport in resolved.airports:
        if airport.code not in called and airport.code not in resolved.gateways:
            continue
        name_zh = known[airport.code].airport_zh if airport.code in known else ""
        airports[airport.code] = {
            "name": [airport.name or airport.code, name_zh or airport.name or airport.code],
            "position": _position(airport),
            "offsets": _offsets(resolved, clock, airport),
            "stands": [list(pair) for pair in airport.stands],
            "closed": [
                {
                    "movement": x.movement,
                    "types": list(x.types),
                    "operators": list(x.operators),
                    "windows": [[w.start_min, w.end_min] for w in x.windows],
                }
                for x in resolved.closures
                if x.airport == airport.code
            ],
            "slots": [
                {
                    "id": x.id,
                    "arrivals": x.arrivals,
                    "departures": x.departures,
                    "operators": list(x.operators),
                    "from": x.window.start_min,
                    "until": x.window.end_min,
                    "movements": x.movements,
                    "used": used[x.id],
                }
                for x in resolved.slot_limits
                if x.airport == airport.code
            ],
            "held": [
                {"operator": x.operator, "movement": x.movement, "at": x.minute, "slots": x.slots}
                for x in resolved.held_slots
                if x.airport == airport.code
            ],
            "stays": stays.get(airport.code, []),
        }
    return airports


def _offsets(resolved: ResolvedInstance, clock: Clock, airport: ResolvedAirport) -> list[list[int]]:
    """Minutes ahead of UTC: from which minute of the period how many."""
    found: list[list[int]] = []
    for minute in range(0, resolved.period.length_min + 1, 60):
        offset = clock.offset_min(minute, airport.code)
        if not found or found[-1][1] != offset:
            found.append([minute, offset])
        if resolved.period.cyclic:
            break
    return found


def _position(airport: ResolvedAirport) -> list[float] | None:
    """Longitude and latitude in degrees."""
    if airport.longitude_deg is None or airport.latitude_deg is None:
        return None
    return [airport.longitude_deg, airport.latitude_deg]
