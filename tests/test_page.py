"""`report.html` in a real browser, and what it is made of."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, get_args

import pytest
from playwright.sync_api import Browser

from optimizer.data import place_names, reference
from optimizer.files import read_instance, read_plan
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.plan.money import NAMES
from optimizer.plan.plan import Plan
from optimizer.report.blocks import lift_figures
from optimizer.report.compare import NOT_OFFERED, Verdict
from optimizer.report.page import page_html
from optimizer.report.page.document import document
from optimizer.report.page.geography import great_circle, route_map
from optimizer.report.page.rows import Rows
from optimizer.report.view import PlanView
from optimizer.resolve import resolve
from tests.ground_cases import case_trucks
from tests.pages import (
    ASSETS,
    MOST_BYTES,
    ROOT,
    WIDTHS,
    Opened,
    opened_browser,
    without_complaint,
)


@cache
def shipped(name: str) -> tuple[PlanView, dict[str, Any]]:
    """A shipped solution; its reasons are told as quickly as can be."""
    folder = ROOT / "solutions" / name
    resolved = resolve(read_instance(ROOT / "instances" / name))
    view = PlanView(resolved, read_plan(folder / "plan.json"), lambda: True)
    return view, json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@cache
def page_of(name: str) -> str:
    return page_html(*shipped(name))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with opened_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hub") / "report.html"
    path.write_text(page_of("zhengzhou-week"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def madrid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dated period, with crews."""
    path = tmp_path_factory.mktemp("madrid") / "report.html"
    path.write_text(page_of("madrid-launch"), encoding="utf-8")
    return path


def test_one_file_of_a_reasonable_size(hub: Path) -> None:
    text = hub.read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    assert "<!-- " not in text
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", text))
    assert addresses == {"http://www.w3.org/2000/svg"}  # a name, not a place


@pytest.mark.parametrize("size", WIDTHS)
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_it_opens_alone_and_without_complaint(
    browser: Browser, hub: Path, locale: str, size: tuple[int, int]
) -> None:
    without_complaint(browser, hub, locale, size)


def test_choosing_a_rotation_lights_it_up_everywhere(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page = opened.page
    view, _ = shipped("zhengzhou-week")
    flight = next(f for f in view.data.flights if "LUX" in f.rotation.stations)
    assert [opened.lit(place) for place in ("map", "tails", "stands", "flow", "factors")] == [0] * 5
    page.locator(f"#tails [aria-label^='{flight.id} ']").click()
    assert opened.lit("tails") == 1
    assert all(opened.lit(place) > 0 for place in ("map", "stands", "flow", "factors"))
    assert flight.rotation.route in page.locator("#chosen-body").inner_text()
    contribution = sum(c.amount_micro for c in view.costs.cells if c.flight == flight.id) / 1e6
    assert f"{contribution:,.0f}" in page.locator("#chosen-body").inner_text()
    assert f"{contribution:,.0f}" in page.locator("#money").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".lit").count() == 0
    assert opened.troubles == []


