"""What each limit and cost does to the gap: one week of the ladder, one switch after the other.

    python -m benchmarks.switches --name XS --seed 1 --time-limit 30

Prints a line for the plain week, one for each switch by itself, and one for all of them at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import get_args

from optimizer.domain.resolved import MICRO
from optimizer.engine import solve
from optimizer.generate import generate
from optimizer.generate.synthetic import FULL_SWITCHES, LadderName, ladder_options
from optimizer.resolve import resolve


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--name", choices=get_args(LadderName), default="XS")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--time-limit", type=float, default=30.0, help="seconds of each solve")
    parser.add_argument("--switches", nargs="+", choices=FULL_SWITCHES, help="default: each")
    args = parser.parse_args()
    print(f"{'switch':<14} {'rule of thumb':>14} {'plan':>14} {'bound':>14} {'gap':>7}")
    for name, on in _settings(args.switches):
        print(_line(name, on, args), flush=True)


def _settings(switches: list[str] | None) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names of lines, and what is switched on in each."""
    yield "none", ()
    for switch in switches or FULL_SWITCHES:
        yield switch, (switch,)
    if switches is None:
        yield "all", FULL_SWITCHES


def _line(name: str, on: tuple[str, ...], args: argparse.Namespace) -> str:
    options = ladder_options(args.name, args.seed).model_copy(update=dict.fromkeys(on, True))
    found = solve(resolve(generate(options)), gap=0.0, time_limit=args.time_limit, threads=1)
    bound_usd = found.bound_micro / MICRO
    if found.plan is None:
        return f"{name:<14} {found.status}"
    thumb_usd = 0 if found.rule_of_thumb is None else found.rule_of_thumb.contribution_micro / MICRO
    usd = found.plan.contribution_micro / MICRO
    gap = 0.0 if found.gap is None else found.gap
    return f"{name:<14} {thumb_usd:>14,.0f} {usd:>14,.0f} {bound_usd:>14,.0f} {gap:>7.1%}"


if __name__ == "__main__":
    main()
