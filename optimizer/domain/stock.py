"""Room in a terminal for cargo that waits for its flight (C10)."""

from __future__ import annotations

from pydantic import Field

from optimizer.domain.base import Iata, NonNegative, Row


class StockLimit(Row):
    """How many kilograms may wait for their flights at an airport at one time (C10, ``stock.csv``).

    Cargo waits from the arrival of its feeder truck (or the time it is ready, if it is offered at
    the airport; or the on-block of the flight it comes with, if it changes aircraft there) to the
    off-block of its flight. Cargo that has landed for good is in the import shed and does not
    count. At airports without a row any amount may wait.
    """

    airport: Iata = Field(description="where")
    most_kg: NonNegative = Field(description="most kilograms in stock at any instant")
