"""The benchmarks.

    python -m benchmarks --quick
    python -m benchmarks --cases M --solvers freighter highs --seeds 1 2 3 --time-limit 3600

Runs the product and its peers on instances of the ladder, one after the other, each in a process of
its own, and writes benchmarks/results/<date>.json and the tables of docs/benchmarks.md after every
instance. All of it takes a day or more; `--quick` takes minutes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from benchmarks import machine, page, results
from benchmarks.cases import all_cases
from benchmarks.measure import Row
from benchmarks.session import Options, run_session
from benchmarks.solvers import all_solvers

QUICK_CASES = ("XS", "S")
QUICK_SEEDS = (1,)
QUICK_S = 20.0
USUAL_S = 600.0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    about, _, rest = (__doc__ or "").partition("\n")
    own = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=about,
        epilog=rest,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    own.add_argument("--cases", nargs="+", choices=list(all_cases()), help="default: XS to XL")
    own.add_argument("--solvers", nargs="+", choices=list(all_solvers()), help="default: all")
    own.add_argument("--seeds", nargs="+", type=int, help="default: those of each case")
    own.add_argument("--time-limit", type=float, help="seconds of solving; default 600")
    own.add_argument("--gap", type=float, default=1e-4, help="relative gap to stop at")
    own.add_argument("--threads", type=int, default=1, help="of every solver")
    own.add_argument("--most-columns", type=int, default=2_000_000, help="largest model peers get")
    own.add_argument(
        "--quick", action="store_true", help="XS and S, one seed, 20 s, unless stated otherwise"
    )
    own.add_argument("--results", type=Path, default=results.FOLDER, help="folder of result files")
    own.add_argument("--page", type=Path, default=page.PAGE, help="page with the tables")
    own.add_argument("--no-page", action="store_true", help="leave the page alone")
    own.add_argument("--render", type=Path, help="only write the tables of this result file")
    return own


def options(arguments: argparse.Namespace) -> Options:
    """What to run.

    Raises:
        ValueError: A number is out of its range, or nothing is left to run.
    """
    quick = arguments.quick
    cases = (
        QUICK_CASES if quick else tuple(name for name, case in all_cases().items() if case.usual)
    )
    time_limit = QUICK_S if quick else USUAL_S
    chosen = Options(
        cases=tuple(arguments.cases or cases),
        solvers=tuple(arguments.solvers or all_solvers()),
        seeds=tuple(arguments.seeds or (QUICK_SEEDS if quick else ())),
        time_limit=time_limit if arguments.time_limit is None else arguments.time_limit,
        gap=arguments.gap,
        threads=arguments.threads,
        most_columns=arguments.most_columns,
    )
    if chosen.time_limit <= 0 or chosen.gap < 0 or chosen.threads < 1:
        raise ValueError("time limit and threads are positive, the gap is not negative")
    for name in chosen.cases:
        if not chosen.seeds_of(all_cases()[name]):
            raise ValueError(f"{name} has none of these seeds")
    return chosen


def _is_wrong(row: Row) -> bool:
    """Whether somebody made a mistake; a peer that does not finish makes none."""
    rejected = row.status == "rejected" or (row.solver == "freighter" and row.status == "failed")
    return rejected or row.contradicted


def main(words: Sequence[str] | None = None) -> int:
    """Run, and write after every instance."""
    own = parser()
    arguments = own.parse_args(words)
    if arguments.render is not None:
        page.update(arguments.page, results.Session.read(arguments.render))
        return 0
    try:
        chosen = options(arguments)
    except ValueError as error:
        own.error(str(error))
    date = datetime.now().astimezone().date().isoformat()
    where, commit = machine.describe(), machine.commit()
    rows: list[Row] = []

    def tell(line: str) -> None:
        print(f"{datetime.now():%H:%M:%S} {line}", file=sys.stderr, flush=True)

    def done(more: list[Row]) -> None:
        rows.extend(more)
        session = results.Session(date, commit, where, chosen, tuple(rows))
        session.write(arguments.results / f"{date}.json")
        if not arguments.no_page:
            page.update(arguments.page, session)

    run_session(chosen, tell, done)
    wrong = [row for row in rows if _is_wrong(row)]
    for row in wrong:
        tell(f"WRONG: {row.instance}: {row.solver}: {page.ended(row)}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
