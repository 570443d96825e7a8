"""C10: kilograms through terminals, from the file to the certificate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.data import reference
from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedHandlingLimit, Window
from optimizer.domain.rules import HandlingLimit
from optimizer.engine import explain_left_behind, solve
from optimizer.files import read_instance, write_instance
from optimizer.generate import GeneratorOptions, generate, tiny
from optimizer.model import solve_reference
from optimizer.plan.plan import Plan
from optimizer.report import airport_lists, resolved_tables
from optimizer.resolve import resolve
from optimizer.verify import audit
from tests import builders, ground_cases
from tests.agreement import agree
from tests.verify_world import Kind, codes, good_plan, world

SEEDS = range(52)
PROOF_WORK = 400
"""Enough to prove any of them, on every machine."""
RELAXED = 28
"""Of so many instances the optimum without C10 is looked for."""
KINDS: tuple[Kind, ...] = ("dated", "cyclic")


def limit(**changes: object) -> ResolvedHandlingLimit:
    stated = ResolvedHandlingLimit("L", "CGO", True, False, Window(2880, 2881), 0)
    return replace(stated, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("loaded", "unloaded"), [(True, False), (False, True), (True, True)])
def test_exact_use_passes_and_a_gram_less_fails(kind: Kind, loaded: bool, unloaded: bool) -> None:
    r, p = world(kind), good_plan(kind)
    for airport in ("CGO", "LUX"):
        grams = 0
        for load in p.loads:
            part = load.segments[0]
            legs = p.flight[part.flight].rotation.legs
            grams += load.grams * (loaded and legs[part.uplift_leg].origin == airport)
            grams += load.grams * (unloaded and legs[part.discharge_leg].destination == airport)
        if not grams:
            continue
        whole = limit(
            airport=airport, loaded=loaded, unloaded=unloaded,
            window=Window(0, r.period.length_min + (kind == "dated")), most_g=grams,
        )  # fmt: skip
        assert codes(replace(r, handling_limits=(whole,)), p) == set()
        less = replace(whole, most_g=grams - 1)
        assert codes(replace(r, handling_limits=(less,)), p) == {"C10"}


@pytest.mark.parametrize("kind", KINDS)
def test_cargo_counts_at_block_time(kind: Kind) -> None:
    """Half-open windows: off-block at its start counts, at its end does not."""
    r, p = world(kind), good_plan(kind)
    part = p.loads[0].segments[0]
    lifted = p.flight[part.flight].rotation.legs[part.uplift_leg]
    landed = p.flight[part.flight].rotation.legs[part.discharge_leg]
    for airport, minute, loaded in (
        (lifted.origin, lifted.off_block_min, True),
        (landed.destination, landed.on_block_min, False),
    ):
        for start, found in ((minute, {"C10"}), (minute - 1, set()), (minute + 1, set())):
            at = limit(
                airport=airport, loaded=loaded, unloaded=not loaded,
                window=Window(start, start + 1),
            )  # fmt: skip
            assert codes(replace(r, handling_limits=(at,)), p) == found


def test_a_window_over_the_weeks_end_holds_in_the_next_week() -> None:
    r, p = world("cyclic"), good_plan("cyclic")
    lifted = [
        p.flight[load.segments[0].flight].rotation.legs[load.segments[0].uplift_leg]
        for load in p.loads
    ]
    minute = min(leg.off_block_min % 10_080 for leg in lifted if leg.origin == "CGO")
    for end, found in ((minute + 1, {"C10"}), (minute, set())):
        over = limit(window=Window(10_079, 10_080 + end))
        assert codes(replace(r, handling_limits=(over,)), p) == found


def _carried(plan: Plan | None) -> Plan:
    assert plan is not None
    return plan


def test_engine_and_reference_agree_and_the_limit_counts() -> None:
    def instance_of(seed: int) -> Instance:
        return tiny(seed, limits=("handling",))

    agree("C10", SEEDS, instance_of, proof_work=PROOF_WORK, relaxed=RELAXED)


def test_resolving_cuts_spans_and_takes_the_whole_period() -> None:
    rows = (
        HandlingLimit(airport="CGO", from_local="06:00", to_local="18:00", days="1",
                      window_min=480, most_kg=5),
        HandlingLimit(airport="CGO", cargo="unloaded", most_kg=7.5),
    )  # fmt: skip
    for kind, last in (("cyclic", 10_080), ("dated", 10_081)):
        found = resolve(builders.tiny(kind=kind, handling=rows)).handling_limits
        windows = {(x.window.start_min, x.window.end_min, x.loaded, x.most_g) for x in found}
        assert windows == {
            (360, 840, True, 5000), (840, 1080, True, 5000), (0, last, False, 7500),
        }  # fmt: skip


def test_the_audit_derives_it_again() -> None:
    for seed in range(12):
        instance = tiny(seed, limits=("handling",))
        r = resolve(instance)
        plan = Plan(r.name, "", (), (), ())
        assert audit(r, plan, instance=instance, reference=reference()).resolved_match, seed
        more = tuple(replace(x, most_g=x.most_g + 1000) for x in r.handling_limits)
        changed = replace(r, handling_limits=more)
        assert not audit(changed, plan, instance=instance, reference=reference()).resolved_match


def test_files_keep_it(tmp_path: Path) -> None:
    instance = tiny(3, limits=("handling",))
    write_instance(instance, tmp_path / "it")
    assert read_instance(tmp_path / "it") == instance


def test_the_engine_solves_the_hand_worked_case() -> None:
    r = resolve(ground_cases.case_terminal())
    found = solve(r, gap=0, work_limit=PROOF_WORK)
    plan = _carried(found.plan)
    assert plan.contribution_micro == 55_000_000_000
    assert plan.carried_g == {"A": 20_000_000, "B": 10_000_000}
    assert audit(r, plan, certificate=found.certificate).feasible


def test_what_is_left_behind_names_the_terminal() -> None:
    r = resolve(ground_cases.case_terminal())
    plan = _carried(solve_reference(r, gap=1e-9).plan)
    assert [x.reason for x in explain_left_behind(r, plan)] == ["handling"]
    use = airport_lists.handling_use(r, plan)
    assert use["used_kg"].max() == 30_000
    assert use["use"].max() == 1
    assert "handling" in set(resolved_tables.windows(r)["rule"])


def test_instances_of_any_size_have_it() -> None:
    made: Instance = generate(GeneratorOptions(handling=True, destinations=2, consignments=20))
    assert made.handling
    assert resolve(made).handling_limits


@pytest.mark.parametrize(
    "row",
    [
        {"most_kg": -1},
        {"most_kg": 5, "from_local": "06:00"},
        {"most_kg": 5, "days": "1"},
        {"most_kg": 5, "window_min": 0},
        {"most_kg": 5, "cargo": "moved"},
    ],
)
def test_a_row_that_makes_no_sense_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        HandlingLimit.model_validate({"airport": "CGO", **row})
