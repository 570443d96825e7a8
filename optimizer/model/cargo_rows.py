"""Rows of cargo: offered kilograms, weight, volume (C0, C4, C5), and time (C11)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence

from optimizer.model.columns import Columns, OnBoard
from optimizer.model.dispatches import dispatches
from optimizer.model.in_turn import in_turn
from optimizer.model.programme import Variable
from optimizer.model.sets import m3_per_kg
from optimizer.network import Terminals


def c0_offered(c: Columns) -> None:
    """C0: no more of a consignment leaves its origin than is offered.

    Nor is more delivered, which C21 implies.
    """
    of: dict[str, list[tuple[Variable, float]]] = defaultdict(list)
    delivered: dict[str, list[tuple[Variable, float]]] = defaultdict(list)
    for item in c.z:
        offer = item.carriage.offer
        if not offer.outbound:
            of[offer.consignment.id].append((item.kg, 1.0))
        if offer.transit is None or offer.outbound:
            delivered[offer.consignment.id].append((item.kg, 1.0))
    for id_ in dict.fromkeys(transit.consignment for transit in c.resolved.transits):
        if id_ in delivered:
            weight_kg = c.resolved.consignment[id_].weight_g * 1e-3
            name = f"C0_{c.consignment_label[id_]}_delivered"
            c.at_most(name, delivered[id_], weight_kg)
    for consignment_id, terms in of.items():
        weight_kg = c.resolved.consignment[consignment_id].weight_g * 1e-3
        left_kg = max(0.0, weight_kg - c.sets.kept_kg.get(consignment_id, 0.0))
        row = c.at_most(f"C0_{c.consignment_label[consignment_id]}", terms, left_kg)
        c.offered_row[consignment_id] = row


def link_cargo_to_flights(c: Columns) -> None:
    """Cargo needs a flight: z <= min(weight, cap, volume) x, one row per carriage.

    Implied by C4 and C5 for whole flights, and much tighter than they are for fractions of one.
    """
    for number, item in enumerate(c.z):
        if item.rotation not in c.sets.bought:
            terms = [(item.kg, 1.0), *c.flights(item.rotation, -item.most_kg)]
            c.at_most(f"C4_link_{number}", terms, 0)


def flown_once(c: Columns) -> None:
    """Flights that are told apart are one by one: an index of theirs is flown at most once."""
    for r in sorted(c.sets.once & c.sets.choices_of.keys()):
        c.at_most(f"C0_once_{r}", c.flights(r), 1)


def c4_weight(c: Columns) -> None:
    """C4: kilograms on a leg are at most its cap, times the flights; what is kept counts."""
    for r, leg, items in by_leg(c):
        cap_kg = c.sets.cap_kg(r, leg)
        kept_kg, _ = c.sets.kept_on_leg.get((r, leg), (0.0, 0.0))
        together_kg = kept_kg + sum(item.most_kg for item in items)
        if cap_kg is not None and together_kg > cap_kg:
            terms = [(item.kg, 1.0) for item in items]
            c.at_most(f"C4_{r}_{leg}", [*terms, *c.flights(r, -cap_kg)], -kept_kg)


def c5_volume(c: Columns) -> None:
    """C5: cubic metres on a leg are at most the usable volume, times the flights."""
    for r, leg, items in by_leg(c):
        room_m3 = c.sets.room_m3(r)
        _, kept_m3 = c.sets.kept_on_leg.get((r, leg), (0.0, 0.0))
        terms = [(item.kg, m3_per_kg(item.carriage.offer.consignment)) for item in items]
        together_m3 = kept_m3 + sum(
            factor * item.most_kg for item, (_, factor) in zip(items, terms, strict=True)
        )
        if room_m3 is not None and together_m3 > room_m3:
            c.at_most(f"C5_{r}_{leg}", [*terms, *c.flights(r, -room_m3)], -kept_m3)


def by_leg(c: Columns) -> list[tuple[int, int, list[OnBoard]]]:
    """Cargo of own flights by rotation and leg."""
    legs: dict[tuple[int, int], list[OnBoard]] = defaultdict(list)
    for item in c.z:
        if item.rotation in c.sets.bought:
            continue
        for leg in range(item.carriage.uplift_leg, item.carriage.discharge_leg + 1):
            legs[item.rotation, leg].append(item)
    return [(r, leg, items) for (r, leg), items in legs.items()]


def c10_handling(c: Columns) -> None:
    """C10: kilograms loaded and unloaded in each window of a terminal; what is kept counts."""
    terminals = Terminals(c.resolved)
    terms: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
    kept_kg: dict[int, float] = defaultdict(float)
    for item in c.z:
        first, last = item.carriage.uplift_leg, item.carriage.discharge_leg
        for number in terminals.windows(c.sets.rotations[item.rotation], first, last):
            terms[number].append((item.kg, 1.0))
    for kept in c.sets.kept:
        first, last = kept.carriage.uplift_leg, kept.carriage.discharge_leg
        for number in terminals.windows(kept.rotation, first, last):
            kept_kg[number] += kept.kg
    for number, cargo in terms.items():
        left_kg = max(0.0, terminals.limits[number].most_g * 1e-3 - kept_kg[number])
        c.at_most(f"C10_{number}", cargo, left_kg)


def c11_feeders(c: Columns) -> None:
    """C11: what flies has come by truck in time, and not too long before.

    Per consignment and feeder lane, in stocks: what waits at the airport after a dispatch has come
    and before the next has is never negative; with a longest dwell, nor is what has left in time.
    Cargo and trucks of one consignment and lane keep their order, so stocks say it all.
    """
    groups = c.by_lane(feeder=True)
    for key, minutes in dispatches(c, groups, feeder=True).items():
        consignment, lane = c.resolved.consignment[key[0]], c.lane(key[1])
        flow = {t: c.continuous(f"f_{c.labels(key)}_{t}") for t in minutes}
        c.feeder_kg[key] = flow
        name = f"C11_{c.labels(key)}"
        if "C11" in c.relaxed:
            _totals_agree(c, name, flow, groups[key])
            continue
        departures = [(item.kg, item.carriage.off_block_min) for item in groups[key]]
        export_min = c.resolved.customs_at[consignment.customs, lane.destination].export_min
        ready = [t + lane.truck_min + export_min for t in minutes]
        trucks = list(flow.values())
        with_stock = [((z, 1.0), bisect_right(ready, off) - 1) for z, off in departures]
        in_turn(c.programme, name, trucks, with_stock, 1.0)
        if consignment.max_dwell_min is not None:
            last = [t + lane.truck_min + consignment.max_dwell_min for t in minutes]
            leaving = [((z, 1.0), bisect_left(last, off)) for z, off in departures]
            in_turn(c.programme, f"{name}_dwell", trucks, leaving, -1.0)


def c11_deliveries(c: Columns) -> None:
    """C11: delivery trucks leave with what has arrived; all of it in time."""
    groups = c.by_lane(feeder=False)
    for key, minutes in dispatches(c, groups, feeder=False).items():
        consignment, lane = c.resolved.consignment[key[0]], c.lane(key[1])
        flow = {t: c.continuous(f"d_{c.labels(key)}_{t}") for t in minutes}
        c.delivery_kg[key] = flow
        name = f"C11_{c.labels(key)}_delivery"
        if "C11" in c.relaxed:
            _totals_agree(c, name, flow, groups[key])
            continue
        import_min = c.resolved.customs_at[consignment.customs, lane.origin].import_min
        released = [
            ((item.kg, 1.0), bisect_left(minutes, item.carriage.on_block_min + import_min))
            for item in groups[key]
        ]
        in_turn(c.programme, name, list(flow.values()), released, -1.0)


def _totals_agree(
    c: Columns, name: str, flow: dict[int, Variable], items: Sequence[OnBoard]
) -> None:
    trucked = [(variable, 1.0) for variable in flow.values()]
    c.equal(name, [*trucked, *((item.kg, -1.0) for item in items)], 0)
