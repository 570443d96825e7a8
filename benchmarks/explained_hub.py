"""How useful are explanations of a large plan? Time taken, and changes that are verified.

    python -m benchmarks.explained --hub --sample 8

Explains consignments that stay behind in the shipped plan of the hub week, for as many different
reasons as there are, and some flights, slot windows and tails. Of a change that is said to carry a
consignment the plan is audited again, against the instance resolved again with the change.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from optimizer import verify
from optimizer.domain.digest import resolved_digest
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance
from optimizer.engine import explain_left_behind
from optimizer.files import read_certificate, read_instance, read_plan
from optimizer.files.certificate_json import CERTIFICATE_FILE
from optimizer.plan.plan import Plan
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from optimizer.whatif.edits import EDITS
from optimizer.whatif.explain import Explanation, explain
from optimizer.whatif.explain_cargo import required
from optimizer.whatif.explain_changes import Case
from optimizer.whatif.scenario import Scenario, apply

HUB = "zhengzhou-week"
SKIPPED = ("rounding",)
"""Reasons that no change does away with."""


@dataclass(frozen=True)
class Asked:
    """One question.

    Attributes:
        kind: ``consignment``, or what else.
        processor_s: Processor time; less than `seconds` where the machine has other work.
        fault: What is not true of the answer; blank if nothing was found.
    """

    kind: str
    subject: str
    seconds: float
    processor_s: float
    answer: Explanation
    fault: str = ""

    @property
    def verified(self) -> bool:
        """Whether a change was found that carries the consignment, and its plan is true."""
        return self.answer.made is not None and not self.fault


def asked(root: Path, sample: int, others: int, time_limit: float) -> Iterator[Asked]:
    """Ask one thing after the other.

    Args:
        root: Has ``instances`` and ``solutions``.
        sample: How many consignments.
        others: How many flights, how many slot windows, and how many tails.
        time_limit: Seconds for each.
    """
    instance = read_instance(root / "instances" / HUB)
    folder = root / "solutions" / HUB
    plan, certificate = read_plan(folder), read_certificate(folder / CERTIFICATE_FILE)
    resolved = resolve(instance)
    for kind, name in questions(resolved, plan, sample, others):
        began_s, processor_s = time.monotonic(), time.process_time()
        answer = explain(
            instance, plan, name, certificate=certificate, time_limit=time_limit, began_s=began_s
        )
        seconds, processor_s = time.monotonic() - began_s, time.process_time() - processor_s
        fault = fault_of(instance, resolved, name, answer) if kind == "consignment" else ""
        yield Asked(kind, name, seconds, processor_s, answer, fault)


def questions(
    resolved: ResolvedInstance, plan: Plan, sample: int, others: int
) -> Iterator[tuple[str, str]]:
    """Consignments of all reasons in turn, the dearest first; then other things."""
    reasons: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for left in explain_left_behind(resolved, plan):
        c = resolved.consignment[left.consignment]
        if left.reason not in SKIPPED:
            usd = (c.revenue_micro + c.surcharge_micro) * left.grams / c.weight_g
            reasons[left.reason].append((-usd, left.consignment))
    ranked = [sorted(found) for found in reasons.values()]
    turns = (found[n][1] for n in range(sample) for found in ranked if n < len(found))
    for _, name in zip(range(sample), turns, strict=False):
        yield "consignment", name
    step = max(1, len(plan.flights) // max(1, others))
    for flight in plan.flights[step // 2 :: step][:others]:
        yield "flight", flight.id
    use = PlanView(resolved, plan).slot_use
    full = use.loc[use["used"] >= use["movements"], "window"].tolist()
    for window in full[:: max(1, len(full) // max(1, others))][:others]:
        yield "slot window", window
    pools = sorted(resolved.pools, key=lambda p: p.size)
    for pool in pools[:: max(1, len(pools) // max(1, others))][:others]:
        yield "tail", pool.id


def fault_of(instance: Instance, resolved: ResolvedInstance, name: str, answer: Explanation) -> str:
    """What is not true of the cheapest change: its plan is another's, is none, or leaves cargo."""
    cheapest = answer.document["cheapest"]
    if cheapest is None or answer.made is None:
        return ""
    cargo = resolved.consignment[name]
    edits = tuple(EDITS[e["edit"]].model_validate(e) for e in cheapest["edits"])
    whole = required(Case(instance, resolved, cargo, cargo.weight_g))
    again = resolve(apply(instance, Scenario(cheapest["kind"], (*edits, whole))))
    _, plan = answer.made
    if plan.resolved_digest != resolved_digest(again):
        return "the plan is of another instance"
    verdict = verify.audit(again, plan)
    if not (verdict.feasible and verdict.costs_match):
        return "the audit rejects the plan"
    if plan.carried_g.get(name, 0) != again.consignment[name].weight_g:
        return "the plan leaves some of it"
    return ""


def tell(found: Iterator[Asked], time_limit: float) -> int:
    """Print every answer, and the count; the number of faults."""
    told = []
    for one in found:
        told.append(one)
        wrong = f", WRONG: {one.fault}" if one.fault else ""
        print(f"--- {one.kind}, {one.seconds:.1f} s, of a processor {one.processor_s:.1f} s{wrong}")
        print(one.answer.text(), flush=True)
    cargo = [one for one in told if one.kind == "consignment"]
    longest_s = max((one.seconds for one in told), default=0.0)
    late = sum(one.seconds > 1.05 * time_limit + 1 for one in told)
    print(
        f"{sum(one.verified for one in cargo)} of {len(cargo)} consignments have a verified "
        f"change; {sum(bool(one.fault) for one in told)} wrong; longest {longest_s:.1f} s of "
        f"{time_limit:g}, {late} late"
    )
    return sum(bool(one.fault) for one in told)
