"""What a set of variants came to, written beside them: a table, drawings, and one page of all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from optimizer.plan.money import NAMES
from optimizer.report.compare import Difference
from optimizer.report.folder import PAGE_FILE, write_csv
from optimizer.report.page.document import place_words
from optimizer.report.page.html import VARIANTS, made_page
from optimizer.whatif.drawing_words import LANGUAGES
from optimizer.whatif.outcome import DIFFERENCES, Drawing, Outcome, curves
from optimizer.whatif.variants import folder_name

TABLE_FILE: Final = "variants.csv"
MOST_PAIRS: Final = 8
"""So many pairs of origin and destination are told of the chosen variant."""


def write_outcome(folder: Path, found: Outcome) -> list[Path]:
    """Write table, drawings and page into the folder of the variants; their paths, page first.

    Raises:
        OSError: They cannot be written.
    """
    drawings = curves(found)
    write_csv(found.table, folder / TABLE_FILE)
    written = [folder / PAGE_FILE, folder / TABLE_FILE]
    for drawing in drawings:
        written.append(folder / f"{drawing.name}.svg")
        written[-1].write_text(drawing.texts["en"], encoding="utf-8", newline="\n")
    written[0].write_text(variants_html(found, drawings), encoding="utf-8", newline="\n")
    return written


def variants_html(found: Outcome, drawings: Sequence[Drawing]) -> str:
    """The page of all variants as one HTML document that needs nothing else.

    Its links lead to the pages beside it.
    """
    return made_page("variants", f"{found.name}: what if", _document(found, drawings), VARIANTS)


def _document(found: Outcome, drawings: Sequence[Drawing]) -> dict[str, Any]:
    whole = found.table.astype(object).where(found.table.notna(), None)
    base, *variants = whole.to_dict("records")
    rows = [
        {str(key): value for key, value in row.items()} | _told(row, found.differences)
        for row in variants
    ]
    places = {place for row in rows for pair in row.get("tonnes", ()) for place in pair[:2]}
    return {
        "instance": found.name,
        "base": base,
        "variants": rows,
        "curves": [[drawing.texts[language] for language in LANGUAGES] for drawing in drawings],
        "names": NAMES,
        "places": place_words(places),
        "codes": [],
        "operators": {},
        "gateways": [],
    }


def _told(row: dict[Any, Any], differences: dict[str, Difference]) -> dict[str, Any]:
    """What the page tells of a variant that is chosen."""
    name = str(row["variant"])
    found = differences.get(name)
    if found is None:
        return {}
    own = quote(folder_name(name))
    counts: dict[str, int] = {}
    for table in (found.rotations, found.cargo):
        counts |= {str(k): int(n) for k, n in table["change"].value_counts().items()}
    changed = found.money[found.money["difference_usd"].abs() >= 1]
    columns = ["origin", "destination", "a_t", "b_t"]
    return {
        "solution": f"{own}/{PAGE_FILE}",
        "comparison": f"{DIFFERENCES}/{own}/{PAGE_FILE}",
        "money": dict(zip(changed["code"], changed["difference_usd"], strict=True)),
        "counts": counts,
        "tonnes": found.tonnes[columns].head(MOST_PAIRS).to_numpy().tolist(),
    }
