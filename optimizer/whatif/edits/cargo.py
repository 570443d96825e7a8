"""Edits of demand: how much, when, from where to where, at what rate."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field
from typing_extensions import override

from optimizer.domain.base import Name
from optimizer.domain.demand import Commitment, Consignment
from optimizer.whatif.edits.base import CargoEdit, Edit
from optimizer.whatif.edits.desk import Desk


class ScaleDemand(CargoEdit):
    """More or less of some cargo: weight and volume times a factor; 0 takes it out."""

    edit: Literal["scale_demand"] = "scale_demand"
    by: float = Field(ge=0, description="factor of weight and volume")

    @override
    def apply(self, desk: Desk) -> None:
        if self.by == 0:
            gone = desk.matching("demand", self.wanted)
            rows = desk.rows("demand")
            desk.put("demand", (row for i, row in enumerate(rows) if i not in gone))
            return
        desk.change(
            "demand",
            self.wanted,
            lambda c: {"weight_kg": c.weight_kg * self.by, "volume_m3": c.volume_m3 * self.by},
        )


class ShiftDemand(CargoEdit):
    """Some cargo is ready and due so much later (or earlier)."""

    edit: Literal["shift_demand"] = "shift_demand"
    hours: float = Field(description="later; negative: earlier")

    @override
    def apply(self, desk: Desk) -> None:
        by = timedelta(minutes=round(60 * self.hours))
        desk.change(
            "demand",
            self.wanted,
            lambda c: {"ready_at": c.ready_at + by, "due_at": c.due_at + by},
        )


class RedirectDemand(CargoEdit):
    """A share of some cargo goes from or to another place; its identifier gets that appended."""

    edit: Literal["redirect_demand"] = "redirect_demand"
    share: float = Field(default=1, gt=0, le=1, description="share of weight and volume")
    new_origin: Name | None = Field(default=None, description="from there instead")
    new_destination: Name | None = Field(default=None, description="to there instead")

    @override
    def apply(self, desk: Desk) -> None:
        if self.new_origin is None and self.new_destination is None:
            desk.wrong("new_origin", "state a new origin, a new destination, or both")
            return
        chosen = desk.matching("demand", self.wanted)
        rows: list[Consignment] = []
        for number, row in enumerate(desk.rows("demand")):
            if number not in chosen:
                rows.append(row)
                continue
            if self.share < 1:
                rows.append(desk.changed(row, _part(row, 1 - self.share)))
            ends = {
                "consignment": f"{row.consignment}>{self.new_origin or self.new_destination}",
                "origin": self.new_origin or row.origin,
                "destination": self.new_destination or row.destination,
            }
            rows.append(desk.changed(row, _part(row, self.share) | ends))
        desk.put("demand", rows)


def _part(row: Consignment, share: float) -> dict[str, float]:
    return {"weight_kg": row.weight_kg * share, "volume_m3": row.volume_m3 * share}


class ScaleRates(CargoEdit):
    """Freight and surcharges of some cargo times a factor (R1, R2)."""

    edit: Literal["scale_rates"] = "scale_rates"
    by: float = Field(ge=0, description="factor of the freight rate")
    surcharges_by: float = Field(default=1, ge=0, description="factor of surcharges")

    @override
    def apply(self, desk: Desk) -> None:
        desk.change(
            "demand",
            self.wanted,
            lambda c: {
                "usd_per_chargeable_kg": c.usd_per_chargeable_kg * self.by,
                "surcharge_usd_per_kg": c.surcharge_usd_per_kg * self.surcharges_by,
            },
        )


class DeclareDemand(CargoEdit):
    """Some cargo goes through customs in another mode (C11)."""

    edit: Literal["declare_demand"] = "declare_demand"
    customs: Name = Field(description="customs mode")

    @override
    def apply(self, desk: Desk) -> None:
        desk.change("demand", self.wanted, lambda _: {"customs": self.customs})


class AddConsignment(Edit, Consignment):
    """One more consignment; fields as in ``demand.csv``."""

    edit: Literal["add_consignment"] = "add_consignment"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("demand", self.as_row(Consignment))


class AddCommitment(Edit, Commitment):
    """One more promise to deliver (C19); fields as in ``commitments.csv``."""

    edit: Literal["add_commitment"] = "add_commitment"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("commitments", self.as_row(Commitment))
