"""Certificates for tests: without prices, and with random prices of the right sign."""

from __future__ import annotations

import random
from dataclasses import replace
from math import gcd

from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import ResolvedInstance, ResolvedLane
from optimizer.plan.certificate import (
    Branch,
    Certificate,
    DispatchPrice,
    FlightCount,
    Leaf,
    LengthPrice,
    Node,
    Prices,
    Quantity,
    Residual,
    ResidualPrice,
    SpacingPrice,
    StandPrice,
    StockPrice,
    TransitPrice,
    TruckCount,
    TruckPrice,
)

NO_BOUND = 10**18
"""A claim that is true of any instance of a test."""


def certificate(
    resolved: ResolvedInstance, root: Node | None = None, bound_micro: int = NO_BOUND
) -> Certificate:
    """A certificate of an instance; without any price unless told otherwise."""
    digest, rows = resolved_digest(resolved), residuals_of(resolved)
    root = Leaf() if root is None else root
    return Certificate(resolved.name, digest, bound_micro, root, (), rows)


def residuals_of(resolved: ResolvedInstance) -> tuple[Residual, ...]:
    """Random inequalities about the cargo of an instance, always the same ones."""
    rng = random.Random(resolved.name)
    changing = {t.consignment for t in resolved.transits}
    cargo = [c for c in resolved.consignments if c.id not in changing]
    found = []
    for _ in range(6 if cargo else 0):
        of = rng.sample(cargo, rng.randint(1, len(cargo)))
        per_g, per_cm3 = rng.choice([(1, 0), (0, 1), (5, 1)])
        size = sum(per_g * c.weight_g + per_cm3 * c.volume_cm3 for c in of)
        names = tuple(sorted(c.id for c in of))
        capacity = max(1, int(size / rng.uniform(0.3, 4.0)))
        found.append(Residual(names, rng.random() < 0.5, per_g, per_cm3, capacity))
    return tuple(dict.fromkeys(found))


def random_tree(resolved: ResolvedInstance, rng: random.Random, depth: int) -> Node:
    """A tree of random branches and prices."""
    return _grown(resolved, rng, depth, ())


def _grown(
    resolved: ResolvedInstance, rng: random.Random, depth: int, senses: tuple[int, ...]
) -> Node:
    if depth == 0 or rng.random() < 0.2:
        paid = tuple(sign * _some(rng, 10**9) for sign in senses)
        return Leaf(replace(random_prices(resolved, rng), branches=paid))
    quantity = random_quantity(resolved, rng)
    most = rng.randrange(4)
    return Branch(
        quantity,
        most,
        _grown(resolved, rng, depth - 1, (*senses, 1)),
        _grown(resolved, rng, depth - 1, (*senses, -1)),
    )


