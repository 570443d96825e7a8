"""What every step of resolving works with."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain.instance import Instance
from optimizer.resolve.calendar import Calendar
from optimizer.resolve.findings import Findings
from optimizer.resolve.merge import Catalogue


@dataclass(frozen=True)
class Context:
    """The instance, what fills its blanks, its calendar, and what is wrong with it."""

    instance: Instance
    catalogue: Catalogue
    calendar: Calendar
    findings: Findings

    def timezone(self, airport: str) -> str:
        """IANA zone of an airport; UTC if nobody states one."""
        return self.catalogue.text("airports", airport, "timezone") or "UTC"

    def amount(self, airport: str, field: str, section: str = "") -> float:
        """A cost or time at an airport, 0 if nobody states it; `section` holds a general value."""
        general = (section, field) if section else None
        return self.catalogue.number("airports", airport, field, general) or 0.0
