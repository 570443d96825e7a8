"""C16: special cargo flies on what meets its requirements, over airports that do, and beside no
goods that it must be kept apart from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from optimizer.verify.case import Carried, Case
from optimizer.verify.report import Violation
from optimizer.verify.words import kg


def c16_special(case: Case) -> Iterator[Violation]:
    """C16: type or bought capacity, airport of uplift and airport of discharge meet every
    requirement of a load.
    """
    for load in case.loads:
        type_, block = load.flight.rotation.type, load.block
        if not load.sound or (block is None and type_ not in case.resolved.type):
            continue  # C0
        airports = (load.uplift.origin, load.discharge.destination)
        for requirement in case.resolved.requirements:
            if load.consignment.id not in requirement.consignments:
                continue
            if block is not None:
                lacking = [] if requirement.id in block.meets else [f"block {block.id}"]
            else:
                lacking = [] if type_ in requirement.types else [type_]
            lacking += [code for code in airports if code not in requirement.airports]
            if lacking:
                yield Violation(
                    code="C16",
                    message=f"flight {load.flight.id}: {kg(load.load.grams)} of "
                    f"{load.consignment.id} require {requirement.id}, which "
                    f"{' and '.join(lacking)} cannot offer",
                    amount=load.load.grams,
                    unit="g",
                    operator=load.flight.rotation.operator,
                    flight=load.flight.id,
                    leg=load.first_leg,
                    consignment=load.consignment.id,
                    station=airports[0],
                )


def c16_incompatible(case: Case) -> Iterator[Violation]:
    """C16: of no pair of incompatible goods are both on board of a leg of a flight, or of a block.

    Two loads that share several legs are reported once, with the first.
    """
    members = {x.id: set(x.consignments) for x in case.resolved.requirements}
    aboard: dict[str, list[Carried]] = defaultdict(list)
    for load in case.loads:
        aboard[load.flight.id].append(load)
    for pair in case.resolved.incompatibles:
        for loads in aboard.values():
            for one in loads:
                if one.consignment.id not in members.get(pair.one, ()):
                    continue
                for other in loads:
                    first = max(one.first_leg, other.first_leg)
                    last = min(one.last_leg, other.last_leg)
                    if other.consignment.id in members.get(pair.other, ()) and first <= last:
                        yield _together(one, other, (pair.one, pair.other), first, last)


def _together(
    one: Carried, other: Carried, goods: tuple[str, str], first: int, last: int
) -> Violation:
    """Two loads of goods that must be kept apart, on board from one leg to another."""
    legs = one.flight.rotation.legs[first : last + 1]
    route = "-".join((legs[0].origin, *(leg.destination for leg in legs)))
    return Violation(
        code="C16",
        message=f"flight {one.flight.id}: {kg(one.load.grams)} of {one.consignment.id} "
        f"({goods[0]}) and {kg(other.load.grams)} of {other.consignment.id} ({goods[1]}) are on "
        f"board together over {route}, and must not be",
        amount=min(one.load.grams, other.load.grams),
        unit="g",
        operator=one.flight.rotation.operator,
        flight=one.flight.id,
        leg=first,
        consignment=one.consignment.id,
        station=legs[0].origin,
    )
