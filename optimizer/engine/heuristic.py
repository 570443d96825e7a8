"""The heuristic: rule of thumb, construction and improvement, on one network."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from optimizer.control import Budget, Stop, never
from optimizer.domain.digest import resolved_digest
from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.engine.adopt import adopt, in_universe
from optimizer.engine.cargo_table import CargoTable, Floats
from optimizer.engine.chains import Chainer
from optimizer.engine.construct import NOTHING, Builder
from optimizer.engine.families import Families
from optimizer.engine.finish import plan_of, real_loads
from optimizer.engine.improve import Improver
from optimizer.engine.insertion import Aim
from optimizer.engine.lines import Flown
from optimizer.engine.rule_of_thumb import RuleOfThumb
from optimizer.engine.schedule import Schedule
from optimizer.engine.transit import Changing
from optimizer.engine.wanted import Wanted, load_wanted
from optimizer.network import CargoIndex, Universe
from optimizer.plan.costing import dearest_support_usd_per_kg, is_plan, ownership_micro, rank
from optimizer.plan.plan import Flight, Plan

LOADING_S = 30.0
"""Longest time for one linear programme of cargo."""
WAYS = (
    (False, 0.0, 1.0),
    (True, 0.6, 0.6),
    (True, 0.9, 0.6),
    (False, 0.0, 0.6),
    (True, 0.3, 0.6),
    (False, 0.5, 0.6),
    (True, 1.0, 0.6),
    (False, 0.8, 0.6),
    (True, 0.75, 0.3),
)
"""How construction goes: by chains or not, the share of a consignment's price that is charged to a
flight that takes it, and the power of the hours by which earnings are divided."""
LEAST_CHUNK, MOST_CHUNK, CHUNK_FLIGHTS = 40, 120, 6000
"""Neighbours between two exact plans: fewer where there are many flights."""
LEAST_PATIENCE, PATIENCE_A_FLIGHT = 240, 20
"""Improvement ends after so many neighbours (a flight) without a better plan."""

TellPlan = Callable[[Plan], None]


class Heuristic:
    """All heuristic steps on an instance; `best` is the best exact plan so far.

    Commitments without a penalty (C19) count as a high one while plans are built, so `best` may be
    one that is short of them; such a plan is never told.

    Args:
        seed: Seed of every random choice.
        stop: Asked often whether to stop.
        budget: Books the work, and has the clock to decide by.
        tell: Told every better plan.
    """

    def __init__(
        self,
        resolved: ResolvedInstance,
        seed: int,
        stop: Stop = never,
        tell: TellPlan | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._resolved = resolved
        self._seed = seed
        self._stop = stop
        self._tell = tell
        self.best: Plan | None = None
        self._cargo = CargoTable(CargoIndex(resolved), budget)
        self._universe = Universe(resolved)
        self._families = Families(self._universe, self._cargo, Schedule(self._cargo).lines, stop)
        self._flights: list[Flown] = []
        self._prices: Floats = np.zeros(len(self._cargo.weight_kg))
        self._changing = Changing(resolved, stop, self._cargo.budget)
        self._built_usd: dict[tuple[bool, float, float], float] = {}

    def rule_of_thumb(self) -> Plan | None:
        """The yardstick; None if its plan does not meet the hard requirements (C14, C17, C19)."""
        builder = self._builder()
        if not RuleOfThumb(builder).build(self._stop):
            return None
        return self._exact(builder, 0.0, changing=False)

    def start_from(self, start: Plan, holds: bool) -> None:
        """Take a given plan over, as far as a schedule can say it.

        Schedules know less than plans: in a cyclic week they keep a pool at one gateway. So a plan
        that is known to hold is told as it is too.
        """
        builder = self._builder()
        if holds and self._tell and in_universe(builder.schedule, self._families, start):
            self._tell(start)
        if holds and self._stop():
            return
        plan = adopt(builder.schedule, self._families, start)
        if plan is None:
            return
        other = start.resolved_digest != resolved_digest(self._resolved)
        if other and self._resolved.most_changes is not None:
            # its flights stay, so cargo comes first, and seconds matter: trucks are not refined
            Improver(builder, self._rng()).reload(LOADING_S)
            self._exact(builder, 0.0)
            return
        self._offer(self._changing.filled(plan), builder.schedule)
        if other:
            self._exact(builder, LOADING_S)  # its flights carry what is best here

    def construct(self, ways: int = len(WAYS), stop: Stop = never) -> None:
        """Build plans from nothing in some ways and keep the best.

        Ways that charge no prices build the same again, and are gone once.
        """
        best_usd = -math.inf
        for way in WAYS[:ways]:
            by_chains, charged, power = way
            if self._stop() or (stop() and self.best is not None):
                return
            if way in self._built_usd:
                best_usd = max(best_usd, self._built_usd[way])
                continue
            builder = self._builder()
            if by_chains:
                self._chains(builder, charged, power)
            else:
                self._greedily(builder, charged, power)
            schedule = builder.schedule
            schedule.fill_bought()
            Improver(builder, self._rng()).reload(LOADING_S)
            builder.complete(range(len(schedule.lines)), Aim(hour_power=power), self._stop)
            if not charged and not self._stop():
                self._built_usd[way] = schedule.value_usd() if schedule.complete() else -math.inf
            if schedule.complete() and schedule.value_usd() > best_usd:
                best_usd = schedule.value_usd()
                self._exact(builder, 0.0)

    def _chains(self, builder: Builder, charged: float, power: float) -> None:
        """Requirements first, then a chain for every aircraft."""
        rng = self._rng()
        builder.build(NOTHING, self._stop)
        chainer = Chainer(builder.schedule, self._families, self._prices)
        aircraft = [i for i, x in enumerate(builder.schedule.lines) for _ in range(x.size)]
        for line in rng.permutation(aircraft).tolist():
            if self._stop():
                break
            chainer.fly(int(line), charged, rng)
        builder.complete(range(len(builder.schedule.lines)), Aim(hour_power=power), self._stop)

    def _greedily(self, builder: Builder, charged: float, power: float) -> None:
        """Rotation by rotation, with cargo prices; cargo is counted without them afterwards."""
        arrays = self._cargo.arrays
        price = charged * self._prices[arrays.consignment]
        self._cargo.arrays = arrays._replace(margin_usd_per_kg=arrays.margin_usd_per_kg - price)
        try:
            builder.build(Aim(hour_power=power), self._stop)
        finally:
            self._cargo.arrays = arrays
        Improver(builder, self._rng()).refresh()

    def improve(self, stop: Stop, left_s: Callable[[], float], rounds: int | None = None) -> None:
        """Improve the best plan until told to stop, or by so many neighbours.

        Args:
            left_s: Seconds left for the last, exact exchange of cargo and trucks.
        """
        if self.best is None:
            return
        builder = self._builder()
        builder.schedule.restore(self._flights)
        improver = Improver(builder, self._rng(), self._prices)
        improver.refresh()
        flights = len(self._flights)
        chunk = min(MOST_CHUNK, max(LEAST_CHUNK, CHUNK_FLIGHTS // max(1, flights)))
        patience = max(LEAST_PATIENCE, PATIENCE_A_FLIGHT * flights)
        done = idle = 0
        while not stop() and idle < patience and (rounds is None or done < rounds):
            better = improver.run(stop, chunk, LOADING_S)
            done += chunk
            idle = 0 if better else idle + chunk
            if better:
                self._exact(builder, 0.0)
        if builder.schedule.complete():
            self._exact(builder, min(LOADING_S, left_s()))

    def _exact(self, builder: Builder, seconds: float, *, changing: bool = True) -> Plan | None:
        """The exact plan of a complete schedule, less flights that whole trucks make a loss; None
        if a commitment without a penalty is short.

        Args:
            changing: Whether cargo that changes aircraft (C21) comes on board in the end.
        """
        schedule = builder.schedule
        plan, cargo = plan_of(schedule, seconds)
        self._offer(plan, schedule)
        flights = schedule.carriers
        schedule.exchange(flights, real_loads(schedule, cargo))
        if builder.drop_losses():
            fewer, _ = plan_of(schedule, seconds)
            self._offer(fewer, schedule)
            plan = max(plan, fewer, key=lambda p: rank(self._resolved, p))
        if changing:
            known = self.best is not None and is_plan(self._resolved, self.best)
            plan = self._changing.filled(plan, self.best if known else None)
            self._offer(plan, schedule)
        schedule.restore(flights)
        return plan if is_plan(self._resolved, plan) else None

    def simple_bound_usd(self) -> float:
        """A bound known at once: every consignment at its best margin, flown for nothing.

        Support by flight (R4) is earned by as many flights as could take off one after the other.
        """
        best = np.zeros(len(self._cargo.weight_kg))
        margins = np.array(
            [
                o.margin_usd_per_kg
                + dearest_support_usd_per_kg(self._resolved, o.uplift.airport, o.discharge.airport)
                for o in self._cargo.offers
            ],
            dtype=float,
        )
        np.maximum.at(best, self._cargo.arrays.consignment, margins)
        index = self._cargo.index
        for t in self._resolved.transits:
            through = index.inward_usd_per_kg(t) + index.onward_usd_per_kg(t)
            number = self._cargo.number[t.consignment]
            best[number] = max(best[number], through)
        owned = sum(
            micro
            for pool in self._resolved.pools
            if not pool.returnable
            for _, micro in ownership_micro(pool, pool.size, 0)
        )
        owned += sum(block.fixed_micro for block in self._resolved.blocks)
        return float(best @ self._cargo.weight_kg) + (self._most_support_micro() - owned) / MICRO

    def _most_support_micro(self) -> int:
        """More than all flights of the period could earn in support by flight (R4)."""
        r, total = self._resolved, 0
        if not any(x.flight_micro for x in r.supports):
            return 0
        for pool in r.pools:
            each = sum(
                x.flight_micro
                for x in r.supports
                if not x.operators or pool.operator in x.operators
            )
            hops = [
                x.block_min for x in r.legs if (x.operator, x.type) == (pool.operator, pool.type)
            ]
            flights = r.period.length_min // max(1, min(hops)) + 1 if hops else 0
            total += pool.size * flights * each
        return total

    def reprice(self, usd_per_kg: Floats) -> None:
        """State what a kilogram of consignments is worth elsewhere."""
        self._prices = usd_per_kg

    def evaluate(self, flights: list[Flight], wanted: Wanted | None = None) -> Plan | None:
        """The exact plan with the best cargo on some flights; None if they make no plan.

        Args:
            wanted: Cargo to begin with, which tells what goods flights carry (C16).
        """
        builder = self._builder()
        bare = Plan(self._resolved.name, "", tuple(flights), (), ())
        if adopt(builder.schedule, self._families, bare) is None:
            return None
        if wanted is not None and self._cargo.kept_apart:
            load_wanted(builder.schedule, wanted)
        return self._exact(builder, LOADING_S)

    def _offer(self, plan: Plan, schedule: Schedule) -> None:
        """Keep a plan if it is the best."""
        if self.best is None or rank(self._resolved, plan) > rank(self._resolved, self.best):
            self.best = plan
            self._flights = schedule.carriers
            if self._tell is not None and is_plan(self._resolved, plan):
                self._tell(plan)

    def _builder(self) -> Builder:
        return Builder(Schedule(self._cargo), self._families, self._rng())

    def _rng(self) -> np.random.Generator:
        return np.random.default_rng(self._seed)
