# ruff: noqa: RUF001
"""Words of drawings in the languages of the pages; Chinese has punctuation of full width."""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("en", "zh")
"""English first, Chinese second, as on the pages."""

CURVE: Final = {
    "en": {
        "read": "line: contribution of the plan, band: up to what is proven possible, USD",
        "point": "{}: {:,.0f} USD, at most {:,.0f}",
    },
    "zh": {
        "read": "折线：方案的边际贡献；色带：直至已证上界（美元）",
        "point": "{}：{:,.0f} 美元，至多 {:,.0f}",
    },
}
"""How a value curve is read; a point: what was tried, contribution, bound."""

FRONTIER: Final = {
    "en": {
        "title": "{}: contribution against CO2",
        "axis": "CO2, t; numbers at the points: price of a tonne, USD",
        "read": "line: plans in hand, band: up to what is proven possible; USD before carbon cost",
        "point": "{}: {:,.0f} t of CO2, {:,.0f} USD before carbon cost, at most {:,.0f}",
    },
    "zh": {
        "title": "{}：边际贡献与二氧化碳",
        "axis": "二氧化碳（吨）；点旁数字：每吨价格（美元）",
        "read": "折线：现有方案；色带：直至已证上界；扣碳成本前（美元）",
        "point": "{}：二氧化碳 {:,.0f} 吨，扣碳成本前 {:,.0f} 美元，至多 {:,.0f}",
    },
}
"""How contribution against CO2 is read; a point: variant, tonnes, contribution, bound."""
