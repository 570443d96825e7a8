"""The whole: hand-worked folders, reference data, order of rows, findings, a second derivation."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimizer.data import reference
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import TABLES, Instance
from optimizer.errors import InstanceError
from optimizer.files import read_instance
from optimizer.generate import ladder
from optimizer.generate import tiny as generated
from optimizer.resolve import resolve
from optimizer.verify import rederive
from tests.builders import aircraft, airport, consignment, minute_iso, tail, tiny, track
from tests.hand_worked import hand_worked

ROOT = Path(__file__).parents[1] / "instances"


def referenced(**fields: Any) -> Instance:
    """The tiny instance with reference data, and nothing else stated than it must."""
    stated: dict[str, Any] = {
        "reference_data": True,
        "types": (),
        "tracks": (),
        "fleet": (tail(type="B744F"),),
    }
    return tiny(**(stated | fields))


# --- hand-worked cases ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(hand_worked()))
def test_hand_worked_folders_are_the_cases(name: str) -> None:
    folder = ROOT / "hand-worked" / name
    assert read_instance(folder) == hand_worked()[name].instance
    assert (folder / "README.md").is_file()


def test_there_are_no_other_hand_worked_folders() -> None:
    assert {p.name for p in (ROOT / "hand-worked").iterdir()} == set(hand_worked())


# --- two derivations -----------------------------------------------------------------------------


def agreed(instance: Instance) -> tuple[str, ...]:
    return rederive(resolve(instance), instance, reference())


@pytest.mark.parametrize("name", sorted(hand_worked()))
def test_the_audit_derives_the_same_for_hand_worked_cases(name: str) -> None:
    assert agreed(hand_worked()[name].instance) == ()


@pytest.mark.parametrize("seed", range(60))
def test_the_audit_derives_the_same_for_drawn_instances(seed: int) -> None:
    assert agreed(generated(seed)) == ()


# --- order of rows -------------------------------------------------------------------------------


def shuffled(instance: Instance, seed: int) -> Instance:
    rng = random.Random(seed)
    tables = {name: list(getattr(instance, name)) for name in (*TABLES, "gateways")}
    for rows in tables.values():
        rng.shuffle(rows)
    return instance.model_copy(update={name: tuple(rows) for name, rows in tables.items()})


def order_free(instance: Instance) -> str:
    return resolved_digest(replace(resolve(instance), instance_digest=""))


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    instance = generated(seed)
    expected = resolve(instance)
    permuted = resolve(shuffled(instance, seed))
    assert replace(permuted, instance_digest=expected.instance_digest) == expected
    assert order_free(shuffled(instance, seed + 1)) == order_free(instance)


def test_the_order_of_rows_does_not_matter_in_a_real_week() -> None:
    instance = ladder("XS")
    assert order_free(shuffled(instance, 7)) == order_free(instance)


def test_resolving_twice_gives_the_same() -> None:
    instance = ladder("S", seed=3)
    assert resolve(instance) == resolve(instance)


# --- reference data ------------------------------------------------------------------------------


def used(instance: Instance) -> dict[tuple[str, str, str], str]:
    return {(d.table, d.key, d.field): d.value for d in resolve(instance).defaults}


def test_every_reference_value_used_is_told_with_its_provenance() -> None:
    resolved = resolve(referenced())
    assert all(d.provenance for d in resolved.defaults)
    keys = [(d.table, d.key, d.field) for d in resolved.defaults]
    assert keys == sorted(set(keys))
    tables = {d.table for d in resolved.defaults}
    assert {"airports", "types", "tracks", "charges", "curfews", "customs", "prices"} <= tables


def test_what_the_instance_states_is_no_default() -> None:
    key = ("types", "B744F", "max_payload_t")
    assert used(referenced())[key] == "108"
    stated = referenced(types=({"type": "B744F", "max_payload_t": 110},))
    assert key not in used(stated)
    assert resolve(stated).leg["CV", "B744F", "CGO", "LUX"].cap_kg <= 110_000


def test_what_is_not_used_is_not_told() -> None:
    values = used(referenced())
    assert {key for table, key, _ in values if table == "airports"} == {"CGO", "LUX"}
    assert {key for table, key, _ in values if table == "types"} == {"B744F"}
    # Brackets of the tariff that a 747 is too heavy for, and the noise quota nobody asks for.
    assert not any(key.endswith("from 0 t") and "CGO" in key for _, key, _ in values)
    assert ("types", "B744F", "noise_qc_arrival") not in values


def test_without_reference_data_nothing_is_told() -> None:
    assert resolve(tiny()).defaults == ()


def test_a_price_is_the_first_one_stated() -> None:
    def fuel(**fields: Any) -> int:
        return resolve(referenced(**fields)).leg["CV", "B744F", "CGO", "LUX"].fuel_fixed_micro

    row = (airport("CGO", fuel_usd_per_t=900),)
    prices = {"fuel_usd_per_t": 800}
    default = reference().defaults["prices.fuel_usd_per_t"].value
    ratios = [fuel(airports=row, prices=prices), fuel(prices=prices), fuel()]
    assert [round(r / ratios[2] * default) for r in ratios] == [900, 800, default]


def test_a_stated_track_replaces_the_reference_tracks_of_its_pair() -> None:
    operators = ({"operator": "CV", "overflight": "RU"},)
    own = referenced(operators=operators, tracks=(track("LUX", "CGO", distance_km=9999),))
    legs = resolve(own).leg
    assert legs["CV", "B744F", "CGO", "LUX"].distance_km == 9999
    assert legs["CV", "B744F", "LUX", "CGO"].distance_km == 9999
    free = resolve(referenced(operators=operators)).leg["CV", "B744F", "CGO", "LUX"]
    barred = resolve(referenced()).leg["CV", "B744F", "CGO", "LUX"]
    assert free.distance_km < barred.distance_km
    assert free.overflies == ("RU",) and barred.overflies == ()


def test_rows_for_an_airport_replace_its_reference_rows() -> None:
    assert any(c.airport == "LUX" for c in resolve(referenced()).closures)
    own = {"airport": "LUX", "movement": "arrival", "from_local": "01:00", "to_local": "02:00"}
    (closure,) = resolve(referenced(curfews=(own,))).closures
    assert closure.windows[0].end_min - closure.windows[0].start_min == 60
    charge = {"airport": "LUX", "movement": "arrival", "item": "landing", "fixed_usd": 1}
    ground = resolve(referenced(charges=(charge,))).ground_at
    assert [c.amount_micro for c in ground["LUX", "B744F"].charges] == [1_000_000]
    assert len(ground["CGO", "B744F"].charges) > 1


def test_reference_lanes_bring_cargo_to_the_gateway() -> None:
    resolved = resolve(referenced(demand=(consignment(origin="Shanghai"),)))
    assert [x.id for x in resolved.lanes] == ["Shanghai-CGO"]
    assert any(d.table == "lanes" and d.field == "truck_min" for d in resolved.defaults)


def test_the_reference_may_be_handed_over() -> None:
    known = reference()
    dear = known.defaults["prices.fuel_usd_per_t"].model_copy(update={"value": 6800.0})
    other = replace(known, defaults=known.defaults | {"prices.fuel_usd_per_t": dear})
    key = "CV", "B744F", "CGO", "LUX"
    usual, special = resolve(referenced()), resolve(referenced(), reference=other)
    assert special.leg[key].fuel_fixed_micro == pytest.approx(10 * usual.leg[key].fuel_fixed_micro)
    assert resolve(tiny(), reference=other) == resolve(tiny())


# --- findings ------------------------------------------------------------------------------------


def findings(instance: Instance) -> set[tuple[str, str]]:
    with pytest.raises(InstanceError) as caught:
        resolve(instance)
    assert all(f.file and f.problem for f in caught.value.findings)
    return {(f.code, f.column) for f in caught.value.findings}


LANE = {
    "origin": "Yiwu",
    "destination": "CGO",
    "truck_min": 900,
    "payload_kg": 32_000,
    "volume_m3": 88,
    "usd_per_truck": 900,
    "dispatch_every_min": 700,
}
YIWU = (consignment(origin="Yiwu"),)
CURFEW = {"airport": "LUX", "movement": "any", "from_local": "23:00", "to_local": "06:00"}
NIGHT = CURFEW | {"date": "2025-06-03"}
CHECK = {"tail": "T1", "start": minute_iso(0), "end": minute_iso(60)}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"fleet": (tail(type="T999"),)}, ("unknown-type", "type")),
        ({"fleet": (tail(base="LUX"),)}, ("base-no-gateway", "base")),
        ({"fleet": (tail(), tail())}, ("doubled", "tail")),
        ({"fleet": (tail("A", count=2), tail("A-1"))}, ("doubled", "tail")),
        ({"demand": (consignment("A"), consignment("A"))}, ("doubled", "consignment")),
        ({"demand": (consignment(destination="Atlantis"),)}, ("unknown-place", "destination")),
        ({"demand": (consignment(carriers="XX"),)}, ("unknown-operator", "carriers")),
        ({"demand": (consignment(customs="magic"),)}, ("unknown-customs", "mode")),
        ({"demand": (consignment(weight_kg=0.0001),)}, ("no-weight", "weight_kg")),
        ({"airports": (airport("LUX", timezone="Here"),)}, ("unknown-zone", "timezone")),
        (
            {"types": (aircraft(range_constant_km=None),)},
            ("missing-type-data", "range_constant_km"),
        ),
        ({"maintenance": (CHECK | {"tail": "T2"},)}, ("maintenance-tail", "tail")),
        (
            {"maintenance": (CHECK,), "fleet": (tail(count=2),)},
            ("maintenance-tail", "tail"),
        ),
        ({"maintenance": (CHECK | {"end": CHECK["start"]},)}, ("maintenance-time", "end")),
        (
            {
                "types": (aircraft(speed_kmh=None),),
                "tracks": (track("CGO", "LUX", block_min=None),),
            },
            ("missing-type-data", "speed_kmh"),
        ),
        (
            {"stands": ({"airport": "LUX", "size_code": "E", "stands": 1},)},
            ("missing-type-data", "size_code"),
        ),
        (
            {"curfews": (CURFEW | {"movement": "arrival", "min_noise_qc": 4},)},
            ("missing-type-data", "noise_qc_arrival"),
        ),
        ({"start": "0001-01-01T00:00+08:00", "demand": ()}, ("period-year", "period.start")),
        ({"gateways": ("CGO", "CGO")}, ("doubled", "gateways")),
    ],
)
def test_what_is_missing_or_contradictory_is_a_finding(
    fields: dict[str, Any], found: tuple[str, str]
) -> None:
    assert findings(tiny(**fields)) == {found}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"lanes": (LANE,), "demand": YIWU}, ("dispatch-not-weekly", "dispatch_every_min")),
        ({"curfews": (NIGHT,)}, ("dated-only", "date")),
        ({"slots": (NIGHT | {"movements": 1},)}, ("dated-only", "date")),
        ({"fleet": (tail(end_airport="LUX"),)}, ("dated-only", "end_airport")),
        ({"fleet": (tail(available_from=minute_iso(5)),)}, ("dated-only", "available_from")),
        (
            {"start": "2025-03-24T00:00Z", "airports": (airport("LUX", timezone="Europe/Paris"),)},
            ("zone-changes-offset", "period.start"),
        ),
    ],
)
def test_some_things_make_sense_in_a_dated_period_only(
    fields: dict[str, Any], found: tuple[str, str]
) -> None:
    assert findings(tiny(kind="cyclic", **fields)) == {found}
    resolve(tiny(kind="dated", **fields))


def test_an_airport_nobody_knows_is_a_finding_with_reference_data() -> None:
    row = {"operator": "CV", "uplift": "CGO", "discharge": "XQX"}
    assert findings(referenced(rights=(row,))) == {("unknown-airport", "airport")}


def test_all_findings_come_at_once() -> None:
    row = aircraft(range_constant_km=None, volume_m3=None)
    demand = (consignment(destination="Atlantis"), consignment("B", customs="magic"))
    assert len(findings(tiny(types=(row,), demand=demand))) == 4
