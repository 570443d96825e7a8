"""Control of a solve: budgets, memory, work, the log."""

from __future__ import annotations

import itertools
import json
import logging
import math
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import api
from optimizer.control import (
    LOGGER_NAME,
    UNITS_A_SECOND,
    Budget,
    JsonLines,
    MemoryGuard,
    SolveClock,
    check_options,
    default_limit_bytes,
    log_event,
    machine_bytes,
    memory_bytes,
    neighbour_units,
    node_units,
    pricing_units,
    resident_bytes,
    simplex_iterations,
    simplex_units,
    versions,
)
from optimizer.control import memory as memory_module
from optimizer.engine import solve
from optimizer.engine.result import stopped_status
from optimizer.generate import tiny
from optimizer.resolve import resolve

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
FRACTIONS = st.floats(0, 1)


# --- budget ---


def test_a_budget_without_limits_never_ends() -> None:
    budget = Budget()
    budget.spend(1e9)
    assert not budget.stop()
    assert not budget()
    assert budget.reason is None
    assert math.isinf(budget.left_s)
    assert not budget.share(0.5).stop()


def test_time_ends_a_budget() -> None:
    budget = Budget(time_limit_s=1e-9)
    assert budget.stop()
    assert budget.reason == "time limit"
    assert budget.left_s == budget.clock_left_s == 0


def test_work_ends_a_budget_and_the_clock_does_not_show() -> None:
    budget = Budget(work_limit=10)
    assert budget.now_s == 0
    assert budget.left_s == 10 / UNITS_A_SECOND
    budget.spend(9.5)
    assert not budget.stop()
    assert budget.now_s == 9.5 / UNITS_A_SECOND
    budget.spend(0.5)
    assert budget.stop()
    assert budget.reason == "work limit"
    assert budget.left_s == 0
    assert math.isinf(budget.clock_left_s)


def test_memory_ends_a_budget() -> None:
    budget = Budget(memory_limit_bytes=1)
    assert budget.stop()
    assert budget.reason == "memory limit"


def test_a_wish_heard_once_is_kept() -> None:
    answers = itertools.chain([False, True], itertools.repeat(False))
    budget = Budget(should_stop=lambda: next(answers))
    assert not budget.stop()
    assert budget.stop()
    assert budget.stop()
    assert budget.reason == "interrupted"


def test_the_first_reason_is_kept() -> None:
    budget = Budget(work_limit=1)
    budget.spend(1)
    assert budget.stop()
    budget.interrupt()
    assert budget.reason == "work limit"


def test_an_interrupt_ends_every_share() -> None:
    budget = Budget()
    part = budget.share(0.5).share(0.5)
    assert not part.stop()
    budget.interrupt()
    assert part.stop()
    assert part.reason == "interrupted"


@given(st.floats(1, 1e6), st.lists(FRACTIONS, min_size=1, max_size=5))
def test_shares_of_work_nest(limit: float, fractions: list[float]) -> None:
    whole = part = Budget(work_limit=limit)
    expected = limit
    for fraction in fractions:
        part, expected = part.share(fraction), expected * fraction
    assert part.left_s * UNITS_A_SECOND == pytest.approx(expected)
    part.spend(expected * (1 + 1e-9) + 1e-9)
    assert part.stop()
    assert part.left_s == 0
    assert (whole.reason == "work limit") == whole.stop() == (whole.work >= limit)


@given(FRACTIONS, FRACTIONS)
def test_what_one_phase_leaves_another_may_use(first: float, second: float) -> None:
    whole = Budget(work_limit=100)
    whole.share(first).spend(10)
    assert whole.share(second).left_s * UNITS_A_SECOND == pytest.approx(90 * second)


def test_a_share_ends_while_the_whole_goes_on() -> None:
    whole = Budget(work_limit=10)
    part = whole.share(0.5)
    whole.spend(6)
    assert part.stop()
    assert part.reason is None
    assert not whole.stop()


def test_a_share_by_time_ends_by_time() -> None:
    whole = Budget(time_limit_s=3600)
    assert whole.share(0.0).stop()
    assert whole.share(0.5).left_s == pytest.approx(1800, rel=0.01)
    assert whole.share(0.5, most_s=10).left_s == pytest.approx(10, rel=0.01)
    assert not whole.stop()


def test_a_share_of_no_limit_has_its_own() -> None:
    assert Budget().share(1.0, most_s=60).left_s == pytest.approx(60, rel=0.01)
    assert Budget(work_limit=1e9).share(1.0, most_s=2).left_s == pytest.approx(2)


