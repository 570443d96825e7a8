"""C18: capacity sold is provided whole, on one flight, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.case import Carried, Case
from optimizer.verify.report import Violation
from optimizer.verify.words import kg


def c18_sold(case: Case) -> Iterator[Violation]:
    """C18: all of a sold block is on one flight of the plan; in a charter nothing else is.

    When it leaves is C11, with whom C0 and C16; what of it is contracted, C19.
    """
    for c in case.resolved.consignments:
        loads = [x for x in case.loads if c.sold and x.sound and x.consignment.id == c.id]
        if not loads:
            continue
        grams = sum(x.load.grams for x in loads)
        if len(loads) > 1:
            yield _violation(loads[0], f"{c.id} is on {len(loads)} flights", grams)
        elif grams != c.weight_g:
            text = f"{kg(grams)} of {c.id} are provided, sold are {kg(c.weight_g)}"
            yield _violation(loads[0], text, abs(c.weight_g - grams))
        for charter in loads if c.sold == "aircraft" else ():
            beside = [x for x in case.loads if x is not charter and _meet(x, charter)]
            if beside:
                text = f"{kg(sum(x.load.grams for x in beside))} are on board beside {c.id}"
                yield _violation(charter, text, sum(x.load.grams for x in beside))


def _meet(one: Carried, other: Carried) -> bool:
    """Whether two loads are on board of a leg together."""
    return (
        one.sound
        and one.flight is other.flight
        and one.first_leg <= other.last_leg
        and other.first_leg <= one.last_leg
    )


def _violation(load: Carried, text: str, grams: int) -> Violation:
    return Violation(
        code="C18",
        message=f"flight {load.flight.id}: {text}",
        amount=grams,
        unit="g",
        operator=load.flight.rotation.operator,
        flight=load.flight.id,
        leg=load.first_leg,
        consignment=load.consignment.id,
    )
