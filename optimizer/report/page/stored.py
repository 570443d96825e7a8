"""What a page that was written earlier knows of its plan."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

from optimizer.report.folder import PAGE_FILE
from optimizer.report.stored import stored_text, wrong

_DATA: Final = re.compile(r'<script type="application/json" id="plan">(.*?)</script>', re.DOTALL)
_NEEDED: Final = frozenset(
    ("start", "length_min", "cyclic", "places", "operators", "gateways", "codes", "airports",
     "rows", "flights", "money", "cargo")
)  # fmt: skip


def stored_document(folder: Path) -> dict[str, Any]:
    """The document in the ``report.html`` of a solution.

    Raises:
        SolutionError: It is not there, or another version wrote it.
    """
    found = _DATA.search(stored_text(folder, PAGE_FILE))
    try:
        document = json.loads(found[1]) if found else None
    except ValueError:
        document = None
    if not isinstance(document, dict) or not _understood(document):
        raise wrong(
            PAGE_FILE,
            f"in {folder} is not as this version writes it; solve again, from that plan "
            "(--start-schedule, --start-loads)",
        )
    return document


def _understood(document: dict[str, Any]) -> bool:
    airports = document.get("airports")
    return (
        document.keys() >= _NEEDED
        and isinstance(airports, dict)
        and all("position" in airport for airport in airports.values())
    )
