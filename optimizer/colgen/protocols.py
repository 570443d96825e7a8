"""What the kernel asks of a master, of a pricer and of columns, and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import FreighterError

FloatArray: TypeAlias = NDArray[np.float64]
Stop: TypeAlias = Callable[[], bool]
"""Asked often; True ends the work. What it raises reaches the caller."""
MasterStatus: TypeAlias = Literal[
    "optimal", "infeasible", "unbounded", "no_dual", "stopped", "error"
]
Reason: TypeAlias = Literal[
    "closed",
    "no columns",
    "stalled",
    "cycling",
    "stopped",
    "master failed",
    "infeasible",
    "unbounded",
    "rounds",
]


class ColumnGenerationError(FreighterError):
    """A master, a pricer or a column broke its contract; no bound can be trusted."""


class Columns(Protocol):
    """A batch of columns, opaque but for its reduced profits."""

    def __len__(self) -> int:
        """Number of columns."""
        ...

    def reduced_profits(self, prices: FloatArray) -> FloatArray:
        """Profit of each column less what it pays at prices of rows."""
        ...


C = TypeVar("C", bound=Columns)
InC = TypeVar("InC", bound=Columns, contravariant=True)
OutC = TypeVar("OutC", bound=Columns, covariant=True)


@dataclass(frozen=True, slots=True)
class MasterAnswer:
    """What a restricted master problem came to.

    Attributes:
        status: "no_dual" is an optimum without prices that can be used.
        value: Its maximum, if it is optimal.
        prices: By row, sign-correct: at least 0 for "at most" rows, at most 0 for "at least" rows.
            If infeasible: a ray (of the same signs) along which the dual falls without end.
        reason: What the solver said, for people.
    """

    status: MasterStatus
    value: float = float("nan")
    prices: FloatArray | None = None
    reason: str = ""


class Master(Protocol[InC]):
    """The linear program over the columns known so far; a maximisation."""

    def solve(self, stop: Stop) -> MasterAnswer:
        """Solve it; "stopped" once `stop` is true."""
        ...

    def add(self, columns: InC) -> int:
        """Add columns that are not there yet.

        Returns:
            How many were new.
        """
        ...

    def reset(self) -> None:
        """Forget the warm basis, after a failure; the columns stay."""
        ...


@dataclass(frozen=True, slots=True)
class Priced(Generic[OutC]):
    """What a pricer found at some prices.

    Attributes:
        bound: No solution of the whole maximisation is worth more (weak duality).
        columns: Columns of positive reduced profit at these prices; empty only if there are none.
        slope: A subgradient of the bound at these prices (rows' limits less what the best columns
            use), if it is known: it sharpens the choice of the smoothing.
    """

    bound: float
    columns: OutC
    slope: FloatArray | None = None


class Pricer(Protocol[OutC]):
    """Finds columns that are worth more than they pay, and with them a bound."""

    def price(self, prices: FloatArray, stop: Stop) -> Priced[OutC] | None:
        """Price at any sign-correct prices; None if `stop` became true before there was a bound."""
        ...


@dataclass(frozen=True, slots=True)
class Round:
    """One call of the pricer, as told to `on_round`.

    Attributes:
        number: Counts from 1.
        bound: Best bound so far.
        value: Of the last optimal master; negative infinity before there was one.
        columns: Columns that were new.
        smoothing: Weight of the best prices in the prices of this round.
    """

    number: int
    bound: float
    value: float
    columns: int
    smoothing: float


@dataclass(frozen=True, slots=True)
class ColumnResult:
    """How column generation ended; the bound is valid whatever the reason.

    Attributes:
        bound: Best (smallest) bound of all rounds; infinite before the first.
        prices: The prices that gave it.
        value: Of the last optimal master; negative infinity if there was none.
        rounds: Calls of the pricer that gave a bound.
        columns: New columns the master was given.
        reason: Why it ended.
        detail: What the master said, if it is to blame.
    """

    bound: float
    prices: FloatArray
    value: float
    rounds: int
    columns: int
    reason: Reason
    detail: str = ""
