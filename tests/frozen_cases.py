"""Hand-worked cases of published flights, tendered cargo and slots at odd minutes."""

from __future__ import annotations

from optimizer.domain.demand import Consignment
from optimizer.domain.frozen import FrozenCargo, FrozenFlight
from optimizer.domain.instance import Instance
from optimizer.domain.rules import HeldSlot
from tests.builders import HandWorked, aircraft, airport, consignment, minute_iso, tail, tiny


def published(flight: str = "CV1", off_min: int = 679, **changes: object) -> FrozenFlight:
    """CGO to LUX with a T100 of CV, at 11:19."""
    fields: dict[str, object] = {
        "flight": flight,
        "operator": "CV",
        "type": "T100",
        "route": "CGO-LUX",
        "departs_at": (minute_iso(off_min),),
    }
    return FrozenFlight.model_validate(fields | changes)


def frozen_cases() -> list[HandWorked]:
    """All of them, with their best contribution."""
    return [
        HandWorked(case_frozen_flight(None), 99_434_166_667, 1),
        HandWorked(case_frozen_flight(600), 99_434_166_667, 1),
        HandWorked(case_frozen_flight(300), 99_700_000_000, 1),
        HandWorked(case_frozen_cargo(None), 250_000_000_000, 2),
        HandWorked(case_frozen_cargo(1.5), 255_000_000_000, 2),
        HandWorked(case_odd_slot(), 99_344_166_667, 1),
    ]


def case_frozen_flight(penalty_usd: float | None) -> Instance:
    """Published at 11:19, cargo ready at 00:00, storage 50 USD an hour; one flight in the day.

    At 00:00 it earns 100,000 USD; at 11:19 50 · 679 / 60 = 565.833333 less: 99,434.166667. Giving
    up the published time for 300 USD is worth it, for 600 not.
    """
    terms = "hard" if penalty_usd is None else f"{penalty_usd:g}-usd"
    return tiny(
        name=f"frozen-flight-{terms}",
        description="A flight is published at 11:19, cargo would rather leave at once: who gives?",
        days=1,
        airports=(airport("CGO", storage_usd_per_kg_h=0.001), airport("LUX")),
        fleet=(tail(end_airport="LUX"),),
        demand=(consignment("D", due_min=1440),),
        frozen_flights=(published(penalty_usd=penalty_usd),),
    )


def case_frozen_cargo(penalty_usd_per_kg: float | None) -> Instance:
    """20 t of B are booked on a flight of 90 t that is in time for 80 t of A; B may fly later too.

    Without the booking 80 t of A and 10 t of B, then 20 t of B on the small aircraft: 240 + 30 =
    270,000 USD. With 20 t of B on the first flight 70 t of A and 20 t of B, then 20 t of B: 210 +
    40 = 250,000. For 1.5 USD/kg 10 t stay short: 270,000 - 15,000 = 255,000. A commitment to carry
    20 t of B on whatever flight would cost nothing.
    """
    terms = "hard" if penalty_usd_per_kg is None else f"{penalty_usd_per_kg:g}-usd"

    def cargo(name: str, tonnes: float, usd: float, due_min: int) -> Consignment:
        return consignment(
            name, due_min=due_min, weight_kg=1000 * tonnes, volume_m3=4 * tonnes,
            usd_per_chargeable_kg=usd,
        )  # fmt: skip

    return tiny(
        name=f"frozen-cargo-{terms}",
        description="Cargo is booked on the flight that dearer cargo needs: does it stay there?",
        days=1,
        types=(aircraft("T90", max_payload_t=90), aircraft("T20", max_payload_t=20)),
        fleet=(
            tail("T1", type="T90", end_airport="LUX"),
            tail("T2", type="T20", end_airport="LUX", available_from=minute_iso(360)),
        ),
        demand=(cargo("A", 80, 3, 720), cargo("B", 40, 1, 1440)),
        frozen_flights=(published(type="T90", tail="T1", off_min=60),),
        frozen_cargo=(
            FrozenCargo(
                tendered="booking",
                consignment="B",
                flight="CV1",
                weight_kg=20_000,
                penalty_usd_per_kg=penalty_usd_per_kg,
            ),
        ),
    )


def case_odd_slot() -> Instance:
    """CV may leave CGO at 13:07 only, its one slot there: 787 minutes of storage, 655.83 USD."""
    return tiny(
        name="held-slot-odd-minute",
        description="The only slot held for the day is at 13:07, off the grid of hours.",
        days=1,
        airports=(airport("CGO", storage_usd_per_kg_h=0.001), airport("LUX")),
        fleet=(tail(end_airport="LUX"),),
        demand=(consignment("D", due_min=1440),),
        held_slots=(
            HeldSlot(operator="CV", airport="CGO", movement="departure", time_local="13:07"),
        ),
    )
