"""A plan against bad days: delays and demand drawn many times, what is left of time and money.

Every run draws block times, ground times, trucks and demand anew and follows the plan through them:
an aircraft leaves when it is there, turned round and allowed to move; cargo that comes too late for
its flight, or not at all, is not delivered, and its revenue (R1 to R3) is lost while costs stay.
Cargo that misses its delivery truck takes the next one. Slots and crews are not looked at, and
nothing is planned anew.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from optimizer.domain.resolved import MICRO, ResolvedInstance
from optimizer.files.place import Place
from optimizer.files.records import make_record
from optimizer.plan.bought import carrying_flights
from optimizer.plan.plan import Plan
from optimizer.whatif.scenario import ScenarioError, read_toml
from optimizer.whatif.stress_cargo import Carrying
from optimizer.whatif.stress_days import Days, Delays, Minutes
from optimizer.whatif.stress_flying import Flying

ON_TIME_MIN: Final = 15
"""An arrival so many minutes late is on time (K, the trade's D15)."""


def read_delays(path: Path | None) -> Delays:
    """What may go wrong, from a TOML file; the estimates without one.

    Raises:
        ScenarioError: With everything that is wrong with the file.
    """
    if path is None:
        return Delays()
    made, findings = make_record(Place(path.name), read_toml(path), Delays)
    if made is None:
        raise ScenarioError(findings)
    return made


@dataclass(frozen=True)
class Stress:
    """What many runs came to.

    Attributes:
        runs: How many.
        contribution_usd: In each run.
        delivered_share: Kilograms delivered in each run over those planned.
        on_time_share: Arrivals of each run at most `ON_TIME_MIN` late, over all.
        planned_usd: Contribution of the plan.
        rotations: One row for each flight, the weakest first: share of arrivals on time, mean
            delay of its last arrival, mean revenue lost of cargo that was to be on board.
    """

    runs: int
    contribution_usd: npt.NDArray[np.float64]
    delivered_share: npt.NDArray[np.float64]
    on_time_share: npt.NDArray[np.float64]
    planned_usd: float
    rotations: pd.DataFrame

    def document(self) -> dict[str, Any]:
        """The figures as plain values."""
        shares = (5, 25, 50, 75, 95)
        spread = np.percentile(self.contribution_usd, shares)
        return {
            "runs": self.runs,
            "planned_usd": round(self.planned_usd, 2),
            "mean_usd": round(float(self.contribution_usd.mean()), 2),
            "contribution_usd": {
                f"p{share}": round(float(usd), 2) for share, usd in zip(shares, spread, strict=True)
            },
            "on_time_share": round(float(self.on_time_share.mean()), 4),
            "delivered_share": round(float(self.delivered_share.mean()), 4),
            "delivered_share_p5": round(float(np.percentile(self.delivered_share, 5)), 4),
            "rotations": self.rotations.to_dict("records"),
        }


def stress_plan(
    resolved: ResolvedInstance,
    plan: Plan,
    *,
    runs: int = 1000,
    seed: int = 0,
    delays: Delays | None = None,
) -> Stress:
    """Follow a plan through many bad days.

    Args:
        resolved: What the plan was made for.
        plan: The plan.
        runs: How many days to draw.
        seed: The same seed draws the same days.
        delays: What may go wrong.
    """
    days = Days(resolved, plan, runs, delays or Delays(), np.random.default_rng(seed))
    flying = Flying(days)
    flying.fly()
    late: dict[str, list[Minutes]] = defaultdict(list)
    for flight in plan.flights:
        for i, leg in enumerate(flight.rotation.legs):
            late[flight.id].append(flying.on[flight.id, i] - leg.on_block_min)
    lost, shares = Carrying(days, flying).lost(carrying_flights(resolved, plan))
    lost_usd = sum(lost.values(), np.zeros(runs))
    arrivals = np.array([x for each in late.values() for x in each])
    on_time = arrivals <= ON_TIME_MIN
    planned_usd = plan.contribution_micro / MICRO
    return Stress(
        runs,
        planned_usd - lost_usd,
        shares,
        on_time.mean(axis=0) if len(arrivals) else np.ones(runs),
        planned_usd,
        _rotations(plan, late, lost),
    )


def _rotations(
    plan: Plan, late: dict[str, list[Minutes]], lost: dict[str, Minutes]
) -> pd.DataFrame:
    """Of every flight what the delays and losses are, the weakest first."""
    rows: list[dict[str, Any]] = [
        {
            "flight": f.id,
            "operator": f.rotation.operator,
            "route": f.rotation.route,
            "on_time_share": round(float(np.mean(np.array(late[f.id]) <= ON_TIME_MIN)), 4),
            "mean_delay_min": round(float(np.maximum(late[f.id][-1], 0).mean()), 1),
            "mean_lost_usd": round(float(lost[f.id].mean()), 2) if f.id in lost else 0.0,
        }
        for f in plan.flights
    ]
    rows.sort(key=lambda row: (-row["mean_lost_usd"], row["on_time_share"]))
    columns = [
        "flight",
        "operator",
        "route",
        "on_time_share",
        "mean_delay_min",
        "mean_lost_usd",
    ]
    return pd.DataFrame(rows, columns=columns)
