"""Single changes that might carry a consignment, as edits of the instance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from optimizer.domain.base import Row
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedConsignment, ResolvedInstance
from optimizer.whatif.edits import EDITS, Edit


@dataclass(frozen=True)
class Change:
    """One change, in one size.

    Attributes:
        kind: What it is about, as in the catalogue.
        words: What it is, as a planner says it.
        edits: What it does to the instance.
    """

    kind: str
    words: str
    edits: tuple[Edit, ...] = ()


Ladder = tuple[Change, ...]
"""One kind of change at one place, the smallest size first."""

NOTHING: Final = Change("nothing", "no change")


def make_edit(name: str, **fields: Any) -> Edit:
    """An edit by name, as a scenario states it."""
    return EDITS[name].model_validate({"edit": name, **fields})


KEYS: Final = {
    "demand": "consignment",
    "fleet": "tail",
    "operators": "operator",
    "commitments": "commitment",
    "blocks": "block",
    "sold": "sold",
    "frozen_flights": "flight",
    "frozen_cargo": "tendered",
}
"""Tables whose rows have a name, and its column."""


def where(table: str, row: Row) -> dict[str, Any]:
    """What a row is known by: its name, or else its values, so far as they are stated."""
    key = KEYS.get(table)
    if key is not None:
        return {key: getattr(row, key)}
    stated = {name: getattr(row, name) for name in type(row).model_fields if name != "provenance"}
    return {name: value for name, value in stated.items() if value not in (None, "", ())}


def set_row(table: str, row: Row, **values: Any) -> Edit:
    """Give one row other values."""
    return make_edit("set_values", table=table, where=where(table, row), values=values)


def drop_row(table: str, row: Row) -> Edit:
    """Take one row out."""
    return make_edit("remove_rows", table=table, where=where(table, row))


@dataclass(frozen=True)
class Case:
    """A consignment that is to be carried.

    Attributes:
        remainder_g: What the plan leaves behind of it.
    """

    instance: Instance
    resolved: ResolvedInstance
    cargo: ResolvedConsignment
    remainder_g: int

    @property
    def id(self) -> str:
        """Its identifier."""
        return self.cargo.id

    @property
    def row(self) -> Any:
        """Its row of ``demand.csv``."""
        return next(row for row in self.instance.demand if row.consignment == self.id)

    @property
    def airports(self) -> tuple[str, ...]:
        """Airports where it may be lifted or unloaded, and gateways."""
        ends = (access.airport for access in (*self.cargo.uplifts, *self.cargo.discharges))
        return tuple(dict.fromkeys((*ends, *self.resolved.gateways)))

    @property
    def cyclic(self) -> bool:
        """Whether the week repeats."""
        return self.resolved.period.cyclic

    def of_cargo(self, **values: Any) -> tuple[Edit, ...]:
        """Give its row other values."""
        return (set_row("demand", self.row, **values),)

    def may_fly_with(self, operator: str) -> bool:
        """Whether it may fly with an operator."""
        return operator in self.cargo.operators

    def concerns(self, operators: Iterable[str]) -> bool:
        """Whether a rule for some operators, or for all, matters to it."""
        named = tuple(operators)
        return not named or any(self.may_fly_with(operator) for operator in named)


def without_least(market: Any) -> Edit:
    """A market without its least rotations; its row goes if it says nothing else."""
    if market.max_rotations is None and market.min_spacing_min is None:
        return drop_row("markets", market)
    return set_row("markets", market, min_rotations=None)


def number_of(n: int, noun: str) -> str:
    """``one slot``, ``2 slots``."""
    return f"one {noun}" if n == 1 else f"{n} {noun}s"


def without_decision(table: str, row: Any) -> Edit:
    """A frozen decision that may be changed at no cost (C20)."""
    column = "penalty_usd" if table == "frozen_flights" else "penalty_usd_per_kg"
    return set_row(table, row, **{column: 0})
