"""The built-in reference data: valid, with provenance, and true to the world."""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from optimizer.data import derive_tracks, reference
from optimizer.data.loader import TABLES

PROVENANCE = re.compile(r"^[SDKE]\b")
CODES = re.compile(r"(?:^|; )([SDKE])\b")
FALLBACK_FIELDS = {
    "prices": {"fuel_usd_per_t", "navigation_usd_per_km", "storage_usd_per_kg_h"},
    "block_time": {"taxi_min", "westbound_factor", "eastbound_factor"},
    "crew": {"augmented_from_block_min", "layover_usd"},
    "airports": {"handling_usd_per_kg", "ramp_turn_usd", "ramp_technical_usd"},
    "types": {"turnaround_min", "technical_stop_min", "ramp_factor", "acmi_usd_per_block_h"},
}


def packaged(table: str) -> list[dict[str, str]]:
    text = resources.files("optimizer.data").joinpath(f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def cap_t(type_code: str, distance_km: float) -> float:
    """The payload-range limit of C3, written out a second time."""
    t = reference().types[type_code]
    assert t.operating_empty_t and t.max_payload_t and t.max_takeoff_t and t.max_landing_t
    assert t.fuel_capacity_t and t.reserve_fuel_t is not None and t.uld_tare_t is not None
    assert t.range_constant_km
    zero = t.operating_empty_t + t.uld_tare_t + t.reserve_fuel_t
    ratio = math.exp(distance_km / t.range_constant_km)
    return min(
        t.max_payload_t,
        t.max_takeoff_t / ratio - zero,
        (t.fuel_capacity_t - t.reserve_fuel_t) / (ratio - 1) - zero,
        t.max_landing_t - zero,
    )


def track_km(origin: str, destination: str, overflight: tuple[str, ...] = ()) -> float:
    return next(
        t.distance_km
        for t in reference().tracks
        if {t.origin, t.destination} == {origin, destination}
        and t.requires_overflight == overflight
    )


@pytest.mark.parametrize("table", [*TABLES, "airspace", "tracks_stated"])
def test_every_row_says_where_it_comes_from(table: str) -> None:
    rows = packaged(table)
    assert rows
    assert [row for row in rows if not PROVENANCE.match(row["provenance"])] == []


def test_it_is_read_once_and_whole() -> None:
    data = reference()
    assert reference() is data
    for table in TABLES:
        assert len(getattr(data, table)) == len(packaged(table))


def test_estimates_are_never_passed_off_as_sourced() -> None:
    """Rates that no source gave carry an E (or K) somewhere in their row."""
    for row in packaged("types"):
        assert {"E", "K"} <= set(CODES.findall(row["provenance"])), row["type"]
    for row in packaged("lanes"):
        assert row["provenance"].startswith("E")


def test_what_other_tables_name_exists() -> None:
    data = reference()
    for table in (data.charges, data.curfews, data.stands):
        assert {row.airport for row in table} <= data.airports.keys()
    assert {t for row in data.curfews for t in row.types} <= data.types.keys()
    assert {a for t in data.tracks for a in (t.origin, t.destination)} <= data.airports.keys()
    assert all({lane.origin, lane.destination} & data.airports.keys() for lane in data.lanes)


def test_every_airport_is_placed_and_every_type_flies() -> None:
    data = reference()
    for airport in data.airports.values():
        assert airport.latitude_deg is not None and airport.longitude_deg is not None
        assert airport.timezone and ZoneInfo(airport.timezone)
        assert airport.country
    for aircraft in data.types.values():
        blank = [k for k, v in aircraft.model_dump().items() if v is None]
        assert blank == [], aircraft.type
        assert aircraft.max_payload_t
        assert cap_t(aircraft.type, 1000) >= 0.97 * aircraft.max_payload_t


def test_nothing_is_stated_twice() -> None:
    data = reference()
    for keys in (
        [(t.origin, t.destination, t.requires_overflight) for t in data.tracks],
        [lane.lane for lane in data.lanes],
        [(c.airport, c.item, c.movement, c.from_t) for c in data.charges],
        [(s.airport, s.size_code) for s in data.stands],
        [c.mode for c in data.customs],
    ):
        assert [k for k, n in Counter(keys).items() if n > 1] == []


def test_fallbacks_exist_for_what_tables_leave_blank() -> None:
    keys = {tuple(key.split(".")) for key in reference().defaults}
    expected = {(table, field) for table, fields in FALLBACK_FIELDS.items() for field in fields}
    assert expected <= keys


def test_charges_leave_no_gap_between_weight_bands() -> None:
    """A tariff in bands is continuous: each band starts where the one below it ends."""
    bands: dict[tuple[str, str], list[tuple[float, float, float, float]]] = {}
    for c in reference().charges:
        end = math.inf if c.to_t is None else c.to_t
        bands.setdefault((c.airport, c.item), []).append((c.from_t, end, c.fixed_usd, c.usd_per_t))
    for rows in bands.values():
        ordered = sorted(rows)
        assert ordered[0][0] == 0 and ordered[-1][1] == math.inf
        for (start, end, fixed, rate), (following, _, following_fixed, _) in pairwise(ordered):
            assert end == following
            assert fixed + rate * (end - start) == pytest.approx(following_fixed)


def test_a_747_pays_the_published_landing_charge_in_china() -> None:
    """558 + … : at 396.9 t, 2008 + 12 x 196.9 USD, and a tenth of it for lighting."""
    rows = [c for c in reference().charges if c.airport == "CGO" and c.from_t == 200]
    amounts = {c.item: c.fixed_usd + c.usd_per_t * (396.9 - c.from_t) for c in rows}
    assert amounts["landing and take-off"] == pytest.approx(4370.8)
    assert amounts["lighting"] == pytest.approx(437.08)


def test_no_track_is_shorter_than_the_great_circle() -> None:
    positions = derive_tracks.airport_positions()
    for t in reference().tracks:
        shortest = derive_tracks.great_circle_km(positions[t.origin], positions[t.destination])
        assert t.distance_km >= shortest - 0.5, t


def test_a_permission_only_ever_shortens_the_way() -> None:
    by_pair: dict[tuple[str, str], dict[tuple[str, ...], float]] = {}
    for t in reference().tracks:
        by_pair.setdefault((t.origin, t.destination), {})[t.requires_overflight] = t.distance_km
    both = [ways for ways in by_pair.values() if len(ways) == 2]
    assert both
    assert all(ways["RU",] < ways[()] for ways in both)


def test_only_russian_airports_cannot_be_reached_without_the_permission() -> None:
    data = reference()
    free = {(t.origin, t.destination) for t in data.tracks if not t.requires_overflight}
    for t in data.tracks:
        if (t.origin, t.destination) not in free:
            assert "RU" in {data.airports[t.origin].country, data.airports[t.destination].country}


def test_the_table_of_tracks_is_the_derived_one() -> None:
    """The pairs of one gateway, derived anew (the whole table takes some seconds)."""
    positions = derive_tracks.airport_positions()
    airspace = derive_tracks.Airspace()
    stated = {(r["origin"], r["destination"]) for r in packaged("tracks_stated")}
    written = {
        (r["origin"], r["destination"], r["requires_overflight"]): int(r["distance_km"])
        for r in packaged("tracks")
        if "NNG" in (r["origin"], r["destination"])
    }
    order = list(positions)
    derived = {}
    for other in order:
        pair = sorted(("NNG", other), key=order.index)
        if other != "NNG":
            for t in derive_tracks.derive_pair(airspace, pair[0], pair[1], positions):
                derived[t.origin, t.destination, t.requires_overflight] = t.distance_km
    assert not stated & {key[:2] for key in derived}
    assert written == derived


def test_stated_distances_and_derived_ones_agree() -> None:
    """The waypoint method gives the stated distances round Russia within two percent."""
    positions = derive_tracks.airport_positions()
    airspace = derive_tracks.Airspace()
    for row in packaged("tracks_stated"):
        a, b = positions[row["origin"]], positions[row["destination"]]
        if not airspace.crossed(a, b):
            continue
        clear = derive_tracks.shortest_clear(airspace, a, b, frozenset(derive_tracks.CLOSED))
        assert clear is not None
        assert clear[0] == pytest.approx(float(row["distance_km"]), rel=0.02), row


def test_outlines_hold_what_they_should() -> None:
    airspace = derive_tracks.Airspace()
    moscow, kyiv, anadyr = (55.75, 37.62), (50.45, 30.52), (64.7, 177.5)
    assert airspace.crossed(moscow, moscow) == {"RU"}
    assert airspace.crossed(kyiv, kyiv) == {"UA"}
    assert airspace.crossed(anadyr, anadyr) == {"RU"}
    assert airspace.crossed((41.01, 28.98), (50.1, 8.7)) == frozenset()
    assert airspace.crossed((61.2, -150.0), (47.6, -122.3)) == frozenset()


def test_round_russia_to_madrid() -> None:
    """A 747-400F lifts about 89 t to Madrid round Russia, a converted one about 82."""
    distance_km = track_km("CGO", "MAD")
    assert distance_km == 9950
    assert cap_t("B744F", distance_km) == pytest.approx(89, abs=1.0)
    assert cap_t("B744BCF", distance_km) == pytest.approx(82.5, abs=1.0)
    hold = reference().types["B744F"]
    assert hold.volume_m3 and hold.packing_factor
    assert hold.volume_m3 * hold.packing_factor * 130 == pytest.approx(86_112)


def test_published_ranges_at_full_payload() -> None:
    """The payload-range model gives back the published points it was fitted to."""
    published_km = {"B744F": 8240, "B744BCF": 7600, "B748F": 8130, "B77LF": 9040}
    for code, distance_km in published_km.items():
        structural = reference().types[code].max_payload_t
        assert structural
        assert cap_t(code, distance_km) == pytest.approx(structural, rel=0.02)
        assert cap_t(code, distance_km + 500) < structural


def test_delhi_goes_round_the_plateau() -> None:
    assert track_km("CGO", "DEL") == 4300