def test_a_time_limit_beside_a_work_limit_only_ends() -> None:
    budget = Budget(time_limit_s=1e-9, work_limit=1000)
    assert budget.left_s == 1000 / UNITS_A_SECOND
    assert budget.by_work
    assert budget.share(0.5).stop()
    assert budget.reason == "time limit"


@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_shares_are_fractions(wrong: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Budget().share(wrong)


@pytest.mark.parametrize("wrong", [-1.0, math.nan])
def test_work_is_not_given_back(wrong: float) -> None:
    with pytest.raises(ValueError, match="0 or more"):
        Budget().spend(wrong)


def test_work_of_several_threads_adds_up() -> None:
    budget = Budget()

    def spend() -> None:
        for _ in range(1000):
            budget.spend(1)

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert budget.work == 4000


# --- memory ---


def test_resident_memory_grows_with_what_is_held() -> None:
    before = resident_bytes()
    held = bytearray(b"x") * (64 << 20)
    assert resident_bytes() - before > 32 << 20
    del held


def test_resident_memory_where_the_system_has_no_proc(monkeypatch: pytest.MonkeyPatch) -> None:
    now = resident_bytes()
    monkeypatch.setattr(memory_module, "_STATM", Path("/nowhere"))
    assert resident_bytes() >= now / 2


def test_the_default_limit_is_part_of_the_machine() -> None:
    assert resident_bytes() < default_limit_bytes() < machine_bytes()


def test_the_least_limit_of_the_groups_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = {"": "max", "a": str(3 << 30), "a/b": str(5 << 30)}
    for name, limit in groups.items():
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "memory.max").write_text(limit)
    (tmp_path / "cgroup").write_text("9:cpu:/x\n0::/a/b\n")
    monkeypatch.setattr(memory_module, "_CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory_module, "_CGROUP_ROOT", tmp_path)
    assert machine_bytes() <= 3 << 30


def test_groups_of_the_first_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text(str(1 << 30))
    (tmp_path / "cgroup").write_text("4:memory:/not/in/sight\n")
    monkeypatch.setattr(memory_module, "_CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(memory_module, "_CGROUP_ROOT", tmp_path)
    assert machine_bytes() <= 1 << 30


def test_a_guard_latches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_module, "LOOK_EVERY_S", 0.0)
    guard = MemoryGuard(resident_bytes() * 10)
    assert not guard()
    guard.limit_bytes = 1
    assert guard()
    guard.limit_bytes = resident_bytes() * 10
    assert guard()


def test_memory_limits_in_bytes() -> None:
    assert memory_bytes(1.5) == 3 << 29
    assert memory_bytes(None) == default_limit_bytes()
    assert memory_bytes(math.inf) is None


# --- work ---


def test_work_is_proportional_to_what_is_done() -> None:
    assert pricing_units(500, passes=4) == pytest.approx(pricing_units(1000, passes=2))
    assert simplex_units(20, 1000) == pytest.approx(2 * simplex_units(10, 1000))
    assert node_units(0) == neighbour_units(0) == 0
    assert neighbour_units(3) > neighbour_units(2)


@given(st.floats(0.01, 100), st.integers(1, 10**6))
def test_iterations_are_the_inverse_of_their_work(seconds: float, rows: int) -> None:
    iterations = simplex_iterations(seconds, rows)
    assert iterations >= 1
    assert simplex_units(iterations - 1, rows) <= seconds * UNITS_A_SECOND * (1 + 1e-9)


def test_iterations_without_a_limit() -> None:
    assert simplex_iterations(math.inf, 10) == 2**31 - 1


# --- the whole solve ---


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("limit", [2, 20])
def test_under_a_work_limit_runs_are_alike(seed: int, limit: float) -> None:
    resolved = resolve(tiny(seed))
    told: list[list[tuple[str, float | None, float | None, float]]] = [[], []]
    for news in told:
        solve(
            resolved,
            method="heuristic",
            gap=0,
            work_limit=limit,
            on_progress=lambda p, news=news: news.append(
                (p.phase, p.value_usd, p.bound_usd, p.work)
            ),
        )
    assert told[0] == told[1]
    assert told[0]


def test_a_work_limit_ends_a_solve_and_is_told() -> None:
    found = solve(resolve(tiny(1)), method="heuristic", gap=0, work_limit=0.001)
    assert found.status in ("work_limit", "optimal", "infeasible")
    assert found.work >= 0.001
    assert found.plan is None or found.bound_micro >= found.plan.contribution_micro


def test_the_memory_limit_ends_a_solve_and_is_told() -> None:
    result = api.solve(tiny(1), memory_limit=0.001)
    assert result.status == "memory_limit"
    assert result.summary()["status"] == "memory_limit"


def test_every_reason_has_a_status_of_its_own() -> None:
    reasons = ("time limit", "work limit", "memory limit", "interrupted")
    statuses = {stopped_status(reason) for reason in reasons}
    assert len(statuses) == 4
    assert stopped_status(None) == "time_limit"
    assert stopped_status(None, by_work=True) == "work_limit"
    text = (DOCS / "solution-format.md").read_text()
    assert all(f"`{status}`" in text for status in statuses)


# --- options and clock ---


@pytest.mark.parametrize(
    "options",
    [
        {"gap": -1.0},
        {"gap": math.nan},
        {"time_limit": 0.0},
        {"threads": 0},
        {"work_limit": 0},
        {"work_limit": math.nan},
        {"memory_limit": -1.0},
        {"seed": -1},
    ],
)
def test_options_out_of_range(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        check_options(**({"gap": 0.0, "time_limit": None, "threads": None} | options))


def test_a_clock_keeps_time_for_what_follows() -> None:
    clock = SolveClock(1000.0)
    clock.resolved(1.0, time_to_write=True)
    solving = clock.solving_s()
    assert solving is not None
    assert 600 <= solving <= 1000
    explaining = clock.explaining_s()
    assert explaining is not None
    assert explaining <= 1000


def test_a_clock_leaves_something_for_solving() -> None:
    clock = SolveClock(1e-6)
    clock.resolved(1.0, time_to_write=True)
    assert (clock.solving_s() or 0) > 0
    assert clock.explaining_s() == 0


@pytest.mark.parametrize("limit", [None, math.inf])
def test_a_clock_without_a_limit(limit: float | None) -> None:
    clock = SolveClock(limit)
    clock.resolved(1.0, time_to_write=True)
    assert clock.solving_s() is None
    assert clock.explaining_s() is None


# --- kernels ---

KERNEL = """
from optimizer.control import anything_kept, kernel

@kernel
def double(x):
    return 2 * x

print(anything_kept(), double(21), double.stats.cache_path is not None)
"""


def compiled(folder: Path, home: str) -> list[str]:
    """Whether machine code was kept before, an answer, whether it is kept now."""
    source = folder / "doubling.py"
    if not source.exists():
        source.write_text(KERNEL)
    done = subprocess.run(
        [sys.executable, "-B", "-c", "import doubling"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=os.environ | {"HOME": home, "XDG_CACHE_HOME": home, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout.split()


def test_machine_code_is_kept_beside_the_source(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert compiled(tmp_path, home) == ["False", "42", "True"]
    assert compiled(tmp_path, home) == ["True", "42", "True"]
    later = time.time() + 10
    os.utime(tmp_path / "doubling.py", (later, later))  # another version
    assert compiled(tmp_path, home) == ["False", "42", "True"]


def test_machine_code_is_kept_in_the_users_cache(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("in the way, as on a disk that cannot be written")
    home = str(tmp_path / "home")
    assert compiled(tmp_path, home) == ["False", "42", "True"]
    assert compiled(tmp_path, home) == ["True", "42", "True"]


def test_machine_code_without_a_place_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "__pycache__").write_text("in the way, as on a disk that cannot be written")
    (tmp_path / "file").write_text("no folder")
    home = str(tmp_path / "file" / "home")
    assert compiled(tmp_path, home) == ["False", "42", "False"]
    assert compiled(tmp_path, home) == ["False", "42", "False"]


# --- log ---


def record(**more: object) -> logging.LogRecord:
    return logging.makeLogRecord({"msg": "phase ends", "levelname": "INFO"} | more)


def test_a_line_of_the_log_is_strict_json() -> None:
    line = JsonLines().format(record(fields={"gap": math.inf, "name": "Zürich\n", "at": 3}))
    assert "\n" not in line
    document = json.loads(line, parse_constant=lambda name: pytest.fail(name))
    assert document["gap"] is None
    assert document["name"] == "Zürich\n"
    assert document["event"] == "phase ends"


def test_records_of_others_and_errors_are_lines_too() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        line = JsonLines().format(record(exc_info=sys.exc_info()))
    assert "ValueError: wrong" in json.loads(line)["traceback"]


def test_the_library_is_silent_until_asked(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    logger = logging.getLogger(LOGGER_NAME)
    assert any(isinstance(handler, logging.NullHandler) for handler in logger.handlers)
    log_event("unheard")
    assert not caplog.records
    caplog.set_level(logging.INFO, LOGGER_NAME)
    log_event("heard", number=1)
    assert [r.getMessage() for r in caplog.records] == ["heard"]
    assert capfd.readouterr() == ("", "")


def test_versions_name_what_a_plan_depends_on() -> None:
    assert {"freighter", "python", "highspy", "numba"} <= set(versions())
