"""Edits of prices, charges, trucks and customs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import Field
from typing_extensions import override

from optimizer.data import reference
from optimizer.domain.airports import Charge
from optimizer.domain.authorities import CarbonScheme
from optimizer.domain.base import Names, Usd
from optimizer.domain.feeder import CustomsMode, Lane
from optimizer.domain.instance import Prices
from optimizer.whatif.edits.base import Edit
from optimizer.whatif.edits.desk import Desk


class SetPrices(Edit, Prices):
    """Prices that hold everywhere; fields as in ``[prices]``."""

    edit: Literal["set_prices"] = "set_prices"

    @override
    def apply(self, desk: Desk) -> None:
        stated = self.model_dump(exclude={"edit"}, exclude_none=True)
        if not stated:
            desk.wrong("", "state at least one price")
        prices = desk.changed(desk.instance.prices, stated)
        desk.instance = desk.instance.model_copy(update={"prices": prices})


class ScaleFuel(Edit):
    """Fuel prices times a factor: the general one and those that airports state (K1)."""

    edit: Literal["scale_fuel"] = "scale_fuel"
    by: float = Field(ge=0, description="factor")

    @override
    def apply(self, desk: Desk) -> None:
        instance = desk.instance
        default = reference().defaults["prices.fuel_usd_per_t"].value
        general = instance.prices.fuel_usd_per_t
        if general is None:
            general = default if instance.reference_data else 0.0
        prices = desk.changed(instance.prices, {"fuel_usd_per_t": general * self.by})
        desk.instance = instance.model_copy(update={"prices": prices})
        desk.put(
            "airports",
            (
                row
                if row.fuel_usd_per_t is None
                else desk.changed(row, {"fuel_usd_per_t": row.fuel_usd_per_t * self.by})
                for row in desk.rows("airports")
            ),
        )


class SetCarbon(Edit):
    """One price of CO2 on every leg, in place of all carbon schemes (K13).

    Where it is varied, `whatif` also draws what can be earned with how much CO2.
    """

    edit: Literal["set_carbon"] = "set_carbon"
    usd_per_t_co2: Usd = Field(description="price of a tonne of CO2; 0: nobody charges for it")

    @override
    def apply(self, desk: Desk) -> None:
        price = self.usd_per_t_co2
        scheme = CarbonScheme(scheme="everywhere", usd_per_t_co2=price)
        desk.put("carbon", (scheme,) if price else ())


class ScaleCharges(Edit):
    """Landing, take-off, lighting and noise charges times a factor (K5)."""

    edit: Literal["scale_charges"] = "scale_charges"
    airport: Names = Field(min_length=1, description="where")
    by: float = Field(ge=0, description="factor of every part of the charge")

    @override
    def apply(self, desk: Desk) -> None:
        for airport in self.airport:
            own = any(row.airport == airport for row in desk.rows("charges"))
            if not own and desk.instance.reference_data:
                desk.add("charges", *(c for c in reference().charges if c.airport == airport))
        desk.change("charges", {"airport": self.airport}, self._scaled)

    def _scaled(self, row: Charge) -> dict[str, float]:
        return {
            "fixed_usd": row.fixed_usd * self.by,
            "usd_per_t": row.usd_per_t * self.by,
            "scale_usd": row.scale_usd * self.by,
        }


class ChangeLanes(Edit):
    """Truck lanes: driving time, price, trucks in a dispatch window (K10, C12)."""

    edit: Literal["change_lanes"] = "change_lanes"
    origin: Names = Field(default=(), description="only from these places")
    destination: Names = Field(default=(), description="only to these places")
    time_by: float = Field(default=1, gt=0, description="factor of the driving time")
    usd_by: float = Field(default=1, ge=0, description="factor of the price of a truck")
    trucks_per_dispatch: int | None = Field(
        default=None, ge=0, description="trucks in each window; blank: as it was"
    )

    @override
    def apply(self, desk: Desk) -> None:
        if desk.instance.reference_data:
            desk.put("lanes", _with_reference(desk.rows("lanes")))
        desk.change("lanes", {"origin": self.origin, "destination": self.destination}, self._lane)

    def _lane(self, row: Lane) -> dict[str, float | None]:
        trucks = self.trucks_per_dispatch
        return {
            "truck_min": round(row.truck_min * self.time_by),
            "usd_per_truck": row.usd_per_truck * self.usd_by,
            "trucks_per_dispatch": row.trucks_per_dispatch if trucks is None else trucks,
        }


def _with_reference(rows: Iterable[Lane]) -> tuple[Lane, ...]:
    """Own lanes, and those of the reference data that they do not replace."""
    own = tuple(rows)
    stated = {(row.origin, row.destination) for row in own}
    return (*own, *(x for x in reference().lanes if (x.origin, x.destination) not in stated))


class AddLane(Edit, Lane):
    """One more truck lane; fields as in ``lanes.csv``."""

    edit: Literal["add_lane"] = "add_lane"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("lanes", self.as_row(Lane))


class SetCustoms(Edit, CustomsMode):
    """Cut-offs of a customs mode (C11); fields as in ``customs.csv``."""

    edit: Literal["set_customs"] = "set_customs"

    @override
    def apply(self, desk: Desk) -> None:
        mine = (self.mode, self.airport)
        others = (row for row in desk.rows("customs") if (row.mode, row.airport) != mine)
        own = self.as_row(CustomsMode)
        desk.put("customs", (*others, own))
