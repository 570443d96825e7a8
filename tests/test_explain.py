"""Explanations are true: what carries, what it costs, what things are worth, what conflicts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks.explained import (
    answer_of,
    cargo_faults,
    case_of,
    conflict_faults,
    instance_of,
)
from optimizer.api import read, solve, write
from optimizer.api import resolve as resolved_of
from optimizer.cli.app import app
from optimizer.domain.instance import Instance
from optimizer.errors import SolutionError
from optimizer.files import read_plan
from optimizer.generate import tiny
from optimizer.model import model_size, solve_reference
from optimizer.plan.plan import Plan
from optimizer.report.result import Result
from optimizer.whatif import Scenario, apply
from optimizer.whatif import explain_replan as replan
from optimizer.whatif.explain import Explanation, SubjectError, explain, explain_no_plan
from optimizer.whatif.explain_catalogue import catalogue
from optimizer.whatif.explain_changes import Case, Change
from optimizer.whatif.explain_conflict import requirements
from optimizer.whatif.explain_limit import limits
from optimizer.whatif.explain_tried import Tried, ranked
from tests.builders import tail
from tests.ground_cases import case_terminal, case_trucks

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "explain.md"
INSTANCES, MOST_COLUMNS = 40, 140
"""Cases looked at, and the size up to which they are quick."""


def quick_cases() -> list[tuple[Case, Plan]]:
    """Cases of tiny instances with something left behind, and their best plans."""
    found: list[tuple[Case, Plan]] = []
    for seed in range(1000):
        instance = instance_of(seed)
        resolved = resolved_of(instance)
        if model_size(resolved).columns > MOST_COLUMNS or instance.reference_data:
            continue
        plan = solve_reference(resolved, gap=1e-9).plan
        case = None if plan is None else case_of(instance, resolved, plan, seed)
        if plan is not None and case is not None:
            found.append((case, plan))
        if len(found) == INSTANCES:
            break
    return found


def test_the_cheapest_change_carries_and_none_is_cheaper() -> None:
    kinds = set()
    for case, plan in quick_cases():
        answer = answer_of(case, plan)
        assert list(cargo_faults(case, answer)) == [], case.instance.name
        if answer.cheapest is not None:
            kinds.add(answer.cheapest.change.kind)
    assert len(kinds) >= 5


@pytest.mark.parametrize("seed", range(10))
def test_every_change_of_the_catalogue_makes_an_instance(seed: int) -> None:
    more = ("handling", "crews", "special_cargo", "commitments", "blocks", "frozen")
    instance = tiny(seed, more=more)
    resolved = resolved_of(instance)
    cargo = resolved.consignments[seed % len(resolved.consignments)]
    ladders = catalogue(Case(instance, resolved, cargo, cargo.weight_g))
    changes = [change for ladder in ladders for change in ladder]
    assert len({change.words for change in changes}) == len(changes)
    for change in changes:
        changed = apply(instance, Scenario("change", change.edits))
        assert changed.model_copy(update={"name": instance.name}) != instance, change.words


def test_equal_prices_go_by_the_catalogue() -> None:
    def option(rank: int, usd: float) -> Tried:
        return Tried(Change(str(rank), str(rank)), "carries", usd, rank=rank)

    options = [option(3, 900.0), option(1, 899.9995), option(2, 950.0), option(0, 100.0)]
    assert [t.rank for t in ranked(options, 1000.0)] == [2, 1, 3, 0]


def test_a_change_is_charged_for_what_it_costs_and_not_credited_for_what_it_brings() -> None:
    dear = Tried(Change("a", "a"), "carries", 800.0, alone_usd=850.0)
    assert dear.price_usd(1000.0) == 200.0
    good = Tried(Change("b", "b"), "carries", 1400.0, alone_usd=1450.0)
    assert good.price_usd(1000.0) == 50.0
    assert good.gain_usd(1000.0) == 400.0


# --- a case by hand ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def terminal() -> Result:
    """30 t fit through the terminal at a time: 20 t at 3 USD, 10 of 20 t at 2 USD; a turn costs
    25,000 USD. So it earns 60,000 + 20,000 - 25,000 = 55,000 USD."""
    result = solve(case_terminal(), gap=0)
    assert result.found is not None
    assert result.found.contribution_micro == 55_000_000_000
    return result


def explained(result: Result, subject: str) -> Explanation:
    assert result.found is not None
    return explain(result.instance, result.found, subject, certificate=result.certificate)


def test_what_carrying_the_rest_costs(terminal: Result) -> None:
    found = explained(terminal, "B").document
    options = {option["kind"]: option for option in found["options"]}
    # a second flight for 10 t at 2 USD: 25,000 - 20,000
    assert options["nothing"]["price_usd"] == pytest.approx(5_000, abs=0.1)
    assert options["aircraft"]["price_usd"] == pytest.approx(5_000, abs=0.1)
    # 5,000 more for 20 t: 0.25 USD/kg
    assert "2.25" in options["rate"]["change"]
    assert options["rate"]["shipper_pays_more_usd"] == pytest.approx(5_000)
    # with 40 t at a time all of it flies at once: 75,000
    cheapest = found["cheapest"]
    assert (cheapest["kind"], cheapest["carries_by_itself"]) == ("handling", True)
    assert cheapest["contribution_usd"] == pytest.approx(75_000, abs=0.1)
    assert cheapest["price_usd"] == pytest.approx(0, abs=0.1)
    assert cheapest["edits"][0]["values"] == {"most_kg": 40_000}
    assert found["exact"]
    text = explained(terminal, "B").text()
    assert "all of it could be carried at a loss of 5,000 USD" in text


def test_what_flies_is_worth_what_is_lost_without_it(terminal: Result) -> None:
    def value(subject: str) -> Any:
        return explained(terminal, subject).document["value"]

    assert value("T1")["value_usd"] == pytest.approx(55_000, abs=0.1)
    assert value("F1")["value_usd"] == pytest.approx(55_000, abs=0.1)
    # without A: 20 t of B for 40,000 - 25,000
    assert value("A")["without_usd"] == pytest.approx(15_000, abs=0.1)
    assert value("A")["value_usd"] == pytest.approx(40_000, abs=0.1)


def test_a_limit_is_worth_what_a_unit_more_brings(terminal: Result) -> None:
    name = next(iter(limits(terminal.resolved)))
    found = explained(terminal, name).document
    assert (found["amount"], found["used"], found["unit"]) == (30, 30, "tonnes")
    assert found["one_more"]["difference_usd"] == pytest.approx(2_000, abs=0.1)
    assert found["one_less"]["difference_usd"] == pytest.approx(0, abs=0.1)  # another departs later
    assert found["certificate_prices_usd"] is not None
    assert found["note"] == ""


def test_a_flight_is_replaced_where_others_can() -> None:
    instance = case_trucks()
    result = solve(instance, gap=0)
    assert result.found is not None
    flight = result.found.flights[0]
    worth = explained(result, flight.id).document["value"]
    assert worth["value_usd"] is None or worth["value_usd"] >= -0.01
    assert worth["dropped"] or worth["value_usd"] is None


def test_every_limit_moves_by_its_number_alone() -> None:
    kinds = set()
    for seed in range(30):
        more = ("handling", "commitments", "blocks", "few_trucks", "held_slots", "slots")
        resolved = resolved_of(tiny(seed, more=(*more, "most_frequency", "rights")))
        for limit in limits(resolved).values():
            if limit.amount is None:
                continue
            kinds.add(limit.kind)
            moved = limit.moved(resolved, limit.amount + 1)
            record = next(x for x in getattr(moved, limit.table) if x.id == limit.record.id)
            number = getattr(record, limit.column) - getattr(limit.record, limit.column)
            assert number == limit.scale
            others = [x for x in getattr(resolved, limit.table) if x is not limit.record]
            assert len(others) + 1 == len(getattr(moved, limit.table))
            assert all(x in getattr(moved, limit.table) for x in others)
    assert kinds >= {"slot window", "held slot", "handling window", "commitment", "lane", "block"}


def test_larger_instances_are_limited_by_time(
    terminal: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replan, "EXACT_COLUMNS", 0)
    assert terminal.found is not None
    found = explain(terminal.instance, terminal.found, "B", time_limit=4).document
    assert not found["exact"]
    tried = [*found["options"], *found["others"]]
    assert tried and tried[0]["kind"] in ("nothing", "handling")


def test_aircraft_of_a_row_of_several() -> None:
    instance = case_terminal().model_copy(update={"fleet": (tail(count=2),)})
    result = solve(instance, gap=0)
    assert explained(result, "T1").document["aircraft"] == 2
    one = explained(result, "T1-2").document
    assert one["aircraft"] == 1
    assert one["value"]["value_usd"] == pytest.approx(0, abs=0.1)


# --- conflicts -----------------------------------------------------------------------------------

CONFLICTS = {7: (3,), 23: (2,), 30: (1, 2), 55: (2,), 144: (2,)}
"""Seeds of instances without a plan, and how large their conflict sets are."""


def in_conflict(seed: int) -> Instance:
    more = ("commitments", "least_hours", "least_frequency", "away", "few_trucks", "short_windows")
    return tiny(seed, more=more)


@pytest.mark.parametrize("seed", CONFLICTS)
def test_conflict_sets_are_minimal(seed: int) -> None:
    instance = in_conflict(seed)
    _, conflict = explain_no_plan(instance)
    assert tuple(len(found) for found in conflict.sets) == CONFLICTS[seed]
    assert list(conflict_faults(instance)) == []
    assert conflict.nearest is not None and conflict.nearest.proven


def test_conflict_sets_of_generated_instances() -> None:
    looked_at = 0
    for seed in range(60):
        instance = tiny(seed, more=("frozen",))
        if not requirements(instance):
            continue
        if solve_reference(resolved_of(instance), gap=1e-3).status == "infeasible":
            looked_at += 1
            assert list(conflict_faults(instance)) == [], seed
        if looked_at == 12:
            break
    assert looked_at >= 10


def test_an_instance_with_a_plan_has_no_conflict() -> None:
    answer, conflict = explain_no_plan(case_terminal())
    assert conflict.possible and not conflict.sets
    assert "there is a plan" in answer.text()


# --- the command ---------------------------------------------------------------------------------


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["explain", *map(str, arguments)])


@pytest.fixture(scope="module")
def folder(terminal: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance and its solution."""
    path = tmp_path_factory.mktemp("explained")
    write(terminal.instance, path / "instance")
    terminal.write(path / "solution")
    return path


