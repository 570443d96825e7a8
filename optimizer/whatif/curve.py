"""A value curve: contribution against what was varied, with the band up to the proven bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 86, 16, 34, 44


@dataclass(frozen=True)
class Point:
    """One value tried.

    Attributes:
        label: The value, as text.
        usd: Contribution of the plan.
        bound_usd: No plan earns more.
    """

    label: str
    usd: float
    bound_usd: float


def curve_svg(title: str, axis: str, points: Sequence[Point]) -> str:
    """The curve as an SVG: values of plans as a line, the band between plan and bound behind it.

    The best plan possible lies within the band: a curve whose bands overlap proves no difference.

    Args:
        title: What it is.
        axis: What was varied.
        points: In the order of the axis; numbers are spaced as such, other values evenly.
    """
    low = min(p.usd for p in points)
    high = max(p.bound_usd for p in points)
    span = (high - low) or max(1.0, abs(high))
    low, high = low - 0.06 * span, high + 0.06 * span
    xs = _positions(points)
    inner = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def x(i: int) -> float:
        return round(_LEFT + xs[i] * inner[0], 1)

    def y(usd: float) -> float:
        return round(_TOP + (high - usd) / (high - low) * inner[1], 1)

    line = " ".join(f"{x(i)},{y(p.usd)}" for i, p in enumerate(points))
    upper = [f"{x(i)},{y(p.bound_usd)}" for i, p in enumerate(points)]
    band = " ".join((line, *reversed(upper)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title, quote=True)}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
    ]
    right, foot = WIDTH - _RIGHT, HEIGHT - _BOTTOM + 18
    for step in range(5):
        usd = low + (high - low) * step / 4
        parts.append(
            f'<line x1="{_LEFT}" x2="{right}" y1="{y(usd)}" y2="{y(usd)}" stroke="#d5dde4"/>'
            f'<text x="{_LEFT - 6}" y="{y(usd) + 4}" text-anchor="end">{usd:,.0f}</text>'
        )
    parts.append(f'<polygon points="{band}" fill="#0b5f86" fill-opacity="0.18"/>')
    parts.append(f'<polyline points="{line}" fill="none" stroke="#0b5f86" stroke-width="2"/>')
    for i, p in enumerate(points):
        told = f"{escape(p.label)}: {p.usd:,.0f} USD, at most {p.bound_usd:,.0f}"
        parts.append(
            f'<circle cx="{x(i)}" cy="{y(p.usd)}" r="3.5" fill="#0b5f86">'
            f"<title>{told}</title></circle>"
            f'<text x="{x(i)}" y="{foot}" text-anchor="middle">{escape(p.label)}</text>'
        )
    parts.append(
        f'<text x="{_LEFT + inner[0] / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(axis)}; '
        "line: contribution of the plan, band: up to what is proven possible, USD</text></svg>"
    )
    return "\n".join(parts) + "\n"


def _positions(points: Sequence[Point]) -> list[float]:
    """Where the points stand between 0 and 1."""
    try:
        numbers = [float(p.label) for p in points]
    except ValueError:
        numbers = [float(i) for i in range(len(points))]
    first, last = min(numbers), max(numbers)
    if first == last:
        return [0.5] * len(points)
    return [0.03 + 0.94 * (n - first) / (last - first) for n in numbers]
