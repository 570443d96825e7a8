"""The files of the Regional Flight Scheduling Problem, and how they are read here.

Source: A. Santini, "Destination selection and flight scheduling for regional airlines at
slot-constrained airports", International Transactions in Operational Research 32(3), 2025,
doi:10.1111/itor.13505; instances in the public domain (CC0).

Reading. Identical aircraft fly round trips from a hub. A round trip to destination d that leaves at
step t occupies one aircraft for `flight_time` steps and ends within the horizon. A departure uses
one of `slots[t]`. At most `n_flights` round trips go to d, two of them at least `min_spacing` steps
apart. Every aircraft is away at least `min_utilisation` x `time_horizon_len` steps in all. The sum
of `profit[t]` is maximised.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

WHOLE = 1e-9
"""Inaccuracy of a product of decimals that is taken for rounding."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Destination(_Strict):
    """A destination: most round trips, steps of one, and its profit by step of departure."""

    n_flights: int = Field(ge=0)
    flight_time: int = Field(ge=1)
    profit: tuple[float, ...]


class Rfsp(_Strict):
    """One instance, field by field as in its file."""

    n_destinations: int = Field(ge=1)
    n_aircraft: int = Field(ge=1)
    time_horizon_len: int = Field(ge=1)
    min_utilisation: float = Field(ge=0, le=1)
    min_spacing: int = Field(ge=0)
    destinations: tuple[Destination, ...]
    slots: tuple[int, ...]

    @property
    def least_away_steps(self) -> int:
        """Steps every aircraft is away at least."""
        return math.ceil(self.min_utilisation * self.time_horizon_len - WHOLE)

    def departures(self, destination: Destination) -> range:
        """Steps at which a round trip may leave and still end within the horizon."""
        return range(max(0, self.time_horizon_len - destination.flight_time + 1))

    def reduced(self, destinations: int, steps: int, aircraft: int, utilisation: float) -> Self:
        """The first destinations and steps only, for fewer aircraft that may be idle longer."""
        kept = tuple(
            d.model_copy(update={"profit": d.profit[:steps]})
            for d in self.destinations[:destinations]
        )
        return self.model_copy(
            update={
                "n_destinations": len(kept),
                "n_aircraft": aircraft,
                "time_horizon_len": steps,
                "min_utilisation": utilisation,
                "destinations": kept,
                "slots": self.slots[:steps],
            }
        )

    @model_validator(mode="after")
    def _lengths_agree(self) -> Self:
        if len(self.destinations) != self.n_destinations:
            raise ValueError("there are as many destinations as n_destinations says")
        lists = [self.slots, *(d.profit for d in self.destinations)]
        if any(len(items) != self.time_horizon_len for items in lists):
            raise ValueError("slots and profits have one value for every step of the horizon")
        if min(self.slots) < 0:
            raise ValueError("slots are not negative")
        return self


def read_rfsp(path: str | Path) -> Rfsp:
    """Read an instance.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not an instance; pydantic's message tells why.
    """
    return Rfsp.model_validate_json(Path(path).read_bytes())
