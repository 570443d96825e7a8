"""Crews: the facts, duties of a rotation, money, the audit, and optimum for optimum (C13, K2)."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from optimizer.data import reference
from optimizer.domain.crews import CrewBase, CrewLimit
from optimizer.domain.digest import resolved_document
from optimizer.domain.fleet import Operator
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import (
    ResolvedCrew,
    ResolvedCrewChange,
    ResolvedCrewLimit,
    ResolvedInstance,
    ResolvedReportTime,
    Window,
)
from optimizer.engine import EngineResult, solve
from optimizer.engine.left_behind import explain_left_behind
from optimizer.errors import InstanceError
from optimizer.generate import GeneratorOptions, generate, tiny
from optimizer.model import ReferenceResult, solve_reference
from optimizer.plan.costing import price
from optimizer.plan.crews import Duty, duties, has_legal_crews
from optimizer.plan.rotation import Leg, Rotation
from optimizer.resolve import resolve
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.crews import best_duties
from tests.builders import aircraft, airport, track
from tests.crew_cases import case_crew_europe_turn, case_crew_two_sectors, crewed
from tests.verify_world import (
    KINDS,
    WEEK,
    Kind,
    checked,
    codes,
    edit,
    good_plan,
    only_flights,
    shifted,
    world,
)

SEEDS = range(60)
MIXES = (
    ("two_stations", "technical_stops", "curfews"),
    ("slots",),
    ("acmi", "long_turnarounds"),
    ("held_slots", "away", "technical_stops"),
)
CENT = 10_000
LARGE = aircraft(size_code="E", crew_rest_class=1)


# --- what the facts say --------------------------------------------------------------------------


def turn(out_min: int, back_min: int, off_min: int, ground_min: int = 120) -> Rotation:
    home = off_min + out_min + ground_min
    return Rotation(
        "CV",
        "T100",
        (
            Leg("CGO", "LUX", off_min, off_min + out_min, "full"),
            Leg("LUX", "CGO", home, home + back_min, "full"),
        ),
    )


def with_reference_rule(rule: str, rest_class: int = 1) -> ResolvedInstance:
    """An aircraft of one rest class, by a rule of the reference data."""
    instance = crewed(
        240,
        0,
        types=(aircraft(crew_basic=2, crew_rest_class=rest_class),),
        operators=(Operator(operator="CV", crew_rule=rule),),
        crew_rules=tuple(row for row in reference().crew_rules if row.rule == rule),
        airports=(
            airport("CGO", timezone="Asia/Shanghai"),
            airport("LUX", timezone="Europe/Luxembourg"),
        ),
    )
    return resolve(instance)


def pilots(resolved: ResolvedInstance, *legs: Leg) -> list[int]:
    """Pilots of each duty; nothing if no crews may fly it."""
    flown = Rotation("CV", "T100", legs)
    if not has_legal_crews(resolved, flown):
        return []
    return [duty.pilots for duty in duties(resolved, flown, acmi=True)]


def one_leg(block_min: int, report_local_h: int) -> Leg:
    """A leg from CGO (UTC+8) whose crew reports at a local hour of the second day."""
    off_min = 1440 + 60 * (report_local_h + 1 - 8)
    return Leg("CGO", "LUX", off_min, off_min + block_min, "full")


@pytest.mark.parametrize(
    ("report_h", "block_min", "number"),
    [
        (4, 480, 2), (4, 481, 3), (20, 480, 2), (20, 481, 3),  # 8 h, reporting 20:00-04:59
        (5, 540, 2), (5, 541, 3), (19, 540, 2), (19, 541, 3),  # 9 h, reporting 05:00-19:59
        (9, 780, 3), (9, 781, 4), (9, 1020, 4), (9, 1021, 0),  # 13 h with three, 17 h with four
    ],
)  # fmt: skip
def test_ccar_121_flight_time(report_h: int, block_min: int, number: int) -> None:
    resolved = with_reference_rule("CCAR-121")
    assert pilots(resolved, one_leg(block_min, report_h)) == ([number] if number else [])


@pytest.mark.parametrize(
    ("report_h", "sectors", "limit_h"),
    [
        (0, 4, 12), (5, 4, 14), (12, 4, 13), (20, 4, 13),
        (5, 5, 13), (5, 6, 12), (5, 7, 11), (5, 8, 11), (0, 7, 9), (12, 5, 12),
    ],
)  # fmt: skip
def test_ccar_121_duty_of_two_pilots(report_h: int, sectors: int, limit_h: int) -> None:
    """Short sectors, spread over exactly the longest duty, and over a minute more."""
    resolved = replace_changes(with_reference_rule("CCAR-121"))
    for more, number in ((0, 2), (1, 3)):
        on_min = 1440 + 60 * (report_h - 8) + 60 * limit_h + more
        first = one_leg(10, report_h)
        legs = [first]
        for i in range(1, sectors):
            ends = ("LUX", "CGO") if i % 2 else ("CGO", "LUX")
            last = i == sectors - 1
            off_min = on_min - 10 if last else first.on_block_min + 20 * i
            legs.append(Leg(*ends, off_min, off_min + 10, "full"))
        assert pilots(resolved, *legs) == [number]


def replace_changes(resolved: ResolvedInstance) -> ResolvedInstance:
    """The same, but crews change nowhere."""
    return replace(resolved, crews=tuple(replace(c, changes=()) for c in resolved.crews))


@pytest.mark.parametrize(
    ("rule", "number", "rest_class", "limit_h"),
    [
        ("CCAR-121", 3, 1, 18), ("CCAR-121", 3, 2, 17), ("CCAR-121", 3, 3, 16),
        ("CCAR-121", 4, 1, 20), ("CCAR-121", 4, 2, 19), ("CCAR-121", 4, 3, 18),
        ("EASA", 3, 1, 16), ("EASA", 3, 2, 15), ("EASA", 3, 3, 14),
        ("EASA", 4, 1, 17), ("EASA", 4, 2, 16), ("EASA", 4, 3, 15), ("EASA", 2, 1, 13),
    ],
)  # fmt: skip
def test_longest_duty_by_rest_facility(
    rule: str, number: int, rest_class: int, limit_h: int
) -> None:
    """Two short legs with a long stay between them, reporting at 09:00 local."""
    resolved = replace_changes(with_reference_rule(rule, rest_class))
    for more in (0, 1):
        first = one_leg(60, 9)
        on_min = first.off_block_min - 60 + 60 * limit_h + more
        back = Leg("LUX", "CGO", on_min - 60, on_min, "full")
        found = pilots(resolved, first, back)
        assert (found == [number]) == (not more)
        assert not found or found[0] >= number


def test_without_a_rest_facility_there_are_two_pilots_only() -> None:
    resolved = with_reference_rule("CCAR-121", rest_class=0)
    assert {limit.pilots for limit in resolved.crews[0].limits} == {2}
    assert pilots(resolved, one_leg(541, 9)) == []


def test_easa_by_night_and_far_121() -> None:
    easa = with_reference_rule("EASA")
    assert pilots(easa, one_leg(660 - 60, 17)) == [2]
    assert pilots(easa, one_leg(661 - 60, 17)) == [3]
    far = with_reference_rule("FAR-121")
    found = [pilots(far, one_leg(m, 9)) for m in (480, 481, 720, 721)]
    assert found == [[2], [3], [3], [4]]


# --- duties of a rotation ------------------------------------------------------------------------


def test_three_pilots_to_europe_and_a_change_there() -> None:
    """11 h out, 10 h home: three pilots each way, for no crew may fly 21 h."""
    resolved = resolve(case_crew_europe_turn())
    assert duties(resolved, turn(660, 600, 60), acmi=False) == (Duty(0, 0, 3), Duty(1, 1, 3))
    nowhere = replace_changes(resolved)
    assert not has_legal_crews(nowhere, turn(660, 600, 60))


def test_two_sectors_in_one_duty() -> None:
    """8:40 h of flight time: two pilots by day, three by night; 8:00 h: two at any time."""
    resolved = resolve(case_crew_two_sectors(due_min=10_080))
    day, night = 1320, 780  # report at 05:00 and at 20:00 local
    assert duties(resolved, turn(260, 260, day), acmi=False) == (Duty(0, 1, 2),)
    assert duties(resolved, turn(260, 260, night), acmi=False) == (Duty(0, 1, 3),)
    assert duties(resolved, turn(240, 240, night), acmi=False) == (Duty(0, 1, 2),)
    assert duties(resolved, turn(240, 241, night), acmi=False) == (Duty(0, 1, 3),)


def test_waiting_lengthens_the_duty() -> None:
    """14 h of duty for two pilots who report at 05:00: a minute more takes a third."""
    resolved = replace_changes(resolve(case_crew_two_sectors(due_min=10_080)))
    fits = 14 * 60 - 60 - 2 * 260
    for ground_min, number in ((fits, 2), (fits + 1, 3)):
        assert duties(resolved, turn(260, 260, 1320, ground_min), acmi=False) == (
            Duty(0, 1, number),
        )


def test_the_cheapest_arrangement_for_whoever_pays() -> None:
    """Two pilots and two relief pilots, or three: relief at 0 and at 2,000 USD a pilot.

    A lessor pays its pilots itself; a layover is what he may charge: three fly both ways.
    """
    night = turn(260, 260, 780)
    cheap, dear = (
        resolve(crewed(260, usd, airports=(airport("CGO", timezone="Asia/Shanghai"),)))
        for usd in (0, 2_000)
    )
    assert duties(cheap, night, acmi=False) == (Duty(0, 0, 2), Duty(1, 1, 2))
    assert duties(dear, night, acmi=False) == (Duty(0, 1, 3),)
    assert duties(cheap, night, acmi=True) == (Duty(0, 1, 3),)


def test_crews_change_at_technical_stops_only_where_stated() -> None:
    legs = (
        Leg("CGO", "KGF", 60, 660, "technical"),
        Leg("KGF", "LUX", 720, 1320, "full"),
    )
    for technical, expected in ((True, [3, 3]), (False, [])):
        resolved = resolve(
            crewed(
                600,
                0,
                tracks=(track("CGO", "KGF"), track("KGF", "LUX"), track("CGO", "LUX")),
                airports=(airport("KGF", technical_stop=True),),
                crew_bases=(CrewBase(airport="KGF", technical_stops=technical),),
            )
        )
        assert pilots(resolved, *legs) == expected


def test_both_versions_agree_on_generated_rotations() -> None:
    """The audit groups legs from the end, the product from the start."""
    compared = changed = 0
    for seed in range(0, 40, 2):
        resolved = tiny_of(seed)
        for leg in resolved.legs:
            crew = resolved.crew.get((leg.operator, leg.type))
            back = (leg.operator, leg.type, leg.destination, leg.origin)
            if crew is None or back not in resolved.leg:
                continue
            for off_min in (300, 1000, 2100):
                minute, legs = off_min, []
                for i in range(4):
                    ends = (leg.origin, leg.destination)[:: -1 if i % 2 else 1]
                    on_min = minute + leg.block_min
                    legs.append(Leg(*ends, minute, on_min, "technical" if i == 1 else "full"))
                    minute = on_min + 90
                flown = Rotation(leg.operator, leg.type, tuple(legs))
                for acmi in (False, True):
                    best = best_duties(resolved, crew, legs, acmi=acmi)
                    assert (best is not None) == has_legal_crews(resolved, flown)
                    if best is not None:
                        own = duties(resolved, flown, acmi=acmi)
                        assert [d.first_leg for d in own] == list(best.starts)
                        assert [d.pilots for d in own] == list(best.pilots)
                        changed += len(own) > 1
                    compared += 1
    assert compared > 200
    assert changed > 20


# --- the audit -----------------------------------------------------------------------------------


def limited(kind: Kind, flight_min: int | None, duty_min: int | None) -> ResolvedInstance:
    """The small world, its crews of two within one limit for CGO-KGF*-LUX and LUX-CGO."""
    limit = ResolvedCrewLimit(2, ("00:00", "24:00"), 2, flight_min, duty_min)
    changes = tuple(ResolvedCrewChange(code, False, 0) for code in ("CGO", "LGG", "LUX"))
    crew = ResolvedCrew("CV", "T", "OWN", 2, 60, (limit,), changes)
    return replace(world(kind), crews=(crew,))


@pytest.mark.parametrize("kind", KINDS)
def test_c13_exact_use_and_a_minute_less(kind: Kind) -> None:
    """F1 flies 300 + 320 min to LUX in a duty of 60 + 680; every other duty is 620 at most."""
    for flight_min, duty_min in ((620, None), (None, 740)):
        fits = limited(kind, flight_min, duty_min)
        plan = price(fits, good_plan(kind))
        assert codes(fits, plan) == set()
        assert checked(fits, plan).costs_match
        less = [None if x is None else x - 1 for x in (flight_min, duty_min)]
        tight = limited(kind, *less)
        report = checked(tight, price(tight, good_plan(kind)))
        assert {v.code for v in report.violations} == {"C13"}
        assert report.costs_match
        assert "F1" in {v.flight for v in report.violations}


@pytest.mark.parametrize("kind", KINDS)
def test_c13_report_times(kind: Kind) -> None:
    """A window of off-blocks that just holds F1, F3 and the flights home, and a minute less."""

    def within(first_min: int) -> ResolvedInstance:
        r = limited(kind, 700, None)
        crew = r.crews[0]
        limits = (replace(crew.limits[0], report=("06:00", "20:00")),)
        times = [
            ResolvedReportTime(code, "06:00", "20:00", (Window(first, WEEK - 1),))
            for code, first in (("CGO", first_min), ("LGG", 0), ("LUX", 0))
        ]
        return replace(r, crews=(replace(crew, limits=limits),), report_times=tuple(times))

    plan = good_plan(kind)
    assert codes(within(2880), plan) == set()
    report = checked(within(2881), plan)
    assert [(v.code, v.flight) for v in report.violations] == [("C13", "F1")]


@pytest.mark.parametrize("kind", KINDS)
def test_c13_waiting_breaks_it(kind: Kind) -> None:
    """The way home of F3 begins later; its turn is one duty of up to 1,380 min."""
    limit = ResolvedCrewLimit(2, ("00:00", "24:00"), None, None, 1380)
    crew = ResolvedCrew("CV", "T", "OWN", 2, 60, (limit,), ())
    r, plan = replace(world(kind), crews=(crew,)), only_flights(good_plan(kind), 2)
    assert codes(r, plan) == set()
    assert codes(r, shifted(plan, 0, 1, first_leg=1)) == {"C13"}


def test_money_of_crews_is_recomputed() -> None:
    """A layover and two relief pilots at LUX; a line that says otherwise is found."""
    r = limited("dated", 620, None)
    paid = (replace(r.crews[0].changes[2], positioning_micro=5_000_000),)
    r = replace(r, crews=(replace(r.crews[0], changes=(*r.crews[0].changes[:2], *paid)),))
    plan = price(r, good_plan("dated"))
    relief = [line for line in plan.money if line.item == "positioning"]
    assert {line.amount_micro for line in relief} == {-10_000_000}
    assert {line.station for line in relief} == {"LUX"}
    assert audit(r, plan).costs_match
    at = plan.money.index(relief[0])
    cheaper = replace(plan, money=edit(plan.money, at, amount_micro=-9_999_999))
    assert not audit(r, cheaper).costs_match
    wet = replace(r, pools=edit(r.pools, 0, acmi=True))
    leased = price(wet, good_plan("dated"))
    assert {x.item for x in leased.money if x.code == "K2"} == {"layover"}
    assert audit(wet, leased).costs_match


def test_a_flight_nobody_may_fly_has_a_price_too() -> None:
    tight = limited("dated", 60, None)
    plan = price(tight, good_plan("dated"))
    assert codes(tight, plan) == {"C13"}
    assert audit(tight, plan).costs_match


# --- the instance --------------------------------------------------------------------------------


def test_an_instance_without_rules_keeps_its_digest() -> None:
    document = resolved_document(world("dated"))
    assert "crews" not in document
    assert "report_times" not in document


def test_reference_rules_are_told_as_defaults() -> None:
    instance = crewed(600, 0, types=(LARGE,), crew_rules=(), reference_data=True)
    used = [d for d in resolve(instance).defaults if d.table == "crew_rules"]
    assert {d.provenance for d in used} == {"S S90"}
    assert ("CCAR-121 3 pilots, class 1", "max_duty_min", "1080") in {
        (d.key, d.field, d.value) for d in used
    }


def test_own_rows_replace_the_reference_rule() -> None:
    own = (CrewLimit(rule="CCAR-121", pilots=2, max_duty_min=600),)
    resolved = resolve(crewed(600, 0, types=(LARGE,), crew_rules=own, reference_data=True))
    assert [(x.pilots, x.max_duty_min) for x in resolved.crews[0].limits] == [(2, 600)]


@pytest.mark.parametrize(
    "changes",
    [
        {"operators": (Operator(operator="CV", crew_rule="NONE"),)},
        {"types": (aircraft(crew_rest_class=1),)},
    ],
)
def test_resolving_refuses_what_it_cannot_use(changes: dict[str, Any]) -> None:
    with pytest.raises(InstanceError):
        resolve(crewed(600, 0, **changes))


def test_report_times_follow_the_local_clock() -> None:
    """Reporting at 05:00 local in Luxembourg is leaving at 04:00Z in summer, an hour later."""
    resolved = with_reference_rule("CCAR-121")
    (first, *_) = resolved.report_windows["LUX", "05:00", "12:00"]
    assert (first.start_min, first.end_min) == (240, 660)
    before = resolved.report_windows["CGO", "00:00", "05:00"]
    assert before[0] == Window(-420, -120) or before[0].end_min > 0


# --- optimum for optimum -------------------------------------------------------------------------


@cache
def instance_of(seed: int) -> Instance:
    return tiny(seed, limits=(*MIXES[seed % len(MIXES)], "crews"))


@cache
def tiny_of(seed: int) -> ResolvedInstance:
    return resolve(instance_of(seed))


@cache
def optimum(seed: int) -> ReferenceResult:
    return solve_reference(tiny_of(seed), gap=1e-9)


@cache
def engine(seed: int) -> EngineResult:
    return solve(tiny_of(seed), gap=1e-7, work_limit=400)


def slack(usd: float) -> float:
    return max(0.01, 1e-6 * abs(usd))


@pytest.mark.parametrize("seed", SEEDS)
def test_engine_and_reference_agree(seed: int) -> None:
    resolved, best, found = tiny_of(seed), optimum(seed), engine(seed)
    if best.plan is None:
        assert found.plan is None
        return
    assert best.value_usd is not None
    assert found.plan is not None
    assert found.plan.contribution_micro * 1e-6 == pytest.approx(
        best.value_usd, abs=slack(best.value_usd)
    )
    report = audit(resolved, found.plan, instance=instance_of(seed), reference=reference())
    assert report.feasible, report.violations
    assert report.costs_match, report.money_differences
    assert report.resolved_match, report.resolved_differences
    assert found.certificate is not None
    proof = verify_certificate(resolved, found.certificate, found.plan)
    assert proof.accepted, proof.problems
    assert found.certificate.bound_micro >= best.value_usd * 1e6 - CENT


def test_c13_counts() -> None:
    """Without it optima rise, and never fall; with it money is paid for crews."""
    raised = paid = 0
    for seed in SEEDS:
        best = optimum(seed)
        free = solve_reference(tiny_of(seed), gap=1e-9, relaxed=frozenset({"C13"}))
        if best.value_usd is None or best.plan is None:
            raised += free.value_usd is not None
            continue
        assert free.value_usd is not None
        assert free.value_usd >= best.value_usd - slack(best.value_usd)
        raised += free.value_usd > best.value_usd + slack(best.value_usd)
        paid += any(line.code == "K2" for line in best.plan.money)
    assert raised >= 15
    assert paid >= 25


@pytest.mark.parametrize("name", ["europe-turn", "two-sectors-day", "two-sectors-night"])
def test_engine_on_the_hand_worked_cases(name: str) -> None:
    cases = {
        "europe-turn": (case_crew_europe_turn(), 58_300_000_000),
        "two-sectors-day": (case_crew_two_sectors(due_min=10_080), 89_150_000_000),
        "two-sectors-night": (case_crew_two_sectors(due_min=1_320), 84_400_000_000),
    }
    instance, expected = cases[name]
    found = solve(resolve(instance), gap=1e-9, work_limit=400)
    assert found.plan is not None
    assert found.plan.contribution_micro == expected
    assert found.certificate is not None
    assert verify_certificate(resolve(instance), found.certificate, found.plan).accepted


def test_what_no_crew_may_fly_stays_behind_for_that_reason() -> None:
    resolved = resolve(crewed(1_100, 0))
    found = solve(resolved, gap=1e-9, work_limit=50)
    assert found.plan is not None
    assert not found.plan.flights
    assert {x.reason for x in explain_left_behind(resolved, found.plan)} == {"crew"}


def test_generated_instances_fly_by_the_rules_of_their_country() -> None:
    options = GeneratorOptions(seed=3, destinations=3, tails=3, consignments=20, crews=True)
    instance = generate(options)
    rules = {row.country: row.crew_rule for row in instance.operators}
    assert {rule for country, rule in rules.items() if country == "CN"} <= {"CCAR-121"}
    assert any(rules.values())
    resolved = resolve(instance)
    assert resolved.crews
    found = solve(resolved, method="heuristic", work_limit=60)
    assert found.plan is not None
    report = audit(resolved, found.plan, instance=instance, reference=reference())
    assert report.feasible and report.costs_match and report.resolved_match
