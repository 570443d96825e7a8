"""Small instances for tests: one gateway, a station or two, round numbers, no reference data.

Every function takes keyword overrides, so that a test states only what it is about.
"""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from optimizer.domain.airports import AircraftType, Airport, Track
from optimizer.domain.authorities import CarbonScheme, Support
from optimizer.domain.blocks import Block
from optimizer.domain.crews import CrewBase, CrewLimit
from optimizer.domain.demand import Commitment, Consignment
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.fleet import FleetRow, Operator
from optimizer.domain.instance import CrewRule, Instance, Prices
from optimizer.domain.period import Period, UniverseLimits
from optimizer.domain.rules import Curfew, HandlingLimit, SlotWindow
from optimizer.domain.special import Requirement
from optimizer.domain.stock import StockLimit
from optimizer.domain.transit import Connection

MONDAY = "2025-06-02T00:00Z"
"""Start of the tiny instances: a Monday in a month of 30 days without clock changes."""


def minute_iso(minute: int, start: str = MONDAY) -> str:
    """The instant `minute` minutes after `start`, as files write it."""
    instant = datetime.fromisoformat(start) + timedelta(minutes=minute)
    return instant.isoformat(timespec="minutes")


def period(kind: str = "dated", days: int = 7, start: str = MONDAY) -> Period:
    """A period of whole days."""
    return Period.model_validate({"kind": kind, "start": start, "days": days})


def aircraft(type_: str = "T100", **changes: Any) -> AircraftType:
    """A type that lifts 100 t and 700 m³ over any distance a test uses, and costs nothing."""
    fields: dict[str, Any] = {
        "type": type_,
        "operating_empty_t": 160,
        "max_payload_t": 100,
        "uld_tare_t": 0,
        "volume_m3": 700,
        "packing_factor": 1,
        "max_takeoff_t": 400,
        "max_landing_t": 300,
        "fuel_capacity_t": 200,
        "reserve_fuel_t": 10,
        "range_constant_km": 40_000,
        "speed_kmh": 900,
    }
    return AircraftType.model_validate(fields | {"type": type_} | changes)


def airport(code: str, **changes: Any) -> Airport:
    """An airport of which only the code and the changes are stated."""
    return Airport.model_validate({"airport": code} | changes)


def track(origin: str, destination: str, **changes: Any) -> Track:
    """A track of 8000 km in both directions with a block time of 10 h."""
    fields = {"origin": origin, "destination": destination, "distance_km": 8000, "block_min": 600}
    return Track.model_validate(fields | changes)


def tail(name: str = "T1", **changes: Any) -> FleetRow:
    """A tail of operator CV and type T100, based at CGO."""
    return FleetRow.model_validate(
        {"tail": name, "type": "T100", "operator": "CV", "base": "CGO"} | changes
    )


def consignment(
    name: str = "OUT",
    *,
    ready_min: int = 0,
    due_min: int = 10_080,
    start: str = MONDAY,
    **changes: Any,
) -> Consignment:
    """50 t and 200 m³ from CGO to LUX at 2 USD per chargeable kg."""
    fields = {
        "consignment": name,
        "origin": "CGO",
        "destination": "LUX",
        "weight_kg": 50_000,
        "volume_m3": 200,
        "ready_at": minute_iso(ready_min, start),
        "due_at": minute_iso(due_min, start),
        "usd_per_chargeable_kg": 2,
    }
    return Consignment.model_validate(fields | changes)


