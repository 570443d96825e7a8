"""The shipped instances: valid, resolvable, with provenance, and what their READMEs say."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from instances import build_zhengzhou_week
from optimizer.domain.instance import TABLES, Instance
from optimizer.files import check_instance, read_instance
from optimizer.network import Universe
from optimizer.network.cargo import CargoIndex
from optimizer.resolve import resolve

ROOT = Path(__file__).parent.parent / "instances"
NAMES = (
    "first-steps",
    "jin-gang-link",
    "luxembourg-bridge",
    "madrid-launch",
    "nanning-corridor",
    "tiny-cyclic",
    "yiwu-gap",
    "zhengzhou-week",
)
SMALL = tuple(name for name in NAMES if name != "zhengzhou-week")


def instance(name: str) -> Instance:
    return read_instance(ROOT / name)


def tonnes(plan: Instance, **origin: str) -> float:
    chosen = (c for c in plan.demand if all(getattr(c, k) == v for k, v in origin.items()))
    return sum(c.weight_kg for c in chosen) / 1000


def rows(name: str) -> Iterator[tuple[str, dict[str, str]]]:
    for table in TABLES:
        path = ROOT / name / f"{table}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream):
                    yield table, row


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_or_odd(name: str) -> None:
    assert check_instance(ROOT / name) == ()


@pytest.mark.parametrize("name", NAMES)
def test_every_row_says_where_it_comes_from(name: str) -> None:
    found = list(rows(name))
    assert found
    assert [r for r in found if not re.match(r"[SDKE]\b", r[1].get("provenance", ""))] == []


@pytest.mark.parametrize("name", NAMES)
def test_it_is_called_like_its_folder_and_explained(name: str) -> None:
    assert instance(name).name == name
    readme = (ROOT / name / "README.md").read_text(encoding="utf-8")
    assert readme.startswith(f"# {name}\n")
    assert "| kind |" in readme


@pytest.mark.parametrize("name", SMALL)
def test_every_consignment_can_fly_on_some_rotation(name: str) -> None:
    resolved = resolve(instance(name))
    universe, cargo = Universe(resolved), CargoIndex(resolved)
    carried = {
        carriage.offer.consignment.id
        for pool in resolved.pools
        for rotation in universe.rotations(pool)
        for carriage in cargo.carriages(rotation)
    }
    assert {c.id for c in resolved.consignments} - carried == set()


def test_madrid_launch_tells_the_flight_of_the_news() -> None:
    plan = instance("madrid-launch")
    launch = [c for c in plan.demand if c.destination == "MAD" and "commerce" in c.commodity]
    assert sum(c.weight_kg for c in launch) == 87_790
    assert sum(c.volume_m3 for c in launch) < 736 * 0.9
    resolved = resolve(plan)
    leg = resolved.leg["OneAir", "B744F", "CGO", "MAD"]
    assert leg.distance_km == 9950
    assert 87_790 < leg.cap_kg < 90_000
    pool = next(p for p in resolved.pools if p.operator == "OneAir")
    flights = list(Universe(resolved).rotations(pool))
    assert [f.off_block_min for f in flights] == [6 * 1440 + 18 * 60 + 19]
    six_at_madrid = 7 * 1440 + 13 * 60  # 06:00 there is 13:00 at Zhengzhou
    assert [f.legs[1].off_block_min for f in flights] == [six_at_madrid]


def test_capital_needs_no_stop_at_karaganda_but_may_make_one() -> None:
    resolved = resolve(instance("madrid-launch"))
    assert resolved.leg["JD", "A332F", "CGO", "OSL"].lost_kg == 0
    assert resolved.operator["JD"].technical_stops == ("KGF",)


def test_jin_gang_link_offers_more_than_its_flights_lift() -> None:
    plan = instance("jin-gang-link")
    assert 1_700 < tonnes(plan, origin="Jinhua") < 2_000
    assert sum(m.max_rotations or 0 for m in plan.markets) == 18


def test_yiwu_gap_is_a_week_of_200_000_tonnes_and_short_of_trucks() -> None:
    plan = instance("yiwu-gap")
    assert tonnes(plan, origin="Yiwu") == pytest.approx(200_000 / 52, abs=1)
    offered_m3 = sum(c.volume_m3 for c in plan.demand if c.origin == "Yiwu")
    road_m3 = sum(
        (lane.trucks_per_dispatch or 0) * lane.volume_m3 * 10_080 / lane.dispatch_every_min
        for lane in plan.lanes
    )
    assert road_m3 < offered_m3


def test_luxembourg_bridge_lives_in_luxembourg() -> None:
    plan = instance("luxembourg-bridge")
    assert sum(row.start_airport == "LUX" for row in plan.fleet) >= len(plan.fleet) / 2
    assert all(row.end_airport == "LUX" for row in plan.fleet)
    assert {"LUX", "CGO"} <= {lane.origin for lane in plan.lanes} | set(plan.gateways)
    assert 50_000 / 52 < tonnes(plan) < 200_000 / 52


def test_luxembourg_bridge_has_roads_and_stock_at_both_ends() -> None:
    plan = instance("luxembourg-bridge")
    assert {row.airport for row in plan.stock} == {"CGO", "LUX"}
    limited = {(x.origin, x.destination) for x in plan.lanes if x.trucks_per_dispatch}
    china = {"Shanghai", "Ningbo", "Jinhua", "Yiwu", "Beijing", "Tianjin", "Luoyang", "Xuchang"}
    europe = {"Frankfurt", "Amsterdam", "Paris", "Milan", "Munich", "Zurich", "Copenhagen"}
    assert {(city, "CGO") for city in china} <= limited
    assert {("LUX", city) for city in europe} | {(city, "LUX") for city in europe} <= limited
    served = {c.origin for c in plan.demand} | {c.destination for c in plan.demand}
    assert served >= china | europe


def test_crews_transit_and_promises_are_where_the_overview_says() -> None:
    assert {row.crew_rule for row in instance("madrid-launch").operators} >= {"CCAR-121", "EASA"}
    assert instance("madrid-launch").crew_bases
    hub = instance("zhengzhou-week")
    assert sum(c.transit is not None for c in hub.demand) == 24
    assert {row.origin for row in hub.commitments} == {"Jinhua", "Yiwu"}


def test_nanning_corridor_has_two_gateways_with_feeders() -> None:
    resolved = resolve(instance("nanning-corridor"))
    assert set(resolved.gateways) == {"CGO", "NNG"}
    assert {"CGO", "NNG"} <= {lane.destination for lane in resolved.lanes}
    shared = [c for c in resolved.consignments if len({a.airport for a in c.uplifts}) == 2]
    assert shared


def test_zhengzhou_week_is_the_size_of_the_hub() -> None:
    plan = instance("zhengzhou-week")
    assert len(plan.operators) == 36
    assert len([c for c in plan.demand if c.transit is None]) == 2500
    assert len(plan.demand) == 2524
    assert 85 <= sum(row.count for row in plan.fleet) <= 100
    stations = {right.discharge for right in plan.rights if right.uplift == "CGO"}
    assert len(stations) == 73
    longhao = [r.max_flights or 0 for r in plan.rights if r.operator == "GI"]
    assert 2 * sum(longhao) == 202
    assert 17_000 < tonnes(plan) < 20_000


def test_zhengzhou_week_is_what_its_builder_builds(tmp_path: Path) -> None:
    build_zhengzhou_week.build(tmp_path)
    for path in sorted(tmp_path.iterdir()):
        assert path.read_bytes() == (ROOT / "zhengzhou-week" / path.name).read_bytes(), path.name
