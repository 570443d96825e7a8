"""Plans and resolved instances survive their JSON files; damaged files are refused by name."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import InstanceError, SolutionError
from optimizer.files import (
    plan_from_json,
    plan_to_json,
    read_plan,
    read_resolved,
    write_plan,
    write_resolved,
)
from optimizer.plan.plan import Flight, Load, Plan, Segment
from optimizer.plan.rotation import Leg, Rotation
from optimizer.resolve import resolve
from tests.builders import tiny
from tests.files_strategies import data

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def has_sense(plan: Plan) -> bool:
    """Whether its flights have legs and its loads fly."""
    return all(f.rotation.legs for f in plan.flights) and all(x.segments for x in plan.loads)


@QUICK
@given(data(Plan).filter(has_sense))
def test_a_plan_survives(plan: Plan) -> None:
    assert plan_from_json(json.loads(json.dumps(plan_to_json(plan)))) == plan
    with tempfile.TemporaryDirectory() as name:
        write_plan(plan, Path(name) / "plan.json", instance_digest="x")
        assert read_plan(Path(name) / "plan.json") == plan
        assert read_plan(name) == plan


@QUICK
@given(data(ResolvedInstance))
def test_a_resolved_instance_survives(resolved: ResolvedInstance) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "resolved.json"
        write_resolved(resolved, path)
        again = read_resolved(path)
        assert again == resolved
        assert resolved_digest(again) == resolved_digest(resolved)


def test_resolved_files_changed_by_hand_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "resolved.json"
    write_resolved(resolve(tiny()), path)
    assert read_resolved(path).leg
    path.write_text(path.read_text().replace('"cap_kg": 100000', '"cap_kg": 110000'))
    with pytest.raises(InstanceError, match="changed by hand"):
        read_resolved(path)


@pytest.fixture
def document() -> dict[str, Any]:
    legs = (Leg("CGO", "LUX", 0, 600, "full"), Leg("LUX", "CGO", 700, 1300, "full"))
    return plan_to_json(
        Plan(
            instance="x",
            resolved_digest="y",
            flights=(Flight("F1", "T1", "T1", Rotation("CV", "T100", legs)),),
            loads=(Load("OUT", 1000, None, (Segment("F1", 0, 0),), None),),
            trucks=(),
        )
    )


def refused(document: Any) -> str:
    with pytest.raises(SolutionError) as error:
        plan_from_json(document)
    return str(error.value)


def test_missing_and_unknown_fields_are_told_together(document: dict[str, Any]) -> None:
    del document["flights"][0]["rotation"]["type"]
    document["loads"][0]["grams"] = "many"
    message = refused(document)
    assert "flights[0].rotation.type: the field is missing" in message
    assert "loads[0].grams" in message
    assert "2 problems" in message


def test_what_the_plan_would_not_keep_is_refused(document: dict[str, Any]) -> None:
    document["loads"][0]["frozen"] = True
    assert "column loads[0].frozen: unknown field" in refused(document)


@pytest.mark.parametrize("version", [None, 0, 2, "1", True])
def test_other_versions_are_refused(document: dict[str, Any], version: object) -> None:
    document["schema_version"] = version
    assert "the version cannot be read" in refused(document)


def test_numbers_are_not_bent(document: dict[str, Any]) -> None:
    document["loads"][0]["grams"] = 1000.5
    assert "loads[0].grams" in refused(document)


def test_empty_flights_and_loads_are_refused(document: dict[str, Any]) -> None:
    document["flights"][0]["rotation"]["legs"] = []
    document["loads"][0]["segments"] = []
    message = refused(document)
    assert "a flight without legs" in message
    assert "a load without a flight" in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"{", "not valid JSON"),
        (b"[]", "not a JSON object"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"1" * 5_000, "not valid JSON"),
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(SolutionError, match=words):
        read_plan(tmp_path)
    with pytest.raises(InstanceError, match=words):
        read_resolved(tmp_path / "plan.json")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(SolutionError, match="cannot be read"):
        read_plan(tmp_path / "plan.json")
