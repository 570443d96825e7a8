"""Special cargo: what aircraft and airports must have for it, and what it must not fly beside."""

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


class Incompatible(Row):
    """Goods that must not be on board of one flight leg together (C16, ``incompatible.csv``).

    Live animals and dry ice, foodstuffs and toxic substances: goods are named as consignments
    name them in ``requires``. Each way round a pair means the same, so it is stated once. Goods
    that need nothing else have a row in ``requirements.csv`` with blank types and airports.
    """

    requirement: Name = Field(description="goods, as a requirement of requirements.csv")
    apart_from: Name = Field(
        description="goods that must not be on the same leg, likewise; not the same requirement"
    )
