"""The most a pool's tails can earn, each rotation at its value (C1, C2).

Hub time: departures are instants at gateways; a tail waits from one to the next for nothing, or
flies, and is ready again after the turnaround.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.domain.resolved import ResolvedPool
from optimizer.verify.certificate.hours import hours_of
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.universe import Ints

EXACT_TAILS = 3
"""Cyclic pools of at most this many tails are bounded by their best closed walks."""

WEEKS = 24
"""Weeks over which the best walks of larger pools are followed."""

CUTS_AT_ONCE = 256
IMPOSSIBLE = -(2**61)
LEAST_VALUE = -(10**16)
"""Rotations worth less count as this much, which is safe."""


@dataclass(frozen=True, slots=True, eq=False)
class Arcs:
    """Rotations of a pool: from where and when, to where and ready again when, at what value.

    Places are gateways by number; -1 is the station where lines start or end.
    """

    origin: Ints
    off_min: Ints
    destination: Ints
    ready_min: Ints
    value_micro: Ints


@dataclass(frozen=True, slots=True, eq=False)
class _Hub:
    """Departures of one week, or of a dated period, in order of time.

    Attributes:
        minute: By instant: when.
        place: By instant: the gateway.
        at: By gateway: its instants, in order.
    """

    minute: Ints
    place: Ints
    at: tuple[Ints, ...]

    def next_at(self, place: int, minute: Ints) -> Ints:
        """Index of the first instant of a gateway not before each minute; number, if none is."""
        mine = self.at[place]
        found = np.searchsorted(self.minute[mine], minute, side="left")
        padded = np.append(mine, len(self.minute))
        result: Ints = padded[found].astype(np.int64)
        return result


def _hub(arcs: Arcs, places: int) -> _Hub:
    leaving = arcs.origin >= 0
    pairs = sorted(
        set(zip(arcs.off_min[leaving].tolist(), arcs.origin[leaving].tolist(), strict=True))
    )
    place = np.array([p for _, p in pairs], dtype=np.int64)
    minute = np.array([m for m, _ in pairs], dtype=np.int64)
    return _Hub(minute, place, tuple(np.flatnonzero(place == p) for p in range(places)))


def check_size(arcs: Arcs, length_min: int) -> Ints:
    """The values, low ones cut off.

    Raises:
        TooLargeError: Sums of them over the longest walks might overflow.
    """
    values: Ints = np.maximum(arcs.value_micro, LEAST_VALUE)
    if len(values):
        shortest = max(1, int((arcs.ready_min - arcs.off_min).min()))
        number = 2 * (WEEKS + 2) * length_min // shortest + 4
        if number * max(0, int(values.max())) >= 2**60:
            raise TooLargeError("rotations earn more than can be reckoned with")
    return values


def best_dated(
    pool: ResolvedPool, arcs: Arcs, block_min: Ints, gateway: Mapping[str, int]
) -> int | None:
    """The longest path of one tail that keeps its hours; None if there is none.

    Args:
        pool: Where and when its line starts and ends, and its hours.
        arcs: Its rotations.
        block_min: Their block minutes.
        gateway: Gateways by number.
    """
    hub = _hub(arcs, len(gateway))
    values = check_size(arcs, 1 + int(arcs.ready_min.max(initial=0)))
    hours = hours_of(pool, block_min, len(hub.minute) + 1)
    start, end = gateway.get(pool.start_airport, -1), gateway.get(pool.end_airport, -1)
    states = hours.most + 1
    stay = np.full((len(gateway) + 1, states), IMPOSSIBLE, dtype=np.int64)  # last: the station
    stay[end, hours.least :] = 0
    onward = np.full((len(hub.minute) + 1, states), IMPOSSIBLE, dtype=np.int64)
    heads = _heads(hub, arcs)

    def with_rest(rows: Ints) -> Ints:
        """By rotation and hours before it: its value and the best that may follow."""
        then, column = hours.after(rows), heads[rows][:, None]
        best = np.maximum(onward[column, then], stay[arcs.destination[rows][:, None], then])
        result: Ints = np.where(then < 0, IMPOSSIBLE, best + values[rows][:, None])
        return result

    following = [len(hub.minute)] * len(gateway)
    for node, rows in reversed(list(_by_node(hub, arcs))):
        place = int(hub.place[node])
        fly = with_rest(rows).max(axis=0)
        onward[node] = np.maximum(np.maximum(fly, onward[following[place]]), IMPOSSIBLE)
        following[place] = node
    if start >= 0:
        first = int(hub.next_at(start, np.array([pool.available_from_min], dtype=np.int64))[0])
        best = max(int(onward[first, 0]), int(stay[start, 0]))
    else:
        opening = np.flatnonzero(arcs.origin < 0)
        best = int(with_rest(opening)[:, 0].max(initial=IMPOSSIBLE))
        may_park = pool.start_airport == pool.end_airport and hours.least == 0
        best = max(best, 0) if may_park else best
    return None if best < IMPOSSIBLE // 2 else best


def _heads(hub: _Hub, arcs: Arcs) -> Ints:
    """The next instant after each rotation at the gateway where it ends."""
    heads: Ints = np.full(len(arcs.off_min), len(hub.minute), dtype=np.int64)
    for place in range(len(hub.at)):
        rows = np.flatnonzero(arcs.destination == place)
        heads[rows] = hub.next_at(place, arcs.ready_min[rows])
    return heads


def _tails(hub: _Hub, arcs: Arcs) -> Ints:
    """The instant each rotation leaves at; -1 from a station."""
    tails: Ints = np.full(len(arcs.off_min), -1, dtype=np.int64)
    for place in range(len(hub.at)):
        rows = np.flatnonzero(arcs.origin == place)
        tails[rows] = hub.next_at(place, arcs.off_min[rows])
    return tails


def _by_node(hub: _Hub, arcs: Arcs) -> Iterator[tuple[int, Ints]]:
    """Rotations by the instant they leave at, in order."""
    tails = _tails(hub, arcs)
    order = np.argsort(tails, kind="stable")
    bounds = np.searchsorted(tails[order], np.arange(len(hub.minute) + 1))
    for node in range(len(hub.minute)):
        yield node, order[bounds[node] : bounds[node + 1]]


@dataclass(frozen=True, slots=True, eq=False)
class _Week:
    """Steps from instant to instant of a week: waiting or flying; the best for each pair.

    `ahead` counts instants to the head, weeks included.
    """

    number: int
    tail: Ints
    ahead: Ints
    value: Ints


def _week(arcs: Arcs, places: int, cycle_min: int) -> _Week:
    """The steps of a cyclic week; of several from one instant to another only the best."""
    hub, values = _hub(arcs, places), check_size(arcs, cycle_min)
    number = len(hub.minute)
    tails, aheads, worth = [], [], []
    for mine in hub.at:
        if len(mine):
            tails.append(mine)
            aheads.append((np.roll(mine, -1) - mine - 1) % number + 1)
            worth.append(np.zeros(len(mine), dtype=np.int64))
    weeks, within = np.divmod(arcs.ready_min, cycle_min)
    leaving = _tails(hub, arcs)
    for place, mine in enumerate(hub.at):
        rows = np.flatnonzero(arcs.destination == place)
        if len(mine) and len(rows):
            head = hub.next_at(place, within[rows])
            head = np.where(head == number, mine[0] + number, head)
            tails.append(leaving[rows])
            aheads.append(head + weeks[rows] * number - leaving[rows])
            worth.append(values[rows])
    if not tails:
        none: Ints = np.zeros(0, dtype=np.int64)
        return _Week(0, none, none, none)
    pairs = np.stack((np.concatenate(tails), np.concatenate(aheads)))
    steps, which = np.unique(pairs, axis=1, return_inverse=True)
    best = np.full(steps.shape[1], IMPOSSIBLE, dtype=np.int64)
    np.maximum.at(best, which.ravel(), np.concatenate(worth))
    return _Week(number, steps[0], steps[1], best)


def best_cyclic(arcs: Arcs, places: int, cycle_min: int, tails: int) -> list[int]:
    """The most that 0, 1, … tails of a cyclic pool earn together."""
    week = _week(arcs, places, cycle_min)
    if not week.number:
        return [0] * (tails + 1)
    if tails > EXACT_TAILS:
        theta = _per_week(week)
        return [k * theta for k in range(tails + 1)]
    walks = _closed_walks(week, tails)
    best = [0]
    for k in range(1, tails + 1):
        best.append(max(best[k - j] + walks[j] for j in range(1, k + 1)))
    return best


def _closed_walks(week: _Week, most_weeks: int) -> list[int]:
    """Z_k: the best closed walk of k weeks, for k up to `most_weeks`.

    Every closed walk passes the end of the week, so it suffices to start at the instants that the
    steps over it lead to.
    """
    over = week.tail + week.ahead >= week.number
    cuts = np.unique((week.tail + week.ahead)[over] % week.number)
    best = [0] * (most_weeks + 1)
    for at in range(0, len(cuts), CUTS_AT_ONCE):
        some = cuts[at : at + CUTS_AT_ONCE]
        for k, found in enumerate(_from_cuts(week, some, most_weeks), start=1):
            best[k] = max(best[k], found)
    return best


def _from_cuts(week: _Week, cuts: Ints, most_weeks: int) -> list[int]:
    """The best walks from some instants to themselves 1, 2, … weeks later."""
    n, columns = week.number, np.arange(len(cuts))
    length = (most_weeks + 1) * n
    reached = np.full((length, len(cuts)), IMPOSSIBLE, dtype=np.int64)
    reached[cuts, columns] = 0
    bounds = np.searchsorted(week.tail, np.arange(n + 1))
    for position in range(length):
        here = reached[position]
        if int(here.max()) < IMPOSSIBLE // 2:
            continue
        node = position % n
        for step in range(bounds[node], bounds[node + 1]):
            head = position + int(week.ahead[step])
            if head < length:
                np.maximum(reached[head], here + week.value[step], out=reached[head])
    return [int(reached[cuts + k * n, columns].max()) for k in range(1, most_weeks + 1)]


def _per_week(week: _Week) -> int:
    """θ: no closed walk earns more a week.

    With φ_j the best walks over j weeks to come, each step earns at most φ_j at its tail less
    φ_{j-m} at its head, m weeks on. So does the mean of c consecutive φ, which falls by
    (φ_j - φ_{j-c}) / c a week: the largest such fall, over all instants and as many weeks as a step
    can take, is such a θ. The least of these is taken.
    """
    n = week.number
    span = int((week.tail + week.ahead).max()) // n
    length = (WEEKS + span) * n
    onward = np.zeros(length + (span + 1) * n, dtype=np.int64)
    bounds = np.searchsorted(week.tail, np.arange(n + 1))
    for position in range(length - 1, -1, -1):
        node = position % n
        steps = slice(bounds[node], bounds[node + 1])
        onward[position] = (week.value[steps] + onward[position + week.ahead[steps]]).max()
    phi = onward[: length + n].reshape(-1, n)[::-1]  # row j: over j weeks to come
    best: int | None = None
    for c in range(1, len(phi) - span):
        falls = (phi[c:] - phi[:-c]).max(axis=1)  # of j = c, c + 1, …
        worst = [int(falls[i : i + span].max()) for i in range(len(falls) - span + 1)]
        theta = -(-min(worst) // c)
        best = theta if best is None else min(best, theta)
    return max(0, best or 0)
