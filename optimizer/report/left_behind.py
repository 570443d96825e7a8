"""What stays behind, and the one limit that keeps it there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import pandas as pd

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan
from optimizer.report.frames import frame, kg, m3, usd

if TYPE_CHECKING:
    from optimizer.engine import LeftBehind

LEFT_BEHIND: Final = (
    "consignment", "origin", "destination", "kg", "m3", "offered_kg", "carried_kg", "reason",
    "detail", "revenue_forgone_usd",
)  # fmt: skip


def left_behind(resolved: ResolvedInstance, plan: Plan, left: Iterable[LeftBehind]) -> pd.DataFrame:
    """Consignments left behind, wholly or in part, the most revenue first."""
    rows = []
    for item in left:
        c = resolved.consignment[item.consignment]
        forgone = (c.revenue_micro + c.surcharge_micro) * item.grams // c.weight_g
        rows.append(
            {
                "consignment": c.id,
                "origin": c.origin,
                "destination": c.destination,
                "kg": kg(item.grams),
                "m3": m3(item.grams * c.volume_cm3 / c.weight_g),
                "offered_kg": kg(c.weight_g),
                "carried_kg": kg(plan.carried_g.get(c.id, 0)),
                "reason": item.reason,
                "detail": item.detail,
                "revenue_forgone_usd": round(usd(forgone), 2),
            }
        )
    rows.sort(key=lambda row: (-float(str(row["revenue_forgone_usd"])), str(row["consignment"])))
    return frame(LEFT_BEHIND, rows)
