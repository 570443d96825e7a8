"""Hand-worked cases of aircraft, time and place: range, curfews, lines, hours."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from optimizer.domain.instance import Instance, Prices
from optimizer.domain.rules import Curfew
from tests.builders import HandWorked, aircraft, airport, consignment, tail, tiny, track


def flying_cases() -> list[HandWorked]:
    """All of them, with their best contribution."""
    return [
        HandWorked(case_technical_stop(89), 157_200_000_000, 1),
        HandWorked(case_technical_stop(90), 159_000_000_000, 1),
        HandWorked(case_technical_stop(110), 212_000_000_000, 1),
        HandWorked(case_curfew(date(2025, 10, 26)), 99_600_000_000, 1),
        HandWorked(case_curfew(date(2025, 3, 30)), 99_700_000_000, 1),
        HandWorked(case_weeks_end("cyclic", 1), 225_000_000_000, 5),
        HandWorked(case_weeks_end("cyclic", 2), 495_000_000_000, 11),
        HandWorked(case_weeks_end("cyclic", 5), 1_260_000_000_000, 28),
        HandWorked(case_weeks_end("dated", 1), 225_000_000_000, 5),
        HandWorked(case_weeks_end("dated", 2), 450_000_000_000, 10),
        HandWorked(case_weeks_end("dated", 5), 1_125_000_000_000, 25),
        HandWorked(case_given_ends(), 60_000_000_000, 2),
        HandWorked(case_two_gateways(), 190_000_000_000, 2),
        HandWorked(case_least_hours(), -35_000_000_000, 1),
    ]


def case_technical_stop(demand_t: float) -> Instance:
    """Hand-worked 1: 10,000 km nonstop with 86 t, or 5,000 + 5,000 km with a stop for 20,000 USD.

    Nonstop earns 157,200 USD, with a stop 2,650 D - 79,500: for 89 t nonstop is better, for 90 t
    the stop (159,000), for 110 t still (212,000).
    """
    type_ = aircraft(
        max_payload_t=110,
        fuel_capacity_t=160,
        range_constant_km=5000 / math.log(1.25),
    )
    return tiny(
        name=f"technical-stop-{demand_t:g}",
        description=f"{demand_t:g} t to Madrid: nonstop with 86 t, or all of it with a stop?",
        days=1,
        stations=("MAD",),
        universe={"max_technical_stops": 1},
        types=(type_,),
        prices=Prices(fuel_usd_per_t=700),
        airports=(airport("KGF", technical_stop=True, ramp_technical_usd=20_000),),
        tracks=(
            track("CGO", "MAD", distance_km=10_000, block_min=900),
            track("CGO", "KGF", distance_km=5_000, block_min=450),
            track("KGF", "MAD", distance_km=5_000, block_min=450),
        ),
        fleet=(tail(end_airport="MAD"),),
        demand=(
            consignment(
                "D",
                destination="MAD",
                due_min=1440,
                weight_kg=1000 * demand_t,
                volume_m3=5 * demand_t,
                usd_per_chargeable_kg=3,
            ),
        ),
    )


def case_curfew(day: date) -> Instance:
    """Hand-worked 3: arrivals at LUX banned 23:00-06:00 local in the night that ends on `day`.

    The cargo is ready so that the first flight with it would land just when the ban begins, and
    storage at CGO makes every hour of delay cost 50 USD: the best departure is the first that
    lands after the ban. Over the clock change of 26 October 2025 the ban lasts 8 h, of
    30 March 2025 6 h; in other nights 7 h.
    """
    eve = datetime.combine(day - timedelta(days=1), time(23), ZoneInfo("Europe/Luxembourg"))
    start = f"{eve.date()}T00:00Z"
    ban_begins_min = (eve - datetime.fromisoformat(start)) // timedelta(minutes=1)
    return tiny(
        name=f"curfew-{day}",
        description=f"LUX is closed in the night to {day}: when does the flight leave?",
        days=3,
        start=start,
        airports=(
            airport("CGO", timezone="Asia/Shanghai", storage_usd_per_kg_h=0.001),
            airport("LUX", timezone="Europe/Luxembourg"),
        ),
        tracks=(track("CGO", "LUX", block_min=720),),
        curfews=(Curfew(airport="LUX", movement="arrival", from_local="23:00", to_local="06:00"),),
        fleet=(tail(end_airport="LUX"),),
        demand=(consignment("D", ready_min=ban_begins_min - 720, due_min=4320, start=start),),
    )


def case_weeks_end(kind: str, tails: int) -> Instance:
    """Hand-worked 4: rotations of 28 h plus 2 h turnaround, 45,000 USD each.

    Cyclic with 1, 2, 5 tails: 5, 11, 28 rotations. Dated over 168 h: 5, 10, 25.
    """
    return tiny(
        name=f"weeks-end-{kind}-{tails}",
        description="How many rotations of 28 h with 2 h turnaround fit into a week?",
        kind=kind,
        types=(aircraft(max_payload_t=50, turnaround_min=120),),
        airports=(airport("LUX", ramp_turn_usd=5_000),),
        tracks=(track("CGO", "LUX", block_min=780),),
        fleet=(tail(count=tails),),
        demand=(
            consignment(
                "D",
                due_min=3 * 10_080,
                weight_kg=2_000_000,
                volume_m3=10_000,
                usd_per_chargeable_kg=1,
            ),
        ),
    )


def case_given_ends() -> Instance:
    """Hand-worked: a tail that lives in LUX, must be back there, and has no time for more.

    LUX-CGO and CGO-LUX take 10 h each with 2 h turnaround between: 22 h of one day. 20 t to CGO and
    40 t to LUX at 1 USD/kg earn 60,000 USD.
    """
    return tiny(
        name="given-ends",
        description="A tail of Luxembourg flies to the gateway and home: what does it carry?",
        days=1,
        types=(aircraft(turnaround_min=120),),
        fleet=(tail(start_airport="LUX", end_airport="LUX"),),
        demand=(
            consignment(
                "HOME",
                due_min=1440,
                weight_kg=40_000,
                usd_per_chargeable_kg=1,
            ),
            consignment(
                "IN",
                origin="LUX",
                destination="CGO",
                due_min=1440,
                weight_kg=20_000,
                volume_m3=100,
                usd_per_chargeable_kg=1,
            ),
        ),
    )


def case_two_gateways() -> Instance:
    """Hand-worked: a tail of CGO flies to LUX, returns to NNG, flies from there, returns to CGO.

    50 t from CGO, 40 t back to NNG, 60 t from NNG, 40 t back to CGO at 1 USD/kg: 190,000 USD. If a
    rotation had to end where it starts: 50 t out and 40 t back in time on the second, 90,000 USD.
    """
    return tiny(
        name="two-gateways",
        description="What does a tail earn that may end a rotation at the other gateway?",
        days=2,
        gateways=("CGO", "NNG"),
        universe={"max_stations": 1, "may_change_gateway": True},
        tracks=(track("CGO", "LUX"), track("NNG", "LUX")),
        demand=(
            consignment("CGO-1", due_min=2880, usd_per_chargeable_kg=1),
            consignment(
                "NNG-1", origin="NNG", due_min=2880, weight_kg=60_000, usd_per_chargeable_kg=1
            ),
            consignment(
                "BACK-1",
                origin="LUX",
                destination="NNG",
                due_min=1440,
                weight_kg=40_000,
                usd_per_chargeable_kg=1,
            ),
            consignment(
                "BACK-2",
                origin="LUX",
                destination="CGO",
                ready_min=1441,
                due_min=2880,
                weight_kg=40_000,
                usd_per_chargeable_kg=1,
            ),
        ),
    )


def case_least_hours() -> Instance:
    """Hand-worked: 40 block hours must be flown although each rotation of 20 h loses 20,000 USD.

    A turn at LUX costs 20,000 USD and there are 5 t at 1 USD/kg: two rotations, one of them empty,
    -40,000 + 5,000 = -35,000. Without the limit the tail stays.
    """
    return tiny(
        name="least-hours",
        description="40 block hours are a hard limit: what do they cost where flying does not pay?",
        airports=(airport("LUX", ramp_turn_usd=20_000),),
        fleet=(tail(min_block_h=40),),
        demand=(consignment("D", weight_kg=5_000, volume_m3=25, usd_per_chargeable_kg=1),),
    )
