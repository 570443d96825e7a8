"""Around a plan: the part of a large instance that a question touches, as a restricted model.

Flights that could carry the cargo in question, or that the question is about, and those of the
same aircraft near them may be changed, and rotations that suit are offered besides. All other
flights stay, and so does cargo far from what may change.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from optimizer.control import Stop
from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance, ResolvedPool
from optimizer.engine.shared_limits import SharedLimits
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Restriction
from optimizer.network import Route, Universe
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Rotation
from optimizer.search.best_load import BestLoad
from optimizer.search.candidates import candidates
from optimizer.search.gaps import Gaps
from optimizer.search.neighbourhoods import Neighbourhood
from optimizer.search.propose import Candidate, UniverseProposals
from optimizer.search.subproblem import incumbent, restricted

FREED: Final = 5
"""Flights that need not be flown, beside those that a question is about."""
MOST_SHARING: Final = 3
"""Of those, flights of other pools that could carry the same cargo."""
LOOKED_AT, OFFERED = 300, 60
"""Rotations that suit a consignment: judged by what they earn, and offered to the model."""
BREAKING: Final = 15
"""Of those offered, so many may break a limit that flights share."""
A_POOL: Final = 4
"""Offered are more where that would be fewer of each pool."""
OTHERS: Final = 15
"""Rotations offered in place of flights that a question is about, of their own pools and others."""
MOST_POOLS: Final = 4
"""Other pools that may take their place, those that fly most to their stations."""
REACH_MIN: Final = 1_440
"""Rotations in place of others depart at most so much earlier or later."""
ON_BOARD: Final = 3_000
"""Ways of cargo that the model looks at."""


@dataclass(frozen=True)
class Focus:
    """What a question is about.

    Attributes:
        cargo: Consignments.
        flights: Flights of the plan.
        pools: Pools, any of whose flights may be changed.
    """

    cargo: frozenset[str] = frozenset()
    flights: frozenset[str] = frozenset()
    pools: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Around:
    """A part of an instance around a plan.

    Attributes:
        freed: How many flights of the plan may be changed or are not possible any more.
        kept: How many stay.
        offered: How many rotations may be flown instead or besides.
    """

    repertoire: Repertoire
    restriction: Restriction
    freed: int
    kept: int
    offered: int


def around(
    resolved: ResolvedInstance,
    plan: Plan,
    focus: Focus,
    stop: Stop,
    base: ResolvedInstance | None = None,
) -> Around:
    """What may change in a plan, which may be of a slightly different instance.

    Flights and loads that the instance has no more are left out of the plan first; so are loads of
    consignments it does not have.

    Args:
        stop: Asked while rotations are looked for; once it says so, few are offered.
        base: The instance whose shared limits tell which rotations are offered first; None: the
            same. With one for all, instances that differ in shared limits alone have one model but
            for these.
    """
    repertoire, universe = Repertoire(resolved), Universe(resolved)
    placed = {f.id: f for f in map(_placing(resolved, universe), plan.flights) if f is not None}
    lost = {f.id for f in plan.flights} - placed.keys()
    torn = {load.consignment for load in plan.loads if any(s.flight in lost for s in load.segments)}
    known = resolved.consignment.keys()
    rest = replace(
        plan,
        flights=tuple(placed.values()),
        loads=tuple(
            load
            for load in plan.loads
            if load.consignment in known and not any(s.flight in lost for s in load.segments)
        ),
    )
    start = incumbent(repertoire, rest, (torn | focus.cargo) & known)
    wanted = [resolved.consignment[name] for name in sorted(focus.cargo & known)]
    suits = [x for c in wanted for x in suiting(repertoire, universe, c)]
    own = [f for f in rest.flights if f.id in focus.flights or f.pool in focus.pools]
    near = _near(resolved, repertoire, rest, suits, [f for f in plan.flights if f.id in lost])
    freed = {f.id: f for f in (*own, *near[: max(0, FREED - len(own))])}
    judge = BestLoad(repertoire)
    judge.reprice(_prices(resolved, rest, freed.keys()))
    offered = _best(repertoire, judge, rest, freed.keys(), suits, _limits(resolved, base))
    given_up = [f for f in plan.flights if f.id in lost]
    if (own or given_up) and not stop():
        propose = UniverseProposals(resolved, 0, repertoire)
        propose.reprice(_prices(resolved, rest, freed.keys()))
        for part in _parts(resolved, rest, tuple(freed.values()), [*own, *given_up]):
            offered += candidates(resolved, rest, part, propose, OTHERS, (), stop)
    offered = list(dict.fromkeys(offered))
    restriction = restricted(repertoire, start, freed, offered, ON_BOARD)
    return Around(
        repertoire,
        restriction,
        freed=len(freed) + len(lost),
        kept=len(rest.flights) - len(freed),
        offered=len(offered),
    )


def suiting(
    repertoire: Repertoire, universe: Universe, cargo: ResolvedConsignment
) -> list[Candidate]:
    """Rotations of the universe on which a consignment can be carried, thinned out evenly.

    Where none is found there is none: rotations are thinned out only once some are known.
    """
    index = repertoire.cargo
    ends = [(u.airport, d.airport) for u in cargo.uplifts for d in cargo.discharges]
    pairs = set(ends) | {
        pair
        for t in repertoire.resolved.transits
        if t.consignment == cargo.id
        for u, d in ends
        for pair in ((u, t.gateway), (t.gateway, d))
    }
    starts = [
        (pool, route, minute)
        for pool in repertoire.resolved.pools
        if index.takes(pool.operator, pool.type, cargo)
        for route in _routes(universe, pool)
        if any(
            pair in pairs and index.may_carry(pool.operator, *pair)
            for pair in combinations(route.full_stops, 2)
        )
        for minute in universe.starts(pool, route.airports[0])
    ]
    found: list[Candidate] = []
    step = max(1, len(starts) // LOOKED_AT)
    for first in range(step):  # every so manieth, then those in between while there are few
        for pool, route, minute in starts[first::step]:
            found += [
                (pool.id, rotation)
                for rotation in universe.timings(pool, route, minute)
                if _carries(repertoire, rotation, cargo.id)
            ]
        if len(found) >= OFFERED:
            break
    return found


def _routes(universe: Universe, pool: ResolvedPool) -> Iterator[Route]:
    yield from universe.routes(pool)
    yield from universe.opening_routes(pool)
    yield from universe.closing_routes(pool)


def _carries(repertoire: Repertoire, rotation: Rotation, name: str) -> bool:
    carriages = repertoire.cargo.carriages(rotation)
    return any(x.offer.consignment.id == name for x in carriages)


def _placing(resolved: ResolvedInstance, universe: Universe) -> Callable[[Flight], Flight | None]:
    """Finds the pool of a flight in an instance; None for flights it does not have."""
    pool_of = {tail: pool.id for pool in resolved.pools for tail in pool.tails}

    def placed(flight: Flight) -> Flight | None:
        name = flight.pool if flight.pool in resolved.pool else pool_of.get(flight.tail)
        r = flight.rotation
        legs = (r.operator, r.type)
        if name is None or any(
            (*legs, x.origin, x.destination) not in resolved.leg for x in r.legs
        ):
            return None
        airports = (r.origin, *(leg.destination for leg in r.legs))
        route = Route(*legs, airports, tuple(leg.stop for leg in r.legs))
        if r not in universe.timings(resolved.pool[name], route, r.off_block_min):
            return None
        return replace(flight, pool=name)

    return placed


def _near(
    resolved: ResolvedInstance,
    repertoire: Repertoire,
    plan: Plan,
    suits: Sequence[Candidate],
    lost: Sequence[Flight],
) -> list[Flight]:
    """Flights that could be changed for a question, the nearest first.

    Those that could carry the cargo come first, then others of the pools that could fly it, or of
    flights that are lost, by how far their times are from such a rotation's, then flights of any
    pool that could carry most of the cargo that those carry.
    """
    wanted: dict[str, list[int]] = defaultdict(list)
    for pool_id, rotation in suits:
        wanted[pool_id].append(rotation.off_block_min)
    for flight in lost:
        wanted[flight.pool].append(flight.rotation.off_block_min)
    carrying = {(pool, rotation) for pool, rotation in suits}
    length = resolved.period.length_min

    def apart_min(flight: Flight) -> int:
        apart = (abs(flight.rotation.off_block_min - m) for m in wanted[flight.pool])
        if not resolved.period.cyclic:
            return min(apart)
        return min(min(a % length, -a % length) for a in apart)

    found = [f for f in plan.flights if f.pool in wanted]
    found.sort(key=lambda f: ((f.pool, f.rotation) not in carrying, apart_min(f), f.id))
    first = {f.id for f in (*found[:MOST_SHARING], *lost)}
    aboard = {x.consignment for x in plan.loads if any(s.flight in first for s in x.segments)}
    near = {f.id for f in found}
    shared = {
        f.id: sum(x.carriage.offer.consignment.id in aboard for x in repertoire.freight(f.rotation))
        for f in plan.flights
        if f.id not in near
    }
    others = [f for f in plan.flights if shared.get(f.id)]
    others.sort(key=lambda f: (-shared[f.id], f.id))
    return found + others[:MOST_SHARING]


def _parts(
    resolved: ResolvedInstance, plan: Plan, freed: tuple[Flight, ...], asked: Sequence[Flight]
) -> Iterator[Neighbourhood]:
    """Where to look for rotations in place of flights: their own pools, then others that serve
    their stations, at about their time."""
    pools = tuple(dict.fromkeys(f.pool for f in asked if f.pool in resolved.pool))
    first = min(f.rotation.off_block_min for f in asked) - REACH_MIN
    last = max(f.rotation.off_block_min for f in asked) + REACH_MIN
    yield Neighbourhood(freed, pools=pools, window=(first, last))
    stations = frozenset(x for f in asked for x in f.rotation.stations)
    serving = Counter(
        f.pool for f in plan.flights if f.pool not in pools and stations & set(f.rotation.stations)
    )
    others = tuple(name for name, _ in serving.most_common(MOST_POOLS))
    if others:
        yield Neighbourhood((), stations, others, (first, last))


def _prices(resolved: ResolvedInstance, plan: Plan, freed: Collection[str]) -> Mapping[str, float]:
    """What a kilogram carried by flights that stay is worth there, about: its revenue."""
    carried_g: dict[str, int] = defaultdict(int)
    for load in plan.loads:
        if not any(s.flight in freed for s in load.segments):
            carried_g[load.consignment] += load.grams
    found = {}
    for name, grams in carried_g.items():
        c = resolved.consignment[name]
        found[name] = (c.revenue_micro + c.surcharge_micro) / c.weight_g * 1e-3 * grams / c.weight_g
    return found


def _limits(resolved: ResolvedInstance, base: ResolvedInstance | None) -> SharedLimits:
    """Shared limits of the base, if it knows all places and types; else those of the instance."""
    known = base is not None and resolved.ground_at.keys() <= base.ground_at.keys()
    return SharedLimits(base if base is not None and known else resolved)


def _best(
    repertoire: Repertoire,
    judge: BestLoad,
    plan: Plan,
    freed: Collection[str],
    suits: Sequence[Candidate],
    limits: SharedLimits,
) -> list[Candidate]:
    """Rotations that fit beside the flights that stay, those of each pool that earn most.

    Most keep shared limits beside them; some do not, for limits may be what gives way.
    """
    resolved = repertoire.resolved
    staying: dict[str, list[Rotation]] = defaultdict(list)
    for flight in plan.flights:
        if flight.id not in freed:
            staying[flight.pool].append(flight.rotation)
            limits.add(flight.rotation)
    pools = dict.fromkeys(pool_id for pool_id, _ in suits)
    gaps = {x: Gaps(resolved, resolved.pool[x], staying[x]) for x in pools}
    fitting = [x for x in dict.fromkeys(suits) if gaps[x[0]].fits(x[1])]
    fitting = fitting[:: -(-len(fitting) // LOOKED_AT) or 1]
    usd = [
        judge.usd(rotation) - repertoire.cost_usd(resolved.pool[pool_id], rotation)
        for pool_id, rotation in fitting
    ]
    nth: Counter[str] = Counter()
    order: list[tuple[int, float, int]] = []
    for n in sorted(range(len(fitting)), key=lambda n: (-usd[n], n)):
        order.append((nth[fitting[n][0]], -usd[n], n))  # the pools in turn
        nth[fitting[n][0]] += 1
    ranked = [fitting[n] for _, _, n in sorted(order)]
    most = max(OFFERED, A_POOL * len(nth))
    keep = [x for x in ranked if limits.fits(x[1])][: most - BREAKING]
    known = set(keep)
    return keep + [x for x in ranked if x not in known][: most - len(keep)]
