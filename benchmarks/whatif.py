"""Variants planned from the solution of their base: how much sooner, how soon, and side by side.

    python -m benchmarks.whatif
    python -m benchmarks.whatif --parts hub --cold-limit 600

hub      more cargo from one origin of `instances/zhengzhou-week`: from the shipped solution with
         its certificate to a gap, and without a start to the gap that was reached; fails if the
         first takes more than 0.3 of the time of the second
edit     a demand edit on weeks of the ladder's size S, from a base solved before; fails if a
         solve, audit included, takes 2 s or more, or plan or certificate are not accepted
workers  eight variants of one of these on one and on two processes, each ended by units of work;
         fails if two are less than 1.7 times as fast

Everything is compiled and imported before it is timed, but by the workers themselves.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import machine
from optimizer import api
from optimizer.domain.instance import Instance
from optimizer.engine import Progress
from optimizer.files import certificate_beside, read_plan
from optimizer.generate import ladder, tiny
from optimizer.verify.certificate import verify_certificate
from optimizer.whatif import edit
from optimizer.whatif.sweep import Event, local_pool, sweep
from optimizer.whatif.variants import SolveOptions, Variant, from_base

HUB, HUB_SOLUTION = Path("instances/zhengzhou-week"), Path("solutions/zhengzhou-week")
HUB_ORIGIN, MORE = "Yiwu", 1.1
SEEDS = (1, 2, 3)
AMOUNTS = (0.7, 0.8, 0.9, 1.05, 1.1, 1.15, 1.2, 1.3)
GAP_MORE = 0.005
"""An edit is planned to the gap of its base and so much."""
MOST_SHARE, MOST_S, LEAST_TIMES_FASTER = 0.3, 2.0, 1.7

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Bar:
    """A figure and what it has to be."""

    words: str
    kept: bool


def more_from(instance: Instance, origin: str, by: float) -> Instance:
    """The instance with so many times the cargo of an origin."""
    more: Instance = edit(instance).scale_demand(origin=origin, by=by).done("more")
    return more


def origin_of(instance: Instance) -> str:
    """Where the most weight comes from."""
    kg: dict[str, float] = {}
    for row in instance.demand:
        kg[row.origin] = kg.get(row.origin, 0.0) + float(row.weight_kg)
    return max(kg, key=lambda name: kg[name])


def hub(gap: float, cold_limit: float, threads: int, tell: Tell) -> Iterator[Bar]:
    """The hub week, warm and cold."""
    variant = more_from(api.read(HUB), HUB_ORIGIN, MORE)
    plan, proof = read_plan(HUB_SOLUTION), certificate_beside(HUB_SOLUTION)
    began = time.perf_counter()
    warm = api.solve(variant, gap=gap, threads=threads, start=plan, start_certificate=proof)
    warm_s = time.perf_counter() - began
    reached = _gap(warm)
    tell(_line(f"hub week, {HUB_ORIGIN} x {MORE}, warm", warm, warm_s))
    began, at = time.perf_counter(), list[float]()

    def watch(progress: Progress) -> None:
        if progress.gap is not None and progress.gap <= reached and not at:
            at.append(time.perf_counter() - began)

    cold = api.solve(
        variant, gap=reached, time_limit=cold_limit, threads=threads, on_progress=watch
    )
    cold_s = at[0] if at else cold_limit
    tell(_line("  the same, cold", cold, time.perf_counter() - began))
    share, words = warm_s / cold_s, "" if at else "less than "
    known = f"cold reached {reached:.2%} after {cold_s:.1f} s" if at else (
        f"cold was at {_gap(cold):.2%} after {cold_s:.0f} s"
    )  # fmt: skip
    yield Bar(
        f"warm took {words}{share:.2f} of the time to {reached:.2%} ({known})", share <= MOST_SHARE
    )


def edited(base_s: float, threads: int, folder: Path, tell: Tell) -> Iterator[Bar]:
    """A demand edit on each week of size S."""
    for seed in SEEDS:
        instance = ladder("S", seed, "cyclic")
        base = api.solve(instance, time_limit=base_s, threads=threads)
        base.write(folder / f"S-{seed}")
        tell(_line(f"S, seed {seed}, the base", base, base_s))
        variant = more_from(instance, origin_of(instance), MORE)
        began = time.perf_counter()
        warm = api.solve(variant, gap=_gap(base) + GAP_MORE, threads=threads, start=base)
        seconds = time.perf_counter() - began
        tell(_line(f"  {origin_of(instance)} x {MORE}, warm", warm, seconds))
        proven = warm.certificate is not None and (
            verify_certificate(warm.resolved, warm.certificate, warm.found).accepted
        )
        words = "audited, bound verified" if warm.accepted and proven else "NOT PROVEN"
        yield Bar(
            f"S, seed {seed}: {seconds:.2f} s, {words}",
            warm.accepted and proven and seconds < MOST_S,
        )


def side_by_side(work: float, folder: Path, tell: Tell) -> Iterator[Bar]:
    """Eight variants on one process and on two."""
    instance = ladder("S", SEEDS[0], "cyclic")
    options = SolveOptions(gap=0.0, work_limit=work, threads=1)
    origin = origin_of(instance)
    variants = [
        from_base(
            Variant(f"by={by}", more_from(instance, origin, by), options), folder / f"S-{SEEDS[0]}"
        )
        for by in AMOUNTS
    ]
    took = [_swept(variants, workers, folder / f"on-{workers}", tell) for workers in (1, 2)]
    times = took[0] / took[1]
    yield Bar(
        f"{len(variants)} variants: {took[0]:.1f} s on one process, {took[1]:.1f} s on two, "
        f"{times:.2f} times as fast",
        times >= LEAST_TIMES_FASTER,
    )


def _swept(variants: Sequence[Variant], workers: int, folder: Path, tell: Tell) -> float:
    """Seconds for all variants, processes begun and solutions saved."""
    failed: list[str] = []

    def event(what: Event) -> None:
        if what.kind != "planned":
            failed.append(f"{what.variant}: {what.kind} {what.error}")

    began = time.perf_counter()
    with local_pool(workers) as pool:
        sweep(variants, folder, pool, on_event=event)
    seconds = time.perf_counter() - began
    if failed:
        raise RuntimeError("\n".join(failed))
    tell(f"{f'{len(variants)} variants on {workers}':<36}{seconds:>8.1f} s")
    return seconds


def _gap(result: api.Result) -> float:
    return float("inf") if result.gap is None else result.gap


def _line(what: str, result: api.Result, seconds: float) -> str:
    value = 0.0 if result.found is None else result.found.contribution_micro / 1e6
    return (
        f"{what:<36}{seconds:>8.2f} s{value:>14,.0f}{result.bound or 0.0:>14,.0f}"
        f"{_gap(result):>9.2%}  {result.status}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, and say which bars are not kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--parts", nargs="+", default=["hub", "edit", "workers"])
    parser.add_argument("--gap", type=float, default=0.025, help="of the hub week, warm")
    parser.add_argument("--cold-limit", type=float, default=300.0, help="seconds")
    parser.add_argument("--base-time", type=float, default=30.0, help="seconds for a base")
    parser.add_argument("--work", type=float, default=600.0, help="units a variant on processes")
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args(arguments)
    unknown = {*given.parts} - {"hub", "edit", "workers"}
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    found = machine.describe()
    _tell(f"{found['processor']}, {found['cores']} cores, load before {found['load_before']}")
    _tell(f"{'':<36}{'time':>10}{'plan USD':>14}{'bound USD':>14}{'gap':>9}")
    api.solve(tiny(0), work_limit=50)  # imports and compiles
    bars = list[Bar]()
    with tempfile.TemporaryDirectory(prefix="freighter-") as scratch:
        folder = Path(scratch)
        if {"edit", "workers"} & {*given.parts}:
            bars += edited(given.base_time, given.threads, folder, _tell)
        if "workers" in given.parts:
            bars += side_by_side(given.work, folder, _tell)
        if "hub" in given.parts:
            bars += hub(given.gap, given.cold_limit, given.threads, _tell)
    for bar in bars:
        _tell(f"{'kept' if bar.kept else 'NOT KEPT':<10}{bar.words}")
    return 0 if all(bar.kept for bar in bars) else 1


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
