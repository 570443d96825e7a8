"""Which flights are freed, and what may be flown instead."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from optimizer.dual import Bools, Cluster, Floats, Ints, Point, Relaxation
from optimizer.dual.hubtime import LineValue
from optimizer.dual.lines import IMPOSSIBLE
from optimizer.dual.loading import Multipliers, load_values
from optimizer.primal.flown import FlightKey, Flown
from optimizer.primal.room import rooms_usd

REACH_MIN = 240
"""So much before the first and after the last freed flight others may depart."""
LEFT_PRICE = 0.3
"""Share of its price that cargo pays which nobody carries."""
LEAST_ROOM = 0.05
"""A cluster without room is chosen as if it had so much of the average."""
MANY_FLOWN = 500
"""Plans of more flights are so many small parts that choosing them must be quick."""
MOST_OF_POOL = 60
"""Of a pool that flies more, flights around one time are freed only."""
LEAST_NOISE = 0.5
"""What rotations lose beside the best line may look smaller by this factor, at random."""


@dataclass(frozen=True)
class Freed:
    """Flights taken out.

    Attributes:
        keys: Which.
        pools: Pools that may fly instead.
        window: Middle and reach of the departures allowed, in minutes; None for any.
    """

    keys: frozenset[FlightKey]
    pools: tuple[int, ...]
    window: tuple[int, int] | None = None


class Choices:
    """Rotations by what the best lines lose by flying them.

    Half of what is proposed loses least at the prices of a point, where all flights compete for all
    cargo; the other half with the cargo that the flights that stay leave behind, at a part of its
    price.
    """

    def __init__(
        self,
        relaxation: Relaxation,
        point: Point,
        clusters: Sequence[Cluster],
        rng: np.random.Generator,
    ) -> None:
        self._relaxation = relaxation
        self._clusters = clusters
        self._point = point
        self._rng = rng
        self._cycle_min = relaxation.catalogue.cycle_min
        n = len(relaxation.catalogue.rotations)
        self._usd, self._left_usd = np.zeros(n), np.zeros(n)
        self._found = Multipliers(*(m.copy() for m in relaxation.found))
        self._load(relaxation.flown, point.class_usd, relaxation.cargo.weight_kg, self._usd)
        self._rotations = [np.unique(network.rotations) for network in relaxation.networks]
        self._loss_usd = [
            self._losses(k, own, line)
            for k, (own, line) in enumerate(zip(point.arc_usd, point.lines, strict=True))
        ]

    def roomy(self, flown: Flown) -> tuple[int, ...]:
        """The pools of a cluster, more likely of one that is far from its part of the bound."""
        found = self._rooms_usd(flown)
        rooms = np.array(found) + LEAST_ROOM * max(1.0, sum(found) / len(found))
        chosen = int(self._rng.choice(len(rooms), p=rooms / rooms.sum()))
        return self._clusters[chosen].pools

    def by_room(self, flown: Flown) -> list[tuple[int, ...]]:
        """The pools of all clusters, first of those that are far from their part of the bound."""
        found = self._rooms_usd(flown)
        order = np.argsort(-np.array(found), kind="stable")
        return [self._clusters[number].pools for number in order.tolist()]

    def of_pools(self, own: tuple[int, ...], flown: Flown, size: int) -> Freed:
        """All flights of some pools; where these are more than the size, those around one time."""
        keys = sorted(key for key in flown.times if key[0] in own)
        if len(keys) <= size:
            return Freed(frozenset(keys), own)
        return _around(self._relaxation, self, keys, own, size, self._rng)

    def _rooms_usd(self, flown: Flown) -> list[float]:
        return rooms_usd(self._relaxation, self._point, self._usd, self._clusters, flown)

    def instead(self, flown: Flown, freed: Freed, most: int) -> dict[FlightKey, int]:
        """The flights freed and the most promising others that fit beside those that stay."""
        pools = self._relaxation.resolved.pools
        staying: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (k, r), times in flown.times.items():
            if (k, r) not in freed.keys:
                staying[k].append((r, times))
        left_kg = self._left_kg(flown, freed.keys)
        first, second = list[tuple[float, FlightKey]](), list[tuple[float, FlightKey]]()
        for k in freed.pools:
            fits = np.flatnonzero(
                self._fits(k, staying[k], pools[k].size) & self._near(k, freed.window)
            )
            first += self._ranked(k, fits, self._loss_usd[k], flown, most)
            if len(flown.times) > MANY_FLOWN:
                loss_usd = self._losses_about(k, fits, left_kg)
            else:
                loss_usd = self._losses_with(k, left_kg)
            second += self._ranked(k, fits, loss_usd, flown, most)
        found = dict.fromkeys(sorted(freed.keys))
        for ranked in (second, first):
            half = (most + len(freed.keys) - len(found) + 1) // 2 if ranked is second else most
            new = (key for _, key in sorted(ranked) if key not in found)
            room = min(half, most + len(freed.keys) - len(found))
            found |= dict.fromkeys(islice(new, room))
        return {key: pools[key[0]].size for key in found}

    def best(self, most: int) -> list[FlightKey]:
        """The flights of all pools that cost the best lines least, about."""
        ranked: list[tuple[float, FlightKey]] = []
        for k, loss_usd in enumerate(self._loss_usd):
            everything = np.arange(len(loss_usd))
            ranked += self._ranked(k, everything, loss_usd, Flown(Counter()), most)
        return [key for _, key in sorted(ranked)[:most]]

    def _ranked(
        self, k: int, fits: Ints, loss_usd: Floats, flown: Flown, most: int
    ) -> list[tuple[float, FlightKey]]:
        """Some of a pool's rotations that lose least, about."""
        loss = loss_usd[fits] - min(0.0, float(loss_usd[fits].min(initial=0.0)))
        loss *= self._rng.uniform(LEAST_NOISE, 1.0, len(fits))
        best = np.argsort(loss, kind="stable")[:most]
        numbers = self._rotations[k][fits[best]].tolist()
        return [
            (usd, (k, r))
            for usd, r in zip(loss[best].tolist(), numbers, strict=True)
            if usd < -IMPOSSIBLE / 2 and (k, r) not in flown.times
        ]

    def _left_kg(self, flown: Flown, freed: frozenset[FlightKey]) -> Floats:
        """What flights that stay leave of each consignment."""
        items, cargo = self._relaxation.catalogue.items, self._relaxation.cargo
        left = self._relaxation.catalogue.weight_kg.copy()
        for r in {r for k, r in flown.times if (k, r) not in freed}:
            for item, kg in flown.kg.get(r, {}).items():
                left[items.consignment[cargo.cls[item]]] -= kg
        return np.asarray(np.maximum(left, 0.0))

    def _losses_with(self, k: int, left_kg: Floats) -> Floats:
        """What lines of a pool lose by each rotation if there is just the cargo left."""
        point, network = self._point, self._relaxation.networks[k]
        self._load_left(self._rotations[k], left_kg)
        own = network.rotations
        arc_usd = point.arc_usd[k] + (self._left_usd - self._usd)[own]
        return self._losses(k, arc_usd, network.value(arc_usd, network.pool.size))

    def _losses_about(self, k: int, fits: Ints, left_kg: Floats) -> Floats:
        """About the same for rotations that fit, with times worth to lines what they are at the
        prices of the point: no line is found anew, and no other rotation is priced."""
        own = self._rotations[k][fits]
        self._load_left(own, left_kg)
        loss_usd = self._loss_usd[k].copy()
        loss_usd[fits] -= (self._left_usd - self._usd)[own]
        return loss_usd

    def _load_left(self, which: Ints, left_kg: Floats) -> None:
        """What rotations earn with the cargo left, at a part of its price."""
        consignment = self._relaxation.catalogue.items.consignment
        supply = self._relaxation.supply_usd(self._point.prices)[consignment]
        class_usd = self._point.class_usd - (1.0 - LEFT_PRICE) * supply
        self._load(which, class_usd, left_kg[consignment], self._left_usd)

    def _losses(self, k: int, arc_usd: Floats, line: LineValue) -> Floats:
        network = self._relaxation.networks[k]
        loss = np.full(len(self._rotations[k]), -IMPOSSIBLE)
        at = np.searchsorted(self._rotations[k], network.rotations)
        np.minimum.at(loss, at, network.slack(arc_usd, line))
        return np.asarray(np.maximum(loss, 0.0))

    def _load(self, which: Ints, class_usd: Floats, weight_kg: Floats, usd: Floats) -> None:
        cargo = self._relaxation.cargo._replace(weight_kg=weight_kg)
        load_values(cargo, which, class_usd, self._point.segment_usd, self._found, 1, usd)

    def _fits(self, k: int, staying: Sequence[tuple[int, int]], size: int) -> Bools:
        """By rotation of a pool: whether a tail is free all the time, beside what stays."""
        table, own = self._relaxation.catalogue.timetable, self._rotations[k]
        off, ready = table.off_min[own], table.ready_min[own]
        low = int(min(0, off.min(initial=0)))
        length = self._cycle_min or int(ready.max(initial=0)) - low + 1
        busy = np.zeros(length + 1, dtype=np.int64)
        for r, times in staying:
            start, end = int(table.off_min[r]) - low, int(table.ready_min[r]) - low
            if self._cycle_min:
                whole, rest = divmod(end - start, length)
                busy[:length] += whole * times
                start %= length
                busy[start : min(start + rest, length)] += times
                busy[: max(0, start + rest - length)] += times
            else:
                busy[start : min(end, length)] += times
        full = np.concatenate(([0], np.cumsum(busy[:length] >= size)))
        if not self._cycle_min:
            return np.asarray(full[np.minimum(ready - low, length)] == full[off - low])
        first, weeks = off % length, (ready - off) // length
        last = first + (ready - off) % length
        over = np.maximum(last - length, 0)
        number = full[np.minimum(last, length)] - full[first] + full[over] + weeks * full[-1]
        return np.asarray(number == 0)

    def _near(self, k: int, window: tuple[int, int] | None) -> Bools:
        """By rotation of a pool: whether it departs in a window."""
        off = self._relaxation.catalogue.timetable.off_min[self._rotations[k]]
        if window is None:
            return np.ones(len(off), dtype=np.bool_)
        return self.apart_min(off, window[0]) <= window[1]

    def apart_min(self, minutes: Ints, middle: int) -> Ints:
        """Minutes from an instant, the shorter way round in a week that repeats."""
        apart = np.abs(minutes - middle)
        if self._cycle_min:
            apart = np.minimum(apart % self._cycle_min, -apart % self._cycle_min)
        return np.asarray(apart)


