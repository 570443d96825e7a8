"""Timetables made elsewhere: read as a plan, priced, or refused with every fault at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import SolutionError
from optimizer.files import read_timetable
from optimizer.files.format_page import EXAMPLE
from optimizer.plan.plan import Plan, Truck, TruckRun
from optimizer.report.tables import loads as loads_table
from optimizer.report.tables import schedule as schedule_table
from optimizer.verify import audit
from tests.verify_world import KINDS, Kind, good_plan, pool, world

INSTANCE = Instance.model_validate(EXAMPLE)
SCHEDULE = """tail,origin,destination,off_block,on_block,note
T1,CGO,KGF,2025-06-04T08:00+08:00,2025-06-04T05:00Z,x
T1,KGF,LUX,2025-06-04T06:00Z,2025-06-04T11:20Z,
T1,LUX,CGO,2025-06-04T13:20Z,2025-06-04T23:20Z,
T2,CGO,LUX,2025-06-04T00:00Z,2025-06-04T10:00Z,
T2,LUX,CGO,2025-06-04T12:00Z,2025-06-04T22:00Z,
T2,CGO,LGG,2025-06-05T00:00Z,2025-06-05T10:20Z,
T2,LGG,CGO,2025-06-05T12:20Z,2025-06-05T22:40Z,
"""
LOADS = """consignment,flight,uplift,discharge,kg
OUT,T1/1,CGO,LUX,30000
BACK,T2/1,LUX,CGO,12000.5
LIEGE,T2/2,CGO,LGG,50000
"""


def read(
    folder: Path, resolved: ResolvedInstance, schedule: str = SCHEDULE, loads: str = LOADS
) -> Plan:
    (folder / "flights.csv").write_text(schedule)
    (folder / "cargo.csv").write_text(loads)
    return read_timetable(INSTANCE, resolved, folder / "flights.csv", folder / "cargo.csv")


def refused(folder: Path, schedule: str = SCHEDULE, loads: str = LOADS) -> list[str]:
    with pytest.raises(SolutionError) as error:
        read(folder, world("dated"), schedule, loads)
    return [str(finding) for finding in error.value.findings]


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_files_read_back(tmp_path: Path, kind: Kind) -> None:
    resolved, plan = world(kind), good_plan(kind)
    schedule = schedule_table(resolved, plan).to_csv(index=False)
    loads = loads_table(resolved, plan).to_csv(index=False)
    again = read(tmp_path, resolved, schedule, loads)
    assert sorted(again.flights, key=lambda f: f.id) == sorted(plan.flights, key=lambda f: f.id)
    assert again.loads == plan.loads
    assert audit(resolved, again).feasible
    assert audit(resolved, again).costs_match


def test_legs_without_flights_are_joined_at_gateways(tmp_path: Path) -> None:
    plan = read(tmp_path, world("dated"))
    assert {f.id: f.rotation.route for f in plan.flights} == {
        "T1/1": "CGO-KGF*-LUX-CGO",  # the operator only refuels at KGF, and no cargo moves there
        "T2/1": "CGO-LUX-CGO",
        "T2/2": "CGO-LGG-CGO",
    }
    report = audit(world("dated"), plan)
    assert report.feasible, report.violations
    assert report.costs_match
    assert plan.money


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    header, *rows = SCHEDULE.splitlines()
    backwards = "\n".join([header, *reversed(rows)])
    assert read(tmp_path, world("dated"), backwards) == read(tmp_path, world("dated"))


def test_trucks_left_open_are_the_latest_and_the_first(tmp_path: Path) -> None:
    plan = read(tmp_path, world("dated"))
    out, back, _ = plan.loads
    # T1 leaves at 2880 (Wed 00:00Z); 360 min customs, 900 min road, dispatches every 360 min.
    assert out.feeder == Truck("Yiwu-CGO", 1440)
    # T2 arrives at Wed 22:00Z = 4200; released 240 min later; the next dispatch is at 4680.
    assert back.delivery == Truck("CGO-Yiwu", 4680)
    assert back.grams == 12_000_500
    # 30 t at 250 kg/m3 are 120 m3: two trucks of 88 m3; 12 t are 48 m3: one.
    assert plan.trucks == (
        TruckRun("CGO-Yiwu", 4680, "standard", 1),
        TruckRun("Yiwu-CGO", 1440, "standard", 2),
    )


def test_trucks_stated_are_taken_as_they_are(tmp_path: Path) -> None:
    loads = (
        "consignment,flight,uplift,discharge,kg,feeder_lane,feeder_dispatch\n"
        "OUT,T1/1,CGO,LUX,30000,Yiwu-CGO,2025-06-02T06:00Z\n"
        "OUT,T1/1,CGO,LUX,1000,,2025-06-02T12:00Z\n"
    )
    first, second = read(tmp_path, world("dated"), loads=loads).loads
    assert first.feeder == Truck("Yiwu-CGO", 360)
    assert second.feeder == Truck("Yiwu-CGO", 720)


def test_cyclic_times_may_be_written_within_one_week(tmp_path: Path) -> None:
    schedule = (
        "flight,pool,origin,destination,off_block,on_block\n"
        "F,P,CGO,LUX,2025-06-08T20:00Z,2025-06-02T06:00Z\n"
        "F,P,LUX,CGO,2025-06-02T08:00Z,2025-06-02T18:00Z\n"
    )
    loads = "consignment,flight,uplift,discharge,kg\nOUT,F,CGO,LUX,1000\nBACK,F,LUX,CGO,1000\n"
    resolved = world("cyclic")
    plan = read(tmp_path, resolved, schedule, loads)
    (flight,) = plan.flights
    assert [(leg.off_block_min, leg.on_block_min) for leg in flight.rotation.legs] == [
        (9840, 10440),
        (10560, 11160),
    ]
    assert flight.tail == ""
    late = replace(
        resolved,
        consignments=tuple(
            replace(c, ready_min=9800, due_min=30_000) for c in resolved.consignments
        ),
    )
    out, back = read(tmp_path, late, schedule, loads).loads
    assert out.segments[0].weeks_later == 1  # its truck needs 15 h
    assert back.segments[0].weeks_later == 0


def test_a_leg_nobody_can_fly_is_for_the_audit(tmp_path: Path) -> None:
    schedule = SCHEDULE + (
        "T1,CGO,LUX,2025-06-06T00:00Z,2025-06-06T10:00Z,\n"
        "T1,LUX,KGF,2025-06-06T12:00Z,2025-06-06T17:00Z,\n"
        "T1,KGF,KGF,2025-06-06T19:00Z,2025-06-06T20:00Z,\n"
        "T1,KGF,CGO,2025-06-06T22:00Z,2025-06-07T03:00Z,\n"
    )
    plan = read(tmp_path, world("dated"), schedule)
    assert not plan.money
    assert "C3" in {violation.code for violation in audit(world("dated"), plan).violations}


def test_tails_that_may_be_returned_and_do_not_fly_are_returned(tmp_path: Path) -> None:
    option = pool("dated", id="Q", tails=("T9",), acmi=True, returnable=True)
    resolved = replace(world("dated"), pools=(pool("dated"), option))
    assert read(tmp_path, resolved).returned == ("T9",)


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    schedule = SCHEDULE.replace("T1,KGF,LUX", "T3,KFG,LUX").replace(
        "2025-06-05T12:20Z", "05/06/2025 12:20"
    )
    loads = (
        "consignment,flight,uplift,discharge,kg,segment\n"
        'OOT,T1/1,CGO,LUX,"30,000",\n'
        "BACK,T2/1,LUX,CGO,-5,2\n"
    )
    found = refused(tmp_path, schedule, loads)
    assert any("flights.csv, row 3, column tail: unknown tail: 'T3'" in text for text in found)
    assert any("did you mean 'KGF'" in text for text in found)
    assert any(
        "row 8, column off_block: a date as a spreadsheet shows it" in text for text in found
    )
    assert any("cargo.csv, row 2, column consignment" in t and "'OUT'" in t for t in found)
    assert any("thousands separators" in text for text in found)
    assert any("the number is negative" in text for text in found)
    assert any("the number is negative" in text and "row 3" in text for text in found)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("off_block,on_block", "offblock,on_block", "did you mean 'off_block'"),
        ("tail,origin", "aircraft,origin", "it is not said who flies this leg"),
        ("2025-06-04T05:00Z", "2025-06-03T05:00Z", "arrives before it leaves"),
        ("2025-06-04T05:00Z", "", "row 2, column on_block: the value is missing"),
        ("2025-06-04T05:00Z", "2025-06-04T05:00", "without UTC offset"),
        ("T1,CGO,KGF", "T1,CGO", "too few cells"),
    ],
)
def test_faults_of_a_schedule(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert any(words in text for text in refused(tmp_path, SCHEDULE.replace(old, new)))


def test_operator_and_type_must_be_the_tails(tmp_path: Path) -> None:
    schedule = (
        "tail,operator,type,origin,destination,off_block,on_block,stop,leg\n"
        "T1,XX,B748F,CGO,LUX,2025-06-04T00:00Z,2025-06-04T10:00Z,fuel,one\n"
    )
    found = "\n".join(refused(tmp_path, schedule))
    assert "T1 is of another operator: 'XX'; did you mean 'CV'?" in found
    assert "T1 is of another type" in found
    assert "full or technical" in found
    assert "this is not a whole number: 'one'" in found


def test_a_flight_has_one_tail_and_a_pool_needs_one(tmp_path: Path) -> None:
    schedule = (
        "flight,tail,pool,origin,destination,off_block,on_block\n"
        "F,T1,,CGO,LUX,2025-06-04T00:00Z,2025-06-04T10:00Z\n"
        "F,T2,,LUX,CGO,2025-06-04T12:00Z,2025-06-04T22:00Z\n"
        ",,P,LUX,CGO,2025-06-04T12:00Z,2025-06-04T22:00Z\n"
    )
    found = "\n".join(refused(tmp_path, schedule))
    assert "row 3, column tail: flight F is flown by two aircraft: 'T2'; expected T1" in found
    assert "row 4, column flight: it is not said which rotation this leg is of" in found


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("OUT,T1/9,CGO,LUX,1", "unknown flight: 'T1/9'; did you mean 'T1/1'"),
        ("OUT,T1/1,CGO,LGG,1", "the flight does not go from CGO to LGG: 'LGG'"),
        ("OUT,T1/1,LUX,KGF,1", "the flight does not go from LUX to KGF"),
        ("OUT,T1/1,CGO,LUX,0", "nothing is loaded"),
        ("OUT,T1/1,CGO,LUX,nan", "not a number"),
        ("OUT,,CGO,LUX,1", "column flight: the value is missing"),
    ],
)
def test_faults_of_a_load_list(tmp_path: Path, row: str, words: str) -> None:
    header = LOADS.splitlines()[0]
    assert any(words in text for text in refused(tmp_path, loads=f"{header}\n{row}\n"))


def test_an_airport_called_at_twice_is_told_by_legs(tmp_path: Path) -> None:
    schedule = (
        "flight,tail,leg,origin,destination,off_block,on_block\n"
        "F,T1,2,LUX,LGG,2025-06-04T12:00Z,2025-06-04T13:00Z\n"
        "F,T1,1,CGO,LUX,2025-06-04T00:00Z,2025-06-04T10:00Z\n"
        "F,T1,3,LGG,LUX,2025-06-04T15:00Z,2025-06-04T16:00Z\n"
        "F,T1,4,LUX,CGO,2025-06-04T18:00Z,2025-06-05T04:00Z\n"
    )
    loads = (
        "consignment,flight,uplift,discharge,kg,uplift_leg\n"
        "BACK,F,LUX,CGO,1000,4\nBACK,F,LUX,CGO,1000,\n"
    )
    late, early = read(tmp_path, world("dated"), schedule, loads).loads
    assert (late.segments[0].uplift_leg, early.segments[0].uplift_leg) == (3, 1)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\x00\x01")
    with pytest.raises(SolutionError) as error:
        read_timetable(INSTANCE, world("dated"), tmp_path / "a.csv", tmp_path / "b.csv")
    assert {finding.code for finding in error.value.findings} == {"binary", "unreadable"}


def test_a_misspelt_column_of_who_flies_is_told(tmp_path: Path) -> None:
    found = refused(tmp_path, SCHEDULE.replace("tail,", "tial,", 1))
    assert "did you mean 'tail'" in found[0]
    named = SCHEDULE.replace("note", "tial", 1)  # passed over: the tail is stated
    assert read(tmp_path, world("dated"), named) == read(tmp_path, world("dated"))


def test_an_airport_that_takes_no_part_is_no_slip(tmp_path: Path) -> None:
    found = refused(tmp_path, SCHEDULE.replace("KGF", "ALA"))
    assert len(found) == 2  # and no word on cargo of the flight whose legs are missing
    assert all("airports.csv" in text and "'ALA'" in text for text in found)
