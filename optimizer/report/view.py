"""A plan as pandas tables, each made on first use."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan
from optimizer.report import (
    airport_lists,
    blocks,
    cutoffs,
    left_behind,
    performance,
    pnl,
    sold,
    stock_use,
    tables,
)
from optimizer.report.allocation import Cell, cells

if TYPE_CHECKING:
    from optimizer.engine import LeftBehind


@dataclass(frozen=True)
class Costs:
    """Money lines, and how they add up by any dimension."""

    resolved: ResolvedInstance
    plan: Plan

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every revenue (positive) and cost (negative) line."""
        return tables.costs(self.plan)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every line spread over flight, leg and consignment; see ``report/allocation.py``."""
        return tuple(cells(self.resolved, self.plan))

    def by(self, dimension: pnl.Dimension) -> pd.DataFrame:
        """Profit and loss by rotation, leg, tail, operator, route, consignment or line.

        Raises:
            ValueError: There is no such dimension.
        """
        return pnl.table(self.resolved, self.plan, self.cells, dimension)


@dataclass(frozen=True)
class PlanView:
    """A plan with its tables.

    Attributes:
        data: The plan itself.
        stop: Asked while reasons are sought for what stays behind; those that would take long are
            given up once it says so.
    """

    resolved: ResolvedInstance
    data: Plan
    stop: Stop = field(default=never, compare=False, repr=False)

    @property
    def contribution_usd(self) -> float:
        """Revenue minus cost."""
        return self.data.contribution_micro / 1_000_000

    @cached_property
    def schedule(self) -> pd.DataFrame:
        """Legs by flight."""
        return tables.schedule(self.resolved, self.data)

    @cached_property
    def loads(self) -> pd.DataFrame:
        """Cargo by consignment and flight."""
        return tables.loads(self.resolved, self.data)

    @cached_property
    def trucks(self) -> pd.DataFrame:
        """Truck runs."""
        return tables.trucks(self.resolved, self.data)

    @cached_property
    def costs(self) -> Costs:
        """Money lines; ``costs.by("rotation")`` is a profit and loss."""
        return Costs(self.resolved, self.data)

    @cached_property
    def break_even(self) -> pd.DataFrame:
        """Break-even load of each rotation."""
        return performance.break_even(self.resolved, self.data, self.costs.cells)

    @cached_property
    def load_factors(self) -> pd.DataFrame:
        """Load factors by direction."""
        return performance.load_factors(self.resolved, self.data)

    @cached_property
    def utilisation(self) -> pd.DataFrame:
        """Block hours a day of each tail."""
        return performance.utilisation(self.resolved, self.data)

    @cached_property
    def slots(self) -> pd.DataFrame:
        """Movements at coordinated airports, by operator."""
        return airport_lists.slots(self.resolved, self.data)

    @cached_property
    def slot_use(self) -> pd.DataFrame:
        """Movements in each slot window against its number."""
        return airport_lists.slot_use(self.resolved, self.data)

    @cached_property
    def handling_use(self) -> pd.DataFrame:
        """Kilograms through each window of a terminal against its limit."""
        return airport_lists.handling_use(self.resolved, self.data)

    @cached_property
    def stock_use(self) -> pd.DataFrame:
        """Stock in terminals over time against its limit."""
        return stock_use.stock_use(self.resolved, self.data)

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """Bought capacity: flights, use and cost."""
        return blocks.blocks(self.resolved, self.data)

    @cached_property
    def sold(self) -> pd.DataFrame:
        """Capacity sold: which flight provides it."""
        return sold.sold(self.resolved, self.data)

    @cached_property
    def truck_cutoffs(self) -> pd.DataFrame:
        """Last truck for each departure."""
        return cutoffs.truck_cutoffs(self.resolved, self.data)

    @cached_property
    def reasons(self) -> tuple[LeftBehind, ...]:
        """Why each consignment left behind stays there."""
        from optimizer.engine import explain_left_behind  # slow to import, needed last

        return explain_left_behind(self.resolved, self.data, self.stop)

    @cached_property
    def left_behind(self) -> pd.DataFrame:
        """Consignments left behind, with the binding reason."""
        return left_behind.left_behind(self.resolved, self.data, self.reasons)
