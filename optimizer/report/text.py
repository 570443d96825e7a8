"""The summary in words: what a planner would paste into a mail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.money import NAMES

_STATUS: Final = {
    "optimal": "optimal",
    "gap_reached": "stopped at the gap asked for",
    "time_limit": "stopped at the time limit",
    "work_limit": "stopped at the work limit",
    "memory_limit": "stopped at the memory limit",
    "interrupted": "interrupted",
    "infeasible": "no plan satisfies the hard requirements",
}
_WIDTH: Final = 15
_MOST_REASONS: Final = 5
_CRUMBS_KG: Final = 50  # what rounds to 0.0 t is not worth a word


def summary_text(resolved: ResolvedInstance, figures: dict[str, Any]) -> str:
    """A few lines on a plan from the figures of ``summary()``."""
    lines = [_headline(resolved)]
    if figures.get("status") == "infeasible":
        lines.append(_line("status", _STATUS["infeasible"]))
        lines += [_line("not possible", text) for text in figures.get("commitments_unmet", ())]
        return "\n".join(lines) + "\n"
    lines += _money(figures)
    lines += _cargo(figures)
    lines += _commitments(figures.get("commitments", ()))
    lines += _frozen_flights(figures.get("frozen_flights", ()))
    lines += _flying(figures)
    lines += audit_lines(figures["audit"])
    return "\n".join(lines) + "\n"


def _line(label: str, text: str) -> str:
    return f"{label:<{_WIDTH}}  {text}".rstrip()


def _headline(resolved: ResolvedInstance) -> str:
    period = resolved.period
    days = period.length_min // 1440
    start = period.start[:10]
    span = f"standard week of {start}" if period.cyclic else f"{days} days from {start}"
    return f"{resolved.name}: {span}, {count(len(resolved.consignments), 'consignment')}"


def count(number: int, noun: str) -> str:
    """A number of things: ``1 leg``, ``1,200 legs``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def usd_text(amount: float) -> str:
    """Dollars with thousands separators, to the cent below a thousand dollars."""
    return f"{amount:,.0f} USD" if abs(amount) >= 1000 else f"{amount:,.2f} USD"


def percent(share: float) -> str:
    """A share in percent, with as many decimals as tell it from zero."""
    value = 100 * share
    return f"{value:.1f} %" if abs(value) >= 0.1 or value == 0 else f"{value:.2g} %"


def _money(figures: dict[str, Any]) -> list[str]:
    earned = (
        f"{usd_text(figures['contribution_usd'])} = {usd_text(figures['revenue_usd'])} revenue"
        f" - {usd_text(figures['cost_usd'])} cost"
    )
    lines = [_line("contribution", earned)]
    if "status" in figures:
        lines.append(_line("proof", _proof(figures)))
        if figures["rule_of_thumb_usd"] is not None:
            adds = f"the plan adds {usd_text(figures['plan_adds_usd'])} to the rule of thumb"
            lines.append(_line("yardstick", f"{adds} ({usd_text(figures['rule_of_thumb_usd'])})"))
    costs = {c: -v for c, v in figures["money_usd"].items() if c.startswith("K") and v < 0}
    largest = sorted(costs.items(), key=lambda item: -item[1])[:4]
    if largest:
        parts = [f"{NAMES[c].split(',')[0]} {percent(v / figures['cost_usd'])}" for c, v in largest]
        lines.append(_line("costs", ", ".join(parts)))
    return lines


def _proof(figures: dict[str, Any]) -> str:
    gap = figures["gap"]
    seconds = f"after {figures['seconds']:.1f} s"
    certified = figures["certified_bound_usd"]
    if certified is not None:
        seconds += f"; without trusting the solver: {usd_text(certified)} (certificate)"
    if figures["status"] == "optimal":
        return f"optimal, within {percent(figures['optimality_tolerance'])}, {seconds}"
    bound = f"no plan earns more than {usd_text(figures['bound_usd'])}"
    known = "" if gap is None else f" (gap {percent(gap)})"
    return f"{bound}{known}; {_STATUS[figures['status']]} {seconds}"


def _cargo(figures: dict[str, Any]) -> list[str]:
    offered, carried = figures["offered_kg"], figures["carried_kg"]
    share = f" ({percent(carried / offered)})" if offered else ""
    words = f"{_tonnes(carried)} of {_tonnes(offered)} offered{share}"
    if figures["transit_kg"]:
        words += f", {_tonnes(figures['transit_kg'])} of it in transit"
    lines = [_line("carried", words)]
    if figures.get("blocks"):
        lines.append(
            _line(
                "lift",
                f"own {_tonnes(figures['own_lift_kg'])}, bought "
                f"{_tonnes(figures['bought_lift_kg'])} of "
                f"{_tonnes(figures['bought_capacity_kg'])} "
                f"({figures['blocks_used']:,} of {count(figures['blocks'], 'block')} used)",
            )
        )
    if figures.get("sold_blocks"):
        lines.append(
            _line(
                "sold",
                f"{figures['sold_blocks_provided']:,} of {count(figures['sold_blocks'], 'block')} "
                f"provided, {_tonnes(figures['sold_kg_provided'])}",
            )
        )
    reasons = figures["left_behind_kg_by_reason"]
    if figures["left_behind_kg"] >= _CRUMBS_KG:
        told = {reason: kg for reason, kg in reasons.items() if kg >= _CRUMBS_KG}
        largest = dict(list(told.items())[:_MOST_REASONS])
        why = ", ".join(f"{reason} {_tonnes(kg)}" for reason, kg in largest.items())
        rest = sum(reasons.values()) - sum(largest.values())
        if why and rest >= _CRUMBS_KG:
            why += f", other reasons {_tonnes(rest)}"
        left = _tonnes(figures["left_behind_kg"])
        lines.append(_line("left behind", f"{left}: {why}" if why else left))
    return lines


