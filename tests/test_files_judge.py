"""Warnings: what is legal and surely not meant, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from optimizer.domain.feeder import Lane
from optimizer.domain.instance import Instance
from optimizer.errors import Finding, Severity
from optimizer.files import check_instance, judge
from optimizer.files.format_page import EXAMPLE
from optimizer.files.judge.carriage import payload_t
from optimizer.files.place import nearest
from tests.builders import aircraft, consignment, tail, tiny, track
from tests.cargo_cases import case_weight_volume
from tests.flying_cases import case_technical_stop, case_weeks_end
from tests.ground_cases import case_trucks
from tests.money_cases import case_acmi

INSTANCES = Path(__file__).parent.parent / "instances"


def example(**changes: Any) -> Instance:
    return Instance.model_validate(EXAMPLE | changes)


def cargo(**changes: Any) -> Instance:
    """The example, its first consignment changed."""
    first, second = EXAMPLE["demand"]
    return example(demand=[first | changes, second])


def codes(instance: Instance) -> set[tuple[str, str]]:
    findings = judge(instance)
    assert all(finding.severity is Severity.WARNING for finding in findings), findings
    return {(finding.column, finding.code) for finding in findings}


def test_the_example_gives_no_finding() -> None:
    assert judge(example()) == ()


@pytest.mark.parametrize(
    "instance",
    [
        tiny(),
        tiny(kind="cyclic"),
        tiny(stations=("LUX", "LGG")),
        case_technical_stop(89),
        case_weight_volume(),
        case_weeks_end("cyclic", 2),
        case_acmi(),
        case_trucks(),
    ],
)
def test_small_instances_have_no_errors(instance: Instance) -> None:
    assert [f for f in judge(instance) if f.severity is Severity.ERROR] == []


def shipped() -> list[Path]:
    return sorted(path.parent for path in INSTANCES.glob("**/instance.toml"))


@pytest.mark.parametrize("folder", shipped(), ids=lambda p: str(p.relative_to(INSTANCES)))
def test_shipped_instances_give_no_finding(folder: Path) -> None:
    assert check_instance(folder) == ()


@pytest.mark.parametrize(
    ("changes", "column", "code"),
    [
        ({"weight_kg": 42}, "weight_kg", "unusual-density"),
        ({"weight_kg": 4.2, "volume_m3": 0.03}, "weight_kg", "unusual-figure"),
        ({"volume_m3": 320_000}, "volume_m3", "unusual-density"),
        ({"volume_m3": 2}, "weight_kg", "unusual-density"),
        ({"usd_per_chargeable_kg": 310}, "usd_per_chargeable_kg", "unusual-figure"),
        ({"usd_per_chargeable_kg": 0}, "usd_per_chargeable_kg", "unusual-figure"),
        ({"ready_at": "2024-02-17T20:00+08:00"}, "ready_at", "misdated"),
        ({"due_at": "2026-02-21T08:00+01:00"}, "due_at", "misdated"),
        ({"due_at": "2025-02-18T12:00+01:00"}, "due_at", "too-late"),
        ({"destination": "LHR"}, "destination", "no-rights"),
        ({"origin": "LHR", "destination": "LUX"}, "destination", "no-rights"),
    ],
)
def test_a_doubtful_consignment(changes: dict[str, Any], column: str, code: str) -> None:
    rights = [{"operator": "CV", "uplift": "CN", "discharge": "LU"}]
    instance = cargo(**changes).model_copy(update={"rights": example(rights=rights).rights})
    assert (column, code) in codes(instance)


def test_tonnes_written_as_kilograms_are_asked_about() -> None:
    (finding,) = judge(cargo(weight_kg=42))
    assert "is the weight in tonnes?" in finding.expected


def test_cargo_without_an_aircraft() -> None:
    operators = [{"operator": "CV"}, {"operator": "K4"}]
    instance = cargo(carriers=["K4"]).model_copy(
        update={"operators": example(operators=operators).operators}
    )
    assert codes(instance) == {("carriers", "no-carrier")}


def test_a_given_operator_is_outside_of_the_plan() -> None:
    operators = [{"operator": "CV", "role": "given"}]
    found = codes(example(operators=operators))
    assert ("operator", "unused") in found


def test_a_tail_that_may_carry_nothing() -> None:
    fleet = [*EXAMPLE["fleet"], {"tail": "N1", "type": "B744F", "operator": "K4", "base": "CGO"}]
    rights = [{"operator": "K4", "uplift": "CGO", "discharge": "US"}]
    assert codes(example(fleet=fleet, rights=rights)) == {("operator", "no-rights")}


def test_distance_is_only_blamed_when_no_stop_can_help() -> None:
    """The type lifts nothing over 8000 km and 100 t over 1000 km."""
    short = aircraft(fuel_capacity_t=40, range_constant_km=25_000)
    assert (payload_t(short, 8000) or 0) < 0 < (payload_t(short, 1000) or 0)
    assert codes(tiny(types=(short,))) >= {("destination", "out-of-range")}
    near = tiny(types=(short,), tracks=(track("CGO", "LUX", distance_km=1000),))
    stop = tiny(types=(short,), universe={"max_technical_stops": 1})
    for instance in (near, stop):
        assert ("destination", "out-of-range") not in codes(instance)


def test_the_first_arrival_is_a_bound() -> None:
    """8000 km take more than 7 h 16 min for anything that flies."""
    for due_min, late in ((436, True), (437, False)):
        instance = tiny(demand=(consignment("OUT", due_min=due_min),))
        assert (("due_at", "too-late") in codes(instance)) == late


def test_trucks_leave_at_dispatches() -> None:
    """Trucks leave at 10:00Z and 16:00Z; what is ready a minute later waits for the next."""
    hopeless = {"ready_at": "2025-02-17T10:00Z", "due_at": "2025-02-17T10:01Z"}
    (finding,) = judge(cargo(**hopeless))
    first = finding.expected.removeprefix("not before ")
    assert codes(cargo(**hopeless | {"due_at": first})) == set()
    late = {"ready_at": "2025-02-17T10:01Z", "due_at": first}
    assert codes(cargo(**late)) == {("due_at", "too-late")}
    (finding,) = judge(cargo(**late))
    wait = datetime.fromisoformat(finding.expected.removeprefix("not before "))
    assert wait - datetime.fromisoformat(first) == timedelta(hours=6)


def test_a_place_that_no_lane_leads_to() -> None:
    lane = Lane(
        origin="Yiwu",
        destination="CGO",
        truck_min=900,
        payload_kg=32_000,
        volume_m3=88,
        usd_per_truck=900,
    )
    demand = (consignment("A", origin="Yiwu"), consignment("B", origin="LUX", destination="Yiwu"))
    found = codes(tiny(demand=demand, lanes=(lane,)))
    assert found == {("destination", "no-lane")}


def test_copied_consignments() -> None:
    first, second = EXAMPLE["demand"]
    copied = example(demand=[first, second, first | {"consignment": "E-2"}])
    assert codes(copied) == {("consignment", "same-consignment")}


def test_rules_without_an_airport_or_a_type_in_use() -> None:
    found = codes(
        example(
            stands=[{"airport": "JFK", "size_code": "F", "stands": 1}],
            types=[{"type": "B748F", "speed_kmh": 900}],
        )
    )
    assert found == {("airport", "unused"), ("type", "unused")}


def test_figures_in_the_wrong_unit() -> None:
    lanes = [
        {
            "origin": "Yiwu",
            "destination": "CGO",
            "truck_min": 18,
            "payload_kg": 32,
            "volume_m3": 88,
            "usd_per_truck": 900,
        }
    ]
    tracks = [{"origin": "CGO", "destination": "LUX", "distance_km": 4500}]
    found = codes(example(lanes=lanes, tracks=tracks))
    assert found == {("payload_kg", "unusual-figure"), ("distance_km", "unusual-figure")}


def test_overlapping_brackets_and_free_wet_leases() -> None:
    charges = [
        {"airport": "LUX", "movement": "any", "item": "noise", "from_t": 0, "to_t": 300},
        {"airport": "LUX", "movement": "any", "item": "noise", "from_t": 200},
    ]
    fleet = [EXAMPLE["fleet"][0] | {"contract": "acmi", "acmi_usd_per_block_h": 0}]
    found = codes(example(charges=charges, fleet=fleet))
    assert found == {("from_t", "overlap"), ("acmi_usd_per_block_h", "no-rate")}


def test_a_similar_operator_and_a_date_outside() -> None:
    operators = [{"operator": "CVX", "name": "Cargolux"}]
    curfews = [
        {
            "airport": "LUX",
            "movement": "any",
            "from_local": "23:00",
            "to_local": "06:00",
            "date": "2024-02-18",
        }
    ]
    maintenance = [{"tail": "LX-VCA", "start": "2025-03-01T00:00Z", "end": "2025-03-01T06:00Z"}]
    found = codes(example(operators=operators, curfews=curfews, maintenance=maintenance))
    assert found == {
        ("operator", "similar-operator"),
        ("date", "outside-period"),
        ("start", "outside-period"),
    }


def test_nothing_to_plan() -> None:
    assert codes(example(demand=[], fleet=[])) == {("", "no-demand"), ("", "no-fleet")}


def test_rows_are_numbered_as_they_would_be_written() -> None:
    first, second = EXAMPLE["demand"]
    (finding,) = judge(example(demand=[first, second | {"weight_kg": 60}]))
    assert (finding.file, finding.row) == ("demand.csv", 3)


def test_unknown_airports_without_reference_data() -> None:
    """Without reference data an airport of a track needs no row of its own."""

    def errors(instance: Instance) -> list[Finding]:
        return [f for f in judge(instance) if f.severity is Severity.ERROR]

    assert errors(tiny(stations=("QQX",))) == []
    assert errors(tiny(fleet=(tail(start_airport="QQY"),)))[0].code == "unknown-airport"


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"ready_at": "2025-02-17T20:00-08:00"}, "ready_at"),  # a sign lost
        ({"due_at": "2025-02-21T08:00+02:00"}, "due_at"),  # summer time in February
    ],
)
def test_an_offset_of_nowhere_near(changes: dict[str, Any], column: str) -> None:
    assert codes(cargo(**changes)) == {(column, "odd-offset")}


@pytest.mark.parametrize("offset", ["+08:00", "+01:00"])
def test_offsets_of_either_end_and_utc_are_usual(offset: str) -> None:
    for due_at in (f"2025-02-21T08:00{offset}", "2025-02-21T08:00Z"):
        assert judge(cargo(ready_at=f"2025-02-17T20:00{offset}", due_at=due_at)) == ()


def test_offsets_of_a_tails_availability() -> None:
    (row,) = EXAMPLE["fleet"]
    until = row | {"available_until": "2025-02-22T20:00+01:00"}
    assert codes(example(fleet=[until])) == {("available_until", "odd-offset")}
    assert codes(example(fleet=[until | {"end_airport": "LUX"}])) == set()


def refuelling(landings: str | None, *airports: dict[str, Any], stops: int = 1) -> Instance:
    """The example with technical stops, landing permissions and airports."""
    universe = EXAMPLE["universe"] | {"max_technical_stops": stops}
    operator = {"operator": "CV"} | ({"technical_landings": landings} if landings else {})
    return example(universe=universe, operators=[operator], airports=list(airports))


def test_technical_stops_that_nobody_can_make() -> None:
    nowhere = {("technical_landings", "no-technical-stop")}
    assert codes(refuelling("KZ")) == nowhere
    assert codes(refuelling("FRA")) == nowhere  # nobody says that one can refuel there
    assert codes(refuelling(None)) == {("universe.max_technical_stops", "no-technical-stop")}
    (finding,) = judge(refuelling("KZ"))
    assert "ALA" in finding.expected


def test_technical_stops_that_can_be_made() -> None:
    for instance in (
        refuelling("KGF"),
        refuelling("-"),
        refuelling("KZ", {"airport": "KGF"}),
        refuelling("FRA", {"airport": "FRA", "technical_stop": True}),
        refuelling(None, {"airport": "KGF"}),
        refuelling("KZ", stops=0),
    ):
        assert codes(instance) == set()


def test_an_unknown_type_is_not_blamed_on_the_distance() -> None:
    (row,) = EXAMPLE["fleet"]
    found = judge(example(fleet=[row | {"type": "B747X"}]))
    assert {finding.code for finding in found} == {"unknown-type"}


def test_a_consignment_stated_twice_is_told_once() -> None:
    first, second = EXAMPLE["demand"]
    assert {f.code for f in judge(example(demand=[first, second, first]))} == {"duplicate"}


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("LXU", "LUX"), ("Yiwo", "Yiwu"), ("Yiwuu", "Yiwu"), ("yiwu", "Yiwu"), ("zzzzz", "")],
)
def test_the_nearest_name_is_the_one_of_fewest_slips(misspelt: str, meant: str) -> None:
    assert nearest(misspelt, ["CGO", "LUX", "LAX", "YIW", "Yiwu", "Jinhua"]) == meant


def test_an_airport_without_data_may_be_a_slip() -> None:
    (finding,) = judge(cargo(destination="LXU"))
    assert (finding.code, finding.nearest) == ("undescribed-airport", "LUX")
