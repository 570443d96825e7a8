"""Hub transit: how long a gateway takes from one aircraft to the next (C21)."""

from __future__ import annotations

from pydantic import Field

from optimizer.domain.base import Iata, Minutes, Name, Row


class Connection(Row):
    """How long cargo needs to change aircraft at a gateway (C21, ``connections.csv``).

    A consignment whose ``transit`` names the mode may come in on one rotation and go out on
    another, if so many minutes lie between on-block and off-block.
    """

    mode: Name = Field(description="airside, special zone, standard, or one of your own")
    gateway: Iata | None = Field(default=None, description="only at this gateway; blank: at any")
    connection_min: Minutes = Field(description="least time from on-block to off-block")