def _commitments(rows: Iterable[dict[str, Any]]) -> list[str]:
    """How many commitments are kept, and each that is not."""
    rows = list(rows)
    if not rows:
        return []
    short = [row for row in rows if row["short_kg"]]
    parts = [f"{len(rows) - len(short)} of {len(rows)} kept"]
    for row in short[:_MOST_REASONS]:
        parts.append(
            f"{row['commitment']} {row['short_kg']:,.0f} kg short of {row['least_kg']:,.0f} kg "
            f"({usd_text(row['penalty_usd'])})"
        )
    if short[_MOST_REASONS:]:
        parts.append(f"{len(short) - _MOST_REASONS} more short")
    return [_line("commitments", "; ".join(parts))]


def _frozen_flights(rows: Iterable[dict[str, Any]]) -> list[str]:
    """How many published flights are flown as published, and each that is not."""
    rows = list(rows)
    if not rows:
        return []
    given_up = [row for row in rows if row["missing"]]
    published = sum(row["published"] for row in rows)
    flown = published - sum(row["missing"] for row in rows)
    parts = [f"{flown} of {published} flown as published"]
    parts += [
        f"{row['flight']} is not ({usd_text(row['penalty_usd'])})"
        for row in given_up[:_MOST_REASONS]
    ]
    if given_up[_MOST_REASONS:]:
        parts.append(f"{len(given_up) - _MOST_REASONS} more are not")
    return [_line("frozen flights", "; ".join(parts))]


def _tonnes(kilograms: float) -> str:
    return f"{kilograms / 1000:,.1f} t"


def _flying(figures: dict[str, Any]) -> list[str]:
    tails = f"{figures['tails_used']} of {figures['tails']} tails"
    if figures["tails_returned"]:
        tails += f" ({figures['tails_returned']} returned)"
    ways = figures["load_factors"]
    by_way = "; ".join(
        f"{way} {percent(lf['weight'])} and {percent(lf['volume'])}"
        for way, lf in ways.items()
        if lf["weight"] or lf["volume"]
    )
    lines = [
        _line(
            "flying",
            f"{count(figures['rotations'], 'rotation')}, {count(figures['legs'], 'leg')}, "
            f"{figures['block_hours']:,.1f} block hours, {tails}",
        ),
        _line(
            "load factors",
            f"{percent(figures['load_factor_weight'])} by weight, "
            f"{percent(figures['load_factor_volume'])} by volume{f' ({by_way})' if by_way else ''}",
        ),
    ]
    if figures["cost_usd_per_kg"] is not None and figures["cost_usd_per_tonne_km"] is not None:
        lines.append(
            _line(
                "unit cost",
                f"{figures['cost_usd_per_kg']:.2f} USD per kg, "
                f"{figures['cost_usd_per_tonne_km']:.3f} USD per tonne-km",
            )
        )
    if figures["slot_windows"]:
        lines.append(
            _line(
                "slots",
                f"{count(figures['slot_movements'], 'movement')} in "
                f"{count(figures['slot_windows'], 'limited window')}, "
                f"{figures['slot_windows_full']:,} of them full",
            )
        )
    return lines


def audit_lines(verdict: dict[str, Any] | None) -> list[str]:
    """The verdict of the audit in one line."""
    if verdict is None:
        return []
    counts = ", ".join(f"{code}: {n}" for code, n in verdict["violations"].items())
    parts = [
        "feasible" if verdict["feasible"] else f"NOT feasible ({counts})",
        "money agrees to the cent" if verdict["costs_match"] else "money does NOT agree",
    ]
    if verdict["resolved_match"] is not None:
        agrees = "agrees" if verdict["resolved_match"] else "does NOT agree"
        parts.append(f"resolved instance {agrees}")
    if verdict["bound_verified"] is not None:
        parts.append(_bound_text(verdict))
    return [_line("audit", "; ".join(parts))]


def _bound_text(verdict: dict[str, Any]) -> str:
    """What became of a certificate."""
    if not verdict["bound_verified"]:
        return "bound NOT proven"
    if "bound_verified_usd" not in verdict:
        return "proven that there is no plan"
    return f"bound of {usd_text(verdict['bound_verified_usd'])} proven"
