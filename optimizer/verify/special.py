"""C16: special cargo flies on what meets its requirements, over airports that do."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.verify.case import Case
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
