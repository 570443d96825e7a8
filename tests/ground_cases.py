"""Hand-worked cases of cargo on the ground: trucks, terminals, stock, transit."""

from __future__ import annotations

from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.instance import Instance, Prices
from optimizer.domain.rules import HandlingLimit
from optimizer.domain.stock import StockLimit
from optimizer.domain.transit import Connection
from tests.builders import HandWorked, airport, consignment, tail, tiny, track


def ground_cases() -> list[HandWorked]:
    """All of them, with their best contribution."""
    return [
        HandWorked(case_trucks(), 488_000_000, 1),
        HandWorked(case_terminal(), 55_000_000_000, 1),
        HandWorked(case_stock(), 68_200_000_000, 2),
        HandWorked(case_transit(180), 45_200_000_000, 2),
        HandWorked(case_transit(181), 0, 0),
    ]


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
