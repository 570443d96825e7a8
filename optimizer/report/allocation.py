"""Who bears what: every money line spread over flight, leg and consignment, to the micro-dollar.

One set of rules serves every profit and loss, so that all of them add up to the contribution:

1. What a load earns and pays (R1 to R3, R4 by tonne, K9, K11, K12 of what is used) belongs to its
   consignment, and to the legs of that flight it is on board of in proportion to grams and block
   time.
2. What a leg costs (K1 to K3, K5 to K8, K13) belongs to the consignments on board by chargeable
   weight; R4 by flight likewise, spread over the legs by block time.
   An empty leg is borne by all cargo of its flight, by chargeable weight and block time.
3. Ownership, lease and ACMI (K4) of a pool: equally by its kept tails (cyclic: by none, they swap),
   then by the block time of their legs, then as in 2. A tail that does not fly keeps its own.
4. A truck run (K10) belongs to the loads on it by chargeable weight, then as in 1.
5. A penalty (K14) is for what was not carried or not flown: it belongs to no flight and no
   consignment; that of a published flight to its operator.
6. What a block costs in any case (K12) belongs to the consignments on it by chargeable weight; if
   there are none, to none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.bought import carrying_flights
from optimizer.plan.costing import truck_line
from optimizer.plan.money import MoneyLine, divide
from optimizer.plan.plan import Load, Plan
from optimizer.plan.trucks import truck_key
from optimizer.report.loading import LegKey, aboard, load_legs

_Key = TypeVar("_Key")


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a money line; blanks where nothing bears it."""

    code: str
    item: str
    amount_micro: int
    operator: str
    tail: str
    flight: str
    leg: int | None
    consignment: str


def split(amount_micro: int, weights: Mapping[_Key, int]) -> Iterator[tuple[_Key, int]]:
    """Parts of an amount in proportion to positive weights; they add up to it exactly."""
    whole = sum(weights.values())
    cumulative = given = 0
    for key, weight in weights.items():
        cumulative += weight
        upto = divide(amount_micro * cumulative, whole)
        yield key, upto - given
        given = upto


def cells(resolved: ResolvedInstance, plan: Plan) -> Iterator[Cell]:
    """All money lines of a plan, spread by the rules above."""
    spread = _Spread(resolved, plan)
    for line in plan.money:
        if line.code == "K4":
            yield from spread.ownership(line)
        elif line.code == "K10":
            yield from spread.trucks(line)
        elif line.code == "K12" and not line.consignment:
            yield from spread.block(line)
        elif line.consignment:
            yield from spread.load(line)
        else:
            yield from spread.leg(line)


