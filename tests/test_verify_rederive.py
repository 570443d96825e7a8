"""The resolved instance a second time: it agrees with what is right, and finds what is not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from optimizer.data import reference
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.generate import TINY_LIMITS
from optimizer.generate import tiny as random_tiny
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.verify import audit, rederive
from tests.builders import airport, tail, tiny
from tests.cargo_cases import case_weight_volume
from tests.flying_cases import case_curfew, case_technical_stop, case_weeks_end
from tests.ground_cases import case_trucks
from tests.money_cases import case_acmi

HAND_WORKED = (
    case_technical_stop(89),
    case_weight_volume(),
    case_curfew(date(2025, 10, 26)),
    case_curfew(date(2025, 3, 30)),
    case_weeks_end("cyclic", 2),
    case_acmi(slots=2),
    case_trucks(),
    tiny(kind="cyclic", reference_data=True, types=(), tracks=(), fleet=(tail(type="B744F"),)),
)


@pytest.mark.parametrize("instance", HAND_WORKED, ids=lambda i: i.name)
def test_agrees_on_hand_worked_cases(instance: Instance) -> None:
    assert rederive(resolve(instance), instance, reference()) == ()


@pytest.mark.parametrize("kind", ["cyclic", "dated"])
def test_agrees_on_random_instances(kind: Any) -> None:
    for seed in range(40):
        instance = random_tiny(seed, kind)
        assert rederive(resolve(instance), instance, reference()) == (), seed


def _rich(kind: Any) -> list[tuple[Instance, ResolvedInstance]]:
    """Instances with every limit that makes sense in the period."""
    instances = [random_tiny(seed, kind, TINY_LIMITS) for seed in range(6)]
    return [(instance, resolve(instance)) for instance in instances]


TOLERATED = {"id", "instance_digest", "chargeable_g"}
"""Free to choose, told elsewhere, or wrong only from a kilogram on."""


def _spoilt(value: Any, *, listed: bool = True) -> Iterator[Any]:
    """Values near a value, but not near enough; lists are also shortened and lengthened."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1000 + abs(value) // 1000
    elif isinstance(value, float):
        yield value * 1.01 + 2
    elif isinstance(value, str):
        yield value + "X"
    elif value is None:
        yield 7
    elif isinstance(value, Window):
        yield Window(value.start_min, value.end_min - 1)
    elif isinstance(value, tuple):
        if listed and value:
            yield value[:-1]
            if not isinstance(value[0], Window):  # a window told twice says nothing new
                yield (*value, value[-1])
        if value:
            yield from ((one, *value[1:]) for one in _spoilt(value[0], listed=False))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            if field.name not in TOLERATED:
                stated = getattr(value, field.name)
                others = [("XXX",)] if field.name == "operators" and not stated else []
                for other in (*others, *_spoilt(stated)):
                    yield replace(value, **{field.name: other})


TABLES = (
    "airports",
    "types",
    "ground",
    "legs",
    "operators",
    "pools",
    "consignments",
    "lanes",
    "customs",
    "slot_limits",
    "held_slots",
    "right_caps",
    "markets",
    "crews",
    "report_times",
    "commitments",
    "supports",
    "blocks",
    "frozen_flights",
)


@pytest.mark.parametrize("kind", ["cyclic", "dated"])
@pytest.mark.parametrize("table", TABLES)
def test_finds_every_spoilt_field(table: str, kind: Any) -> None:
    """One record of a table changed in one field, left out, or told twice."""
    spoilt = 0
    for instance, resolved in _rich(kind):
        records = getattr(resolved, table)
        for changed in _changed_records(records):
            wrong = replace(resolved, **{table: changed})
            assert rederive(wrong, instance, reference()), set(changed) - set(records)
            spoilt += 1
    assert spoilt


def _changed_records(records: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if records:
        yield records[1:]
        for other in _spoilt(records[0]):
            yield (other, *records[1:])


@pytest.mark.parametrize("kind", ["cyclic", "dated"])
def test_finds_closures_that_differ(kind: Any) -> None:
    found = 0
    for instance, resolved in _rich(kind):
        for i, closure in enumerate(resolved.closures):
            rest = resolved.closures[:i] + resolved.closures[i + 1 :]
            window = closure.windows[0]
            for windows in (
                (),
                (Window(window.start_min + 1, window.end_min), *closure.windows[1:]),
            ):
                other = replace(closure, windows=windows)
                wrong = replace(resolved, closures=(*rest, other))
                if _closed(wrong) != _closed(resolved):
                    assert rederive(wrong, instance, reference())
                    found += 1
    assert found


def _closed(resolved: ResolvedInstance) -> set[tuple[Any, ...]]:
    """Who may not move when, minute by minute."""
    length = resolved.period.length_min
    minutes = set()
    for closure in resolved.closures:
        for window in closure.windows:
            for minute in range(window.start_min, window.end_min):
                place = minute % length if resolved.period.cyclic else minute
                if 0 <= place <= length:
                    for type_ in closure.types:
                        key = (closure.airport, closure.movement, type_, closure.operators)
                        minutes.add((*key, place))
    return minutes


def test_finds_a_missing_leg_and_a_wrong_frame() -> None:
    instance = tiny(stations=("LUX", "LGG"))
    resolved = resolve(instance)
    for wrong in (
        replace(resolved, legs=resolved.legs[1:]),
        replace(resolved, name="another"),
        replace(resolved, gateways=("LUX",)),
        replace(resolved, period=replace(resolved.period, length_min=1440)),
        replace(resolved, period=replace(resolved.period, month_days=31)),
        replace(resolved, period=replace(resolved.period, start="2025-06-03T00:00+00:00")),
        replace(resolved, universe=resolved.universe.model_copy(update={"departure_grid_min": 1})),
    ):
        assert rederive(wrong, instance, None)


def test_the_audit_gives_the_verdict() -> None:
    instance = tiny()
    resolved = resolve(instance)
    parked = Plan("tiny", "", (), (), ())
    report = audit(resolved, parked, instance=instance)
    assert report.resolved_match is True
    assert report.resolved_differences == ()
    assert report.notes == ()
    cheaper = tiny(airports=(airport("CGO", ramp_turn_usd=9),))
    report = audit(resolved, parked, instance=cheaper)
    assert report.resolved_match is False
    assert report.resolved_differences
    assert any("digest" in note for note in report.notes)


def test_the_audit_needs_the_reference_data_an_instance_rests_on() -> None:
    instance = HAND_WORKED[-1]
    parked = Plan("tiny", "", (), (), ())
    report = audit(resolve(instance), parked, instance=instance)
    assert report.resolved_match is None
    assert any("reference data" in note for note in report.notes)
    report = audit(resolve(instance), parked, instance=instance, reference=reference())
    assert report.resolved_match is True
