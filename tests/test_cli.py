"""The command line: answers, errors in planners' words, and documented exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import optimizer.api
from optimizer import __version__
from optimizer.cli.app import app
from optimizer.cli.progress import Show, display, progress_line
from optimizer.cli.solve_command import default_folder
from optimizer.cli.watch import watching
from optimizer.domain.instance import Instance
from optimizer.domain.rules import Market
from optimizer.engine import Progress
from optimizer.errors import (
    FreighterError,
    InfeasibleError,
    InstanceError,
    NoPlanError,
    SolutionError,
)
from optimizer.files import read_instance, read_plan, read_resolved, write_instance
from optimizer.files.atomic import new_folder
from optimizer.generate import SWITCHES
from optimizer.generate import tiny as generated_tiny
from optimizer.resolve import resolve
from tests.builders import consignment, tail, tiny
from tests.ground_cases import case_trucks

DOCS = Path(__file__).parent.parent / "docs"
HEAVY = ("highspy", "networkx", "numba", "ortools", "pandas", "pulp", "pydantic", "numpy", "rich")


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments], prog_name="freighter")


def document(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def saved(instance: Instance, name: str = "instance") -> Path:
    path = Path(name)
    write_instance(instance, path)
    return path


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# --- start-up ---


@pytest.mark.parametrize("code", ["import optimizer", "import optimizer.cli; optimizer.cli.main"])
def test_importing_loads_nothing_heavy(code: str) -> None:
    script = f"import sys; {code}; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert not set(HEAVY) & set(done.stdout.split())


def test_version() -> None:
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"freighter {__version__}\n")


def test_every_command_has_help_and_json() -> None:
    commands = [c.callback.__name__ for c in app.registered_commands if c.callback]
    text = (DOCS / "commands.md").read_text()
    for command in commands:
        result = run(command, "--help")
        assert result.exit_code == 0
        assert "--json" in re.sub(r"\x1b\[[0-9;]*m", "", result.stdout)
        assert f"freighter {command}" in text


def test_the_generators_switches_are_documented() -> None:
    text = (DOCS / "commands.md").read_text()
    assert [name for name in SWITCHES if f"`{name}`" not in text] == []


@pytest.mark.parametrize(
    "error", [FreighterError, InstanceError, InfeasibleError, SolutionError, NoPlanError]
)
def test_exit_codes_are_documented(error: type[FreighterError]) -> None:
    assert f"| {error.exit_code} |" in (DOCS / "commands.md").read_text()


# --- check, resolve ---


def test_check_is_content_with_a_good_instance() -> None:
    path = saved(tiny())
    assert document(run("check", path, "--json"))["errors"] == 0
    assert "no errors" in run("check", path).stdout


def test_check_tells_every_error_at_once() -> None:
    path = saved(tiny())
    demand = path / "demand.csv"
    demand.write_text(
        demand.read_text().replace("2025-06-02T", "02/06/2025 ").replace("50000", "-1")
    )
    before = snapshot(Path())
    text = run("check", path)
    assert text.exit_code == 3
    assert text.stdout.count("demand.csv, row") >= 4
    assert "Traceback" not in text.output
    machine = run("check", path, "--json")
    assert machine.exit_code == 3
    findings = json.loads(machine.stdout)["findings"]
    assert {(f["row"], f["column"]) for f in findings if f["file"] == "demand.csv"} >= {
        (2, "ready_at"), (2, "weight_kg"), (3, "ready_at"), (3, "weight_kg"),
    }  # fmt: skip
    assert snapshot(Path()) == before


@pytest.mark.parametrize("command", ["solve", "resolve", "audit", "export"])
def test_a_bad_instance_ends_every_command_the_same_way(command: str) -> None:
    path = saved(tiny())
    (path / "fleet.csv").write_bytes(b"\x00\xff\xfe")
    before = snapshot(Path())
    more = {"audit": ["nowhere"], "export": ["--to", "lp", "-o", "x.lp"]}.get(command, [])
    result = run(command, path, *more)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "fleet.csv" in result.stderr
    machine = run(command, path, *more, "--json")
    assert json.loads(machine.stdout)["exit_code"] == machine.exit_code == 3
    assert snapshot(Path()) == before


def test_resolve_shows_the_binding_limits_and_the_defaults() -> None:
    result = run("resolve", saved(tiny()))
    assert "cap_limit" in result.stdout
    assert "Defaults used" in result.stdout


def test_resolve_writes_it_lossless() -> None:
    path = saved(tiny())
    assert run("resolve", path, "-o", "out.json").exit_code == 0
    assert read_resolved("out.json") == resolve(read_instance(path))
    assert run("resolve", path, "-o", "out").exit_code == 0
    assert Path("out/legs.csv").is_file()
    assert document(run("resolve", path, "--json"))["name"] == "tiny"


# --- new, generate, export ---


def test_new_writes_an_instance_that_is_right() -> None:
    assert set(document(run("new", "first", "--json"))["files"]) == {
        path.name for path in Path("first").iterdir()
    }
    assert document(run("check", "first", "--json"))["findings"] == []
    again = run("new", "first")
    assert again.exit_code == 2
    assert "there already" in again.stderr


def test_generate_is_repeatable() -> None:
    options = ("--destinations", "2", "--tails", "2", "--consignments", "9", "--seed", "3")
    one = document(run("generate", *options, "-o", "one", "--json"))
    two = document(run("generate", *options, "-o", "two.json", "--json"))
    assert one["instance_digest"] == two["instance_digest"]
    assert one["consignments"] == 9
    assert read_instance("one") == read_instance("two.json")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--destinations", "0"),
        ("--destinations", "9", "--consignments", "3"),
        ("--with", "moon"),
        ("--period", "cyclic", "--with", "maintenance"),
    ],
)
def test_generate_refuses_what_makes_no_sense(wrong: tuple[str, ...]) -> None:
    result = run("generate", *wrong, "-o", "x")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not Path("x").exists()


def test_export_of_json_is_the_instance() -> None:
    path = saved(tiny())
    assert run("export", path, "--to", "json", "-o", "x.json").exit_code == 0
    assert read_instance("x.json") == read_instance(path)


@pytest.mark.parametrize(("to", "section"), [("mps", "\nRHS\n"), ("lp", "\nSubject To\n")])
def test_export_of_the_reference_model(to: str, section: str) -> None:
    path = saved(case_trucks())
    result = run("export", path, "--to", to, "-o", f"models/m.{to}")
    assert result.exit_code == 0, result.output
    assert section in Path(f"models/m.{to}").read_text()


def test_export_wants_the_suffix_of_its_form() -> None:
    path = saved(tiny())
    result = run("export", path, "--to", "lp", "-o", "x.mps")
    assert result.exit_code == 2
    assert not Path("x.mps").exists()


# --- solve and audit ---


def test_solve_writes_a_solution_that_its_audit_accepts() -> None:
    path = saved(case_trucks())
    figures = document(run("solve", path, "--json"))
    assert figures["contribution_usd"] == pytest.approx(488, abs=0.01)
    assert figures["status"] == "optimal"
    assert figures["gap"] <= figures["optimality_tolerance"]
    assert figures["audit"] == {
        "feasible": True,
        "violations": {},
        "costs_match": True,
        "resolved_match": True,
        "bound_verified": None,
    }
    folder = Path("solutions") / "trucks"
    assert json.loads((folder / "summary.json").read_text()) == figures
    audited = document(run("audit", path, folder, "--json"))
    assert audited["contribution_usd"] == figures["contribution_usd"]
    assert audited["audit"]["feasible"]
    own = ("--schedule", folder / "schedule.csv", "--loads", folder / "loads.csv")
    assert document(run("audit", path, *own, "--json"))["audit"]["costs_match"]


def test_solve_tells_progress_in_lines_and_ends_with_a_summary() -> None:
    result = run("solve", saved(case_trucks()), "-o", "here")
    assert result.exit_code == 0
    assert "optimal, within 0.0001 %" in result.stdout
    *news, last = result.stderr.splitlines()
    assert last == "written to here"
    assert news
    assert all(re.match(r" *\d+\.\d s  [a-z ]+  (plan|bound) ", line) for line in news)
    assert (Path("here") / "summary.txt").read_text() == result.stdout


def test_solve_starts_from_a_plan() -> None:
    path = saved(case_trucks())
    first = document(run("solve", path, "--json"))
    again = document(run("solve", path, "--start", "solutions/trucks", "--json"))
    assert again["contribution_usd"] == first["contribution_usd"]


def test_a_better_plan_in_the_folder_is_never_lost() -> None:
    """The next solve starts from it; what starts elsewhere and earns less is written beside it."""
    path = saved(generated_tiny(3))
    best = document(run("solve", path, "-o", "s", "--gap", "0", "--json"))["contribution_usd"]
    little = ("--work-limit", "0.001", "--method", "heuristic", "--json")
    again = run("solve", path, "-o", "s", *little)
    assert "the solve starts from it" in again.stderr
    assert document(again)["contribution_usd"] == pytest.approx(best)
    fresh = run("solve", path, "-o", "fresh", *little)
    assert document(fresh)["contribution_usd"] < best - 1
    kept = snapshot(Path("s"))
    poorer = run("solve", path, "-o", "s", "--start", "fresh", *little)
    assert "earns more" in poorer.stderr
    assert "written to s-poorer" in poorer.stderr
    assert snapshot(Path("s")) == kept
    replaced = run("solve", path, "-o", "s", "--fresh", *little)
    assert "starts from it" not in replaced.stderr
    assert document(replaced)["contribution_usd"] < best - 1
    assert read_plan(Path("s")).contribution_micro < (best - 1) * 1e6


def test_what_the_folder_holds_is_no_start_if_it_is_wrong() -> None:
    """A plan of another instance, one with wrong money, and one that cannot be read."""
    run("solve", saved(case_trucks()), "-o", "s")
    path = saved(generated_tiny(3), "other")
    assert "starts from it" not in run("solve", path, "-o", "s", "--gap", "0").stderr
    plan = json.loads(Path("s/plan.json").read_text())
    plan["money"][0]["amount_micro"] += 10**12
    Path("s/plan.json").write_text(json.dumps(plan))
    result = run("solve", path, "-o", "s", "--gap", "0")
    assert "the audit rejects the plan in s" in result.stderr
    Path("s/certificate.json").write_text("{")
    result = run("solve", path, "-o", "s", "--gap", "0")
    assert "the certificate in s cannot be read" in result.stderr
    assert result.exit_code == 0
    Path("s/plan.json").write_text("{")
    result = run("solve", path, "-o", "s", "--gap", "0")
    assert "the plan in s cannot be read" in result.stderr
    assert result.exit_code == 0


def test_solve_says_when_there_is_no_plan() -> None:
    path = saved(tiny(markets=(Market(station="LUX", min_rotations=50),)))
    result = run("solve", path)
    assert result.exit_code == 4
    assert "no plan satisfies" in result.stderr
    machine = run("solve", path, "--json")
    assert machine.exit_code == 4
    assert json.loads(machine.stdout)["status"] == "infeasible"
    assert not Path("solutions").exists()


def test_solve_does_not_write_over_other_things() -> None:
    path = saved(case_trucks())
    before = snapshot(path)
    result = run("solve", path, "-o", path)
    assert result.exit_code == 2
    assert snapshot(path) == before


@pytest.mark.parametrize(
    "options",
    [
        ("--gap", "-1"),
        ("--gap", "nan"),
        ("--time-limit", "0"),
        ("--threads", "0"),
        ("--work-limit", "0"),
        ("--work-limit", "nan"),
        ("--memory-limit", "-1"),
        ("--memory-limit", "much"),
        ("--progress", "loud"),
        ("--method", "luck"),
    ],
)
def test_solve_refuses_options_out_of_range(options: tuple[str, str]) -> None:
    assert run("solve", saved(tiny()), *options).exit_code == 2
    assert not Path("solutions").exists()


@pytest.mark.parametrize("name", ["a/b", "../../up", "..", ".hidden", "\\"])
def test_a_solution_stays_in_the_solutions_folder(name: str) -> None:
    assert default_folder(name).parent == Path("solutions")
    assert default_folder(name).name not in ("", ".", "..")


def test_audit_finds_what_was_changed() -> None:
    path = saved(case_trucks())
    run("solve", path, "-o", "s")
    plan = json.loads(Path("s/plan.json").read_text())
    plan["trucks"][0]["trucks"] -= 1
    Path("s/plan.json").write_text(json.dumps(plan))
    result = run("audit", path, "s")
    assert result.exit_code == 5
    assert "C12" in result.stdout
    machine = run("audit", path, "s", "--json")
    verdict = json.loads(machine.stdout)["audit"]
    assert set(verdict["violations"]) == {"C12"}
    assert not verdict["costs_match"]


def test_audit_of_a_plan_that_names_what_is_not_there() -> None:
    path = saved(case_trucks())
    run("solve", path, "-o", "s")
    plan = json.loads(Path("s/plan.json").read_text())
    plan["loads"][0]["consignment"] = "NOBODY"
    Path("s/plan.json").write_text(json.dumps(plan))
    result = run("audit", path, "s")
    assert result.exit_code == 5
    assert "C0" in result.stdout
    assert run("audit", path, "s", "-o", "t").exit_code == 6


def test_audit_costs_a_timetable_made_elsewhere() -> None:
    path = saved(tiny(demand=(consignment(),), fleet=(tail(end_airport="LUX"),)))
    Path("s.csv").write_text(
        "tail,origin,destination,off_block,on_block\n"
        "T1,CGO,LUX,2025-06-02T10:19+00:00,2025-06-02T20:19+00:00\n"
    )
    Path("l.csv").write_text("consignment,flight,uplift,discharge,kg\nOUT,T1/1,CGO,LUX,40000\n")
    figures = document(run("audit", path, "--schedule", "s.csv", "--loads", "l.csv", "--json"))
    assert figures["contribution_usd"] == 80_000
    assert figures["carried_kg"] == 40_000
    assert "status" not in figures
    written = run("audit", path, "--schedule", "s.csv", "--loads", "l.csv", "-o", "ours")
    assert written.exit_code == 0, written.output
    assert len(read_plan("ours").flights) == 1


@pytest.mark.parametrize(
    "arguments", [(), ("s", "--schedule", "x"), ("--schedule", "x"), ("--loads", "x")]
)
def test_audit_wants_one_plan(arguments: tuple[str, ...]) -> None:
    assert run("audit", saved(tiny()), *arguments).exit_code == 2


def test_an_unreadable_solution() -> None:
    path = saved(tiny())
    Path("s").mkdir()
    assert run("audit", path, "s").exit_code == 6
    Path("s/plan.json").write_text("{}")
    result = run("audit", path, "s", "--json")
    assert result.exit_code == 6
    assert json.loads(result.stdout)["findings"]


# --- Ctrl-C ---


def test_the_first_ctrl_c_asks_for_the_best_plan_so_far() -> None:
    def work(should_stop: Any) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        stopped = threading.Event()
        while not should_stop():
            stopped.wait(0.001)
        return "best so far"

    before = signal.getsignal(signal.SIGINT)  # ignored by jobs that a shell runs in the background
    with watching() as watch:
        assert watch.run(work) == "best so far"
        assert watch.stopping.is_set()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_before_the_work_ends_at_once(number: int) -> None:
    with pytest.raises(KeyboardInterrupt), watching():
        os.kill(os.getpid(), number)
        threading.Event().wait(60)


def test_the_second_ctrl_c_ends_at_once() -> None:
    ended = threading.Event()

    def work(should_stop: Any) -> None:
        pause = threading.Event()
        os.kill(os.getpid(), signal.SIGINT)
        while not should_stop():
            pause.wait(0.001)
        os.kill(os.getpid(), signal.SIGINT)
        ended.wait(60)

    with pytest.raises(KeyboardInterrupt), watching() as watch:
        watch.run(work)
    ended.set()


def test_a_second_ctrl_c_while_writing_leaves_nothing_half_written() -> None:
    with pytest.raises(KeyboardInterrupt), watching() as watch:
        watch.run(lambda _: None)
        with new_folder("plan") as folder:
            (folder / "a").write_text("a")
            os.kill(os.getpid(), signal.SIGINT)
            assert watch.stopping.wait(60)
            os.kill(os.getpid(), signal.SIGINT)
            threading.Event().wait(60)
    assert list(Path().iterdir()) == []


def test_an_error_in_the_work_reaches_the_caller() -> None:
    def work(_: Any) -> None:
        raise NoPlanError("none")

    with pytest.raises(NoPlanError), watching() as watch:
        watch.run(work)


# --- progress and log ---


def shown(show: Show, *news: Progress) -> None:
    with display(show, threading.Event()) as told:
        for progress in news:
            told(progress)


NEWS = tuple(Progress("search", float(i), None, 1.0 * i, float("inf")) for i in range(1, 5))


def test_plain_progress_tells_the_first_and_the_last(capsys: pytest.CaptureFixture[str]) -> None:
    shown(Show.PLAIN, *NEWS)
    lines = capsys.readouterr().err.splitlines()
    assert "bound 1.00 USD" in lines[0]
    assert "bound 4.00 USD" in lines[-1]


def test_json_progress_is_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    shown(Show.JSON, *NEWS)
    documents = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [d["bound_usd"] for d in documents] == [1, 2, 3, 4]
    assert {*documents[0]} == {
        "event", "phase", "seconds", "work", "value_usd", "bound_usd", "gap", "columns",
    }  # fmt: skip
    assert documents[0]["gap"] is None
    text = (DOCS / "commands.md").read_text()
    assert all(f"`{key}`" in text for key in documents[0])


def test_no_progress_at_all(capsys: pytest.CaptureFixture[str]) -> None:
    shown(Show.NONE, *NEWS)
    assert capsys.readouterr().err == ""


def test_progress_survives_a_closed_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", closefd=True) as closed:
        monkeypatch.setattr(sys, "stderr", closed)
        shown(Show.JSON, *NEWS)
        shown(Show.PLAIN, *NEWS)
        monkeypatch.undo()
        with contextlib.suppress(BrokenPipeError):
            closed.close()


@pytest.mark.parametrize("first_on_the_machine", [False, True])
def test_the_log_tells_the_whole_solve(
    first_on_the_machine: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(case_trucks())
    monkeypatch.setattr(optimizer.api, "anything_kept", lambda: not first_on_the_machine)
    figures = document(run("solve", path, "-o", "s", "--log", "solve.log", "--json"))
    lines = [json.loads(line) for line in Path("solve.log").read_text().splitlines()]
    if first_on_the_machine:
        assert lines.pop(0)["event"] == "compiling"
    begins, ends = lines[0], lines[-2]
    assert (begins["event"], ends["event"]) == ("solve begins", "solve ends")
    assert lines[-1]["event"] == "written"
    assert begins["instance_digest"] == figures["instance_digest"]
    assert begins["versions"]["freighter"] == __version__
    assert begins["options"]["seed"] == 0
    assert ends["status"] == figures["status"]
    assert ends["value_usd"] == pytest.approx(figures["contribution_usd"])
    events = [line["event"] for line in lines]
    assert events.count("phase begins") == events.count("phase ends") > 0
    assert any(x["event"] == "progress" and x["value_usd"] is not None for x in lines)
    text = (DOCS / "commands.md").read_text()
    assert [event for event in set(events) if f"`{event}`" not in text] == []


def test_the_log_tells_what_went_wrong() -> None:
    path = saved(tiny())
    (path / "fleet.csv").write_bytes(b"\x00\xff\xfe")
    assert run("solve", path, "--log", "solve.log").exit_code == 3
    last = json.loads(Path("solve.log").read_text().splitlines()[-1])
    assert (last["level"], last["event"], last["exit_code"]) == ("error", "error", 3)


def test_a_log_that_cannot_be_written_is_told_before_the_work() -> None:
    result = run("solve", saved(tiny()), "--log", "nowhere/solve.log")
    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert not Path("solutions").exists()


def test_the_memory_limit_ends_a_solve() -> None:
    result = run("solve", saved(case_trucks()), "--memory-limit", "0.001", "--json")
    assert result.exit_code == 7
    figures = json.loads(result.stdout)
    assert figures["status"] == "memory_limit"


def test_progress_in_one_line() -> None:
    line = progress_line(Progress("search", 1.0, 1_234_567.0, 2_000_000.0, 0.38))
    assert line == "search  plan 1,234,567 USD  bound 2,000,000 USD  gap 38.0 %"
    assert progress_line(Progress("routes", 1.0, None, None, None)) == "routes"