def random_quantity(resolved: ResolvedInstance, rng: random.Random) -> Quantity:
    """A number of flights or trucks."""
    if resolved.lanes and rng.random() < 0.3:
        return TruckCount(*_run(resolved, rng))
    until = rng.randrange(resolved.period.length_min)
    operator = rng.choice(resolved.operators)
    return FlightCount(
        pool=rng.choice(["", rng.choice(resolved.pools).id]),
        station=rng.choice(["", *operator.stations]),
        from_min=rng.choice([None, until // 2]),
        until_min=rng.choice([None, until]),
    )


def random_prices(resolved: ResolvedInstance, rng: random.Random) -> Prices:
    """Prices of the right sign for some limits of every kind."""
    r = resolved
    length = r.period.length_min
    spaced = [m.id for m in r.markets if m.min_spacing_min is not None]
    rates = {p.id: p.acmi_micro_per_block_h // 60 for p in r.pools if p.acmi}
    stands = [a.code for a in r.airports if a.stands]
    few = [x for x in r.lanes if x.trucks_per_dispatch is not None]
    runs = {_run(r, rng) for _ in range(rng.randrange(12))} if r.lanes else set()
    leaving = {(x.id, _dispatch(r, x, rng)) for x in few for _ in range(rng.randrange(4))}
    standing = {
        (airport, rng.choice("ABCDEF"), rng.randrange(length))
        for airport in stands
        for _ in range(rng.randrange(5))
    }
    apart = {(m, rng.randrange(length)) for m in spaced for _ in range(rng.randrange(5))}
    changing = {
        (t.consignment, t.gateway, rng.randrange(length))
        for t in r.transits
        for _ in range(rng.randrange(5))
    }
    waiting = {
        (x.airport, rng.randrange(length)) for x in r.stock_limits for _ in range(rng.randrange(5))
    }
    timed = {
        (p.id, leg.block_min * rng.choice([1, 2]))
        for p in r.pools
        if p.max_block_min is not None and rng.random() < 0.7
        for leg in r.legs
        if (leg.operator, leg.type) == (p.operator, p.type)
    }
    rows = range(len(residuals_of(r)))
    return Prices(
        supply={c.id: _some(rng, 3 * 10**9) for c in r.consignments if rng.random() < 0.6},
        trucks=tuple(TruckPrice(*x, _some(rng, 10**8), _some(rng, 10**7)) for x in sorted(runs)),
        dispatches=tuple(DispatchPrice(*x, _some(rng, 10**9)) for x in sorted(leaving)),
        slots={x.id: _some(rng, 10**10) for x in r.slot_limits if rng.random() < 0.7},
        held_slots={x.id: _some(rng, 10**10) for x in r.held_slots if rng.random() < 0.7},
        stands=tuple(StandPrice(*x, _some(rng, 10**10)) for x in sorted(standing)),
        right_caps={x.id: _some(rng, 10**10) for x in r.right_caps},
        markets_most={m.id: _some(rng, 10**10) for m in r.markets if m.max_rotations is not None},
        markets_least={m.id: -_some(rng, 10**10) for m in r.markets if m.min_rotations is not None},
        spacing=tuple(SpacingPrice(*x, _some(rng, 10**10)) for x in sorted(apart)),
        hours_most={p.id: _some(rng, 10**7) for p in r.pools if p.max_block_min is not None},
        hours_least={p.id: -_some(rng, 10**7) for p in r.pools if p.min_block_min is not None},
        lengths=tuple(LengthPrice(*x, _some(rng, 10**11) - 3 * 10**10) for x in sorted(timed)),
        handling={x.id: _some(rng, 10**9) for x in r.handling_limits},
        stock=tuple(StockPrice(*x, _some(rng, 10**9)) for x in sorted(waiting)),
        commitments={c.id: -_some(rng, _most(c.penalty_pico_per_g)) for c in r.commitments},
        frozen_flights={
            f.id: -_some(rng, 10**11 if f.penalty_micro is None else f.penalty_micro + 1)
            for f in r.frozen_flights
        },
        transit=tuple(TransitPrice(*x, _some(rng, 10**9)) for x in sorted(changing)),
        acmi={name: rng.randint(0, rate) for name, rate in rates.items() if rng.random() < 0.8},
        residuals=tuple(ResidualPrice(k, _some(rng, 10**9)) for k in rows if rng.random() < 0.4),
    )


def _most(penalty: int | None) -> int:
    """A bit more than the largest price of a commitment."""
    return 10**9 if penalty is None else penalty + 1


def _some(rng: random.Random, most: int) -> int:
    """Often nothing, seldom much."""
    return rng.choice([0, rng.randrange(most), int(most * rng.random() ** 4)])


def _run(resolved: ResolvedInstance, rng: random.Random) -> tuple[str, int, str]:
    lane = rng.choice(resolved.lanes)
    return (
        lane.id,
        _dispatch(resolved, lane, rng),
        rng.choice([mode for mode, _ in lane.cost_micro]),
    )


def _dispatch(resolved: ResolvedInstance, lane: ResolvedLane, rng: random.Random) -> int:
    every, length = lane.dispatch_every_min, resolved.period.length_min
    if resolved.period.cyclic:
        every = gcd(every, length)
        return lane.dispatch_offset_min % every + every * rng.randrange(length // every)
    return lane.dispatch_offset_min % every + every * rng.randrange(max(1, length // every))
