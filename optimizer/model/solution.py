"""From the values of a solved reference model to a plan, and from a plan to a start."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from optimizer.model.assemble import Carried, assemble
from optimizer.model.columns import Columns, Variable
from optimizer.model.itineraries import Flown, itineraries
from optimizer.plan.plan import Flight, Plan

NOISE_KG = 1e-6
"""Less than this on board is a solver's rounding."""


def plan_of(c: Columns) -> Plan:
    """The exact plan of a solved model with all constraints.

    Raises:
        ValueError: The values are no solution.
    """
    flights: list[Flight] = []
    copies: dict[int, list[str]] = defaultdict(list)
    for k, choice in enumerate(c.sets.choices):
        for _ in range(round(c.x[k].varValue)):
            name = str(len(flights))
            flights.append(Flight(name, choice.pool.id, "", c.sets.rotations[choice.rotation]))
            copies[choice.rotation].append(name)
    flown = [
        Flown(item.carriage, str(item.rotation), item.kg.varValue)
        for item in c.z
        if item.kg.varValue > NOISE_KG and copies[item.rotation]
    ]
    trucked = itineraries(c.resolved, flown, _values(c.feeder_kg), _values(c.delivery_kg))
    carried = [share for item in trucked for share in _shares(item, copies[int(item.flight)])]
    return assemble(c.resolved, flights, carried, list(_returned_tails(c)))


def _values(
    flows: dict[tuple[str, str], dict[int, Variable]],
) -> dict[tuple[str, str], dict[int, float]]:
    return {
        key: {minute: max(0.0, variable.varValue) for minute, variable in flow.items()}
        for key, flow in flows.items()
    }


def _shares(item: Carried, copies: list[str]) -> Iterator[Carried]:
    """Flights of one rotation carry the same: what fits all of them fits each."""
    for name in copies:
        yield Carried(
            item.carriage,
            name,
            item.feeder_dispatch_min,
            item.delivery_dispatch_min,
            item.kg / len(copies),
        )


def _returned_tails(c: Columns) -> Iterator[str]:
    for pool_id, variable in c.returned.items():
        tails = c.resolved.pool[pool_id].tails
        yield from tails[len(tails) - round(variable.varValue) :]


def start_of(c: Columns, plan: Plan) -> dict[Variable, float] | None:
    """Whole numbers of a plan as a start; None if the model does not know one of its flights.

    Truck runs at dispatches that the model leaves out are left to the solver.
    """
    start: dict[Variable, float] = dict.fromkeys(c.x, 0.0)
    known = {
        (choice.pool.id, c.sets.rotations[choice.rotation]): c.x[k]
        for k, choice in enumerate(c.sets.choices)
    }
    for flight in plan.flights:
        x = known.get((flight.pool, flight.rotation))
        if x is None:
            return None
        start[x] += 1
    for pool_id, variable in c.returned.items():
        tails = c.resolved.pool[pool_id].tails
        start[variable] = float(sum(tail in plan.returned for tail in tails))
    return start