def tiny(
    *,
    kind: str = "dated",
    days: int = 7,
    start: str = MONDAY,
    stations: tuple[str, ...] = ("LUX",),
    universe: UniverseLimits | dict[str, Any] | None = None,
    **fields: Any,
) -> Instance:
    """CGO and one or more stations, one free tail, 50 t of cargo each way.

    Every pair of airports has a track of 8000 km and 10 h, between stations of 1000 km and 2 h.
    Any field of the instance can be overridden; tables are replaced whole.
    """
    tracks = [track("CGO", s) for s in stations]
    tracks += [
        track(a, b, distance_km=1000, block_min=120)
        for i, a in enumerate(stations)
        for b in stations[i + 1 :]
    ]
    demand = []
    for s in stations:
        suffix = "" if s == "LUX" else f"-{s}"
        demand.append(consignment(f"OUT{suffix}", destination=s, start=start))
        demand.append(consignment(f"BACK{suffix}", origin=s, destination="CGO", start=start))
    stated: dict[str, Any] = {
        "format_version": 1,
        "name": "tiny",
        "gateways": ("CGO",),
        "reference_data": False,
        "period": period(kind, days, start),
        "universe": universe or {"max_stations": min(len(stations), 4)},
        "types": (aircraft(),),
        "tracks": tuple(tracks),
        "fleet": (tail(),),
        "demand": tuple(demand),
    }
    return Instance.model_validate(stated | fields)


class HandWorked(NamedTuple):
    """A case solved with pencil and paper: its best contribution and how many rotations earn it."""

    instance: Instance
    contribution_micro: int
    flights: int


def hand_worked() -> dict[str, HandWorked]:
    """Every hand-worked case by name; the same as folders in ``instances/hand-worked``."""
    cases = [
        HandWorked(case_technical_stop(89), 157_200_000_000, 1),
        HandWorked(case_technical_stop(90), 159_000_000_000, 1),
        HandWorked(case_technical_stop(110), 212_000_000_000, 1),
        HandWorked(case_weight_volume(), 482_942_800_000, 1),
        HandWorked(case_curfew(date(2025, 10, 26)), 99_600_000_000, 1),
        HandWorked(case_curfew(date(2025, 3, 30)), 99_700_000_000, 1),
        HandWorked(case_weeks_end("cyclic", 1), 225_000_000_000, 5),
        HandWorked(case_weeks_end("cyclic", 2), 495_000_000_000, 11),
        HandWorked(case_weeks_end("cyclic", 5), 1_260_000_000_000, 28),
        HandWorked(case_weeks_end("dated", 1), 225_000_000_000, 5),
        HandWorked(case_weeks_end("dated", 2), 450_000_000_000, 10),
        HandWorked(case_weeks_end("dated", 5), 1_125_000_000_000, 25),
        HandWorked(case_acmi(committed=True), -27_000_000_000, 3),
        HandWorked(case_acmi(committed=True, slots=2), -101_200_000_000, 2),
        HandWorked(case_acmi(committed=False), 0, 0),
        HandWorked(case_trucks(), 488_000_000, 1),
        HandWorked(case_carbon(), 125_125_000_000, 1),
        HandWorked(case_support("flight"), 30_000_000_000, 1),
        HandWorked(case_support("tonne"), 35_000_000_000, 1),
        HandWorked(case_given_ends(), 60_000_000_000, 2),
        HandWorked(case_two_gateways(), 190_000_000_000, 2),
        HandWorked(case_least_hours(), -35_000_000_000, 1),
        HandWorked(case_crew_europe_turn(), 58_300_000_000, 1),
        HandWorked(case_crew_two_sectors(due_min=10_080), 89_150_000_000, 1),
        HandWorked(case_crew_two_sectors(due_min=1_320), 84_400_000_000, 1),
        HandWorked(case_terminal(), 55_000_000_000, 1),
        HandWorked(case_stock(), 68_200_000_000, 2),
        HandWorked(case_special_cargo(), 500_000_000_000, 2),
        HandWorked(case_positions(), 196_000_000_000, 1),
        HandWorked(case_commitment(None), 230_000_000_000, 1),
        HandWorked(case_commitment(1.5), 235_000_000_000, 1),
        HandWorked(case_commitment(2.5), 230_000_000_000, 1),
        HandWorked(case_blocks(2.2), 256_000_000_000, 1),
        HandWorked(case_blocks(1.8), 260_000_000_000, 1),
        HandWorked(case_hard_block_first(), 36_000_000_000, 0),
        HandWorked(case_transit(180), 45_200_000_000, 2),
        HandWorked(case_transit(181), 0, 0),
    ]
    from tests.frozen_cases import frozen_cases  # which is made with what is here

    cases += frozen_cases()
    return {case.instance.name: case for case in cases}


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


