"""Crew rules of tiny instances, scaled to their legs (C13, K2)."""

from __future__ import annotations

from optimizer.generate.draft import Cells
from optimizer.generate.tiny_rules import operator_rows
from optimizer.generate.tiny_world import TinyDraft


def crews(draft: TinyDraft) -> None:
    """A rule under which some turns need a third pilot, some a change of crews, some do not go."""
    for row in operator_rows(draft):
        row["crew_rule"] = "CCAR-121" if draft.reference_data and draft.chance(0.5) else "TINY"
    rng = draft.rng
    longest = max(draft.block_min.values())
    two = round(longest * rng.choice((0.55, 0.7, 0.85, 1.02, 1.02, 1.4)))
    more = round(two * rng.choice((1.15, 1.45, 1.9)))
    night = min(two, rng.choice((0, 0, 60, 120)))
    idle = rng.choice((120, 240, 420))
    _limit(draft, 2, two, two + idle, times=("06:00", "20:00"), max_sectors=rng.choice((None, 1)))
    _limit(draft, 2, two - night, two - night + idle, times=("20:00", "06:00"))
    sectors = rng.choice((None, None, 2))
    _limit(draft, 3, more, more + idle, rest_class=2, max_sectors=sectors)
    if draft.chance(0.25):
        _limit(draft, 4, None, more + 2 * idle, rest_class=1)
    for type_ in draft.tables["types"]:
        type_["crew_rest_class"] = rng.choice((0, 1, 2, 2))
    draft.settings["crew"] |= {"report_min": rng.choice((0, 60, 90))}
    _bases(draft)


def _limit(
    draft: TinyDraft,
    pilots: int,
    flight_min: int | None,
    duty_min: int,
    times: tuple[str | None, str | None] = (None, None),
    **cells: object,
) -> Cells:
    return draft.add(
        "crew_rules",
        rule="TINY",
        pilots=pilots,
        report_from_local=times[0],
        report_to_local=times[1],
        max_flight_min=flight_min,
        max_duty_min=duty_min,
        **cells,
    )


def _bases(draft: TinyDraft) -> None:
    """Nothing stated: changes at every station. Otherwise at some, perhaps at technical stops."""
    if draft.chance(0.35):
        return
    for place in (*draft.stations, *draft.stops):
        if draft.chance(0.5):
            draft.add(
                "crew_bases",
                airport=place.code,
                operators=[draft.operators[0]] if draft.chance(0.15) else [],
                technical_stops=draft.chance(0.5),
                positioning_usd_per_pilot=draft.rng.choice((0.0, 1500.0, 6000.0)),
            )
