"""What authorities charge for carbon and pay for routes."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from optimizer.domain.base import Name, Names, Row, Usd

CO2_KG_PER_KG_FUEL = 3.16
"""Kilograms of CO2 from a kilogram of jet fuel: the factor of CORSIA and the EU ETS (K)."""

Share = Annotated[float, Field(ge=0, le=1)]


class CarbonScheme(Row):
    """A price of CO2 on some legs (K13, ``carbon.csv``).

    A leg pays every scheme that covers both its ends: fuel of the leg · 3.16 · price · share to be
    paid. Points are airport codes, country codes or ``*``. A scheme for flights inside an area and
    those leaving it for some neighbours names the area under `origins`, and the area and the
    neighbours under `destinations`.
    """

    scheme: Name = Field(description="its name, for example EU ETS")
    origins: Names = Field(default=(), description="legs from these points; blank: from anywhere")
    destinations: Names = Field(default=(), description="legs to these points; blank: to anywhere")
    usd_per_t_co2: Usd = Field(description="price of a tonne of CO2")
    paid_share: Share = Field(
        default=1, description="share of the emissions that must be paid for (1: all)"
    )


class Support(Row):
    """Money an authority pays for flights or cargo on a route (R4, ``support.csv``).

    Points are airport codes, country codes or ``*``. A rotation earns the amount per flight once
    if it makes full stops at an uplift and later at a discharge point, empty or not; cargo earns
    the amount per tonne if it is loaded at the one and unloaded at the other. Rows add up.
    """

    authority: Name = Field(description="who pays")
    uplift: Name = Field(description="from where: airport, country or *")
    discharge: Name = Field(description="to where: airport, country or *")
    both_ways: bool = Field(
        default=False, description="whether the opposite direction earns it too"
    )
    operators: Names = Field(default=(), description="only their flights; blank: everybody's")
    usd_per_flight: Usd = Field(default=0, description="for each rotation")
    usd_per_t: Usd = Field(default=0, description="for each tonne delivered by air on this way")

    @model_validator(mode="after")
    def _pays(self) -> Self:
        if not self.usd_per_flight and not self.usd_per_t:
            raise ValueError("state usd_per_flight or usd_per_t, or both")
        return self
