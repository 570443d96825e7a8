"""How the time of a solve is divided between its phases, and when the reference model is solved."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

HEURISTIC_S, AFTER_WARM_S = 60.0, 20.0
"""Time limit if none is given and the reference model is out of reach; and what is left in any case
once prices of a given certificate have been brought up to date."""
MOST_COLUMNS, COLUMNS_WITHOUT_LIMIT, COLUMNS_A_SECOND = 60_000, 30_000, 600
"""Reference models with more variables are left alone unless asked for: at all, without a time
limit, and by seconds left."""
SMALL_COLUMNS = 2_500
"""Reference models with fewer are solved after a quick look at everything else."""
FEW_ROTATIONS = 2_400
"""With no more, the whole week is solved as one MIP of flights."""
MANY_ROTATIONS = 20_000
"""With more, restricted models, branching and dives from parts of plans take too long for what they
find."""
NEARLY_PROVEN, REFERENCE_SHARE = 0.015, 0.4
"""With a larger gap proof is not expected in time: the reference model gets such a share only."""
MISLED, MISLED_WHOLE, EXACT_SHARE, REFERENCE_MISLED = 0.05, 0.1, 0.6, 0.7
"""Where plans earn less by such a share than MIPs of flights tell: what one of the whole week gets,
and trees; restricted models; and the reference model, for those know whole trucks."""
TIGHTENING_SHARE, TIGHTENING_BEFORE_MIP = 0.3, 0.1
"""Of the time for trees, and for the whole week, what inequalities for the bound get before."""
TREES_SHARE = 0.5
"""Share of the time for dividing clusters in which trees grow; after that they are MIPs."""
ABOVE_SHARE = 0.5
"""Share of the time for dives in which they begin from the bound's prices."""
DIVE_PASSES = 600
"""A dive from the bound's prices takes about so many passes."""
LOWER_SHARE, AGAIN_SHARE, AROUND_SHARE = 0.2, 0.4, 0.1
"""Shares of what is left after all phases: for the bound, for each turn of flights, models and
branches, and of dives."""

WARM_SHARE, WARM_NEIGHBOURS = 0.2, 100
"""Of the time, what prices that are given may take to follow what is different here, and a look at
so many neighbours of the plan."""
MOST_S = 60.0
"""A model that is not solved in so many seconds is not asked why there is no plan."""


REST_SHARE = 0.8
"""Where there are many rotations, share of what is left after all phases for flights; then branches
again."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What each phase gets of what is left when it begins, and at most how many seconds."""

    bound: float
    dive: float
    improve: float
    flights: float
    search: float
    branch: float
    whole: float = 0.0
    reference: float = REFERENCE_SHARE
    most_s: float = math.inf

    def after_flights(self, misled: float) -> Shares:
        """The same, with more time for restricted models, if there are any, where MIPs of flights
        mislead.

        Args:
            misled: What exact plans earn less than those told, as a share of it.
        """
        if misled <= MISLED or not self.search:
            return self
        return replace(
            self,
            whole=min(self.whole, MISLED_WHOLE),
            search=max(self.search, EXACT_SHARE),
            branch=min(self.branch, MISLED_WHOLE),
            reference=max(self.reference, REFERENCE_MISLED),
        )


QUICK = Shares(bound=0.1, dive=0.05, improve=0.05, flights=0.0, search=0.0, branch=0.0, most_s=0.6)
"""Before a small reference model."""
THOROUGH = Shares(bound=0.2, dive=0.15, improve=0.12, flights=0.88, search=0.3, branch=0.4)
"""Where there is no reference model within reach."""
SHARED = Shares(bound=0.12, dive=0.1, improve=0.08, flights=0.65, search=0.1, branch=0.3)
"""Before a larger reference model."""
WHOLE = replace(SHARED, dive=0.04, improve=0.03, flights=0.06, whole=0.85)
"""The same, where the whole week is solved as one MIP of flights too."""
LARGE = Shares(bound=0.3, dive=0.45, improve=0.08, flights=0.55, search=0.0, branch=0.95)
"""Where there are many rotations; of dives there is one, if there is time for it."""


def shares_of(columns: int, reach: bool, rotations: int) -> Shares:
    """How the time is divided.

    Args:
        columns: Estimated variables of the reference model; 0 where it is not wanted.
        reach: Whether it is within reach.
        rotations: That can be flown.
    """
    if rotations > MANY_ROTATIONS:
        return LARGE
    if reach and columns <= SMALL_COLUMNS:
        return QUICK
    if columns and rotations <= FEW_ROTATIONS:
        return WHOLE
    return SHARED if reach else THOROUGH


def within_reach(method: str, columns: int, left_s: float) -> bool:
    """Whether the reference model is to be solved: asked for, or small enough for the time."""
    if method != "auto":
        return method == "reference"
    if math.isinf(left_s):
        return columns <= COLUMNS_WITHOUT_LIMIT
    return columns <= min(MOST_COLUMNS, COLUMNS_A_SECOND * left_s)


def proof_is_near(shares: Shares, gap: float | None, left_s: float) -> bool:
    """Whether a reference model within reach is worth all the time that is left.

    Args:
        gap: Between the best plan and bound; None without a plan.
    """
    return shares is QUICK or math.isinf(left_s) or gap is None or gap <= NEARLY_PROVEN
