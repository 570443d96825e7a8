"""The heuristic: rule of thumb, construction, improvement, and a bound, on one network."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine.adopt import adopt
from optimizer.engine.bound import Bounder
from optimizer.engine.cargo_table import CargoTable, Floats
from optimizer.engine.construct import Builder
from optimizer.engine.families import Families
from optimizer.engine.finish import plan_of
from optimizer.engine.improve import Improver
from optimizer.engine.insertion import Aim
from optimizer.engine.lines import Flown
from optimizer.engine.loading import LoadingProgramme
from optimizer.engine.rule_of_thumb import RuleOfThumb
from optimizer.engine.schedule import Schedule
from optimizer.engine.stop import Stop, never
from optimizer.network import CargoIndex, Universe
from optimizer.plan.plan import Plan

LOADING_S = 30.0
"""Longest time for one linear programme of cargo."""
FIRST_POWERS = (1.0, 0.6)
"""Ways to weigh aircraft hours that construction tries."""

TellPlan = Callable[[Plan], None]


class Heuristic:
    """All heuristic steps on an instance; `best` is the best exact plan so far.

    Args:
        seed: Seed of every random choice.
        stop: Asked often whether to stop.
        tell: Told every better plan.
    """

    def __init__(
        self, resolved: ResolvedInstance, seed: int, stop: Stop = never, tell: TellPlan | None = None
    ) -> None:
        self._resolved = resolved
        self._seed = seed
        self._stop = stop
        self._tell = tell
        self.best: Plan | None = None
        self._cargo = CargoTable(CargoIndex(resolved))
        self._universe = Universe(resolved)
        self._families = Families(self._universe, self._cargo, Schedule(self._cargo).lines, stop)
        self._flights: list[Flown] = []
        self._bounder: Bounder | None = None
        self._prices: Floats = np.zeros(len(self._cargo.weight_kg))

    def rule_of_thumb(self) -> Plan | None:
        """The yardstick; None if its plan does not meet the hard requirements."""
        builder = self._builder()
        if not RuleOfThumb(builder).build(self._stop):
            return None
        plan = plan_of(builder.schedule, 0)
        self._offer(plan, builder.schedule)
        return plan

    def start_from(self, start: Plan) -> None:
        """Take a given plan over."""
        builder = self._builder()
        plan = adopt(builder.schedule, self._families, start)
        if plan is not None:
            self._offer(plan, builder.schedule)

    def construct(self) -> None:
        """Build plans from nothing and keep the best."""
        for power in FIRST_POWERS:
            if self._stop() and self.best is not None:
                return
            builder = self._builder()
            if not builder.build(Aim(hour_power=power), self._stop):
                continue
            Improver(builder, self._rng()).reload(LOADING_S)
            self._offer(plan_of(builder.schedule, 0), builder.schedule)

    def improve(self, stop: Stop, rounds: int | None = None) -> None:
        """Improve the best plan until told to stop, or for so many neighbours."""
        if self.best is None:
            return
        builder = self._builder()
        builder.schedule.restore(self._flights)
        improver = Improver(builder, self._rng())

        def better(_: float) -> None:
            self._flights = list(builder.schedule.flights)

        improver.run(stop, rounds, LOADING_S)
        self._offer(plan_of(builder.schedule, LOADING_S), builder.schedule)

    def polish(self) -> None:
        """Give the best plan's flights the best cargo and trucks."""
        if self.best is not None:
            builder = self._builder()
            builder.schedule.restore(self._flights)
            self._offer(plan_of(builder.schedule, LOADING_S), builder.schedule)

    def bound_usd(self, stop: Stop, rounds: int) -> float:
        """An upper bound, better with more rounds; minus infinity if there is no plan at all."""
        if self._bounder is None:
            self._bounder = Bounder(self._families, Schedule(self._cargo).lines)
            loading = LoadingProgramme(self._cargo, self._flights).solve(LOADING_S)
            if loading is not None:
                self._prices = loading.price_usd_per_kg
        target = 0.0 if self.best is None else self.best.contribution_micro * 1e-6
        usd, self._prices = self._bounder.improve(self._prices, target, stop, rounds)
        return usd

    def _offer(self, plan: Plan, schedule: Schedule) -> None:
        """Keep a plan if it is the best."""
        if self.best is None or plan.contribution_micro > self.best.contribution_micro:
            self.best = plan
            self._flights = list(schedule.flights)
            if self._tell is not None:
                self._tell(plan)

    def _builder(self) -> Builder:
        return Builder(Schedule(self._cargo), self._families, self._rng())

    def _rng(self) -> np.random.Generator:
        return np.random.default_rng(self._seed)
