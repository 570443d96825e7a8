"""The pages of a comparison and of a set of variants, from real solutions, in a real browser."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner

from optimizer.cli.app import app
from optimizer.errors import SolutionError
from optimizer.files import read_instance, read_plan
from optimizer.plan.costing import price
from optimizer.report.compare import NOT_OFFERED, compare
from optimizer.report.folder import write_solution
from optimizer.report.page.comparison import comparison_document, comparison_html
from optimizer.report.page.stored import stored_document
from optimizer.report.stored import stored_table
from optimizer.report.summary import summary
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from tests.pages import MOST_BYTES, ROOT, WIDTHS, Opened, opened_browser, without_complaint

SCENARIOS = {
    "more": """
        name = "more"
        [[edit]]
        edit = "scale_demand"
        by = 1
        [vary]
        "1.by" = [0.5, 2]
    """,
    "impossible": """
        name = "impossible"
        [[edit]]
        edit = "add_commitment"
        commitment = "all"
        min_weight_kg = 100000
        [[edit]]
        edit = "close_airport"
        airport = "LGG"
        from_local = "00:00"
        to_local = "24:00"
    """,
}
MORE = "more[by=2]"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def what(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole what-if: half and twice the cargo, and one that cannot be planned."""
    folder = tmp_path_factory.mktemp("what")
    paths = []
    for name, text in SCENARIOS.items():
        paths.append(folder / f"{name}.toml")
        paths[-1].write_text(re.sub(r"^ +", "", text, flags=re.MULTILINE))
    shutil.copytree(ROOT / "solutions" / "first-steps", folder / "out" / "base")
    call = ["whatif", str(ROOT / "instances" / "first-steps"), *map(str, paths)]
    call += ["--base", str(folder / "out" / "base"), "-o", str(folder / "out")]
    result = CliRunner().invoke(app, [*call, "--time-limit", "20", "--gap", "0.01"])
    assert result.exit_code == 0, result.output
    return folder / "out"


