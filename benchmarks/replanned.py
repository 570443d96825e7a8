"""How long does planning the hub week again take, and does it keep what must stay?

    python -m benchmarks.replanned
    python -m benchmarks.replanned --most-changes 5 --runs 3

Calls ``freighter replan`` as a planner does, in a process of its own: the time is that from the
call to its end. Then the folder is judged anew, by reading it: the instance after the disruption is
resolved again with the published flights and the limit of changes, and the plan audited against
it; changes are counted against the published plan.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer import verify
from optimizer.files import read_instance, read_plan
from optimizer.plan.changes import changes
from optimizer.plan.freeze import freeze, leaving_before
from optimizer.plan.plan import Plan
from optimizer.resolve import resolve
from optimizer.whatif.replan import read_disruption
from optimizer.whatif.scenario import apply

HUB = "zhengzhou-week"
DISRUPTIONS = ("freighter-on-ground", "trucks-on-strike")
FREIGHTER = "from optimizer.cli.app import main; main()"


@dataclass(frozen=True)
class Again:
    """One run.

    Attributes:
        seconds: From the call to the end of the process.
        changes: Of rotations, as the plan read again has them.
        fault: What is not true of the plan; blank if nothing was found.
    """

    disruption: str
    seconds: float
    changes: int
    before_usd: float
    after_usd: float
    fault: str


def planned_again(
    root: Path, disruption: str, most: int, time_limit: float | None, folder: Path
) -> Again:
    """Call the command, and judge what it wrote."""
    place, what = (
        root / "instances" / HUB,
        root / "instances" / "disruptions" / f"{disruption}.toml",
    )
    solution = root / "solutions" / HUB
    call = [sys.executable, "-c", FREIGHTER, "replan", str(place), str(solution), str(what)]
    call += ["--most-changes", str(most), "-o", str(folder), "--json"]
    call += [] if time_limit is None else ["--time-limit", str(time_limit)]
    began_s = time.monotonic()
    done = subprocess.run(call, capture_output=True, text=True, check=False, cwd=root)
    seconds = time.monotonic() - began_s
    published = read_plan(solution)
    before_usd = published.contribution_micro / 1e6
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["no word"])[-1]
        return Again(disruption, seconds, 0, before_usd, 0.0, f"exit {done.returncode}: {why}")
    plan = read_plan(folder)
    fined_usd = json.loads(done.stdout)["replan"]["fined_usd"]
    resolved = resolve(read_instance(place))
    week = resolved.period.length_min if resolved.period.cyclic else None
    number = len(changes(published, plan, week))
    after_usd = plan.contribution_micro / 1e6 + fined_usd
    fault = _fault(place, what, published, plan, most)
    return Again(disruption, seconds, number, before_usd, after_usd, fault)


def _fault(place: Path, what: Path, published: Plan, plan: Plan, most: int) -> str:
    """What the audit says against the plan, and flights that had to stay and are gone."""
    instance, disruption = read_instance(place), read_disruption(what)
    resolved, until = resolve(instance), disruption.frozen_until
    soon = () if until is None else leaving_before(resolved, published, until)
    edited = apply(instance, disruption.scenario)
    others = replace(published, flights=tuple(f for f in published.flights if f not in soon))
    asked = freeze(edited, resolved, replace(published, flights=soon)).onto(edited)
    soft = freeze(asked, resolved, others, cargo=False, any_tail=True, penalty_usd=0)
    limited = soft.onto(asked).model_copy(update={"most_changes": most})
    verdict = verify.audit(resolve(limited), plan)
    if verdict.violations:
        return str(verdict.violations[0])
    flown = [flight.rotation for flight in plan.flights]
    gone = [flight.id for flight in soon if flight.rotation not in flown]
    return f"{', '.join(gone)} had to stay" if gone else ""


def main() -> int:
    """Print every run; 1 if any is wrong or late."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--most-changes", type=int, default=5)
    parser.add_argument("--runs", type=int, default=1, help="of each disruption")
    parser.add_argument("--within", type=float, default=15.0, help="seconds that a run may take")
    parser.add_argument("--time-limit", type=float, help="that of the command; its own without")
    arguments = parser.parse_args()
    found = list(_all(arguments))
    bad = sum(bool(one.fault) for one in found)
    late = sum(one.seconds > arguments.within for one in found)
    longest_s = max(one.seconds for one in found)
    print(f"{len(found)} runs, {bad} wrong; longest {longest_s:.1f} s, "
          f"{late} later than {arguments.within:g} s")  # fmt: skip
    return int(bool(bad or late))


def _all(arguments: argparse.Namespace) -> Iterator[Again]:
    with tempfile.TemporaryDirectory() as folder:
        for disruption in DISRUPTIONS:
            for run in range(arguments.runs):
                one = planned_again(
                    Path.cwd(),
                    disruption,
                    arguments.most_changes,
                    arguments.time_limit,
                    Path(folder) / f"{disruption}-{run}",
                )
                wrong = f", WRONG: {one.fault}" if one.fault else ""
                print(
                    f"{one.disruption:>20} {one.seconds:5.1f} s, {one.changes} changes of at most "
                    f"{arguments.most_changes}, {one.before_usd:,.0f} USD before, "
                    f"{one.after_usd - one.before_usd:+,.0f} now{wrong}",
                    flush=True,
                )
                yield one


if __name__ == "__main__":
    sys.exit(main())