class _Spread:
    """The weights of the rules for one plan."""

    def __init__(self, resolved: ResolvedInstance, plan: Plan) -> None:
        self._resolved = resolved
        self._plan = plan
        self._flights = carrying_flights(resolved, plan)
        self._on_leg = {
            key: {c: self._chargeable(c, grams) for c, grams in cargo.items()}
            for key, cargo in aboard(plan).items()
        }
        self._on_flight: dict[str, dict[str, int]] = defaultdict(dict)
        for (flight, leg), cargo in self._on_leg.items():
            block_min = self._block_min((flight, leg))
            for consignment, weight in cargo.items():
                weights = self._on_flight[flight]
                weights[consignment] = weights.get(consignment, 0) + weight * block_min
        self._rides: dict[tuple[str, str], dict[LegKey, int]] = defaultdict(dict)
        for load in plan.loads:
            for key in load_legs(load):
                rides = self._rides[load.consignment, key[0]]
                rides[key] = rides.get(key, 0) + load.grams * self._block_min(key)
        self._legs_of: dict[str, dict[LegKey, int]] = defaultdict(dict)
        for f in plan.flights:
            for i in range(len(f.rotation.legs)):
                self._legs_of[f.tail or f.pool][f.id, i] = self._block_min((f.id, i))
        self._on_lane = self._lanes()

    def _chargeable(self, consignment: str, grams: int) -> int:
        c = self._resolved.consignment[consignment]
        return max(1, grams * c.chargeable_g // c.weight_g)

    def _block_min(self, key: LegKey) -> int:
        flight, leg = key
        return max(1, self._flights[flight].rotation.legs[leg].block_min)

    def _lanes(self) -> dict[str, dict[Load | None, int]]:
        """What the runs of each lane cost, by load; None for runs that carry nothing."""
        riders: dict[tuple[str, int, str], dict[Load | None, int]] = defaultdict(dict)
        for load in self._plan.loads:
            customs = self._resolved.consignment[load.consignment].customs
            for truck in (load.feeder, load.delivery):
                if truck is not None:
                    weight = self._chargeable(load.consignment, load.grams)
                    riders[truck_key(self._resolved, truck, customs)][load] = weight
        lanes: dict[str, dict[Load | None, int]] = defaultdict(dict)
        for run in self._plan.trucks:
            amount = -truck_line(self._resolved, run).amount_micro
            shares = riders.get((run.lane, run.dispatch_min, run.customs)) or {None: 1}
            for rider, share in split(amount, shares):
                lanes[run.lane][rider] = lanes[run.lane].get(rider, 0) + share
        return lanes

    def _cell(self, line: MoneyLine, amount: int, key: LegKey | None, consignment: str) -> Cell:
        tail, flight_id, leg, operator = line.tail, line.flight, line.leg, line.operator
        if key is not None:
            flight_id, leg = key
            flight = self._flights[flight_id]
            tail, operator = flight.tail or flight.pool, flight.rotation.operator
        return Cell(line.code, line.item, amount, operator, tail, flight_id, leg, consignment)

    def load(self, line: MoneyLine) -> Iterator[Cell]:
        """Rule 1."""
        rides = self._rides.get((line.consignment, line.flight), {})
        if not rides:
            yield self._cell(line, line.amount_micro, None, line.consignment)
        for key, amount in split(line.amount_micro, rides) if rides else ():
            yield self._cell(line, amount, key, line.consignment)

    def leg(self, line: MoneyLine) -> Iterator[Cell]:
        """Rules 2 and 5."""
        if line.flight in self._plan.flight:
            legs = range(len(self._plan.flight[line.flight].rotation.legs))
            keys = [(line.flight, i) for i in (legs if line.leg is None else (line.leg,))]
            for key, part in split(line.amount_micro, {k: self._block_min(k) for k in keys}):
                yield from self._cargo(line, part, key)
        else:
            yield self._cell(line, line.amount_micro, None, "")

    def _cargo(self, line: MoneyLine, amount: int, key: LegKey) -> Iterator[Cell]:
        bearers = self._on_leg.get(key) or self._on_flight.get(key[0]) or {"": 1}
        for consignment, part in split(amount, bearers):
            yield self._cell(line, part, key, consignment)

    def block(self, line: MoneyLine) -> Iterator[Cell]:
        """Rule 6."""
        yield from self._cargo(line, line.amount_micro, (line.flight, 0))

    def ownership(self, line: MoneyLine) -> Iterator[Cell]:
        """Rule 3."""
        pool = self._resolved.pool[line.tail]
        tails = [t for t in pool.tails if t not in self._plan.returned]
        if self._resolved.period.cyclic or not tails:
            tails = [pool.id if pool.size > 1 else pool.tails[0]]
        for tail, share in split(line.amount_micro, dict.fromkeys(tails, 1)):
            own = replace(line, tail=tail)
            legs = self._legs_of.get(tail) or self._legs_of.get(pool.id, {})
            if not legs:
                yield self._cell(own, share, None, "")
                continue
            for key, part in split(share, legs):
                yield from self._cargo(own, part, key)

    def trucks(self, line: MoneyLine) -> Iterator[Cell]:
        """Rule 4."""
        riders = self._on_lane.get(line.lane, {})
        if not sum(riders.values()):
            riders = {None: 1}
        for load, amount in split(line.amount_micro, riders):
            if load is None:
                yield self._cell(line, amount, None, "")
                continue
            from_airport = load.delivery is not None and load.delivery.lane == line.lane
            flight = load.segments[-1 if from_airport else 0].flight
            own = replace(line, consignment=load.consignment, flight=flight, amount_micro=amount)
            yield from self.load(own)
