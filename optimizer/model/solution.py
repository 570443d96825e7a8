"""From the values of a solved reference model to a plan, and from a plan to a start."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from optimizer.model.assemble import Carried, assemble
from optimizer.model.columns import Columns
from optimizer.model.connected import connected
from optimizer.model.itineraries import Flown, itineraries
from optimizer.model.programme import Variable
from optimizer.model.restriction import FlightKey, Kept
from optimizer.plan.bought import draft_id
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Rotation

NOISE_KG = 1e-6
"""Less than this on board is a solver's rounding."""


def plan_of(c: Columns, values: Sequence[float]) -> Plan:
    """The exact plan of a solved model with all constraints.

    Raises:
        ValueError: The values are no solution.
    """
    flights: list[Flight] = []
    copies: dict[Rotation, list[str]] = defaultdict(list)
    for pool_id, rotation in _flown(c, values):
        name = str(len(flights))
        flights.append(Flight(name, pool_id, "", rotation))
        copies[rotation].append(name)
    for r, block in c.sets.bought.items():
        copies[c.sets.rotations[r]].append(draft_id(block.id))
    shut = _shut_out(c, values)
    by_number = _names(c, values, copies)
    flown = [
        Flown(item.carriage, str(item.rotation), values[item.kg])
        for item in c.z
        if values[item.kg] > NOISE_KG and by_number.get(item.rotation) and item.kg not in shut
    ]
    trucked = itineraries(
        c.resolved, flown, _amounts(c.feeder_kg, values), _amounts(c.delivery_kg, values)
    )
    names = {str(r): flights for r, flights in by_number.items()}
    carried = [share for item in connected(c.resolved, trucked) for share in _shares(item, names)]
    for kept in c.sets.kept:
        carried += _shares(_carried(kept), {"": by_number.get(c.sets.number[kept.rotation], [])})
    return assemble(c.resolved, flights, carried, list(_returned_tails(c, values)))


def _shut_out(c: Columns, values: Sequence[float]) -> set[Variable]:
    """Kilograms of goods beside which others were chosen (C16): a solver's rounding, if any."""
    return {
        kg for side in c.sides for kg in (side.other if round(values[side.chosen]) else side.one)
    }


def _flown(c: Columns, values: Sequence[float]) -> Iterator[FlightKey]:
    """Pool and rotation of every flight; lines that are listed go to one of their pools each."""
    for k, choice in enumerate(c.sets.choices):
        if choice.pool.id not in c.lines:
            for _ in range(round(values[c.x[k]])):
                yield choice.pool.id, c.sets.rotations[choice.rotation]
    for first, variables in c.lines.items():
        listed = c.sets.listed[first]
        chosen = [
            line
            for line, variable in zip(listed.lines, variables, strict=True)
            for _ in range(round(values[variable]))
        ]
        for pool_id, line in zip(listed.pools, chosen, strict=True):
            yield from ((pool_id, rotation) for rotation in line)


def _amounts(
    flows: Mapping[tuple[str, str], Mapping[int, Variable]], values: Sequence[float]
) -> dict[tuple[str, str], dict[int, float]]:
    return {
        key: {minute: max(0.0, values[variable]) for minute, variable in flow.items()}
        for key, flow in flows.items()
    }


def _carried(kept: Kept) -> Carried:
    return Carried(kept.carriage, "", kept.feeder_dispatch_min, kept.delivery_dispatch_min, kept.kg)


def _names(
    c: Columns, values: Sequence[float], copies: Mapping[Rotation, list[str]]
) -> dict[int, list[str]]:
    """Flights by index of their rotation: those apart, which may provide what is sold, first."""
    found: dict[int, list[str]] = {}
    for rotation, names in copies.items():
        left = list(names)
        for r in c.sets.apart.get(rotation, ()):
            flown = round(sum(values[c.x[k]] for k in c.sets.choices_of.get(r, ())))
            found[r] = [left.pop() for _ in range(flown)]
        found[c.sets.number[rotation]] = left
    return found


def _shares(item: Carried, copies: Mapping[str, Sequence[str]]) -> Iterator[Carried]:
    """Flights of one rotation carry the same: what fits all of them fits each. What is sold is on
    one of them (C18)."""
    names = copies[item.flight]
    if item.carriage.offer.consignment.sold:
        names = names[:1]
    if item.onward is None:
        for name in names:
            yield replace(item, flight=name, kg=item.kg / len(names))
        return
    carriage, flight = item.onward
    onward = copies[flight]
    for name in names:
        for then in onward:
            kg = item.kg / (len(names) * len(onward))
            yield replace(item, flight=name, onward=(carriage, then), kg=kg)


def _returned_tails(c: Columns, values: Sequence[float]) -> Iterator[str]:
    for pool_id, variable in c.returned.items():
        tails = c.resolved.pool[pool_id].tails
        yield from tails[len(tails) - round(values[variable]) :]


def start_of(c: Columns, plan: Plan) -> dict[Variable, float] | None:
    """Flights and returned tails of a plan as a start; None if the model lacks one of its flights.

    Truck runs are left to the solver; see `trucks_of`.
    """
    start: dict[Variable, float] = dict.fromkeys(c.x, 0.0)
    known: dict[FlightKey, list[Variable]] = defaultdict(list)
    for k, choice in enumerate(c.sets.choices):
        known[choice.pool.id, c.sets.rotations[choice.rotation]].append(c.x[k])
    times: Counter[Rotation] = Counter()
    for flight in plan.flights:
        listed = c.sets.listed.get(flight.pool)
        numbers = known[listed.pools[0] if listed else flight.pool, flight.rotation]
        if not numbers:
            return None
        differ = c.sets.number[flight.rotation] in c.sets.once
        start[numbers[times[flight.rotation] % len(numbers) if differ else 0]] += 1
        times[flight.rotation] += 1
    for pool_id, variable in c.returned.items():
        tails = c.resolved.pool[pool_id].tails
        start[variable] = float(sum(tail in plan.returned for tail in tails))
    return start


def trucks_of(c: Columns, plan: Plan) -> dict[Variable, float] | None:
    """Trucks of a plan as a part of a start; None if the model lacks one of its truck runs."""
    start: dict[Variable, float] = dict.fromkeys(c.trucks.values(), 0.0)
    for run in plan.trucks:
        y = c.trucks.get((run.lane, run.dispatch_min, run.customs))
        if y is None:
            return None
        start[y] = float(run.trucks)
    return start
