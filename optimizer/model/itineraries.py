"""From flows to itineraries: which truck's cargo flies on which flight (C11).

The model knows how many kilograms of a consignment leave on each truck dispatch, on each flight
and on each delivery dispatch. Cargo of one consignment and one lane is alike, and later trucks suit
later flights, so first in, first out is a legal assignment whenever there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from optimizer.domain.resolved import ResolvedInstance
from optimizer.model.assemble import Carried
from optimizer.network import Carriage

DispatchKg: TypeAlias = Mapping[tuple[str, str], Mapping[int, float]]
"""Kilograms by (consignment, lane) and absolute dispatch."""

_Share: TypeAlias = tuple[int | None, float]
"""A dispatch (None without a truck) and the kilograms of a carriage that it has."""


@dataclass(frozen=True, slots=True)
class Flown:
    """Kilograms of a carriage on a flight, trucks left open."""

    carriage: Carriage
    flight: str
    kg: float


def itineraries(
    resolved: ResolvedInstance,
    flown: Sequence[Flown],
    feeder_kg: DispatchKg,
    delivery_kg: DispatchKg,
) -> list[Carried]:
    """Match flights with truck dispatches at both ends, first in, first out.

    Kilograms for which no truck fits are left out; with flows that keep C11 that is rounding only.
    """
    feeders: list[list[_Share]] = [[(None, item.kg)] for item in flown]
    deliveries: list[list[_Share]] = [[(None, item.kg)] for item in flown]
    for (consignment, lane), members in _by_lane(flown, feeder=True).items():
        dispatches = feeder_kg.get((consignment, lane), {})
        _match(flown, members, dispatches, _feeder_fit(resolved, lane), feeders)
    for (consignment, lane), members in _by_lane(flown, feeder=False).items():
        dispatches = delivery_kg.get((consignment, lane), {})
        _match(flown, members, dispatches, _delivery_fit(resolved), deliveries)
    return [
        Carried(item.carriage, item.flight, feeder, delivery, kg)
        for item, inward, onward in zip(flown, feeders, deliveries, strict=True)
        for feeder, delivery, kg in _join(inward, onward)
    ]


def _by_lane(flown: Sequence[Flown], *, feeder: bool) -> dict[tuple[str, str], list[int]]:
    """Indices by (consignment, lane), in order of departure or arrival."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, item in enumerate(flown):
        offer = item.carriage.offer
        lane = offer.uplift.lane if feeder else offer.discharge.lane
        if lane is not None:
            groups[offer.consignment.id, lane].append(index)
    for members in groups.values():
        members.sort(
            key=lambda i: (
                flown[i].carriage.off_block_min if feeder else flown[i].carriage.on_block_min
            )
        )
    return groups


Fit: TypeAlias = Callable[[Carriage, int], int]
"""0 if a dispatch fits a carriage, negative if it is too early for it, positive if too late."""


def _feeder_fit(resolved: ResolvedInstance, lane_id: str) -> Fit:
    truck_min = resolved.lane[lane_id].truck_min

    def fit(carriage: Carriage, dispatch_min: int) -> int:
        c, airport = carriage.offer.consignment, carriage.offer.uplift.airport
        wait_min = carriage.off_block_min - dispatch_min - truck_min
        if wait_min < resolved.customs_at[c.customs, airport].export_min:
            return 1
        return -1 if c.max_dwell_min is not None and wait_min > c.max_dwell_min else 0

    return fit


def _delivery_fit(resolved: ResolvedInstance) -> Fit:
    def fit(carriage: Carriage, dispatch_min: int) -> int:
        c, airport = carriage.offer.consignment, carriage.offer.discharge.airport
        released_min = carriage.on_block_min + resolved.customs_at[c.customs, airport].import_min
        return -1 if dispatch_min < released_min else 0

    return fit


def _match(
    flown: Sequence[Flown],
    members: Sequence[int],
    dispatch_kg: Mapping[int, float],
    fit: Fit,
    shares: list[list[_Share]],
) -> None:
    """Northwest corner: the earliest dispatch with room meets the earliest flight with cargo."""
    dispatches = sorted(dispatch_kg)
    left_kg = dict(dispatch_kg)
    at = 0
    for index in members:
        open_kg = flown[index].kg
        found: list[_Share] = []
        while open_kg > 0 and at < len(dispatches):
            minute = dispatches[at]
            suits = fit(flown[index].carriage, minute)
            if suits > 0:
                break
            taken = min(open_kg, left_kg[minute]) if suits == 0 else 0.0
            if taken > 0:
                found.append((minute, taken))
                open_kg -= taken
                left_kg[minute] -= taken
            if suits < 0 or left_kg[minute] <= 0:
                at += 1
        shares[index] = found


def _join(
    inward: Sequence[_Share], onward: Sequence[_Share]
) -> Iterator[tuple[int | None, int | None, float]]:
    """The shares of one carriage at both ends, first with first."""
    i = j = 0
    used_in = used_on = 0.0
    while i < len(inward) and j < len(onward):
        kg = min(inward[i][1] - used_in, onward[j][1] - used_on)
        if kg > 0:
            yield inward[i][0], onward[j][0], kg
        used_in += kg
        used_on += kg
        if used_in >= inward[i][1]:
            i, used_in = i + 1, 0.0
        if j < len(onward) and used_on >= onward[j][1]:
            j, used_on = j + 1, 0.0
