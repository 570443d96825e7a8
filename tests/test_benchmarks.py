"""Benchmarks: the external instances, the figures, and one session from end to end."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import highspy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import machine, measure, page, rfsp, rfsp_milp
from benchmarks.__main__ import main, options, parser
from benchmarks.cases import all_cases
from benchmarks.measure import Row, relative_gap, seconds_to, shifted_geometric_mean, side_by_side
from benchmarks.results import Session
from benchmarks.rfsp_format import Rfsp, read_rfsp
from benchmarks.solvers import all_solvers
from benchmarks.solvers.cbc import Listener
from benchmarks.task import Point
from benchmarks.whole_kilograms import SCALE, whole_model
from optimizer import api
from optimizer.errors import Severity
from optimizer.files import judge
from optimizer.model import solve_reference

FOLDER = Path(rfsp.__file__).parent / "rfsp"
FILES = sorted(FOLDER.glob("*.json"))


@pytest.fixture(scope="module")
def whole() -> Rfsp:
    return read_rfsp(FOLDER / "instance-10-3-0.75.json")


# --- external instances ---------------------------------------------------------------------------


def test_all_external_files_are_read_and_become_sound_instances() -> None:
    assert len(FILES) == 5
    for path in FILES:
        read = read_rfsp(path)
        instance = rfsp.translate(read, path.stem)
        assert not [f for f in judge(instance) if f.severity is Severity.ERROR]
        assert len(instance.demand) == sum(len(read.departures(d)) for d in read.destinations)


@pytest.mark.parametrize(
    ("destinations", "steps", "aircraft", "utilisation"),
    [
        (3, 100, 1, 0.5),
        (3, 110, 2, 0.5),
        (3, 120, 2, 0.0),
        (4, 115, 2, 0.8),
        (3, 110, 2, 1.0),  # no round trips fill 110 steps
        (2, 108, 1, 0.97),  # two of 51 and 54 steps: 105 of 108
    ],
)
def test_both_models_agree_on_reduced_files(
    whole: Rfsp, destinations: int, steps: int, aircraft: int, utilisation: float
) -> None:
    reduced = whole.reduced(destinations, steps, aircraft, utilisation)
    assert_same_optimum(reduced)


def test_both_models_agree_where_slots_and_spacing_decide(whole: Rfsp) -> None:
    reduced = whole.reduced(3, 120, 2, 0.4)
    dear = max(max(d.profit) for d in reduced.destinations)
    few = tuple(1 if 20 <= t < 24 else 0 for t in range(120))
    tight = reduced.model_copy(update={"slots": few})
    loose = tight.model_copy(update={"min_spacing": 0})
    assert assert_same_optimum(tight) <= assert_same_optimum(loose) <= 2 * dear


def test_without_spacing_aircraft_may_leave_together(whole: Rfsp) -> None:
    one = whole.reduced(1, 60, 2, 0.0).model_copy(
        update={"min_spacing": 0, "slots": (0,) * 8 + (2,) + (0,) * 51}
    )
    assert assert_same_optimum(one) == pytest.approx(2 * one.destinations[0].profit[8])


def assert_same_optimum(instance: Rfsp) -> float:
    """Both ways end with the same; the optimum, minus infinity if there is none."""
    direct = rfsp_milp.solve_milp(instance)
    ours = rfsp.translate(instance, "reduced")
    resolved = api.resolve(ours)
    found = solve_reference(resolved, gap=1e-7)
    assert (direct.status, found.status) in (("optimal", "optimal"), ("infeasible", "infeasible"))
    if direct.objective is None or found.plan is None:
        return -math.inf
    assert found.plan.contribution_micro / 1e6 == pytest.approx(direct.objective, abs=1e-4)
    assert api.passed(api.audit_resolved(resolved, found.plan, ours))
    return direct.objective


def test_a_round_trip_takes_exactly_its_steps(whole: Rfsp) -> None:
    resolved = api.resolve(rfsp.translate(whole, "whole"))
    for k, destination in enumerate(whole.destinations):
        code = rfsp.station_code(k)
        legs = [leg for leg in resolved.legs if code in (leg.origin, leg.destination)]
        assert sum(leg.block_min for leg in legs if rfsp.HUB in (leg.origin, leg.destination)) == (
            destination.flight_time * rfsp.STEP_MIN
        )
    assert {pool.min_block_min for pool in resolved.pools} == {171 * rfsp.STEP_MIN}
    windows = {(w.window.start_min, w.window.end_min): w.movements for w in resolved.slot_limits}
    for step, slots in enumerate(whole.slots):
        assert windows[step * rfsp.STEP_MIN, (step + 1) * rfsp.STEP_MIN] == slots


def test_the_horizon_may_be_longer_than_a_day(whole: Rfsp) -> None:
    longer = whole.model_copy(
        update={
            "time_horizon_len": 2 * whole.time_horizon_len,
            "slots": whole.slots * 2,
            "destinations": tuple(
                d.model_copy(update={"profit": d.profit * 2}) for d in whole.destinations
            ),
        }
    )
    resolved = api.resolve(rfsp.translate(longer, "longer"))
    starts = {w.window.start_min: w.movements for w in resolved.slot_limits}
    assert [starts[t * rfsp.STEP_MIN] for t in range(len(longer.slots))] == list(longer.slots)


@pytest.mark.parametrize(
    "change",
    [
        {"slots": (1, 2)},
        {"n_destinations": 3},
        {"min_utilisation": 1.5},
        {"aircraft": 3},
        {"slots": (-1,) * 228},
    ],
)
def test_a_file_that_is_no_instance_is_refused(
    whole: Rfsp, change: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(whole.model_dump(mode="json") | change))
    with pytest.raises(ValueError, match="validation error"):
        read_rfsp(path)
    assert rfsp.main([str(path)]) == 2


def test_a_negative_profit_is_refused(whole: Rfsp) -> None:
    first = whole.destinations[0]
    worse = first.model_copy(update={"profit": (-1.0, *first.profit[1:])})
    changed = whole.model_copy(update={"destinations": (worse, *whole.destinations[1:])})
    with pytest.raises(ValueError, match="negative"):
        rfsp.translate(changed, "negative")


def test_the_command_prints_objective_bound_and_seconds(
    whole: Rfsp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "small.json"
    path.write_text(whole.reduced(2, 60, 1, 0.0).model_dump_json())
    assert rfsp.main([str(path), "--json", "--time-limit", "20"]) == 0
    ours = json.loads(capsys.readouterr().out)
    assert ours["status"] == "optimal"
    assert rfsp_milp.main([str(path), "--json"]) == 0
    direct = json.loads(capsys.readouterr().out)
    assert ours["objective"] == pytest.approx(direct["objective"])
    assert ours["bound"] == pytest.approx(direct["bound"], abs=0.05)
    assert ours["seconds"] > 0


# --- whole kilograms ------------------------------------------------------------------------------


def test_whole_models_keep_to_the_safe_side() -> None:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    x, y = highs.addVariable(0, 4), highs.addVariable(0, highspy.kHighsInf)
    highs.addConstr(0.3 * x + 0.7 * y <= 10.05)
    highs.addConstr(2 * x + 3 * y >= 4.5)
    highs.addConstr(x - y == 0)
    highs.minimize(1.25 * x - 2.5 * y)
    whole = whole_model(highs.getLp())
    assert whole.upper == (4, 4)  # y by the equation
    assert whole.objective_micro == (1_250_000, -2_500_000)
    first, second, third = whole.rows
    assert first.factors == (300_000, 700_000)
    assert first.most == 10.05 * SCALE
    assert (second.factors, second.most) == ((-2, -3), -5)
    assert third.equal


def test_fractions_in_an_equation_are_refused() -> None:
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    x = highs.addVariable(0, 4)
    highs.addConstr(0.5 * x == 1)
    with pytest.raises(ValueError, match="equation"):
        whole_model(highs.getLp())


# --- figures --------------------------------------------------------------------------------------


def test_seconds_to_a_gap_take_the_best_known_of_both_sides() -> None:
    trace = [
        Point(1, None, 200.0),
        Point(2, 100.0, 300.0),
        Point(3, 90.0, 110.0),  # best known: 100 and 110
        Point(4, 109.9, None),
    ]
    assert seconds_to(0.5, trace) == 2
    assert seconds_to(0.10, trace) == 3
    assert seconds_to(0.01, trace) == 4
    assert seconds_to(1e-6, trace) is None


def test_gaps_are_over_the_bound() -> None:
    assert relative_gap(90, 100) == pytest.approx(0.1)
    assert relative_gap(-110, -100) == pytest.approx(0.1)
    assert relative_gap(101, 100) == 0
    assert relative_gap(-1, 0) is None
    assert relative_gap(None, 1) is None


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=20))
def test_shifted_geometric_means_lie_between_least_and_arithmetic_mean(values: list[float]) -> None:
    found = shifted_geometric_mean(values)
    slack = 1e-6 * (1 + max(values))
    assert min(values) - slack <= found <= sum(values) / len(values) + slack


def row(solver: str, value: float | None, bound: float | None, **more: object) -> Row:
    own = relative_gap(value, bound)
    base = Row(case="XS", instance="i", seed=1, solver=solver, version="1", status="time_limit",
               value_usd=value, bound_usd=bound, gap=own)  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def test_a_bound_below_somebodys_value_is_told_and_counts_for_nothing() -> None:
    wrong, right, other = side_by_side(
        [
            row("a", 80.0, 95.0, rule_of_thumb_usd=50.0, seconds_to_1=3.0),
            row("b", 100.0, 125.0),
            row("c", 60.0, 70.0, comparable=False),
        ]
    )
    assert wrong.contradicted
    assert (wrong.gap, wrong.bound_gap, wrong.seconds_to_1) == (None, None, None)
    assert wrong.plan_gap == pytest.approx((125 - 80) / 125)
    assert not right.contradicted
    assert right.bound_gap == pytest.approx(0.2)
    assert right.over_rule_of_thumb == pytest.approx(1.0)
    assert not other.contradicted
    assert other.bound_gap is None


def test_what_is_never_reached_counts_the_time_limit() -> None:
    rows = [row("a", 1, 1, seconds_to_1=2.0), row("a", 1, 1)]
    expected = shifted_geometric_mean([2.0, 50.0])
    assert measure.mean_seconds(rows, "seconds_to_1", 50.0) == pytest.approx(expected)
    assert measure.mean_seconds([], "seconds_to_1", 50.0) is None


def test_cbcs_lines_are_understood() -> None:
    listener = Listener()
    told = [
        "Continuous objective value is -130.25 - 0.01 seconds",
        "Cbc0012I Integer solution of -100.5 found by rounding after 0 iterations and 0 nodes",
        "Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible -1.2e+02 (0.5 s)",
        "Cbc0010I After 100 nodes, 9 on tree, -110 best solution, best possible -115.5 (1.5 s)",
    ]
    assert all(listener.hear(line) for line in told)
    assert (listener.value, listener.bound, listener.status) == (-110, -115.5, "unknown")
    assert not listener.hear("Result - Stopped on time limit")
    assert listener.hear("Objective value:                -112.00000000")
    assert listener.hear("Lower bound:                    -114.000")
    assert (listener.value, listener.bound, listener.status) == (-112, -114, "time_limit")


# --- the session ----------------------------------------------------------------------------------


def test_cases_and_solvers_come_from_their_files() -> None:
    full = ["XS-full", "S-full", "M-full", "L-full"]
    assert list(all_cases()) == ["XS", "S", "M", "L", "XL", "RFSP", *full]
    assert list(all_solvers()) == ["freighter", "cbc", "cp-sat", "highs", "scip"]


def test_quick_and_full_runs() -> None:
    full = options(parser().parse_args([]))
    assert full.cases == ("XS", "S", "M", "L", "XL")
    assert len(full.seeds_of(all_cases()["M"])) == 10
    quick = options(parser().parse_args(["--quick", "--time-limit", "5"]))
    assert (quick.cases, quick.seeds, quick.time_limit) == (("XS", "S"), (1,), 5)
    for words in (["--time-limit", "0"], ["--threads", "0"], ["--cases", "L", "--seeds", "7"]):
        with pytest.raises(SystemExit):
            main(words)


def test_a_session_runs_solvers_and_writes_both_files(tmp_path: Path) -> None:
    text = tmp_path / "page.md"
    text.write_text(f"before\n{page.BEGIN}\nold\n{page.END}\nafter\n")
    words = ["--cases", "RFSP", "--seeds", "1", "--solvers", "highs", "cbc", "--time-limit", "1",
             "--results", str(tmp_path / "results"), "--page", str(text)]  # fmt: skip
    assert main(words) == 0
    (file,) = (tmp_path / "results").iterdir()
    session = Session.read(file)
    assert [r.solver for r in session.rows] == ["highs", "cbc"]
    for found in session.rows:
        assert found.status in ("optimal", "time_limit")
        assert found.memory_mb is not None and found.memory_mb > 1
        assert {"build", "export"} <= set(found.phases)
        assert found.bound_usd is None or found.bound_usd >= 983.1 - 1e-3
        assert found.value_usd is None or found.value_usd <= 983.1 + 1e-3
    written = text.read_text()
    assert written.startswith("before\n") and written.endswith("after\n")
    assert "old" not in written and "instance-10-3-0.75" in written
    text.write_text(f"{page.BEGIN}{page.END}")
    assert main(["--render", str(file), "--page", str(text)]) == 0
    assert page.render(session) in text.read_text()


def test_a_page_without_markers_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("nothing\n")
    where = machine.describe()
    session = Session("2025-01-01", "", where, options(parser().parse_args([])), ())
    with pytest.raises(ValueError, match="markers"):
        page.update(path, session)
    assert path.read_text() == "nothing\n"
