"""Bad days of a plan, drawn many times at once: what they have in common."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydantic import Field

from optimizer.domain.base import Record
from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan

Minutes = npt.NDArray[np.float64]
"""Minutes of one event in every run."""


class Delays(Record):
    """What may go wrong; all values are engineering estimates (E) to be replaced by one's own."""

    block_sd_share: float = Field(
        default=0.025, ge=0, description="standard deviation of block time, as a share of it"
    )
    turnaround_late_share: float = Field(
        default=0.15, ge=0, le=1, description="share of stops that take longer than the least"
    )
    turnaround_late_min: float = Field(
        default=45, ge=0, description="how much longer on average (exponential)"
    )
    truck_late_share: float = Field(default=0.1, ge=0, le=1, description="share of late truck runs")
    truck_late_min: float = Field(
        default=150, ge=0, description="how late on average (exponential)"
    )
    demand_sd_share: float = Field(
        default=0.1, ge=0, description="standard deviation of each consignment's weight, as a share"
    )
    no_show_share: float = Field(
        default=0.02, ge=0, le=1, description="share of consignments that do not come at all"
    )


@dataclass(frozen=True)
class Days:
    """A plan and the days on which it is flown.

    Attributes:
        resolved: What the plan was made for.
        runs: How many days.
        delays: What may go wrong.
        draw: Only source of chance.
    """

    resolved: ResolvedInstance
    plan: Plan
    runs: int
    delays: Delays
    draw: np.random.Generator

    @property
    def week_min(self) -> int:
        """Length of the week that repeats; 0 in a dated period."""
        return self.resolved.period.length_min if self.resolved.period.cyclic else 0

    def late(self, share: float, mean_min: float) -> Minutes:
        """Delays of which only a share is more than none."""
        happens = self.draw.random(self.runs) < share
        delay: Minutes = np.where(happens, self.draw.exponential(mean_min, self.runs), 0.0)
        return delay
