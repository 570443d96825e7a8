"""Axes of a drawing against dollars, as SVG, in the languages of the pages."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 86, 16, 34, 60
_STEPS: Final = 4
"""An axis has about so many labels."""


@dataclass(frozen=True)
class Axes:
    """Where values and dollars are drawn.

    Attributes:
        xs: Least and greatest value.
        usd: Least and greatest amount in dollars.
    """

    xs: tuple[float, float]
    usd: tuple[float, float]

    @classmethod
    def around(cls, xs: Iterable[float], usd: Iterable[float]) -> Axes:
        """Axes on which all of these can be seen."""
        return cls(_widened(xs, 0.03), _widened(usd, 0.06))

    def x(self, value: float) -> float:
        """Where a value is."""
        share = (value - self.xs[0]) / (self.xs[1] - self.xs[0])
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, usd: float) -> float:
        """Where an amount is."""
        share = (self.usd[1] - usd) / (self.usd[1] - self.usd[0])
        return round(_TOP + share * (HEIGHT - _TOP - _BOTTOM), 1)

    def polyline(self, points: Iterable[tuple[float, float]]) -> str:
        """Points as an SVG has them."""
        return " ".join(f"{self.x(value)},{self.y(usd)}" for value, usd in points)

    def steps(self) -> list[float]:
        """Round values at which the axis is labelled if nothing else labels it."""
        return _round_steps(*self.xs)

    def drawn(
        self, title: str, foot: tuple[str, str], labels: Iterable[tuple[float, str]], inner: str
    ) -> str:
        """The whole SVG.

        Args:
            title: What it is.
            foot: What is drawn along the axis, and how to read it.
            labels: Of the axis: value and text.
            inner: What is drawn, as SVG.
        """
        right = WIDTH - _RIGHT
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
            f'aria-label="{escape(title, quote=True)}" font-family="sans-serif" font-size="12">',
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
            f'<text x="{_LEFT}" y="20" font-weight="bold">{escape(title)}</text>',
        ]
        for usd in _round_steps(*self.usd):
            parts.append(
                f'<line x1="{_LEFT}" x2="{right}" y1="{self.y(usd)}" y2="{self.y(usd)}" '
                f'stroke="#d5dde4"/><text x="{_LEFT - 6}" y="{self.y(usd) + 4}" '
                f'text-anchor="end">{usd:,.0f}</text>'
            )
        parts.append(inner)
        for value, text in labels:
            parts.append(
                f'<text x="{self.x(value)}" y="{HEIGHT - _BOTTOM + 18}" text-anchor="middle">'
                f"{escape(text)}</text>"
            )
        for line, y in zip(foot, (HEIGHT - 24, HEIGHT - 8), strict=True):
            parts.append(
                f'<text x="{(_LEFT + right) / 2}" y="{y}" text-anchor="middle">{escape(line)}'
                "</text>"
            )
        return "\n".join([*parts, "</svg>"]) + "\n"


def band(points: str) -> str:
    """An area of what is possible."""
    return f'<polygon points="{points}" fill="#0b5f86" fill-opacity="0.18"/>'


def line(points: str) -> str:
    """What plans in hand earn."""
    return f'<polyline points="{points}" fill="none" stroke="#0b5f86" stroke-width="2"/>'


def dot(variant: str, x: float, y: float, told: str, text: str = "") -> str:
    """A plan; pages find it by its variant."""
    named = f'<text x="{x}" y="{y - 8}" text-anchor="middle">{escape(text)}</text>' if text else ""
    return (
        f'<g data-variant="{escape(variant, quote=True)}"><title>{escape(told)}</title>'
        f'<circle cx="{x}" cy="{y}" r="4.5" fill="#0b5f86"/>{named}</g>'
    )


def _widened(values: Iterable[float], by: float) -> tuple[float, float]:
    low, *_, high = sorted([*values] * 2)
    span = (high - low) or max(1.0, abs(high))
    return low - by * span, high + by * span


def _round_steps(low: float, high: float) -> list[float]:
    """Multiples of 1, 2 or 5 times a power of ten between two values."""
    rough = (high - low) / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough)
    first = math.ceil(low / step)
    return [step * i for i in range(first, math.floor(high / step) + 1)]
