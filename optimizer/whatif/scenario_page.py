"""Writes ``docs/scenarios.md``: ``python -m optimizer.whatif.scenario_page docs``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import resources
from inspect import cleandoc
from pathlib import Path

from optimizer.domain.base import Record, Row
from optimizer.domain.instance import TABLES, Prices
from optimizer.files.atomic import write_file
from optimizer.files.format_page import field_table
from optimizer.whatif.edits import EDITS, Edit


def scenario_page() -> str:
    """The Markdown text of ``docs/scenarios.md``."""
    head = resources.files("optimizer.whatif").joinpath("scenario_page.template.md")
    return "\n".join((head.read_text("utf-8"), *_edits()))


def _edits() -> Iterator[str]:
    for name, record in EDITS.items():
        yield f"### {name}\n"
        yield cleandoc(record.__doc__ or "").replace("``", "`") + "\n"
        own = [field for field in record.model_fields if field not in _elsewhere(record)]
        if own:
            yield from field_table(record, own)


def _elsewhere(record: type[Edit]) -> set[str]:
    """Fields that are documented with the table or section whose row the edit is."""
    rows: tuple[type[Record], ...] = (*TABLES.values(), Prices)
    inherited = [row for row in rows if issubclass(record, row)]
    return {"edit", *Row.model_fields} | {f for row in inherited for f in row.model_fields}


def main() -> None:
    """Write the page into the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    write_file(folder / "scenarios.md", scenario_page().encode())


if __name__ == "__main__":
    main()
