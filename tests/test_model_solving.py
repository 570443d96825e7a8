"""Solving the reference model: true statuses, bounds, progress, starts, files."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from itertools import count, pairwise
from pathlib import Path

import highspy
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.domain.rules import Market
from optimizer.generate import tiny as generated
from optimizer.model import ReferenceModel, model_size, solve_reference, write_model
from optimizer.model.highs import solve_with_highs
from optimizer.model.programme import Programme
from optimizer.model.solution import start_of
from optimizer.model.solving import Solver
from optimizer.resolve import resolve
from tests.builders import consignment, tail, tiny
from tests.cargo_cases import case_weight_volume
from tests.flying_cases import case_weeks_end

SOLVERS: tuple[Solver, ...] = ("highs", "cbc")


def hard() -> ResolvedInstance:
    """A week that takes minutes to prove: many consignments of a third of an aircraft each."""
    demand = [
        consignment(
            f"D{i}{way}",
            origin="CGO" if way == "out" else "LUX",
            destination="LUX" if way == "out" else "CGO",
            weight_kg=31_000 + 457 * i,
            volume_m3=180 + 7 * (i * i % 13),
            ready_min=i * 397 % 9000,
            due_min=i * 397 % 9000 + 3000 + 61 * i,
            usd_per_chargeable_kg=1.1 + 0.07 * (i % 11),
        )
        for i in range(24)
        for way in ("out", "back")
    ]
    airports = ({"airport": "LUX", "ramp_turn_usd": 90_000},)
    return resolve(
        tiny(kind="cyclic", fleet=(tail(count=3),), demand=tuple(demand), airports=airports)
    )


@pytest.fixture(scope="module")
def hard_case() -> ResolvedInstance:
    return hard()


@pytest.mark.parametrize("solver", SOLVERS)
def test_infeasible_is_told(solver: Solver) -> None:
    resolved = resolve(tiny(days=1, markets=(Market(station="LUX", min_rotations=3),)))
    result = solve_reference(resolved, solver=solver)
    assert (result.status, result.plan, result.value_usd) == ("infeasible", None, None)
    assert result.bound_usd == -math.inf


@pytest.mark.parametrize("solver", SOLVERS)
def test_nothing_to_decide(solver: Solver) -> None:
    """No rotation pays: the plan is empty, and only the lease is paid."""
    demand = (consignment(usd_per_chargeable_kg=0),)
    instance = tiny(demand=demand, fleet=(tail(lease_usd_per_month=30_000),))
    result = solve_reference(resolve(instance), solver=solver)
    assert result.status == "optimal"
    assert result.plan is not None
    assert result.plan.contribution_micro == -7_000_000_000
    assert result.value_usd == pytest.approx(-7000)


def test_a_limit_is_never_called_optimal(hard_case: ResolvedInstance) -> None:
    result = solve_reference(hard_case, time_limit=2.0, gap=1e-9)
    assert result.status == "time_limit"
    if result.plan is None:
        assert result.value_usd is None
    else:
        assert result.value_usd is not None
        assert result.bound_usd > result.value_usd * (1 + 1e-9)


def test_interruption_returns_the_incumbent(hard_case: ResolvedInstance) -> None:
    told: list[tuple[float | None, float]] = []
    result = solve_reference(
        hard_case,
        gap=1e-9,
        time_limit=60,
        on_progress=lambda value, bound: told.append((value, bound)),
        should_stop=lambda: any(value is not None for value, _ in told),
    )
    assert result.status == "interrupted"
    assert result.plan is not None
    assert result.value_usd is not None
    assert result.value_usd >= max(value for value, _ in told if value is not None) - 0.01
    assert result.bound_usd >= result.value_usd


def test_progress_improves(hard_case: ResolvedInstance) -> None:
    told: list[tuple[float | None, float]] = []
    calls = count()
    solve_reference(
        hard_case,
        gap=1e-9,
        time_limit=60,
        on_progress=lambda value, bound: told.append((value, bound)),
        should_stop=lambda: next(calls) > 60,
    )
    bounds = [bound for _, bound in told]
    assert all(after <= before + 1e-3 for before, after in pairwise(bounds))
    values = [value for value, _ in told if value is not None]
    assert all(after >= before - 1e-3 for before, after in pairwise(values))


def test_a_callers_exception_comes_back(hard_case: ResolvedInstance) -> None:
    class CallerError(Exception):
        pass

    def broken() -> bool:
        raise CallerError

    with pytest.raises(CallerError):
        solve_reference(hard_case, time_limit=60, should_stop=broken)


def test_a_start_is_taken_up(hard_case: ResolvedInstance) -> None:
    first = solve_reference(hard_case, time_limit=20, gap=0.2)
    assert first.plan is not None
    columns = ReferenceModel(hard_case).build().built
    start = start_of(columns, first.plan)
    assert start is not None
    assert sum(start.values()) == len(first.plan.flights)
    again = solve_reference(hard_case, time_limit=20, gap=0.2, start=first.plan)
    assert again.value_usd is not None
    assert again.value_usd >= first.plan.contribution_micro * 1e-6 - 1


def test_a_start_from_elsewhere_is_left_out(hard_case: ResolvedInstance) -> None:
    other = solve_reference(resolve(case_weeks_end("cyclic", 1))).plan
    assert other is not None
    assert start_of(ReferenceModel(hard_case).build().built, other) is None


def test_several_threads_with_several_threads() -> None:
    resolved = [resolve(generated(seed)) for seed in range(6)]
    alone = [solve_reference(r).value_usd for r in resolved]
    with ThreadPoolExecutor(3) as pool:
        together = list(
            pool.map(lambda i: solve_reference(resolved[i], threads=1 + i % 2).value_usd, range(6))
        )
    assert together == pytest.approx(alone, rel=1e-6)


def test_same_plan_every_time() -> None:
    resolved = resolve(case_weight_volume())
    assert solve_reference(resolved).plan == solve_reference(resolved).plan


@pytest.mark.parametrize("suffix", [".lp", ".mps"])
@pytest.mark.parametrize("seed", [0, 11, 13, 18, 21])
def test_a_written_model_has_the_same_optimum(seed: int, suffix: str, tmp_path: Path) -> None:
    resolved = resolve(generated(seed))
    path = tmp_path / f"model{suffix}"
    write_model(resolved, path)
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.setOptionValue("mip_rel_gap", 1e-9)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    expected = solve_reference(resolved, gap=1e-9).value_usd
    assert highs.getObjectiveValue() == pytest.approx(expected, rel=1e-6)


def test_names_fit_every_format(tmp_path: Path) -> None:
    """Consignments may have names that no model file takes."""
    demand = (consignment("电子商务 [A] -> B " + 40 * "x"), consignment("电子商务 (A)"))
    resolved = resolve(tiny(demand=demand))
    write_model(resolved, tmp_path / "model.lp")
    assert (tmp_path / "model.lp").read_text(encoding="ascii")
    names = ReferenceModel(resolved).build().built.programme.names
    assert len(names) == len(set(names))


def test_other_suffixes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.lp or \.mps"):
        write_model(resolve(tiny()), tmp_path / "model.xlsx")


@pytest.mark.parametrize("seed", range(20))
def test_size_is_told_without_building(seed: int) -> None:
    """Never much too small, since it decides what is worth building."""
    resolved = resolve(generated(seed))
    estimate, columns = model_size(resolved), ReferenceModel(resolved).build().built
    assert estimate.binaries >= 0.8 * len(columns.x)
    assert estimate.columns >= 0.5 * columns.programme.columns
    assert estimate.rows >= 0.5 * columns.programme.rows


def test_the_installed_highs_is_sound() -> None:
    """HiGHS 1.14 calls 181,688.58 optimal here, with x = 2: its presolve is at fault."""
    programme = Programme()
    x = programme.variable("x", 0.0, 3.0, whole=True)
    z = programme.variable("z", 0.0, None)
    programme.maximise({x: -201_933.674326, z: 4.596200381})
    programme.row("most", [(z, 1.0)], -math.inf, 127_400.0)
    programme.row("link", [(z, 1.0), (x, -98_223.0)], -math.inf, 0.0)
    assert solve_with_highs(programme, gap=1e-9).value_usd == pytest.approx(249_518.915697)
