"""An instance under construction: tables as a file would state them, and one source of chance."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from optimizer.domain.instance import FORMAT_VERSION, TABLES, Instance

Cells = dict[str, Any]
"""One row of a table, column by column."""


@dataclass
class Draft:
    """What has been decided about an instance so far.

    Attributes:
        rng: The only source of chance; the same seed gives the same instance everywhere.
        cyclic: Whether the period is a standard week.
        start: First minute of the period.
        tables: Rows by name of table.
        provenance: What rows say about themselves.
    """

    rng: random.Random
    name: str
    description: str
    cyclic: bool
    start: datetime
    days: int
    gateways: list[str]
    reference_data: bool
    provenance: str
    universe: Cells = field(default_factory=dict)
    settings: Cells = field(default_factory=dict)
    tables: dict[str, list[Cells]] = field(default_factory=lambda: {name: [] for name in TABLES})

    @property
    def length_min(self) -> int:
        """Length of the period in minutes."""
        return self.days * 1440

    def add(self, table: str, **cells: Any) -> Cells:
        """Append a row to a table and return it."""
        row: Cells = {"provenance": self.provenance, **cells}
        self.tables[table].append(row)
        return row

    def at(self, minute: int) -> datetime:
        """The instant that many minutes after the start of the period."""
        return self.start + timedelta(minutes=minute)

    def chance(self, probability: float) -> bool:
        """True with that probability."""
        return self.rng.random() < probability

    def instance(self) -> Instance:
        """The finished instance."""
        return Instance.model_validate(
            {
                "format_version": FORMAT_VERSION,
                "name": self.name,
                "description": self.description,
                "gateways": self.gateways,
                "reference_data": self.reference_data,
                "period": {
                    "kind": "cyclic" if self.cyclic else "dated",
                    "start": self.start,
                    "days": self.days,
                },
                "universe": self.universe,
                **self.settings,
                **self.tables,
            }
        )
