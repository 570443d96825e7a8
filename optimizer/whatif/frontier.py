"""Contribution against CO2: what plans at several prices of carbon earn before they pay for it.

At a price p of a tonne of CO2 no plan earns more than the bound U: its contribution before carbon
cost, less p times its CO2, is at most U. So with E tonnes of CO2 or fewer, nothing earns more
before carbon cost than the least of U + p E over all prices tried (Lagrange); and the plan that
earns most among those in hand with at most E tonnes earns at least that much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from optimizer.whatif.drawing import Axes, band, dot, line
from optimizer.whatif.drawing_words import FRONTIER


@dataclass(frozen=True)
class Priced:
    """A plan at a price of CO2.

    Attributes:
        usd_per_t: The price, paid for every tonne.
        co2_t: Tonnes of CO2 of the plan.
        usd: Its contribution before carbon cost.
        bound_usd: At this price no plan's contribution, carbon cost paid, is more.
        variant: What it is called among the variants.
    """

    usd_per_t: float
    co2_t: float
    usd: float
    bound_usd: float
    variant: str = ""


def most_usd(points: Sequence[Priced], co2_t: float) -> float:
    """No plan with so much CO2 or less earns more before carbon cost."""
    return min(p.bound_usd + p.usd_per_t * co2_t for p in points)


def least_usd(points: Sequence[Priced], co2_t: float) -> float | None:
    """What the best plan in hand with so much CO2 or less earns; None if there is none."""
    return max((p.usd for p in points if p.co2_t <= co2_t), default=None)


def frontier_svg(name: str, points: Sequence[Priced], language: str = "en") -> str:
    """The curve as an SVG: plans in hand as a staircase, the band up to the proven bound above it.

    Args:
        name: Of the scenario.
        points: One for each price tried, at least one.
        language: Of its words, one of `drawing_words.LANGUAGES`.
    """
    words = FRONTIER[language]
    stairs, roof = _staircase(points), _roof(points)
    axes = Axes.around(
        [p.co2_t for p in points], [usd for _, usd in (*stairs, *roof)] + [p.usd for p in points]
    )
    parts = [band(axes.polyline([*stairs, *reversed(roof)])), line(axes.polyline(stairs))]
    placed: list[tuple[float, float, list[Priced]]] = []  # what lies together shares a text
    for p in points:
        x, y = axes.x(p.co2_t), axes.y(p.usd)
        near = (own for a, b, own in placed if abs(x - a) < 24 and abs(y - b) < 14)
        together = next(near, None)
        if together is None:
            placed.append((x, y, [p]))
        else:
            together.append(p)
    named = {own[0]: ", ".join(f"{p.usd_per_t:g}" for p in own) for _, _, own in placed}
    for p in points:
        most = most_usd(points, p.co2_t)
        text = words["point"].format(p.variant, p.co2_t, p.usd, most)
        parts.append(dot(p.variant, axes.x(p.co2_t), axes.y(p.usd), text, named.get(p, "")))
    labels = [(co2_t, f"{co2_t:,.0f}") for co2_t in axes.steps()]
    return axes.drawn(
        words["title"].format(name), (words["axis"], words["read"]), labels, "\n".join(parts)
    )


def _ends(points: Sequence[Priced]) -> tuple[float, float]:
    tonnes = [p.co2_t for p in points]
    return min(tonnes), max(tonnes)


def _staircase(points: Sequence[Priced]) -> list[tuple[float, float]]:
    """CO2 and most dollars of plans in hand; each plan is a step up or on the level."""
    found: list[tuple[float, float]] = []
    for p in sorted(points, key=lambda p: (p.co2_t, p.usd)):
        if found:
            found.append((p.co2_t, found[-1][1]))
        found.append((p.co2_t, max([p.usd, *(usd for _, usd in found)])))
    return found


def _roof(points: Sequence[Priced]) -> list[tuple[float, float]]:
    """CO2 and proven bound, at both ends and wherever another price proves more."""
    low, high = _ends(points)
    corners = {low, high}
    for p, q in combinations(points, 2):
        if p.usd_per_t != q.usd_per_t:
            corner = (q.bound_usd - p.bound_usd) / (p.usd_per_t - q.usd_per_t)
            if low < corner < high:
                corners.add(corner)
    return [(co2_t, most_usd(points, co2_t)) for co2_t in sorted(corners)]