Kind = Callable[[Relaxation, Choices, Flown, int, np.random.Generator], Freed]
"""Frees about so many flights."""


def pools(
    relaxation: Relaxation, choices: Choices, flown: Flown, size: int, rng: np.random.Generator
) -> Freed:
    """All flights of some pools, as many as make up the size; of a large one those of a time."""
    of: dict[int, list[FlightKey]] = defaultdict(list)
    for key in flown.times:
        of[key[0]].append(key)
    chosen: list[int] = []
    number = 0
    for k in rng.permutation(len(relaxation.networks)).tolist():
        if not chosen or number + len(of[k]) <= size:
            chosen.append(k)
            number += len(of[k])
    if number > MOST_OF_POOL:
        return choices.of_pools(tuple(chosen), flown, size)
    return Freed(frozenset(key for k in chosen for key in of[k]), tuple(chosen))


def window(
    relaxation: Relaxation, choices: Choices, flown: Flown, size: int, rng: np.random.Generator
) -> Freed:
    """Flights that depart around one time, by any pool."""
    everybody = tuple(range(len(relaxation.networks)))
    return _around(relaxation, choices, sorted(flown.times), everybody, size, rng)


def _around(
    relaxation: Relaxation,
    choices: Choices,
    keys: Sequence[FlightKey],
    by: tuple[int, ...],
    size: int,
    rng: np.random.Generator,
) -> Freed:
    """Of some flights those that depart around one time; certain pools may fly instead."""
    off = relaxation.catalogue.timetable.off_min[np.array([r for _, r in keys], dtype=np.int64)]
    middle = int(off[int(rng.integers(len(off)))]) if len(off) else 0
    apart = choices.apart_min(off, middle)
    nearest = np.argsort(apart, kind="stable")[:size]
    reach = int(apart[nearest].max(initial=0)) + REACH_MIN
    return Freed(frozenset(keys[i] for i in nearest.tolist()), by, (middle, reach))


