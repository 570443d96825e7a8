"""The resolved instance: what solvers plan on and what the audit checks against.

Everything that two programs could compute differently (great circles, exponentials, time zones,
merged reference data) is settled here once, as data: minutes, grams, cubic centimetres and integer
money. Times are minutes from the start of the period, UTC; windows are half-open. In a cyclic
period a `Window` starts in [0, 10080) and may end after 10080: it holds modulo the week.

Money is exact. Amounts are integer micro-dollars (``_micro``); rates per gram are integer
pico-dollars per gram (``_pico_per_g``; 1 USD/kg is 1e9).
"""

from typing import Final

from optimizer.domain.resolved.airports import (
    ResolvedAirport,
    ResolvedCharge,
    ResolvedClosure,
    ResolvedGround,
    ResolvedHandlingLimit,
    ResolvedHeldSlot,
    ResolvedSlotLimit,
    ResolvedStockLimit,
)
from optimizer.domain.resolved.cargo import (
    Access,
    ResolvedBlock,
    ResolvedCommitment,
    ResolvedConsignment,
    ResolvedCustoms,
    ResolvedIncompatible,
    ResolvedLane,
    ResolvedPacking,
    ResolvedRequirement,
    ResolvedSupport,
    ResolvedTransit,
)
from optimizer.domain.resolved.crews import (
    ResolvedCrew,
    ResolvedCrewChange,
    ResolvedCrewLimit,
    ResolvedReportTime,
)
from optimizer.domain.resolved.fleet import (
    ResolvedFrozenFlight,
    ResolvedLeg,
    ResolvedMarket,
    ResolvedOperator,
    ResolvedPool,
    ResolvedPositions,
    ResolvedRightCap,
    ResolvedType,
)
from optimizer.domain.resolved.instance import DefaultUsed, ResolvedInstance
from optimizer.domain.resolved.time import ResolvedPeriod, Window

MICRO: Final = 1_000_000
"""Micro-dollars in a dollar."""

__all__ = [
    "MICRO",
    "Access",
    "DefaultUsed",
    "ResolvedAirport",
    "ResolvedBlock",
    "ResolvedCharge",
    "ResolvedClosure",
    "ResolvedCommitment",
    "ResolvedConsignment",
    "ResolvedCrew",
    "ResolvedCrewChange",
    "ResolvedCrewLimit",
    "ResolvedCustoms",
    "ResolvedFrozenFlight",
    "ResolvedGround",
    "ResolvedHandlingLimit",
    "ResolvedHeldSlot",
    "ResolvedIncompatible",
    "ResolvedInstance",
    "ResolvedLane",
    "ResolvedLeg",
    "ResolvedMarket",
    "ResolvedOperator",
    "ResolvedPacking",
    "ResolvedPeriod",
    "ResolvedPool",
    "ResolvedPositions",
    "ResolvedReportTime",
    "ResolvedRequirement",
    "ResolvedRightCap",
    "ResolvedSlotLimit",
    "ResolvedStockLimit",
    "ResolvedSupport",
    "ResolvedTransit",
    "ResolvedType",
    "Window",
]
