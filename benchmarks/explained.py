"""Are explanations true? Cheapest changes and conflict sets of tiny instances, planned again.

    python -m benchmarks.explained --instances 200
    python -m benchmarks.explained --hub --sample 8      see `benchmarks.explained_hub`

Of every instance with cargo left behind one consignment is explained. Then every change of the
catalogue is planned again by other means (requirement and prices set in the resolved instance): the
change stated must carry all of the consignment at the price stated, and no other may do so for
less. Of every instance without a plan each conflict set must have no plan, and one as soon as any
one of its requirements is left out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.explained_hub import asked, tell
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import MICRO, ResolvedCommitment, ResolvedInstance
from optimizer.engine import explain_left_behind
from optimizer.errors import FreighterError
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.whatif.edits import Edit
from optimizer.whatif.explain import explain_no_plan
from optimizer.whatif.explain_cargo import CargoAnswer, explain_cargo
from optimizer.whatif.explain_catalogue import catalogue
from optimizer.whatif.explain_changes import NOTHING, Case
from optimizer.whatif.explain_conflict import requirements
from optimizer.whatif.explain_replan import Replanner
from optimizer.whatif.scenario import Scenario, apply

GAP = 1e-9
SAME_USD, SAME_SHARE = 0.05, 1e-5
MORE = ("commitments", "handling", "crews", "special_cargo", "blocks")
"""Limits that instances drawn by chance do not have; every second instance has one of them."""


@dataclass(frozen=True)
class Checked:
    """What came of one instance.

    Attributes:
        kind: Kind of the cheapest change, ``none`` if no change carries it, or ``conflict``.
        faults: What is not true of the explanation.
    """

    seed: int
    kind: str
    faults: tuple[str, ...] = ()


def instance_of(seed: int) -> Instance:
    """The instance of a seed."""
    return tiny(seed, more=(MORE[seed // 2 % len(MORE)],) if seed % 2 else ())


def checked(seeds: Iterable[int]) -> Iterator[Checked]:
    """Explain instances and check what is said; those with nothing to explain are passed over."""
    for seed in seeds:
        instance = instance_of(seed)
        resolved = resolve(instance)
        found = solve_reference(resolved, gap=GAP)
        if found.status == "infeasible":
            yield Checked(seed, "conflict", tuple(conflict_faults(instance)))
        elif found.plan is not None:
            case = case_of(instance, resolved, found.plan, seed)
            if case is not None:
                answer = answer_of(case, found.plan)
                kind = "none" if answer.cheapest is None else answer.cheapest.change.kind
                yield Checked(seed, kind, tuple(cargo_faults(case, answer)))


def case_of(instance: Instance, resolved: ResolvedInstance, plan: Plan, seed: int) -> Case | None:
    """One of the consignments that stay behind; None if none does."""
    left = [
        (c, c.weight_g - plan.carried_g.get(c.id, 0))
        for c in resolved.consignments
        if plan.carried_g.get(c.id, 0) < c.weight_g
    ]
    return Case(instance, resolved, *left[seed % len(left)]) if left else None


def answer_of(case: Case, plan: Plan) -> CargoAnswer:
    """The explanation."""
    reasons = explain_left_behind(case.resolved, plan)
    left = next(reason for reason in reasons if reason.consignment == case.id)
    replanner = Replanner(case.resolved, plan)
    return explain_cargo(case, left, plan.contribution_micro / MICRO, replanner, lambda _: None)


def cargo_faults(case: Case, answer: CargoAnswer) -> Iterator[str]:
    """What is not true of an answer: a change that does not carry, or a cheaper one that does."""
    cheapest, before_usd = answer.cheapest, answer.before_usd
    if not answer.exact:
        yield "not exact"
    near_usd = max(SAME_USD, SAME_SHARE * abs(before_usd))
    least_usd = None if cheapest is None else cheapest.price_usd(before_usd)
    if cheapest is not None:
        usd = carrying_usd(case, cheapest.change.edits)
        if usd is None:
            yield f"{cheapest.change.words} does not carry it"
        elif abs(usd - cheapest.usd) > near_usd:
            yield f"{cheapest.change.words} comes to {usd:,.2f}, not {cheapest.usd:,.2f}"
    for ladder in ((NOTHING,), *catalogue(case)):
        for change in ladder:  # of each kind the smallest size that carries
            usd = carrying_usd(case, change.edits)
            if usd is None:
                continue
            # a price is at least what is lost against the plan without the change
            if least_usd is None or before_usd - usd < least_usd - near_usd:
                price_usd = max(before_usd, alone_usd(case, change.edits)) - usd
                if least_usd is None or price_usd < least_usd - near_usd:
                    yield f"{change.words} carries it for {price_usd:,.2f}, not {least_usd}"
            break


def alone_usd(case: Case, edits: tuple[Edit, ...]) -> float:
    """Contribution of the best plan with some edits, whatever it carries."""
    found = solve_reference(resolve(apply(case.instance, Scenario("check", edits))), gap=GAP)
    if found.plan is None:
        raise RuntimeError(f"{case.instance.name}: a plan that carries it, but none at all")
    return found.plan.contribution_micro / MICRO


def carrying_usd(case: Case, edits: tuple[Edit, ...]) -> float | None:
    """Contribution of the best plan with some edits that carries all of it; None if none does."""
    try:
        edited = apply(case.instance, Scenario("check", edits))
        resolved = resolve(edited)
    except FreighterError:
        return None
    weight_g = resolved.consignment[case.id].weight_g
    whole = ResolvedCommitment("whole", (case.id,), weight_g, None)
    asked = replace(resolved, commitments=(*resolved.commitments, whole))
    found = solve_reference(asked, gap=GAP)
    if found.plan is None:
        return None
    if found.plan.carried_g.get(case.id, 0) != weight_g:
        raise RuntimeError(f"{case.instance.name}: {case.id} is not carried whole")
    return found.plan.contribution_micro / MICRO


def conflict_faults(instance: Instance) -> Iterator[str]:
    """What is not true of a conflict: a set with a plan, or one that could be smaller."""
    _, conflict = explain_no_plan(instance)
    if conflict.possible is not False or not conflict.sets:
        yield "no conflict found"
    for found in conflict.sets:
        if has_plan(instance, found):
            yield f"there is a plan with {[r.words for r in found]}"
        for one in found:
            if not has_plan(instance, tuple(r for r in found if r != one)):
                yield f"{one.words} can be spared"
    if conflict.sets and conflict.nearest is None:
        yield "no way out"


def has_plan(instance: Instance, kept: tuple[object, ...]) -> bool:
    """Whether there is a plan that keeps some requirements, and no others."""
    edits = tuple(e for r in requirements(instance) if r not in kept for e in r.without)
    edited = apply(instance, Scenario("kept", edits)) if edits else instance
    return solve_reference(resolve(edited), gap=1e-3).plan is not None


def main() -> int:
    """Print what was explained, and what of it is not true."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=int, default=200, help="how many tiny instances")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--hub", action="store_true", help="questions about the hub week instead")
    parser.add_argument("--sample", type=int, default=8, help="how many consignments of it")
    parser.add_argument("--others", type=int, default=2, help="flights, slot windows, tails of it")
    parser.add_argument("--time-limit", type=float, default=60.0, help="seconds for each of them")
    arguments = parser.parse_args()
    if arguments.hub:
        limit_s = arguments.time_limit
        found = asked(Path(), arguments.sample, arguments.others, limit_s)
        return int(bool(tell(found, limit_s)))
    kinds: Counter[str] = Counter()
    wrong = []
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.instances)
    for result in checked(seeds):
        kinds[result.kind] += 1
        if result.faults:
            wrong.append(result)
            print(f"WRONG: {result}", flush=True)
    for kind, number in kinds.most_common():
        print(f"{kind:>16} {number:>4}")
    print(f"{sum(kinds.values())} of {arguments.instances} explained, {len(wrong)} wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