def test_lines_bands_and_bars_choose_their_flights(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page = opened.page
    view, _ = shipped("zhengzhou-week")
    to_lux = {f.id for f in view.data.flights for leg in f.rotation.legs if leg.origin == "LUX"}
    page.locator("#map [aria-label^='LUX Luxembourg, ']").focus()
    page.keyboard.press("Enter")
    assert f"{len(to_lux)} flights" in page.locator("#chosen-body").inner_text()
    page.locator("#money-by").select_option("origin")
    page.locator("#money [aria-label^='Yiwu']").click()
    from_yiwu = {
        segment.flight
        for load in view.data.loads
        if view.resolved.consignment[load.consignment].origin == "Yiwu"
        for segment in load.segments
    }
    assert f"{len(from_yiwu)} flights" in page.locator("#chosen-body").inner_text()
    page.locator("#chosen-body button", has_text="Let go").click()
    assert page.locator(".lit").count() == 0


def test_arrow_keys_walk_and_enter_chooses(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page = opened.page
    page.locator("#tails [tabindex='0'][role=button]").focus()
    first = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert first != second
    page.keyboard.press("Enter")
    assert page.locator("#tails [aria-pressed=true]").get_attribute("aria-label") == second
    assert page.locator("#tails [role=button][tabindex='0']").count() == 1


def test_clocks_and_languages_can_be_switched(browser: Browser, madrid: Path) -> None:
    opened = Opened(browser, madrid)
    page = opened.page
    view, _ = shipped("madrid-launch")
    label = page.locator("#tails .mark").first.get_attribute("aria-label") or ""
    page.locator("input[value=utc]").check()
    in_utc = page.locator("#tails .mark").first.get_attribute("aria-label") or ""
    local, utc = (re.search(r"(\w{3}) (\d\d):(\d\d) – ", text) for text in (label, in_utc))
    assert local and utc
    apart = (int(local[2]) - int(utc[2])) % 24
    assert apart == 8  # China is eight hours ahead
    page.locator("input[value=zh]").check()
    assert page.locator("#map-title").inner_text() == "航线图"
    assert "马德里" in page.locator("#map").inner_text()
    assert "郑州" in page.locator("#airport").inner_text()
    assert opened.troubles == []
    assert view.resolved.period.cyclic is False


def test_maintenance_curfews_and_slots_are_drawn(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page = opened.page
    view, _ = shipped("zhengzhou-week")
    assert page.locator("#stands rect.slot").count() > 0
    page.locator("#airport").select_option("LUX")
    closed = [c for c in view.resolved.closures if c.airport == "LUX"]
    assert (page.locator("#stands rect.closed").count() > 0) == bool(closed)
    stays = page.locator("#stands .mark").count()
    calls = [leg for f in view.data.flights for leg in f.rotation.legs if leg.destination == "LUX"]
    assert stays == len(calls) > 0


def test_what_stays_behind_can_be_sieved(browser: Browser, hub: Path) -> None:
    opened = Opened(browser, hub)
    page = opened.page
    view, _ = shipped("zhengzhou-week")
    some = view.left_behind.iloc[-1]
    page.locator("#left-search").fill(str(some["consignment"]))
    assert str(some["consignment"]) in page.locator("#left").inner_text()
    page.locator("#left-search").fill("no such thing")
    assert page.locator("#left tbody tr").count() == 0


def test_it_prints(browser: Browser, madrid: Path) -> None:
    opened = Opened(browser, madrid)
    opened.page.emulate_media(media="print")
    assert not opened.page.locator(".switches").is_visible()
    assert len(opened.page.pdf()) > 10_000
    assert opened.troubles == []


@pytest.mark.parametrize("name", ["zhengzhou-week", "madrid-launch"])
def test_every_waterfall_ends_at_the_contribution(name: str) -> None:
    view, figures = shipped(name)
    told = document(view, figures)
    for groups in told["money"].values():
        total = sum(amount for codes in groups.values() for amount in codes.values())
        assert total == pytest.approx(view.contribution_usd, abs=len(groups) * 0.2)
    flown = sum(sum(flight["money"].values()) for flight in told["flights"])
    spread = sum(c.amount_micro for c in view.costs.cells if c.flight) / 1e6
    assert flown == pytest.approx(spread, abs=len(told["flights"]) * 0.2)


def test_an_empty_plan_has_a_page(browser: Browser, tmp_path: Path) -> None:
    resolved = resolve(case_trucks())
    plan = Plan(resolved.name, "", (), (), ())
    view, (_, figures) = PlanView(resolved, plan), shipped("madrid-launch")
    path = tmp_path / "report.html"
    path.write_text(page_html(view, figures | {"gap": None, "audit": None}), encoding="utf-8")
    assert Opened(browser, path).troubles == []


@pytest.mark.parametrize("seed", [42, 45])
def test_cargo_that_goes_on_by_bought_capacity_is_shown(seed: int) -> None:
    resolved = resolve(tiny(seed, more=("transit", "blocks")))
    plan = solve_reference(resolved, gap=1e-6).plan
    assert plan is not None
    onward = {x.flight for load in plan.loads for x in load.segments[1:]} & resolved.block.keys()
    assert onward
    told = document(PlanView(resolved, plan), {"audit": None})
    assert onward <= {flight["id"] for flight in told["flights"]}
    ways = [way for _, _, segments in told["cargo"]["loads"] for way in segments]
    assert len(ways) == sum(len(load.segments) for load in plan.loads)
    figures = lift_figures(resolved, plan)
    assert figures["bought_lift_kg"] > 0
    assert figures["blocks_used"] >= len(onward)


def test_what_people_write_cannot_leave_the_data() -> None:
    instance = case_trucks()
    wicked = instance.demand[0].model_copy(update={"consignment": "</script><b>&'\""})
    resolved = resolve(instance.model_copy(update={"demand": (wicked,)}))
    view = PlanView(resolved, Plan(resolved.name, "", (), (), ()))
    text = page_html(view, {"audit": None})
    assert text.count("</script>") == 2
    data = re.search(r'id="plan">(.*?)</script>', text, re.DOTALL)
    assert data and json.loads(data[1])["left"][0]["consignment"] == "</script><b>&'\""


def test_the_way_over_the_pacific_stays_whole() -> None:
    position = {code: _position(code) for code in ("CGO", "ANC", "ORD", "LUX", "SYD")}
    flights = {("ANC", "CGO"): 7, ("ANC", "ORD"): 7, ("CGO", "LUX"): 9, ("CGO", "SYD"): 1}
    drawn = route_map(position, flights)
    for pair, path in drawn.ways.items():
        assert path.count("M") == 1, pair
        points = [tuple(map(float, xy.split(","))) for xy in path[1:].split("L")]
        assert points[0] == pytest.approx(drawn.airports[pair[0]], abs=0.2)
        assert points[-1] == pytest.approx(drawn.airports[pair[1]], abs=0.2)
        longest = max(math.dist(a, b) for a, b in pairwise(points))
        assert longest < drawn.width / 15
    assert drawn.airports["ANC"][0] > drawn.airports["CGO"][0]  # east of China


def test_great_circles_bulge_towards_the_pole() -> None:
    line = great_circle(_position("CGO"), _position("ORD"))
    assert max(lat for _, lat in line) > 65
    steps = [b[0] - a[0] for a, b in pairwise(line)]
    assert all(abs(step) < 90 for step in steps)


def _position(code: str) -> tuple[float, float]:
    airport = reference().airports[code]
    assert airport.longitude_deg is not None and airport.latitude_deg is not None
    return airport.longitude_deg, airport.latitude_deg


def test_rows_never_hold_two_things_at_once() -> None:
    week = Rows(100)
    placed = [(start, start + 37, week.put(start, start + 37)) for start in range(0, 200, 13)]
    for i, (a, b, row) in enumerate(placed):
        for c, d, other in placed[i + 1 :]:
            if row == other:
                minutes = {m % 100 for m in range(a, b)}
                assert minutes.isdisjoint({m % 100 for m in range(c, d)})
    assert len({row for _, _, row in placed}) >= len(placed) * 37 // 100


def test_every_word_and_name_is_there_in_both_languages() -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js")}
    words = scripts["words.js"] + scripts["words_compare.js"]
    entries = re.findall(r"^  (\w+): \[", words, re.MULTILINE)
    used: set[str] = set()
    for markup in ASSETS.glob("*.html"):
        used |= set(re.findall(r"data-word=\"(\w+)\"", markup.read_text("utf-8")))
    for text in scripts.values():
        used |= set(re.findall(r"word\(\"(\w+)\"", text))
    assert used <= set(entries)
    assert len(entries) == len(set(entries))
    assert {f"verdict_{verdict}" for verdict in get_args(Verdict)} | set(get_args(Verdict)) <= {
        *entries
    }
    for code in NAMES:
        assert re.search(rf"\b{code}: \"", scripts["words.js"]), code
    engine = (ROOT / "optimizer" / "engine" / "left_behind.py").read_text(encoding="utf-8")
    reasons = set(re.findall(r'return \(?"([a-z -]+)", ', engine))
    assert len(reasons) > 5
    table = scripts["words.js"].split("REASON_ZH = {")[1].split("}")[0]
    reasons.add(NOT_OFFERED)
    assert reasons <= set(re.findall(r'"?([a-z][a-z -]*[a-z])"?: "', table))
    assert set(reference().airports) <= set(place_names())
    lanes = {end for lane in reference().lanes for end in (lane.origin, lane.destination)}
    assert lanes <= set(place_names())
