"""Bought capacity: blocks of space on flights of others."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from optimizer.domain.base import Iata, Instant, Name, Names, Row, Usd


class Block(Row):
    """Capacity bought on one flight that somebody else flies (C18, K12, ``blocks.csv``).

    The flight is fixed; in a cyclic week it flies every week. A hard block is paid in any case
    (``fixed_usd``), a soft one by what is used of it (``usd_per_kg``); both prices may be stated. A
    soft block of which a least part is paid in any case is two rows: a hard one of that part, and a
    soft one of the rest. Trucks, customs, terminals and storage are those of any other flight;
    traffic rights are the matter of whoever flies it.
    """

    block: Name = Field(description="identifier")
    kind: Literal["bsa", "interline", "belly"] = Field(
        default="bsa", description="block space agreement, interline or belly; for reports"
    )
    operator: Name = Field(description="who flies it; counts for carriers of consignments")
    flight: str = Field(default="", description="flight number, for reports")
    origin: Iata = Field(description="where it departs")
    destination: Iata = Field(description="where it arrives")
    departs_at: Instant = Field(description="off-block")
    arrives_at: Instant = Field(description="on-block")
    weight_kg: float = Field(gt=0, description="most weight")
    volume_m3: float = Field(gt=0, description="most volume")
    fixed_usd: Usd = Field(
        default=0, description="price of the whole block, paid whether it is used or not (K12)"
    )
    usd_per_kg: Usd = Field(default=0, description="price of every kg that is used (K12)")
    meets: Names = Field(
        default=(),
        description="requirements of special cargo (C16, requirements.csv) that it meets; "
        "blank: none",
    )