def test_the_command_answers_in_words_and_json(folder: Path) -> None:
    words = run(folder / "instance", folder / "solution", "F1")
    assert words.exit_code == 0
    assert words.stdout.startswith("flight F1\n")
    found = run(folder / "instance", folder / "solution" / "plan.json", "B", "--json")
    assert found.exit_code == 0
    assert json.loads(found.stdout)["cheapest"]["kind"] == "handling"


def test_a_misspelt_name_is_an_error_with_the_nearest(folder: Path) -> None:
    found = run(folder / "instance", folder / "solution", "CGO loadd 0")
    assert found.exit_code == 2
    assert "did you mean 'CGO loaded 0'" in found.stderr
    assert run(folder / "instance", folder / "solution").exit_code == 2


def test_a_plan_of_another_instance_is_an_error(terminal: Result) -> None:
    assert terminal.found is not None
    with pytest.raises(SolutionError, match="another version"):
        explain(case_trucks(), terminal.found, "A")
    with pytest.raises(SubjectError, match="did you mean 'T1'"):
        explain(terminal.instance, terminal.found, "T11")


def test_solve_tells_the_conflict(tmp_path: Path) -> None:
    fleet = (tail(), tail("T2", min_block_h=41))  # a rotation takes 20 of 48 hours
    instance = case_terminal().model_copy(update={"fleet": fleet})
    write(instance, tmp_path / "x")
    solved = CliRunner().invoke(app, ["solve", str(tmp_path / "x"), "-o", str(tmp_path / "y")])
    assert solved.exit_code == 4
    assert "at least 41 block hours by T2" in solved.stderr
    alone = run(tmp_path / "x", "--json")
    assert alone.exit_code == 4
    sets = json.loads(alone.stdout)["sets"]
    assert [[r["id"] for r in found] for found in sets] == [["T2"]]


def outputs() -> list[str]:
    """What the page says that commands say."""
    return re.findall(r"```text\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_tells_real_output(tmp_path: Path) -> None:
    first = next(text for text in outputs() if text.startswith("consignment HGH-1"))
    conflict = next(text for text in outputs() if text.startswith("first-steps"))
    home = ROOT / "instances" / "first-steps"
    plan = read_plan(ROOT / "solutions" / "first-steps")
    assert explain(read(home), plan, "HGH-1").text() + "\n" == first
    for path in home.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    tables = dict(re.findall(r"(\w+\.csv)`[^\n]*\n\n((?:    [^\n]*\n)+)", PAGE.read_text("utf-8")))
    for name, rows in tables.items():
        (tmp_path / name).write_text(re.sub("(?m)^    ", "", rows), encoding="utf-8")
    assert explain_no_plan(read(tmp_path))[0].text() + "\n" == conflict
