"""Special cargo: what aircraft and airports must have for it."""

from __future__ import annotations

from pydantic import Field

from optimizer.domain.base import Name, Names, Row


class Requirement(Row):
    """What some consignments need of aircraft and airports (C16, ``requirements.csv``).

    A nose door, temperature control, a class of dangerous goods: consignments name it in
    ``requires``, and this row tells who meets it.
    """

    requirement: Name = Field(description="for example nose door, cool, DGR class 9")
    types: Names = Field(default=(), description="aircraft types that meet it; blank: every type")
    airports: Names = Field(
        default=(),
        description="airports where such cargo may be lifted and unloaded; blank: every airport",
    )
