"""The machine-readable file of a session: ``benchmarks/results/<date>.json``."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.measure import Row
from benchmarks.session import Options
from benchmarks.task import Point

SCHEMA_VERSION = 1
FOLDER = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Session:
    """Everything a session told."""

    date: str
    commit: str
    machine: dict[str, Any]
    options: Options
    rows: tuple[Row, ...]

    def write(self, path: Path) -> None:
        """Write the file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        document = {"schema_version": SCHEMA_VERSION, **dataclasses.asdict(self)}
        document["rows"] = [_row_document(row) for row in self.rows]
        unfinished = path.with_suffix(".part")
        unfinished.write_text(json.dumps(document, indent=1) + "\n")
        unfinished.replace(path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """What `write` wrote.

        Raises:
            ValueError: It is of another version.
        """
        document = json.loads(path.read_text())
        if document.pop("schema_version") != SCHEMA_VERSION:
            raise ValueError(f"{path}: not version {SCHEMA_VERSION} of the results")
        stated: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in document["options"].items()
        }
        rows = tuple(
            Row(**{**row, "trace": tuple(Point(*point) for point in row["trace"])})
            for row in document["rows"]
        )
        return cls(**{**document, "options": Options(**stated), "rows": rows})


def _row_document(row: Row) -> dict[str, Any]:
    trace = [[point.seconds, point.value_usd, point.bound_usd] for point in row.trace]
    return {**dataclasses.asdict(row), "trace": trace}
