"""A value curve: contribution against what was varied, with the band up to the proven bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.whatif.drawing import Axes, band, dot, line
from optimizer.whatif.drawing_words import CURVE


@dataclass(frozen=True)
class Point:
    """One value tried.

    Attributes:
        label: The value, as text.
        usd: Contribution of the plan.
        bound_usd: No plan earns more.
        variant: What it is called among the variants.
    """

    label: str
    usd: float
    bound_usd: float
    variant: str = ""


def curve_svg(title: str, axis: str, points: Sequence[Point], language: str = "en") -> str:
    """The curve as an SVG: values of plans as a line, the band between plan and bound behind it.

    The best plan possible lies within the band: a curve whose bands overlap proves no difference.

    Args:
        title: What it is.
        axis: What was varied.
        points: In the order of the axis; numbers are spaced as such, other values evenly.
        language: Of its words, one of `drawing_words.LANGUAGES`.
    """
    xs = _positions(points)
    axes = Axes.around(xs, [usd for p in points for usd in (p.usd, p.bound_usd)])
    plans = [(x, p.usd) for x, p in zip(xs, points, strict=True)]
    bounds = [(x, p.bound_usd) for x, p in zip(xs, points, strict=True)]
    told = (CURVE[language]["point"].format(p.label, p.usd, p.bound_usd) for p in points)
    parts = [band(axes.polyline([*plans, *reversed(bounds)])), line(axes.polyline(plans))]
    for (x, usd), p, text in zip(plans, points, told, strict=True):
        parts.append(dot(p.variant, axes.x(x), axes.y(usd), text))
    labels = [(x, p.label) for x, p in zip(xs, points, strict=True)]
    return axes.drawn(title, (axis, CURVE[language]["read"]), labels, "\n".join(parts))


def _positions(points: Sequence[Point]) -> list[float]:
    """Where the points stand along the axis."""
    try:
        return [float(p.label) for p in points]
    except ValueError:
        return [float(i) for i in range(len(points))]
