"""Capacity sold in schedules: which blocks are provided whole, and where (C18)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from optimizer.domain.resolved import ResolvedConsignment
from optimizer.engine.cargo_table import CargoTable, commitment_usd_per_kg
from optimizer.engine.lines import Flown
from optimizer.engine.shipment import Loading, Shipment
from optimizer.model import FITS, LEAST_SHARE

Leg = tuple[int, int]
"""Number of a flight, and of its leg."""


def settled(
    cargo: CargoTable, flights: Sequence[Flown], shipments: Sequence[Shipment]
) -> list[Shipment] | None:
    """What of the capacity sold is provided, judged by a loading that takes it for divisible.

    A block that is loaded for the larger part is provided; a charter, if it is worth more than
    what is on board beside it.

    Returns:
        None if no capacity sold is on board.
    """
    parts: dict[str, list[Shipment]] = defaultdict(list)
    for s in shipments:
        if sold_of(cargo, s).sold:
            parts[sold_of(cargo, s).id].append(s)
    if not parts:
        return None
    due_usd = _due_usd_per_kg(cargo)
    aboard: dict[Leg, list[Shipment]] = defaultdict(list)
    whole: list[Shipment] = []
    for name in sorted(parts, key=lambda n: (n not in due_usd, -sum(s.kg for s in parts[n]), n)):
        c = sold_of(cargo, parts[name][0])
        s = replace(max(parts[name], key=lambda s: s.kg), kg=c.weight_g / 1000)
        loaded_kg = sum(part.kg for part in parts[name])
        if loaded_kg < LEAST_SHARE * s.kg and name not in due_usd:
            continue
        here = {leg: aboard[leg] for leg in legs_of(flights, s)}
        if not _fits(cargo, flights, s, here):
            continue
        if c.sold == "aircraft":
            beside = [x for x in shipments if not sold_of(cargo, x).sold and _meet(flights, x, s)]
            worth = s.kg * (s.worth_usd_per_kg + due_usd.get(name, 0.0))
            if worth < sum(x.kg * x.worth_usd_per_kg for x in beside):
                continue
        whole.append(s)
        for leg in here:
            aboard[leg].append(s)
    return whole


def doubtful(
    cargo: CargoTable, provided: Sequence[Shipment], shipments: Sequence[Shipment]
) -> list[Shipment]:
    """What may be worth less than the cargo it displaces: charters, and what a loading that takes
    it for divisible has not loaded whole."""
    aboard = {(s.flight, s.offer, s.segment, s.weeks): s.kg for s in shipments}
    return [
        s
        for s in provided
        if sold_of(cargo, s).sold == "aircraft"
        or aboard.get((s.flight, s.offer, s.segment, s.weeks), 0.0) < s.kg * FITS
    ]


def worth_usd(cargo: CargoTable, loading: Loading) -> float:
    """What a loading earns, with what contracts that it keeps save."""
    due_usd = _due_usd_per_kg(cargo)
    return loading.value_usd + sum(
        s.kg * due_usd.get(sold_of(cargo, s).id, 0.0)
        for s in loading.shipments
        if sold_of(cargo, s).sold
    )


def sold_of(cargo: CargoTable, s: Shipment) -> ResolvedConsignment:
    """The consignment of a shipment."""
    return cargo.offers[s.offer].consignment


def legs_of(flights: Sequence[Flown], s: Shipment) -> Iterator[Leg]:
    """The legs a shipment is on board of."""
    for leg in flights[s.flight].legs(s.segment):
        yield s.flight, leg


def _due_usd_per_kg(cargo: CargoTable) -> dict[str, float]:
    """By what is contracted (C19): what a kilogram saves."""
    found: dict[str, float] = defaultdict(float)
    for commitment in cargo.resolved.commitments:
        for name in commitment.consignments:
            found[name] += commitment_usd_per_kg(commitment)
    return dict(found)


def _fits(
    cargo: CargoTable, flights: Sequence[Flown], s: Shipment, here: dict[Leg, list[Shipment]]
) -> bool:
    """Whether there is room beside what is provided already."""
    alone = sold_of(cargo, s).sold == "aircraft"
    shape, density = flights[s.flight].timed.shape, cargo.arrays.volume_m3_per_kg
    for (_, leg), others in here.items():
        if others and (alone or any(sold_of(cargo, x).sold == "aircraft" for x in others)):
            return False
        kg = s.kg + sum(x.kg for x in others)
        m3 = sum(x.kg * float(density[x.offer]) for x in (s, *others))
        if kg * FITS > shape.cap_kg[leg] or m3 * FITS > shape.volume_m3:
            return False
    return True


def _meet(flights: Sequence[Flown], one: Shipment, other: Shipment) -> bool:
    return not set(legs_of(flights, one)).isdisjoint(legs_of(flights, other))