def case_weight_volume() -> Instance:
    """Hand-worked 2: 90,000 kg and 720 m³; light freight at 4 USD, dense at 2: 482,942.80 USD."""
    return tiny(
        name="weight-volume",
        description="Which mix of light and dense freight fills 90 t and 720 m³ best?",
        days=1,
        types=(aircraft(max_payload_t=90, volume_m3=800, packing_factor=0.9),),
        fleet=(tail(end_airport="LUX"),),
        demand=(
            consignment(
                "A", due_min=1440, weight_kg=240_000, volume_m3=2_000, usd_per_chargeable_kg=4
            ),
            consignment(
                "B", due_min=1440, weight_kg=240_000, volume_m3=500, usd_per_chargeable_kg=2
            ),
        ),
    )


def case_special_cargo() -> Instance:
    """Hand-worked 7: a nose door on the small aircraft only, and no cool room at LUX.

    Outsize cargo at 5 USD fills the 60 t of the small one, general cargo at 2 USD the 100 t of the
    large one, and what must be cool stays behind: 60,000 x 5 + 100,000 x 2 = 500,000 USD.
    """

    def cargo(name: str, weight_kg: float, usd: float, *requires: str) -> Consignment:
        return consignment(
            name,
            due_min=1440,
            weight_kg=weight_kg,
            volume_m3=weight_kg / 500,
            usd_per_chargeable_kg=usd,
            requires=requires,
        )

    return tiny(
        name="special-cargo",
        description="Who may carry what needs a nose door, and what a cool room?",
        days=1,
        types=(aircraft(), aircraft("T60", max_payload_t=60)),
        fleet=(tail(end_airport="LUX"), tail("T2", type="T60", end_airport="LUX")),
        requirements=(
            Requirement(requirement="nose door", types=("T60",)),
            Requirement(requirement="cool", airports=("CGO",)),
        ),
        demand=(
            cargo("OUTSIZE", 80_000, 5, "nose door"),
            cargo("GENERAL", 200_000, 2),
            cargo("COOL", 20_000, 9, "cool"),
        ),
    )


