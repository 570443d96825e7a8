"""Edits of the fleet: aircraft more, fewer, later, other."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field
from typing_extensions import override

from optimizer.domain.base import Name, Names
from optimizer.domain.fleet import FleetRow, Maintenance
from optimizer.domain.period import Period
from optimizer.whatif.edits.base import Edit
from optimizer.whatif.edits.desk import Desk


class AddTail(Edit, FleetRow):
    """One more aircraft, or several; fields as in ``fleet.csv``."""

    edit: Literal["add_tail"] = "add_tail"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("fleet", self.as_row(FleetRow))


class GroundTail(Edit):
    """Aircraft that do not fly at all in the period."""

    edit: Literal["ground_tail"] = "ground_tail"
    tail: Name = Field(description="row of fleet.csv")
    aircraft: int | None = Field(
        default=None, ge=1, description="how many of a row of several; blank: all of it"
    )

    @override
    def apply(self, desk: Desk) -> None:
        kept: list[FleetRow] = []
        chosen = desk.matching("fleet", {"tail": (self.tail,)})
        for number, row in enumerate(desk.rows("fleet")):
            left = row.count - (self.aircraft or row.count) if number in chosen else row.count
            if left < 0:
                desk.wrong("aircraft", f"the row has {row.count} aircraft", value=self.aircraft)
            elif left > 0:
                kept.append(desk.changed(row, {"count": left}))
        desk.put("fleet", kept)
        there = {row.tail for row in kept}
        desk.put("maintenance", (m for m in desk.rows("maintenance") if m.tail in there))


class DelayTail(Edit):
    """An aircraft becomes available later; dated periods."""

    edit: Literal["delay_tail"] = "delay_tail"
    tail: Name = Field(description="row of fleet.csv")
    hours: float = Field(gt=0, description="later than it would")

    @override
    def apply(self, desk: Desk) -> None:
        period: Period = desk.instance.period
        by = timedelta(minutes=round(60 * self.hours))
        desk.change(
            "fleet",
            {"tail": (self.tail,)},
            lambda row: {"available_from": (row.available_from or period.start) + by},
        )


class SwapType(Edit):
    """Aircraft are of another type; rates that their rows state stay."""

    edit: Literal["swap_type"] = "swap_type"
    new_type: Name = Field(description="type they become")
    tail: Names = Field(default=(), description="only these rows of fleet.csv")
    type: Names = Field(default=(), description="only those of these types")
    operator: Names = Field(default=(), description="only those of these operators")

    @override
    def apply(self, desk: Desk) -> None:
        wanted = {"tail": self.tail, "type": self.type, "operator": self.operator}
        desk.change("fleet", wanted, lambda _: {"type": self.new_type})


class AddMaintenance(Edit, Maintenance):
    """A time on the ground for a tail (C14); fields as in ``maintenance.csv``."""

    edit: Literal["add_maintenance"] = "add_maintenance"

    @override
    def apply(self, desk: Desk) -> None:
        desk.matching("fleet", {"tail": (self.tail,)})
        desk.add("maintenance", self.as_row(Maintenance))


class LimitChanges(Edit):
    """Most flights of the published timetable that may be dropped, moved or added (C20)."""

    edit: Literal["limit_changes"] = "limit_changes"
    most: int | None = Field(default=None, ge=0, description="how many; blank: any number")

    @override
    def apply(self, desk: Desk) -> None:
        desk.instance = desk.instance.model_copy(update={"most_changes": self.most})