def station(
    relaxation: Relaxation, choices: Choices, flown: Flown, size: int, rng: np.random.Generator
) -> Freed:
    """Flights that serve a station that one of them serves, and replacements by their pools."""
    rotations, keys = relaxation.catalogue.rotations, sorted(flown.times)
    if not keys:
        return pools(relaxation, choices, flown, size, rng)
    order = rng.permutation(len(keys)).tolist()
    places = set(rotations[keys[order[0]][1]].stations)
    near = [keys[i] for i in order if not places.isdisjoint(rotations[keys[i][1]].stations)]
    freed = near[:size] or keys[order[0] : order[0] + 1]
    return Freed(frozenset(freed), tuple(sorted({k for k, _ in freed})))


def cluster(
    relaxation: Relaxation, choices: Choices, flown: Flown, size: int, rng: np.random.Generator
) -> Freed:
    """All flights of a cluster that is far from its bound; of a large one those around one time."""
    return choices.of_pools(choices.roomy(flown), flown, size)


KINDS: Mapping[str, Kind] = {
    "pools": pools,
    "window": window,
    "station": station,
    "cluster": cluster,
}
"""Neighbourhoods by name."""
FIRST_SIZES: Mapping[str, float] = {
    "pools": 12.0,
    "window": 10.0,
    "station": 8.0,
    "cluster": 16.0,
}
"""Flights freed at first."""
