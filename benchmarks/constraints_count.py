"""Which constraints decide plans: how often does leaving one out raise the optimum?

    python -m benchmarks.constraints_count --instances 300

A constraint that never counts on instances made to need it is not in the model, or the instances
are too easy. Every relaxed optimum must be at least the full one.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from optimizer.domain.resolved import ResolvedInstance
from optimizer.generate import tiny
from optimizer.model import RELAXABLE, solve_reference
from optimizer.resolve import resolve

GAP = 1e-9
TOLERANCE = 1e-6
"""Optima within this share of each other (or a cent) are the same."""
RELAXED_SECONDS = 10.0
"""Some relaxations are harder than the problem; what is found by then usually tells enough."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What leaving one constraint out does to one instance.

    Attributes:
        full_usd: Proven optimum with all constraints; None if infeasible.
        relaxed_usd: Best value found without the constraint; None if none was.
        relaxed_bound_usd: No plan without the constraint is better.
    """

    seed: int
    constraint: str
    full_usd: float | None
    relaxed_usd: float | None
    relaxed_bound_usd: float

    @property
    def raised(self) -> bool:
        """Whether the constraint counts: plans are better without it, or exist only without it."""
        if self.full_usd is None or self.relaxed_usd is None:
            return self.full_usd is None and self.relaxed_usd is not None
        return self.relaxed_usd - self.full_usd > self._tolerance_usd

    @property
    def lowered(self) -> bool:
        """Whether something is wrong: the optimum is worse, which no relaxation can be."""
        if self.full_usd is None:
            return False
        return self.full_usd - self.relaxed_bound_usd > self._tolerance_usd

    @property
    def _tolerance_usd(self) -> float:
        return max(0.01, TOLERANCE * abs(self.full_usd or 0))


ON_REQUEST = {
    "C6": "positions",
    "C10": "handling",
    "C13": "crews",
    "C16": "special_cargo",
    "C18": "blocks",
    "C19": "commitments",
    "C20": "frozen",
    "C21": "transit",
}
"""Limits of the generator for constraints that instances drawn by chance do not have."""


def effects(seeds: Iterable[int], constraints: Iterable[str] = ()) -> Iterator[Effect]:
    """Solve tiny instances with all constraints and without each."""
    numbers = sorted(constraints or RELAXABLE, key=lambda number: int(number[1:]))
    for seed in seeds:
        resolved = resolve(tiny(seed))
        full_usd = optimum_usd(resolved)
        for number in numbers:
            base_usd, case = full_usd, resolved
            if number in ON_REQUEST:
                case = resolve(tiny(seed, more=(ON_REQUEST[number],)))
                base_usd = optimum_usd(case)
            if number == "C11":  # without it nobody can tell what storage costs
                case = without_storage(resolved)
                base_usd = optimum_usd(case)
            relaxed = frozenset((number,))
            result = solve_reference(case, relaxed=relaxed, gap=GAP, time_limit=RELAXED_SECONDS)
            yield Effect(seed, number, base_usd, result.value_usd, result.bound_usd)


def optimum_usd(resolved: ResolvedInstance) -> float | None:
    """The proven optimum; None if infeasible.

    Raises:
        RuntimeError: Neither was proven.
    """
    result = solve_reference(resolved, gap=GAP)
    if result.status not in ("optimal", "infeasible"):
        raise RuntimeError(f"{resolved.name}: {result.status}")
    return result.value_usd


def without_storage(resolved: ResolvedInstance) -> ResolvedInstance:
    """The same instance with free storage."""
    return replace(
        resolved, airports=tuple(replace(a, storage_pico_per_g_h=0) for a in resolved.airports)
    )


def main() -> int:
    """Print, for each constraint, on how many instances it counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--instances", type=int, default=300, help="how many tiny instances")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--least", type=int, default=15, help="fail if a constraint counts less")
    arguments = parser.parse_args()
    raised: dict[str, list[int]] = {
        n: [] for n in sorted(RELAXABLE, key=lambda number: int(number[1:]))
    }
    wrong = []
    seeds = range(arguments.first_seed, arguments.first_seed + arguments.instances)
    for effect in effects(seeds):
        if effect.raised:
            raised[effect.constraint].append(effect.seed)
        if effect.lowered:
            wrong.append(effect)
    for number, where in raised.items():
        print(f"{number:>4} counts on {len(where):>4} of {arguments.instances}")
    for effect in wrong:
        print(f"WRONG: {effect}")
    return int(bool(wrong) or any(len(where) < arguments.least for where in raised.values()))


if __name__ == "__main__":
    sys.exit(main())
