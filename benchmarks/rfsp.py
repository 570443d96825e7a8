"""Solve a file of the Regional Flight Scheduling Problem with the product.

    python -m benchmarks.rfsp benchmarks/rfsp/instance-10-3-0.75.json --json

The file becomes an instance of ours, without reference data, with the same plans and the same
money (USD for the file's unit of profit):

* a step is six minutes, so steps lie on the departure grid, days are whole numbers of steps, and
  the two legs of a round trip take half of its steps each; nothing costs or takes anything else;
* one consignment for each destination and step fills an aircraft and can only take that departure;
* slots per step are departure slots at the hub (C7), `min_utilisation` is least block hours of
  every tail (C14), `n_flights` and `min_spacing` are the service pattern of the station (C17).
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from string import ascii_uppercase

from benchmarks.rfsp_format import Destination, Rfsp, read_rfsp
from optimizer import api
from optimizer.domain.airports import AircraftType, Airport, Track
from optimizer.domain.demand import Consignment
from optimizer.domain.fleet import FleetRow
from optimizer.domain.instance import Instance
from optimizer.domain.period import Period, UniverseLimits
from optimizer.domain.rules import Market, SlotWindow
from optimizer.errors import FreighterError, InfeasibleError, NoPlanError

STEP_MIN = 6
DAY_STEPS = 1440 // STEP_MIN
HUB = "HUB"
OPERATOR = "RA"
TYPE = "AIRCRAFT"
FULL_KG = 100
"""What fills an aircraft; a cubic metre of it weighs more than the volumetric standard."""
START = datetime(2025, 6, 2, tzinfo=UTC)
AUDIT_FAILED = 5
"""Exit code of the command line for a plan with which the audit does not agree."""
GAP = 1e-6
"""Profits are multiples of 0.1 and optima below 10 000: this gap leaves no better plan."""


def translate(rfsp: Rfsp, name: str) -> Instance:
    """The same problem as an instance.

    Raises:
        ValueError: A profit is negative, which no freight can be, or there are too many
            destinations for three letters.
    """
    if any(profit < 0 for d in rfsp.destinations for profit in d.profit):
        raise ValueError("a profit is negative: freight cannot be")
    if rfsp.n_destinations > len(ascii_uppercase) ** 2:
        raise ValueError(f"at most {len(ascii_uppercase) ** 2} destinations have a code")
    horizon_min = rfsp.time_horizon_len * STEP_MIN
    longest_min = max(d.flight_time for d in rfsp.destinations) * STEP_MIN
    stations = {station_code(k): d for k, d in enumerate(rfsp.destinations)}
    return Instance(
        format_version=1,
        name=name,
        description="Regional Flight Scheduling Problem (Santini 2025), one step in "
        f"{STEP_MIN} minutes.",
        gateways=(HUB,),
        reference_data=False,
        period=Period(kind="dated", start=START, days=-(-horizon_min // 1440)),
        universe=UniverseLimits(
            departure_grid_min=STEP_MIN, max_wait_min=0, max_duration_min=longest_min
        ),
        types=(_aircraft_type(),),
        airports=tuple(Airport(airport=code, timezone="UTC") for code in (HUB, *stations)),
        fleet=(_fleet(rfsp),),
        tracks=tuple(_track(code, d) for code, d in stations.items()),
        demand=tuple(c for code, d in stations.items() for c in _consignments(rfsp, code, d)),
        slots=tuple(_slots(rfsp)),
        markets=tuple(
            Market(
                station=code,
                max_rotations=d.n_flights,
                min_spacing_min=rfsp.min_spacing * STEP_MIN or None,
            )
            for code, d in stations.items()
        ),
    )


def station_code(number: int) -> str:
    """The code of a destination: DAA, DAB, …"""
    tens, ones = divmod(number, len(ascii_uppercase))
    return f"D{ascii_uppercase[tens]}{ascii_uppercase[ones]}"


def _instant(step: float) -> datetime:
    return START + timedelta(minutes=round(step * STEP_MIN))


def _aircraft_type() -> AircraftType:
    """Lifts `FULL_KG` over any distance; figures are chosen so that nothing else ever binds."""
    return AircraftType(
        type=TYPE,
        operating_empty_t=10,
        max_payload_t=FULL_KG / 1000,
        uld_tare_t=0,
        volume_m3=FULL_KG,
        packing_factor=1,
        max_takeoff_t=100,
        max_landing_t=100,
        fuel_capacity_t=100,
        reserve_fuel_t=0,
        range_constant_km=40_000,
        speed_kmh=800,
    )


def _fleet(rfsp: Rfsp) -> FleetRow:
    return FleetRow(
        tail="AIRCRAFT",
        count=rfsp.n_aircraft,
        type=TYPE,
        operator=OPERATOR,
        base=HUB,
        available_until=_instant(rfsp.time_horizon_len),
        min_block_h=rfsp.least_away_steps * STEP_MIN / 60 or None,
    )


def _track(code: str, destination: Destination) -> Track:
    return Track(
        origin=HUB,
        destination=code,
        distance_km=1000,
        block_min=destination.flight_time * STEP_MIN // 2,
    )


def _consignments(rfsp: Rfsp, code: str, destination: Destination) -> Iterator[Consignment]:
    """One for each departure, as heavy as what can leave at once."""
    for step in rfsp.departures(destination):
        together = 1 if rfsp.min_spacing else min(rfsp.n_aircraft, destination.n_flights)
        kg = FULL_KG * max(1, together)
        yield Consignment(
            consignment=f"{code}-{step}",
            origin=HUB,
            destination=code,
            weight_kg=kg,
            volume_m3=kg / 1000,
            ready_at=_instant(step),
            due_at=_instant(step + destination.flight_time / 2),
            usd_per_chargeable_kg=destination.profit[step] / FULL_KG,
        )


def _slots(rfsp: Rfsp) -> Iterator[SlotWindow]:
    """Rows for runs of steps of a day with the same number of slots."""
    for first in range(0, rfsp.time_horizon_len, DAY_STEPS):
        day = enumerate(rfsp.slots[first : first + DAY_STEPS])
        for movements, run in groupby(day, key=lambda item: item[1]):
            steps = [step for step, _ in run]
            yield SlotWindow(
                airport=HUB,
                movement="departure",
                date=_instant(first).date(),
                from_local=_clock(steps[0]),
                to_local=_clock(steps[-1] + 1),
                window_min=STEP_MIN,
                movements=movements,
            )


def _clock(step: int) -> str:
    hours, minutes = divmod(step * STEP_MIN, 60)
    return f"{hours:02}:{minutes:02}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve one file and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, help="an instance in the format of benchmarks/rfsp/")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--time-limit", type=float, help="seconds; none unless stated")
    parser.add_argument("--gap", type=float, default=GAP, help="stop at this relative gap")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--method", default="auto", help="auto, reference or heuristic")
    parser.add_argument("--write", type=Path, help="also write the instance here")
    options = parser.parse_args(arguments)
    importlib.import_module("optimizer.engine")  # importing is not solving; nor is it the peer's
    gc.freeze()  # what was imported lives as long as the process: no need to look at it again
    began, cpu_began = time.monotonic(), time.process_time()
    try:
        instance = translate(read_rfsp(options.file), options.file.stem)
        if options.write is not None:
            api.write(instance, options.write)
        result = api.solve(
            instance,
            gap=options.gap,
            time_limit=options.time_limit,
            seed=options.seed,
            threads=options.threads,
            method=options.method,
        )
    except (OSError, ValueError, FreighterError) as error:
        print(error, file=sys.stderr)
        return error.exit_code if isinstance(error, FreighterError) else 2
    told = {
        "objective": result.plan.contribution_usd if result.accepted else None,
        "bound": result.bound,
        "seconds": round(time.monotonic() - began, 3),
        "cpu_seconds": round(time.process_time() - cpu_began, 3),
        "status": result.status,
    }
    if options.json:
        print(json.dumps(told))
    else:
        print("{status}: {objective}, bound {bound}, {seconds} s".format_map(told))
    if result.accepted:
        return 0
    if result.found is not None:
        return AUDIT_FAILED
    return (InfeasibleError if result.status == "infeasible" else NoPlanError).exit_code


if __name__ == "__main__":
    sys.exit(main())
