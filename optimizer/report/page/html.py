"""The page itself: markup, style and script of the package, with what it shows as data."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from optimizer.report.page.document import document
from optimizer.report.view import PlanView

_EVERY: Final = ("words", "core", "draw")
_FLIGHTS: Final = (
    "clock", "flights", "sieve", "gantt", "aircraft", "routes", "bars", "earners",
)  # fmt: skip
PLAN: Final = (
    *_EVERY, *_FLIGHTS, "figures", "map", "tails", "stands", "waterfall", "flow", "factors",
    "left", "chosen", "start",
)  # fmt: skip
"""Parts of the script of a plan's page, in the order in which they need each other."""
COMPARISON: Final = (
    *_EVERY, "words_compare", *_FLIGHTS, "told", "compare", "compare_figures", "compare_map",
    "compare_tails", "compare_money", "compare_tonnes", "compare_lists", "compare_chosen", "start",
)  # fmt: skip
"""The same for the page of a comparison."""
VARIANTS: Final = (
    *_EVERY, "words_compare", "sieve", "bars", "told", "variants",
    "variants_drawn", "variants_chosen", "start",
)  # fmt: skip
"""The same for the page of a set of variants."""


def page_html(view: PlanView, figures: dict[str, Any]) -> str:
    """The report of a plan as one HTML document that needs nothing else.

    Args:
        view: The plan and its tables.
        figures: Its ``summary()``.
    """
    return made_page("plan", view.resolved.name, document(view, figures), PLAN)


def made_page(content: str, title: str, data: dict[str, Any], scripts: Sequence[str]) -> str:
    """One HTML document that needs nothing else.

    Args:
        content: Which markup: ``plan``, ``comparison`` or ``variants``.
        title: Of the window.
        data: What the page shows.
        scripts: Parts of its script, in order.
    """
    parts = {
        "content": _asset(f"{content}.html"),
        "title": html.escape(title),
        "style": _asset("page.css"),
        "data": _embedded(data),
        "script": "\n".join(_asset(f"{name}.js") for name in scripts),
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
