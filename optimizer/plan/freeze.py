"""From a plan to frozen decisions: what of it stays when it is planned again (C20, K14)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from optimizer.domain.frozen import FrozenCargo, FrozenFlight
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import Rotation


class Frozen(NamedTuple):
    """Published flights and the cargo tendered for them."""

    flights: tuple[FrozenFlight, ...]
    cargo: tuple[FrozenCargo, ...]

    def onto(self, instance: Instance) -> Instance:
        """The instance with these decisions besides those it has."""
        return instance.model_copy(
            update={
                "frozen_flights": (*instance.frozen_flights, *self.flights),
                "frozen_cargo": (*instance.frozen_cargo, *self.cargo),
            }
        )


def freeze(
    instance: Instance,
    resolved: ResolvedInstance,
    plan: Plan,
    *,
    until: datetime | None = None,
    cargo: bool = True,
    any_tail: bool = False,
    penalty_usd: float | None = None,
    penalty_usd_per_kg: float | None = None,
) -> Frozen:
    """The flights of a plan that leave before an instant, and their cargo, as frozen decisions.

    Args:
        instance: What the plan is for; its names of frozen decisions are not used again.
        resolved: The same, resolved.
        plan: The plan.
        until: Flights that first leave before this instant stay; None: all of them.
        cargo: Whether their cargo stays on them.
        any_tail: Whether any aircraft of operator and type may fly them.
        penalty_usd: What giving up a flight costs; None: it must be flown.
        penalty_usd_per_kg: What a kilogram costs that is not on its flight; None: it must be.

    Raises:
        ValueError: An instant in a cyclic week, which has no before and after, or one without its
            UTC offset.
    """
    start = datetime.fromisoformat(resolved.period.start)
    kept = plan.flights if until is None else leaving_before(resolved, plan, until)
    names = _names(instance)
    alike: dict[tuple[str, str, Rotation], list[Flight]] = defaultdict(list)
    for flight in kept:
        flyer = "" if any_tail else _flyer(resolved, flight)
        pool = resolved.pool[flight.pool]
        alike[flyer or f"{pool.operator} {pool.type}", flyer, flight.rotation].append(flight)
    flights, name_of = [], dict[str, str]()
    for (_, flyer, rotation), members in alike.items():
        name = names.free(members[0].id)
        name_of |= {member.id: name for member in members}
        flights.append(_row(name, flyer, rotation, len(members), start, penalty_usd))
    booked = tuple(_cargo(plan, name_of, names, penalty_usd_per_kg)) if cargo else ()
    return Frozen(tuple(flights), booked)


def leaving_before(resolved: ResolvedInstance, plan: Plan, until: datetime) -> tuple[Flight, ...]:
    """Flights that first leave before an instant.

    Raises:
        ValueError: A cyclic week, which has no before and after, or an instant without its UTC
            offset.
    """
    if resolved.period.cyclic:
        raise ValueError("a cyclic week has no before and after: freeze all of it")
    if until.utcoffset() is None:
        raise ValueError("until needs its UTC offset")
    until_min = (until - datetime.fromisoformat(resolved.period.start)) / timedelta(minutes=1)
    return tuple(f for f in plan.flights if f.rotation.off_block_min < until_min)


def _flyer(resolved: ResolvedInstance, flight: Flight) -> str:
    """The tail, or in a cyclic week the fleet row whose tails swap."""
    pool = resolved.pool[flight.pool]
    return pool.id if resolved.period.cyclic or pool.size == 1 else flight.tail


def _row(
    name: str,
    flyer: str,
    rotation: Rotation,
    flights: int,
    start: datetime,
    penalty_usd: float | None,
) -> FrozenFlight:
    return FrozenFlight(
        flight=name,
        operator=rotation.operator,
        type=rotation.type,
        tail=flyer or None,
        route=rotation.route,
        departs_at=tuple(start + timedelta(minutes=leg.off_block_min) for leg in rotation.legs),
        flights=flights,
        penalty_usd=penalty_usd,
    )


def _cargo(
    plan: Plan, name_of: dict[str, str], names: _Names, penalty_usd_per_kg: float | None
) -> Iterator[FrozenCargo]:
    """What is on board of frozen flights, by consignment."""
    aboard_g: Counter[tuple[str, str]] = Counter()
    for load in plan.loads:
        flight = load.segments[-1].flight
        if flight in name_of and not load.abandoned:
            aboard_g[name_of[flight], load.consignment] += load.grams
    for (flight, consignment), grams in aboard_g.items():
        yield FrozenCargo(
            tendered=names.free(f"{flight} cargo"),
            consignment=consignment,
            flight=flight,
            weight_kg=grams / 1000,
            penalty_usd_per_kg=penalty_usd_per_kg,
        )


class _Names:
    """Names that nothing with a penalty has yet."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken

    def free(self, wanted: str) -> str:
        """The name, or the first one like it with a number; then it is taken."""
        name = wanted
        for number in count(2):
            if name not in self._taken:
                break
            name = f"{wanted}-{number}"
        self._taken.add(name)
        return name


def _names(instance: Instance) -> _Names:
    return _Names(
        {row.commitment for row in instance.commitments}
        | {row.flight for row in instance.frozen_flights}
        | {row.tendered for row in instance.frozen_cargo}
    )
