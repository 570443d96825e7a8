"""The page itself: markup, style and script of the package, with the plan as data."""

from __future__ import annotations

import html
import json
from functools import cache
from importlib import resources
from typing import Any, Final

from optimizer.report.page.document import document
from optimizer.report.view import PlanView

SCRIPTS: Final = (
    "words", "core", "draw", "figures", "map", "gantt", "tails", "stands", "waterfall", "flow",
    "factors", "left", "chosen", "start",
)  # fmt: skip
"""Parts of the script, in the order in which they need each other."""


def page_html(view: PlanView, figures: dict[str, Any]) -> str:
    """The report of a plan as one HTML document that needs nothing else.

    Args:
        view: The plan and its tables.
        figures: Its ``summary()``.
    """
    parts = {
        "title": html.escape(view.resolved.name),
        "style": _asset("page.css"),
        "data": _embedded(document(view, figures)),
        "script": "\n".join(_asset(f"{name}.js") for name in SCRIPTS),
    }
    page = _asset("page.html")
    for name, text in parts.items():
        page = page.replace(f"<!-- {name} -->", text, 1)
    return page


def _embedded(data: dict[str, Any]) -> str:
    """JSON that cannot end the element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


@cache
def _asset(name: str) -> str:
    return (resources.files("optimizer.report.page") / "assets" / name).read_text(encoding="utf-8")
