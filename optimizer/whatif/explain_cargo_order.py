"""Which changes are tried first around a plan, and which are tried together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from optimizer.domain.resolved import MICRO, ResolvedPool
from optimizer.whatif.edits import Edit
from optimizer.whatif.explain_changes import Case, Change, Ladder, make_edit

ITS_OWN: Final = ("due", "ready", "dwell", "customs", "carriers", "special cargo", "trucks")
"""Kinds about the cargo itself, of which there are few: each is tried by itself, and first."""
FIRST_KINDS: Final = {
    "carriers": ("carriers",),
    "rights": ("right",),
    "special cargo": ("special cargo",),
    "incompatible": ("special cargo", "aircraft", "bought capacity"),
    "time": ("due", "ready", "customs"),
    "curfew": ("curfew", "due"),
    "slot": ("slot",),
    "crew": ("crew",),
    "cut-off": ("due", "ready", "customs"),
    "dwell": ("dwell",),
    "trucks": ("trucks",),
    "handling": ("handling",),
    "stock": ("stock",),
    "fleet hours": ("fleet hours", "aircraft"),
    "stands": ("stand",),
    "frequency": ("frequency", "spacing"),
    "payload": ("due", "ready", "bought capacity", "fleet hours"),
    "volume": ("due", "ready", "bought capacity", "fleet hours"),
}
"""Kinds of changes that come first, by the reason."""


def sets(case: Case, ladders: tuple[Ladder, ...], reason: str) -> Iterator[tuple[Ladder, ...]]:
    """The catalogue in the order in which it is tried around a plan, in sets.

    What fits the reason and concerns the cargo directly, and what is about the cargo itself, comes
    one by one, then all others of a kind at once. What might help it only by way of other cargo
    comes last, all at once.
    """
    concerns = _Concerns(case)
    first = FIRST_KINDS.get(reason, ())
    direct = [ladder for ladder in ladders if concerns.directly(ladder[0])]
    singles = [x for x in direct if x[0].kind in first or x[0].kind in ITS_OWN]
    order = {kind: number for number, kind in enumerate((*first, *ITS_OWN))}
    for ladder in sorted(singles, key=lambda x: order[x[0].kind]):
        yield (ladder,)
    alone = {ladder[0].words for ladder in singles}
    yield from _by_kind([x for x in direct if x[0].words not in alone], concerns)
    known = {ladder[0].words for ladder in direct}
    others = [x for x in ladders if x[0].words not in known]
    groups: dict[str, list[Ladder]] = {"limits": [], "others": [], "aircraft": []}
    for ladder in others:
        kind = "aircraft" if ladder[0].kind == "aircraft" else "others"
        groups["limits" if only_limits(case, ladder) else kind].append(ladder)
    yield from (tuple(group) for group in groups.values() if group)


def only_limits(case: Case, ladder: Ladder) -> bool:
    """Whether a change moves nothing but the number of a limit that flights share.

    Then rotations and cargo are the same, and around a plan a model with many such changes holds
    all that a model with one of them does.
    """
    kind, change = ladder[0].kind, ladder[-1]
    numbers = all(edit.edit in ("set_values", "set_stands") for edit in change.edits)
    hours = kind == "fleet hours" and case.cyclic  # dated: tails are pools of their own
    return numbers and (hours or kind in ("slot", "stand", "frequency", "spacing"))


def _by_kind(ladders: Iterable[Ladder], concerns: _Concerns) -> Iterator[tuple[Ladder, ...]]:
    """Changes of a kind together, those with most aircraft time to spare first."""
    kinds: dict[str, list[Ladder]] = {}
    for ladder in ladders:
        kinds.setdefault(ladder[0].kind, []).append(ladder)
    for of_kind in kinds.values():
        yield tuple(sorted(of_kind, key=lambda x: -concerns.spare_min(x[0])))


def halves(some: tuple[Ladder, ...]) -> tuple[tuple[Ladder, ...], ...]:
    """A set that was not ruled out, by kind, or in two."""
    kinds = {ladder[0].kind: None for ladder in some}
    if len(kinds) > 1:
        return tuple(tuple(x for x in some if x[0].kind == kind) for kind in kinds)
    half = len(some) // 2
    return some[:half], some[half:]


def at_no_cost(change: Change) -> tuple[Edit, ...]:
    """The edits of a change, aircraft had for nothing."""
    found = []
    for edit in change.edits:
        if edit.edit == "add_tail":
            fields = edit.model_dump(exclude_unset=True)
            fields["lease_usd_per_month"] = 0
            if fields.get("contract") == "acmi":
                fields["acmi_guarantee_h_per_month"] = 0
            edit = make_edit("add_tail", **{k: v for k, v in fields.items() if k != "edit"})
        found.append(edit)
    return tuple(found)


def fixed_usd(case: Case, change: Change) -> float:
    """What a change costs in any case: the lease of an aircraft that cannot be returned."""
    usd = 0.0
    for edit in change.edits:
        if edit.edit == "add_tail":
            like = [p for p in case.resolved.pools if _is_like(p, edit) and not p.returnable]
            leases = [p.fixed_micro / MICRO for p in like]
            usd += min(leases, default=0.0) * int(getattr(edit, "count", 1) or 1)
    return usd


def _is_like(pool: ResolvedPool, edit: Any) -> bool:
    return (pool.operator, pool.type, pool.base) == (edit.operator, edit.type, edit.base)


@dataclass(frozen=True)
class _Concerns:
    """What a change has to do with a consignment."""

    case: Case

    @cached_property
    def _pairs(self) -> frozenset[tuple[str, str]]:
        cargo = self.case.cargo
        return frozenset((u.airport, d.airport) for u in cargo.uplifts for d in cargo.discharges)

    @cached_property
    def _carriers(self) -> frozenset[str]:
        """Operators that may carry it."""
        return frozenset(
            o.operator
            for o in self.case.resolved.operators
            if self.case.may_fly_with(o.operator) and not self._pairs.isdisjoint(o.rights)
        )

    @cached_property
    def _ends(self) -> frozenset[str]:
        return frozenset(airport for pair in self._pairs for airport in pair)

    def directly(self, change: Change) -> bool:
        """Whether a change is about who may carry it, where and when, not about other cargo."""
        if change.kind in (*ITS_OWN, "right", "bought capacity"):
            return True
        if change.kind == "commitment":
            return False
        return all(self._edit(edit) for edit in change.edits)

    def _edit(self, edit: Edit) -> bool:
        fields = edit.model_dump(exclude_unset=True)
        stated: dict[str, Any] = {**fields, **(fields.get("where") or {})}
        row = stated.get("tail")
        operators = stated.get("operators") or stated.get("operator") or ()
        operators = {operators} if isinstance(operators, str) else set(operators)
        if row is not None and not operators:
            operators = {r.operator for r in self.case.instance.fleet if r.tail == row}
        if operators and not operators & self._carriers:
            return False
        if "uplift" in stated and "discharge" in stated:
            return (stated["uplift"], stated["discharge"]) in self._pairs
        places = {stated[key] for key in ("airport", "station") if stated.get(key)}
        return not places or not places.isdisjoint(self._ends)

    def spare_min(self, change: Change) -> int:
        """Aircraft time that operators of a change could fly at most, as far as it is limited."""
        names = set()
        for edit in change.edits:
            for row in getattr(edit, "rows", None) or ():
                names.add(row.get("operator") if isinstance(row, dict) else None)
        pools = [pool for pool in self.case.resolved.pools if pool.operator in names]
        return sum((pool.max_block_min or 0) * pool.size for pool in pools)
