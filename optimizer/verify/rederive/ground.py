"""Airports and types again: stands, turnarounds, prices, charges (C2, C5, C9; K2, K5 to K11)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.airports import Charge
from optimizer.domain.resolved import ResolvedCharge, ResolvedGround, ResolvedInstance, Window
from optimizer.verify.rederive.clock import Clock
from optimizer.verify.rederive.differences import Differences
from optimizer.verify.rederive.source import Source
from optimizer.verify.rederive.windows import disagreement

PICO_PER_G = 1e9
"""Pico-dollars per gram in a dollar per kilogram."""


def check_airports(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """Names, positions, prices and stands of every airport."""
    for airport in resolved.airports:
        code, name = airport.code, f"airport {airport.code}"
        for field, text in (("name", airport.name), ("country", airport.country)):
            differences.same(f"{name}, {field}", text, source.airport_text(code, field))
        differences.same(f"{name}, timezone", airport.timezone, source.zone(code))
        position = source.position(code) or (None, None)
        differences.same(
            f"{name}, position", (airport.latitude_deg, airport.longitude_deg), position
        )
        handling = source.airport_number(code, "handling_usd_per_kg") or 0
        storage = source.airport_number(code, "storage_usd_per_kg_h", "prices") or 0
        differences.amount(f"{name}, handling", airport.handling_pico_per_g, PICO_PER_G * handling)
        differences.amount(f"{name}, storage", airport.storage_pico_per_g_h, PICO_PER_G * storage)
        stands: dict[str, int] = {}
        for row in source.stands(code):
            stands[row.size_code] = stands.get(row.size_code, 0) + row.stands
        differences.sets(f"{name}, stands", airport.stands, stands.items())


def check_types(resolved: ResolvedInstance, source: Source, differences: Differences) -> None:
    """Size, weight and usable volume of every type in use."""
    flown = {pool.type for pool in resolved.pools}
    differences.sets("types", (t.type for t in resolved.types), flown)
    for row in resolved.types:
        name = f"type {row.type}"
        for field, text in (("size_code", row.size_code), ("iata_type", row.iata_type)):
            differences.same(f"{name}, {field}", text, source.type_text(row.type, field))
        take_off = source.type_number(row.type, "max_takeoff_t") or 0
        differences.near(f"{name}, max_takeoff_t", row.max_takeoff_t, take_off, 1e-9)
        packing = source.type_number(row.type, "packing_factor")
        volume_m3 = source.type_number(row.type, "volume_m3") or 0
        volume_m3 *= 1 if packing is None else packing
        differences.near(f"{name}, volume_cm3", row.volume_cm3, 1e6 * volume_m3, 1)


def check_ground(
    resolved: ResolvedInstance, source: Source, clock: Clock, differences: Differences
) -> None:
    """What every type needs and pays at every airport."""
    pairs = [(a.code, t.type) for a in resolved.airports for t in resolved.types]
    differences.sets("ground", ((g.airport, g.type) for g in resolved.ground), pairs)
    nights: dict[tuple[str, str, str], list[Window]] = {}
    for row in resolved.ground:
        _check_stay(source, row, differences)
        _check_charges(source, clock, row, nights, differences)


def _check_stay(source: Source, row: ResolvedGround, differences: Differences) -> None:
    name = f"{row.type} at {row.airport}"

    def at(field: str, section: str = "") -> float:
        return source.airport_number(row.airport, field, section) or 0

    def of(field: str) -> float:
        return source.type_number(row.type, field) or 0

    turnaround = max(at("min_turnaround_min"), of("turnaround_min"))
    stop = max(at("min_technical_stop_min"), of("technical_stop_min"))
    differences.near(f"{name}, turnaround_min", row.turnaround_min, turnaround, 1)
    differences.near(f"{name}, technical_stop_min", row.technical_stop_min, stop, 1)
    differences.near(f"{name}, parking_free_min", row.parking_free_min, at("parking_free_min"), 1)
    factor = source.type_number(row.type, "ramp_factor")
    factor = 1 if factor is None else factor
    parking = at("parking_usd_per_t_h") * of("max_takeoff_t")
    for field, micro, usd in (
        ("turn", row.ramp_turn_micro, at("ramp_turn_usd") * factor),
        ("technical stop", row.ramp_technical_micro, at("ramp_technical_usd") * factor),
        ("parking", row.parking_micro_per_h, parking),
        ("layover", row.layover_micro, at("layover_usd", "crew")),
    ):
        differences.amount(f"{name}, {field}", micro, 1e6 * usd)


def _check_charges(
    source: Source,
    clock: Clock,
    row: ResolvedGround,
    nights: dict[tuple[str, str, str], list[Window]],
    differences: Differences,
) -> None:
    weight_t = source.type_number(row.type, "max_takeoff_t") or 0
    expected: list[tuple[str, str, float, float, list[Window]]] = []
    for charge in source.charges(row.airport):
        usd = charge_usd(charge, weight_t)
        night = _night(source, clock, charge, nights) if charge.night_surcharge_pct else []
        more = usd * charge.night_surcharge_pct / 100 if night else 0.0
        if round(1e6 * usd):
            expected += [(charge.item, m, 1e6 * usd, 1e6 * more, night) for m in _movements(charge)]
    expected.sort(key=lambda x: x[:4])
    stated = sorted(
        (c for c in row.charges if c.amount_micro),
        key=lambda c: (c.item, c.movement, c.amount_micro, c.night_micro),
    )
    name = f"charges of {row.type} at {row.airport}"
    kinds = [(item, movement) for item, movement, *_ in expected]
    if [(c.item, c.movement) for c in stated] != kinds:
        differences.sets(name, ((c.item, c.movement) for c in stated), kinds)
        return
    for charge_row, (item, movement, micro, more, night) in zip(stated, expected, strict=True):
        what = f"{name}, {item} on {movement}"
        differences.amount(what, charge_row.amount_micro, micro)
        differences.amount(f"{what} at night", charge_row.night_micro, more)
        if charge_row.night_micro:
            _check_night(clock, charge_row, night, what, differences)


def charge_usd(charge: Charge, weight_t: float) -> float:
    """Amount of a charge by take-off weight, by day; nothing outside its bracket."""
    if weight_t < charge.from_t or (charge.to_t is not None and weight_t >= charge.to_t):
        return 0.0
    power: float = charge.scale_usd * (weight_t / 50) ** charge.exponent
    return charge.fixed_usd + charge.usd_per_t * (weight_t - charge.from_t) + power


def _movements(charge: Charge) -> Iterator[str]:
    yield from ("arrival", "departure") if charge.movement == "any" else (charge.movement,)


def _night(
    source: Source, clock: Clock, charge: Charge, nights: dict[tuple[str, str, str], list[Window]]
) -> list[Window]:
    start, end = charge.night_from_local, charge.night_to_local
    if start is None or end is None:
        return []
    key = (charge.airport, start, end)
    if key not in nights:
        nights[key] = clock.windows(source.zone(charge.airport), None, None, start, end)
    return nights[key]


def _check_night(
    clock: Clock, charge: ResolvedCharge, night: list[Window], what: str, differences: Differences
) -> None:
    minute = disagreement(charge.night, night, clock.length_min, clock.cycle_min)
    if minute is not None:
        differences.found.append(f"{what}: night differs at minute {minute}")
