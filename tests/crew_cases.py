"""Hand-worked cases of crews, by CCAR-121."""

from __future__ import annotations

from typing import Any

from optimizer.domain.crews import CrewBase, CrewLimit
from optimizer.domain.fleet import Operator
from optimizer.domain.instance import CrewRule, Instance
from tests.builders import HandWorked, aircraft, airport, consignment, tiny, track


def crew_cases() -> list[HandWorked]:
    """All of them, with their best contribution."""
    return [
        HandWorked(case_crew_europe_turn(), 58_300_000_000, 1),
        HandWorked(case_crew_two_sectors(due_min=10_080), 89_150_000_000, 1),
        HandWorked(case_crew_two_sectors(due_min=1_320), 84_400_000_000, 1),
    ]


def ccar_121() -> tuple[CrewLimit, ...]:
    """CCAR-121 P for up to four sectors and a rest facility of class 1 (S90)."""
    basic = (
        ("00:00", "05:00", 480, 720),
        ("05:00", "12:00", 540, 840),
        ("12:00", "20:00", 540, 780),
        ("20:00", "24:00", 480, 780),
    )
    rows = [
        CrewLimit(
            rule="CCAR-121", pilots=2, report_from_local=since, report_to_local=until,
            max_sectors=4, max_flight_min=flight, max_duty_min=duty, provenance="S S90",
        )
        for since, until, flight, duty in basic
    ]  # fmt: skip
    rows += [
        CrewLimit(
            rule="CCAR-121", pilots=pilots, rest_class=1, max_flight_min=flight,
            max_duty_min=duty, provenance="S S90",
        )
        for pilots, flight, duty in ((3, 780, 1080), (4, 1020, 1200))
    ]  # fmt: skip
    return tuple(rows)


def crewed(block_min: int, positioning_usd: float, **fields: Any) -> Instance:
    """A turn from CGO to LUX with block times alike, by CCAR-121, at 1,200 USD an hour for two.

    Crews report an hour before off-block; a layover costs 1,500 USD.
    """
    stated: dict[str, Any] = {
        "types": (
            aircraft(
                turnaround_min=120, crew_basic=2, crew_usd_per_block_h=1_200, crew_rest_class=1
            ),
        ),
        "tracks": (track("CGO", "LUX", block_min=block_min),),
        "operators": (Operator(operator="CV", crew_rule="CCAR-121"),),
        "crew": CrewRule(report_min=60, layover_usd=1_500),
        "crew_rules": ccar_121(),
        "crew_bases": (CrewBase(airport="LUX", positioning_usd_per_pilot=positioning_usd),),
    }
    return tiny(**(stated | fields))


def case_crew_europe_turn() -> Instance:
    """Hand-worked 7: CGO-LUX 11 h, LUX-CGO 10 h: three pilots each way, a layover at LUX.

    Two pilots fly 9 h at most, three 13 h, four 17 h: no crew flies both. 21 h at 1,800 USD, a
    layover, three relief pilots at 800 USD: 100,000 - 41,700 = 58,300 USD.
    """
    return crewed(
        660,
        800,
        name="crew-europe-turn",
        description="A turn to Luxembourg: how many pilots, and who flies home?",
        tracks=(
            track("CGO", "LUX", block_min=660, both_ways=False),
            track("LUX", "CGO", block_min=600, both_ways=False),
        ),
        demand=(consignment("D"),),
    )


def case_crew_two_sectors(due_min: int) -> Instance:
    """Hand-worked 8: two sectors of 4:20 h; by day two pilots may fly them, by night they may not.

    Cargo is ready at 21:00 local; storage costs 50 USD an hour. Due late: leave at 06:00 with two
    pilots, 100,000 - 450 - 10,400 = 89,150. Due soon: leave at 21:00 with three pilots,
    100,000 - 15,600 = 84,400; two and two would cost 10,400 + 1,500 + 4,000.
    """
    when = "day" if due_min > 1_440 else "night"
    return crewed(
        260,
        2_000,
        name=f"crew-two-sectors-{when}",
        description="There and back in one duty: with two pilots or three?",
        days=3,
        airports=(airport("CGO", timezone="Asia/Shanghai", storage_usd_per_kg_h=0.001),),
        demand=(consignment("D", ready_min=780, due_min=due_min),),
    )
