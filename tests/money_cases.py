"""Hand-worked cases of what is paid whatever is carried: leases, carbon, support."""

from __future__ import annotations

import math

from optimizer.domain.authorities import CarbonScheme, Support
from optimizer.domain.instance import Instance, Prices
from optimizer.domain.rules import SlotWindow
from tests.builders import HandWorked, aircraft, airport, consignment, tail, tiny, track


def money_cases() -> list[HandWorked]:
    """All of them, with their best contribution."""
    return [
        HandWorked(case_acmi(committed=True), -27_000_000_000, 3),
        HandWorked(case_acmi(committed=True, slots=2), -101_200_000_000, 2),
        HandWorked(case_acmi(committed=False), 0, 0),
        HandWorked(case_carbon(), 125_125_000_000, 1),
        HandWorked(case_support("flight"), 30_000_000_000, 1),
        HandWorked(case_support("tonne"), 35_000_000_000, 1),
    ]


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
