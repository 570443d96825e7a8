"""What carries a consignment that stays behind, in words and for machines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.whatif.explain_cargo import CargoAnswer, Tried, same_usd
from optimizer.whatif.explain_changes import Case


def document(answer: CargoAnswer) -> dict[str, Any]:
    """The answer for machines."""
    case = answer.case
    return {
        "weight_kg": case.cargo.weight_g / 1000,
        "left_kg": case.remainder_g / 1000,
        "reason": answer.left.reason,
        "detail": answer.left.detail,
        "contribution_usd": answer.given_usd,
        "best_contribution_usd": answer.before_usd,
        "exact": answer.exact,
        "cheapest": None if answer.cheapest is None else _option(answer, answer.cheapest),
        "options": [_option(answer, t) for t in answer.options],
        "others": [
            {"kind": t.change.kind, "change": t.change.words, "verdict": t.verdict}
            for t in answer.others
        ],
        "untried": answer.untried,
    }


def _option(answer: CargoAnswer, tried: Tried) -> dict[str, Any]:
    return {
        "kind": tried.change.kind,
        "change": tried.change.words,
        "price_usd": round(tried.price_usd(answer.before_usd), 2),
        "contribution_usd": round(tried.usd, 2),
        "shipper_pays_more_usd": round(tried.paid_usd, 2),
        "change_alone_usd": None if tried.alone_usd is None else round(tried.alone_usd, 2),
        "carries_by_itself": tried.by_itself,
        "proven": tried.proven,
        "edits": [e.model_dump(mode="json", exclude_unset=True) for e in tried.change.edits],
    }


def lines(answer: CargoAnswer) -> Iterator[tuple[str, str]]:
    """The answer in words: a heading and a text each."""
    case, cheapest = answer.case, answer.cheapest
    yield "why", f"{answer.left.reason}: {answer.left.detail}"
    if answer.before_usd > answer.given_usd + same_usd(answer.given_usd):
        short_usd = answer.before_usd - answer.given_usd
        yield "plan", f"a better one earns {short_usd:,.0f} USD more; prices are against that"
    if cheapest is None:
        unknown = "" if answer.exact else " was found; the search was limited by time"
        yield "cheapest", f"no single change of the catalogue carries all of it{unknown}"
    else:
        yield from _carrying(answer, cheapest)
    yield from _failed(answer)
    yield "search", _search_words(answer, case)


def _carrying(answer: CargoAnswer, cheapest: Tried) -> Iterator[tuple[str, str]]:
    """What carries it: unchanged, by the cheapest change, by others that cost less than nothing."""
    unchanged = next((t for t in answer.options if t.change.kind == "nothing"), None)
    told = [t for t in answer.options if t not in (cheapest, unchanged)]
    if unchanged is not None:
        loss_usd = unchanged.price_usd(answer.before_usd)
        less = "" if unchanged.proven else " or less"
        how = f"at a loss of {loss_usd:,.0f} USD{less}" if loss_usd >= 0.5 else "at no loss"
        yield "unchanged", f"no change needed: all of it could be carried {how}"
        last = answer.options.index(unchanged)
        told = [t for t in told if t.change.kind == "rate" or answer.options.index(t) < last]
    if cheapest is not unchanged:
        yield "cheapest", f"{cheapest.change.words}: {_price(answer, cheapest)}"
    for heading, tried in zip(_headings("also"), told, strict=False):
        yield heading, f"{tried.change.words}: {_price(answer, tried)}"


def _headings(first: str) -> Iterator[str]:
    yield first
    while True:
        yield ""


def _price(answer: CargoAnswer, tried: Tried) -> str:
    """What carrying it by a change costs, and what the change brings."""
    if tried.change.kind == "rate":
        return f"then it costs nothing; the shipper pays {tried.paid_usd:,.0f} USD more"
    price_usd = tried.price_usd(answer.before_usd)
    gain_usd = tried.gain_usd(answer.before_usd)
    costs = f"costs {price_usd:,.0f} USD" if price_usd >= 0.5 else "costs nothing"
    costs += "" if tried.proven else " or less" if price_usd >= 0.5 else ""
    if gain_usd < 0.5:
        return costs
    unasked = ", which carries it unasked" if tried.by_itself else ""
    return f"{costs}; the plan with that change{unasked} earns {gain_usd:,.0f} USD more"


def _failed(answer: CargoAnswer) -> Iterator[tuple[str, str]]:
    groups = {
        "does not carry": "not enough",
        "not decided": "not known",
        "not possible": "makes no sense",
    }
    for verdict, heading in groups.items():
        words = [t.change.words for t in answer.others if t.verdict == verdict]
        if words:
            yield heading, "; ".join(words)


def _search_words(answer: CargoAnswer, case: Case) -> str:
    tried = len(answer.options) + len(answer.others)
    if answer.exact:
        return f"exact: {tried} changes planned again, each to the proven optimum"
    untried = f"; {answer.untried} were not tried" if answer.untried else ""
    return (
        f"limited by time: {tried} changes planned again{untried}; "
        "a cheaper change may exist, and prices may be lower"
    )