def case_positions() -> Instance:
    """10 positions on the main deck, 5 on the lower: 150,000 + 30,000 + 16,000 = 196,000 USD."""

    def cargo(name: str, weight_kg: float, usd: float, positions: float, deck: str) -> Consignment:
        return consignment(
            name,
            due_min=1440,
            weight_kg=weight_kg,
            volume_m3=weight_kg / 500,
            usd_per_chargeable_kg=usd,
            uld_positions=positions,
            deck=deck,
        )

    return tiny(
        name="uld-positions",
        description="Which cargo takes the positions of which deck?",
        days=1,
        types=(aircraft(main_positions=10, lower_positions=5),),
        fleet=(tail(end_airport="LUX"),),
        demand=(
            cargo("OUTSIZE", 60_000, 3, 12, "main"),
            cargo("LOWER", 7_500, 4, 3, "lower"),
            cargo("PALLETS", 40_000, 2, 10, "any"),
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


def case_acmi(committed: bool = True, slots: int | None = None) -> Instance:
    """Hand-worked 5: wet lease at 5,200 USD/h with 56 h guaranteed; rotations of 20 h, 95,000 USD.

    240 h a month are 56 h in a week of June. Committed: three rotations, -27,000. With slots for
    two only: -101,200. Returnable: returned, 0. There is cargo for four.
    """
    row = tail(
        contract="acmi",
        acmi_usd_per_block_h=5_200,
        acmi_guarantee_h_per_month=240,
        returnable=not committed,
    )
    limits: tuple[SlotWindow, ...] = ()
    if slots is not None:
        limits = tuple(
            SlotWindow(
                airport="LUX",
                movement="arrival",
                days=str(day),
                from_local="00:00",
                to_local="24:00",
                movements=1 if day <= slots else 0,
            )
            for day in range(1, 8)
        )
    terms = "committed" if committed else "returnable"
    return tiny(
        name=f"acmi-{terms}" + ("" if slots is None else f"-{slots}-slots"),
        description="56 h are paid in any case: is it worth flying more than 40 h, or at all?",
        types=(aircraft(max_payload_t=95),),
        fleet=(row,),
        slots=limits,
        demand=(consignment("D", weight_kg=380_000, volume_m3=2_000, usd_per_chargeable_kg=1),),
    )


def case_commitment(penalty_usd_per_kg: float | None) -> Instance:
    """Hand-worked 7: 90 t for 80 t at 3 USD and 40 t at 1 USD, of which half is promised.

    80 + 10 t earn 250,000 USD. 10 t more of the promised cargo cost 20,000 of freight: 230,000; or
    their penalty, at 1.5 USD/kg 15,000: 235,000; at 2.5 they are carried.
    """
    terms = "hard" if penalty_usd_per_kg is None else f"{penalty_usd_per_kg:g}-usd"
    demand = [
        consignment(name, due_min=1440, weight_kg=1000 * tonnes, volume_m3=4 * tonnes,
                    usd_per_chargeable_kg=usd, shipper=shipper)
        for name, tonnes, usd, shipper in (("A", 80, 3, "Spot"), ("B", 40, 1, "Jinhua"))
    ]  # fmt: skip
    return tiny(
        name=f"commitment-{terms}",
        description="Half of a shipper's cargo is promised: deliver it, or pay?",
        days=1,
        types=(aircraft(max_payload_t=90),),
        fleet=(tail(end_airport="LUX"),),
        demand=tuple(demand),
        commitments=(
            Commitment(
                commitment="Jinhua share",
                shipper="Jinhua",
                min_share=0.5,
                penalty_usd_per_kg=penalty_usd_per_kg,
            ),
        ),
    )


def block(name: str = "B", *, off_min: int = 600, on_min: int = 1200, **changes: Any) -> Block:
    """30 t and 150 m³ from CGO to LUX on a flight of XB, for nothing unless a price is stated."""
    fields = {
        "block": name,
        "operator": "XB",
        "origin": "CGO",
        "destination": "LUX",
        "departs_at": minute_iso(off_min),
        "arrives_at": minute_iso(on_min),
        "weight_kg": 30_000,
        "volume_m3": 150,
    }
    return Block.model_validate(fields | changes)


def case_blocks(soft_usd_per_kg: float) -> Instance:
    """Hand-worked: 90 t on the own flight, 30 t on a hard block, and a soft block for the rest?

    40 t at 3 USD and 100 t at 2 USD. Hard: 24,000 USD in any case, for 30 t. With 120 t carried:
    120,000 + 160,000 - 24,000 = 256,000. The last 20 t at 2 USD go by the soft block at 1.8 USD
    (4,000 more), not at 2.2.
    """
    demand = [
        consignment(name, due_min=1440, weight_kg=1000 * tonnes, volume_m3=4 * tonnes,
                    usd_per_chargeable_kg=usd)
        for name, tonnes, usd in (("A", 40, 3), ("B", 100, 2))
    ]  # fmt: skip
    return tiny(
        name=f"blocks-{soft_usd_per_kg:g}-usd",
        description="A hard block that is paid anyway, a soft one by the kilogram: which is used?",
        days=1,
        types=(aircraft(max_payload_t=90),),
        fleet=(tail(end_airport="LUX"),),
        demand=tuple(demand),
        blocks=(
            block("HARD", flight="XB 1", fixed_usd=24_000),
            block("SOFT", kind="belly", operator="XC", flight="XC 7", weight_kg=40_000,
                  volume_m3=200, usd_per_kg=soft_usd_per_kg),
        ),
    )  # fmt: skip


def case_hard_block_first() -> Instance:
    """Hand-worked: 50 t at 2 USD, 30 t of a block already paid with 24,000 USD, a flight of 50,000.

    The block alone earns 60,000 - 24,000 = 36,000 USD; flying too 100,000 - 74,000 = 26,000.
    """
    return tiny(
        name="block-hard-first",
        description="A block is paid in any case: is a flight worth its price beside it?",
        days=2,
        airports=(airport("CGO"), airport("LUX", ramp_turn_usd=50_000)),
        demand=(consignment("D", due_min=2880),),
        blocks=(block("HARD", flight="XB 1", fixed_usd=24_000),),
    )


def case_trucks() -> Instance:
    """Hand-worked 6: 30,000 kg at 130 kg/m³ and 0.10 USD/kg; trucks of 32 t, 88 m³, 900 USD.

    Two trucks take 176 m³ = 22,880 kg: 2,288 - 1,800 = 488 USD; a third would add 712 - 900.
    """
    return tiny(
        name="trucks",
        description="30 t of e-commerce in Yiwu: how many whole trucks are worth their price?",
        days=2,
        prices=Prices(chargeable_kg_per_m3=100),
        lanes=(
            Lane(
                origin="Yiwu",
                destination="CGO",
                truck_min=900,
                payload_kg=32_000,
                volume_m3=88,
                usd_per_truck=900,
                dispatch_every_min=1440,
            ),
        ),
        fleet=(tail(end_airport="LUX"),),
        demand=(
            consignment(
                "D",
                origin="Yiwu",
                due_min=2880,
                weight_kg=30_000,
                volume_m3=230.76923,
                usd_per_chargeable_kg=0.1,
            ),
        ),
    )


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


def case_transit(connection_min: int) -> Instance:
    """20 t from Liège by CGO to Dhaka at 3 USD a kg: 45,200 USD with a connection of 3 h.

    60,000 of freight less 0.28 a kg of handling (5,600), 3 h of storage at 0.02 a kg (1,200) and a
    turn at Dhaka (8,000). In at 10:00, out at 13:00, at Dhaka at 17:00, when it is due; if the
    connection takes a minute more, the next departure is an hour too late, and nothing pays.
    """
    return tiny(
        name=f"transit-{connection_min}",
        description=f"From Liège to Dhaka with a connection of {connection_min} min at the hub.",
        days=1,
        stations=("LGG", "DAC"),
        prices=Prices(storage_usd_per_kg_h=0.02),
        airports=(
            airport("CGO", handling_usd_per_kg=0.05),
            airport("LGG", handling_usd_per_kg=0.10),
            airport("DAC", handling_usd_per_kg=0.08, ramp_turn_usd=8_000),
        ),
        tracks=(
            track("LGG", "CGO"),
            track("CGO", "DAC", distance_km=3000, block_min=240),
        ),
        fleet=(tail("T1", start_airport="LGG"), tail("T2")),
        demand=(
            consignment(
                "X",
                origin="LGG",
                destination="DAC",
                due_min=1_020,
                weight_kg=20_000,
                volume_m3=100,
                usd_per_chargeable_kg=3,
                transit="airside",
            ),
        ),
        connections=(Connection(mode="airside", connection_min=connection_min),),
    )


def case_terminal() -> Instance:
    """The terminal at CGO loads 30 t in each 6 h: 20 t at 3 USD, 10 t at 2 USD; 55,000 USD.

    A turn at LUX costs 25,000 USD, so that a second flight for the last 10 t (20,000 USD) would
    lose money; without the limit all of it would fly at once, for 75,000.
    """
    return tiny(
        name="terminal",
        description="A terminal that loads 30 t in six hours: what flies, and how often?",
        days=2,
        airports=(airport("CGO"), airport("LUX", ramp_turn_usd=25_000)),
        handling=(
            HandlingLimit(
                airport="CGO",
                cargo="loaded",
                from_local="00:00",
                to_local="24:00",
                window_min=360,
                most_kg=30_000,
            ),
        ),
        demand=(
            consignment("A", due_min=2880, weight_kg=20_000, volume_m3=20, usd_per_chargeable_kg=3),
            consignment("B", due_min=2880, weight_kg=20_000, volume_m3=20, usd_per_chargeable_kg=2),
        ),
    )


def case_carbon() -> Instance:
    """Hand-worked: over 5,000 km a quarter of what lands is burnt: 62.5 t of fuel for 250 t.

    Fuel at 400 USD/t costs 25,000 USD; CO2 at 100 USD/t, half of it paid, 62.5 · 3.16 · 50 =
    9,875 USD; the scheme for departures from Spain does not apply. 80 t at 2 USD/kg: 125,125 USD.
    """
    return tiny(
        name="carbon",
        description="What do 62.5 t of fuel cost with carbon at 100 USD/t, half of it paid?",
        days=1,
        stations=("MAD",),
        types=(aircraft(max_payload_t=80, range_constant_km=5000 / math.log(1.25)),),
        prices=Prices(fuel_usd_per_t=400),
        airports=(airport("CGO", country="CN"), airport("MAD", country="ES")),
        tracks=(track("CGO", "MAD", distance_km=5_000, block_min=450),),
        carbon=(
            CarbonScheme(scheme="in", destinations=("ES",), usd_per_t_co2=100, paid_share=0.5),
            CarbonScheme(scheme="out", origins=("ES",), usd_per_t_co2=250),
        ),
        fleet=(tail(end_airport="MAD"),),
        demand=(
            consignment(
                "D",
                destination="MAD",
                due_min=1440,
                weight_kg=80_000,
                volume_m3=400,
                usd_per_chargeable_kg=2,
            ),
        ),
    )


def case_support(kind: str) -> Instance:
    """Hand-worked: 50 t at 1 USD/kg on a flight of 60,000 USD, worth flying with support only.

    A flight earns 40,000 USD of support, or a tonne 900 USD: 50,000 - 60,000 + 40,000 = 30,000, or
    50,000 - 60,000 + 45,000 = 35,000.
    """
    terms = {"usd_per_flight": 40_000} if kind == "flight" else {"usd_per_t": 900}
    return tiny(
        name=f"support-by-{kind}",
        description="Is a flight that loses 10,000 USD worth it with the support of a province?",
        days=2,
        airports=(airport("LUX", ramp_turn_usd=60_000),),
        support=(
            Support.model_validate(
                {"authority": "Henan", "uplift": "CGO", "discharge": "LUX"} | terms
            ),
        ),
        fleet=(tail(end_airport="LUX"),),
        demand=(consignment("D", due_min=2880, usd_per_chargeable_kg=1),),
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


def case_stock() -> Instance:
    """30 t may wait at CGO, trucks come once a day: 20 t at 3 USD and a day later 20 t at 2 USD.

    100,000 USD less two turns at LUX (15,000), two trucks (500) and two hours in stock
    (40,000 kg * 2 h * 0.01): 68,200. When the second truck comes, the first flight has left. One
    flight takes 30 t at once: 80,000 less 15,000, 500 and 600 are 63,900. Without the limit it
    takes 40 t: 100,000 less 15,000, 1,000 and 800 are 83,200.
    """
    return tiny(
        name="stock",
        description="A terminal that holds 30 t, and trucks once a day: one flight, or two?",
        days=3,
        prices=Prices(storage_usd_per_kg_h=0.01),
        airports=(airport("CGO"), airport("LUX", ramp_turn_usd=15_000)),
        stock=(StockLimit(airport="CGO", most_kg=30_000),),
        customs=(CustomsMode(mode="standard", export_min=120, import_min=0),),
        lanes=(
            Lane(
                origin="Yiwu",
                destination="CGO",
                truck_min=900,
                payload_kg=32_000,
                volume_m3=88,
                usd_per_truck=500,
                dispatch_every_min=1440,
            ),
        ),
        demand=tuple(
            consignment(
                name,
                origin="Yiwu",
                due_min=4320,
                weight_kg=20_000,
                volume_m3=20,
                usd_per_chargeable_kg=usd,
            )
            for name, usd in (("A", 3), ("B", 2))
        ),
    )