@pytest.fixture(scope="module")
def more(what: Path) -> Path:
    return what / "differences" / MORE / "report.html"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hub week against itself without every ninth rotation; nothing is solved."""
    folder = tmp_path_factory.mktemp("hub")
    shipped = ROOT / "solutions" / "zhengzhou-week"
    resolved = resolve(read_instance(ROOT / "instances" / "zhengzhou-week"))
    plan = read_plan(shipped / "plan.json")
    gone = {flight.id for flight in plan.flights[::9]}
    flights = tuple(flight for flight in plan.flights if flight.id not in gone)
    loads = tuple(x for x in plan.loads if not any(s.flight in gone for s in x.segments))
    thinner = price(resolved, replace(plan, flights=flights, loads=loads))
    view = PlanView(resolved, thinner, lambda: True)
    write_solution(folder / "thinner", view, summary(resolved, thinner))
    path = folder / "report.html"
    path.write_text(comparison_html(compare(shipped, folder / "thinner")), encoding="utf-8")
    return path


def data(path: Path) -> dict[str, Any]:
    found = re.search(r'id="plan">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)
    assert found
    document: dict[str, Any] = json.loads(found[1])
    return document


def test_every_comparison_and_set_of_variants_has_its_page(what: Path) -> None:
    pages = [what / "report.html"]
    pages += [what / "differences" / name / "report.html" for name in ("more[by=0.5]", MORE)]
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "<!-- " not in text
        assert set(re.findall(r"https?://[^\s\"'<)\\]+", text)) == {"http://www.w3.org/2000/svg"}
    rows = data(pages[0])["variants"]
    assert [row["variant"] for row in rows] == ["more[by=0.5]", MORE, "impossible"]
    for row in rows[:2]:
        for link in (row["solution"], row["comparison"]):
            assert (what / unquote(link)).is_file()
    assert "solution" not in rows[2] and rows[2]["contribution_usd"] is None


def test_the_hub_week_fits(hub: Path) -> None:
    assert len(hub.read_bytes()) < MOST_BYTES


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_they_open_alone_and_without_complaint(
    browser: Browser, what: Path, more: Path, locale: str, size: tuple[int, int]
) -> None:
    without_complaint(browser, what / "report.html", locale, size, "#intervals .mark")
    without_complaint(browser, more, locale, size, "#tails .mark")


def test_so_does_that_of_the_hub_week(browser: Browser, hub: Path) -> None:
    without_complaint(browser, hub, "zh-CN", WIDTHS[1])


def test_choosing_a_rotation_lights_it_up_in_both_plans(browser: Browser, more: Path) -> None:
    opened = Opened(browser, more)
    page, told = opened.page, data(more)
    places = ("tails", "map", "rotations", "tonnes", "cargo", "fleet")
    assert [opened.lit(place) for place in places] == [0] * len(places)
    at = next(i for i, flight in enumerate(told["flights"]) if flight["change"] == "moved")
    a, b = told["flights"][at], told["flights"][told["flights"][at]["twin"]]
    page.locator("#tails [aria-label^='A, moved: ']").first.focus()
    page.keyboard.press("Enter")
    assert opened.lit("tails") == 2
    assert all(opened.lit(place) > 0 for place in places)
    for flight in (a, b):
        assert f"{sum(flight['money'].values()):,.0f}" in opened.text("chosen-body")
        assert f"{sum(flight['money'].values()):,.0f}" in opened.text("money")
    page.keyboard.press("Escape")
    assert page.locator(".lit").count() == 0
    page.locator("#rotations tbody tr button").first.click()  # one that was added comes first
    assert opened.lit("tails") == 1
    assert opened.troubles == []


def test_marks_tell_what_was_added_dropped_and_moved(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page, told = opened.page, data(hub)
    changes = Counter(flight["change"] for flight in told["flights"])
    assert set(changes) == {"kept", "dropped"}
    assert page.locator("#tails rect.sign.dropped").count() == changes["dropped"]
    shown = page.locator("#tails .mark").count()
    page.locator("#alike").check()
    assert page.locator("#tails .mark").count() == len(told["flights"]) > shown
    assert page.locator("#map path.way.less").count() > 0
    assert page.locator("#map text.number.less").count() > 0
    assert page.locator("#map path.way.more").count() == 0
    page.locator("#tails .mark").first.focus()
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") != first


def test_the_waterfall_goes_from_one_contribution_to_the_other(
    browser: Browser, what: Path, more: Path
) -> None:
    opened = Opened(browser, more)
    found = compare(what / "base", what / MORE)
    for by in ("line", "route", "operator", "origin"):
        opened.page.locator("#money-by").select_option(by)
        text = opened.text("money").splitlines()
        numbers = [
            int(line.replace(",", "")) for line in text if re.fullmatch(r"[+-]?[\d,]+", line)
        ]
        assert numbers[0] == round(found.a["contribution_usd"])
        assert numbers[-1] == round(found.b["contribution_usd"])
        assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=len(numbers))
    assert f"{found.difference_usd:,.0f}" in opened.text("verdict")
    assert "whatever the gaps hide" in opened.text("verdict")


def test_cargo_won_and_lost_can_be_sieved_and_has_reasons(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page, told = opened.page, data(hub)
    lost = [row for row in told["changed"] if row["change"] == "lost"]
    page.locator("#cargo-kinds button", has_text="lost").click()
    assert f"{len(lost)} shown" in opened.text("cargo-count")
    page.locator("#cargo-search").fill(lost[-1]["consignment"])
    assert lost[-1]["consignment"] in opened.text("cargo")
    assert all(row["reason"] for row in lost)
    page.locator("#tonnes-by").select_option("to")
    page.locator("#tonnes-kinds button", has_text="less").click()
    rows = page.locator("#tonnes tbody tr").count()
    assert 0 < rows <= len({c[2] for c in told["cargo"]["consignments"]})
    assert opened.troubles == []


def test_choosing_a_variant_lights_it_up(browser: Browser, what: Path) -> None:
    opened = Opened(browser, what / "report.html")
    page = opened.page
    page.locator(f"#intervals [aria-label^='{MORE}']").click()
    assert [opened.lit(place) for place in ("intervals", "variants", "curves")] == [1, 1, 1]
    found = compare(what / "base", what / MORE)
    assert f"{found.b['contribution_usd']:,.0f}" in opened.text("chosen-body")
    page.locator("#curves .mark").first.focus()
    page.keyboard.press("Enter")
    assert "more[by=0.5]" in opened.text("chosen-body")
    page.locator("#variants button", has_text="impossible").click()
    assert "no plan" in opened.text("chosen-body")
    page.locator("input[value=zh]").check()
    assert "无方案" in opened.text("chosen-body")
    assert opened.troubles == []


def test_they_print(browser: Browser, what: Path, more: Path) -> None:
    for path in (more, what / "report.html"):
        opened = Opened(browser, path)
        opened.page.emulate_media(media="print")
        assert not opened.page.locator(".switches").is_visible()
        assert len(opened.page.pdf()) > 10_000
        assert opened.troubles == []


# --- what they know ------------------------------------------------------------------------------


def test_the_document_of_a_comparison_is_that_of_both_plans(what: Path) -> None:
    folders = (what / "base", what / MORE)
    found = compare(*folders)
    told = comparison_document(found)
    flights = told["flights"]
    for at, flight in enumerate(flights):
        twin = flight["twin"]
        assert (twin is None) == (flight["change"] in ("added", "dropped"))
        if twin is not None:
            assert flights[twin]["twin"] == at and flights[twin]["side"] != flight["side"]
            assert flights[twin]["route"] == flight["route"]
        assert told["rows"][flight["row"]]["side"] == flight["side"]
    changes = found.rotations["change"].value_counts()
    for change in ("added", "dropped"):
        assert sum(flight["change"] == change for flight in flights) == changes.get(change, 0)
    assert sum(flight["change"] == "moved" for flight in flights) == 2 * changes.get("moved", 0)
    carried = [0.0, 0.0]
    for _, kg, parts in told["cargo"]["loads"]:
        carried[flights[parts[0][0]]["side"]] += kg
    figures = (found.a, found.b)
    for side, kg, own, money in zip((0, 1), carried, figures, told["money"], strict=True):
        assert kg == pytest.approx(own["carried_kg"], abs=10), side
        usd = sum(sum(codes.values()) for codes in money["operator"].values())
        assert usd == pytest.approx(own["contribution_usd"], abs=1)
    routes = {(frozenset(way["ends"])) for way in told["map"]["ways"]}
    assert routes == {
        frozenset((leg["from"], leg["to"])) for flight in flights for leg in flight["legs"]
    }


def test_reasons_are_those_of_the_plan_that_carries_less(what: Path) -> None:
    cargo = compare(what / "base", what / MORE).cargo
    assert len(cargo)
    left = [stored_table(what / name, "left_behind.csv") for name in ("base", MORE)]
    for row in cargo.to_dict("records"):
        side = 0 if row["b_kg"] > row["a_kg"] else 1
        own = left[side][left[side]["consignment"] == row["consignment"]]
        assert row["reason"] == (own["reason"].iloc[0] if len(own) else NOT_OFFERED)
    back = compare(what / MORE, what / "base").cargo
    assert sorted(back["reason"]) == sorted(cargo["reason"])


def test_slots_are_told_with_the_flights_that_use_them(hub: Path) -> None:
    told = data(hub)
    assert told["slots"]
    for row in told["slots"]:
        sides = [told["flights"][at]["side"] for at in row["flights"]]
        assert (sides.count(0) > 0) == (row["a_used"] > 0)
        assert (sides.count(1) > 0) == (row["b_used"] > 0)


def test_plans_of_periods_that_begin_apart(what: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    shutil.copytree(what / "base", later)
    document = stored_document(later)
    start = document["start"]
    page = (later / "report.html").read_text(encoding="utf-8")
    next_day = start.replace("-02T", "-03T", 1)
    assert next_day != start
    page = page.replace(f'"start":"{start}"', f'"start":"{next_day}"', 1)
    (later / "report.html").write_text(page, encoding="utf-8")
    told = comparison_document(compare(what / "base", later))
    first = {flight["id"]: flight for flight in told["flights"] if not flight["side"]}
    for flight in told["flights"]:
        if flight["side"]:
            legs = zip(first[flight["id"]]["legs"], flight["legs"], strict=True)
            assert all(b["off"] - a["off"] == b["on"] - a["on"] == 1440 for a, b in legs)
    assert told["length_min"] == document["length_min"] + 1440
    assert {row["from"] for row in told["rows"] if row["side"]} == {
        row["from"] + 1440 for row in told["rows"] if not row["side"]
    }


def test_without_a_page_of_this_version_nothing_is_written(what: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(what / "base", old)
    page = (old / "report.html").read_text(encoding="utf-8")
    (old / "report.html").write_text(page.replace('"position":', '"place":'), encoding="utf-8")
    with pytest.raises(SolutionError, match="this version"):
        stored_document(old)
    out = tmp_path / "out"
    base = str(what / "base")
    assert CliRunner().invoke(app, ["compare", base, str(old)]).exit_code == 0
    result = CliRunner().invoke(app, ["compare", base, str(old), "-o", str(out)])
    assert result.exit_code == 6 and not out.exists()
    (old / "report.html").unlink()
    instance = str(ROOT / "instances" / "first-steps")
    scenario = str(ROOT / "instances" / "scenarios" / "carbon-price.toml")
    call = ["whatif", instance, scenario, "--base", str(old), "-o", str(out)]
    result = CliRunner().invoke(app, call)
    assert result.exit_code == 6 and not out.exists()
    assert "report.html" in result.output
