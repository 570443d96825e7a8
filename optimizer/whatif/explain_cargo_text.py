"""What carries a consignment that stays behind, in words and for machines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Final

from optimizer.whatif.explain_around import Around
from optimizer.whatif.explain_cargo import CargoAnswer
from optimizer.whatif.explain_changes import Change, number_of
from optimizer.whatif.explain_tried import Tried, same_usd
from optimizer.whatif.explain_worth_text import around_document, others_stay

MOST_TOLD: Final = 4
"""Changes told one by one."""


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
        "untried": len(answer.untried),
        "needless": len(answer.needless),
        "around": around_document(answer.part),
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
    cheapest = answer.cheapest
    yield "why", f"{answer.left.reason}: {answer.left.detail}"
    if answer.before_usd > answer.given_usd + same_usd(answer.given_usd):
        short_usd = answer.before_usd - answer.given_usd
        where = "one" if answer.part is None else "one near it"
        yield "plan", f"a better {where} earns {short_usd:,.0f} USD more; prices are against that"
    alone = next((t for t in answer.others if t.change.kind == "nothing"), None)
    if alone is not None and alone.verdict == "does not carry" and answer.part is not None:
        yield "unchanged", f"it cannot be carried {others_stay(answer.part)}"
    if cheapest is None:
        unknown = "" if answer.exact else " was found; " + _limits(answer)
        yield "cheapest", f"no single change of the catalogue carries all of it{unknown}"
    else:
        yield from _carrying(answer, cheapest)
    if answer.part is None:
        yield from _failed(answer)
        yield "search", _search_words(answer)
    else:
        yield from _around(answer, answer.part)


def _limits(answer: CargoAnswer) -> str:
    """Why a search was not complete."""
    return "the search was limited by time" if answer.part is None else "see what was proven"


def _around(answer: CargoAnswer, part: Around) -> Iterator[tuple[str, str]]:
    """What was done around a plan, what that proves, and what it does not."""
    tried = (*answer.options, *answer.others)
    planned = [t for t in tried if not t.together and t.verdict != "not possible"]
    sets = f", and {number_of(answer.groups, 'set')} of changes at once" if answer.groups else ""
    alone = f"{number_of(len(planned), 'change')} planned again by themselves"
    yield "verified", f"{alone}{sets}; every plan told is audited and carries all of it"
    yield "proven", _proven(answer, part)
    aside = [t.change for t in answer.others if t.verdict == "set aside"]
    if aside:
        yield "set aside", f"{_by_kind(aside)}: with all of a set at once nothing was cheaper"
    for verdict, heading in (("does not carry", "not enough"), ("not decided", "not known")):
        failed = [t.change for t in answer.others if t.verdict == verdict]
        if failed:
            yield heading, _by_kind(failed)
    if answer.untried:
        yield "not tried", f"{_by_kind(answer.untried)}: no time; one of them may be cheaper"
    yield "not proven", "whether other flights, changed at the same time, would carry it for less"


def _proven(answer: CargoAnswer, part: Around) -> str:
    """What bounds prove around a plan."""
    told = f"{others_stay(part)}, {part.freed} free to change and {part.offered} others on offer"
    ruled_out = [t.change for t in answer.others if t.verdict == "ruled out"]
    if answer.needless:
        none = f"no other change can cost less than nothing ({len(answer.needless)} not looked at)"
        return f"{none}; {told}"
    if not ruled_out:
        least = sum(t.proven for t in answer.options)
        return f"{least} of {number_of(len(answer.options), 'price')} can be no less, {told}"
    return f"none of these costs less, by a bound: {_by_kind(ruled_out)}; {told}"


def _by_kind(changes: Sequence[Change]) -> str:
    """Changes in words; by their kinds where there are many."""
    if len(changes) <= MOST_TOLD:
        return "; ".join(change.words for change in changes)
    kinds = Counter(change.kind for change in changes)
    return ", ".join(f"{kind} ({number})" for kind, number in kinds.most_common())


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
    told = told if answer.part is None else told[:MOST_TOLD]
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


def _search_words(answer: CargoAnswer) -> str:
    tried = len(answer.options) + len(answer.others)
    if answer.exact:
        return f"exact: {tried} changes planned again, each to the proven optimum"
    untried = f"; {len(answer.untried)} were not tried" if answer.untried else ""
    return (
        f"limited by time: {tried} changes planned again{untried}; "
        "a cheaper change may exist, and prices may be lower"
    )
