"""What every edit is."""

from __future__ import annotations

from abc import abstractmethod
from typing import TypeVar

from pydantic import Field

from optimizer.domain.base import Name, Names, Record
from optimizer.whatif.edits.desk import Desk

R = TypeVar("R", bound=Record)


class Edit(Record):
    """One named change of an instance, typed and checked like a row of a table."""

    edit: str

    @abstractmethod
    def apply(self, desk: Desk) -> None:
        """Do it, or leave findings on the desk."""

    def as_row(self, record: type[R]) -> R:
        """The row of a table that the edit states besides its own name."""
        return record.model_validate(self.model_dump(exclude={"edit"}))


class CargoEdit(Edit):
    """An edit of the consignments that match every selector stated; a blank one matches all."""

    consignments: Names = Field(default=(), description="only these")
    origin: Names = Field(default=(), description="only from these places")
    destination: Names = Field(default=(), description="only to these places")
    commodity: Names = Field(default=(), description="only these commodities")
    shipper: Names = Field(default=(), description="only of these shippers")

    @property
    def wanted(self) -> dict[str, tuple[Name, ...]]:
        """Values by column of ``demand.csv``."""
        return {
            "consignment": self.consignments,
            "origin": self.origin,
            "destination": self.destination,
            "commodity": self.commodity,
            "shipper": self.shipper,
        }
