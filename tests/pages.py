"""Pages in a real browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "optimizer" / "report" / "page" / "assets"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MOST_BYTES = 5_000_000
WIDTHS = ((1280, 900), (390, 844))


@contextmanager
def opened_browser() -> Iterator[Browser]:
    """Chromium; tests are skipped without one, except in continuous integration."""
    if CHROMIUM is None:
        assert "CI" not in os.environ, "no Chromium: ./dev test installs it"
        pytest.skip("no Chromium on this machine")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=quiet)
        yield opened
        opened.close()


class Opened:
    """A page with everything that it said and asked for."""

    def __init__(
        self, browser: Browser, path: Path, locale: str = "en-GB", size: tuple[int, int] = WIDTHS[0]
    ) -> None:
        viewport: Any = {"width": size[0], "height": size[1]}
        self.page: Page = browser.new_context(locale=locale, viewport=viewport).new_page()
        self.troubles: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.troubles.append(message.text))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("body[data-ready]")

    def lit(self, place: str) -> int:
        return self.page.locator(f"#{place} .lit").count()

    def text(self, place: str) -> str:
        return self.page.locator(f"#{place}").inner_text()


def without_complaint(
    browser: Browser, path: Path, locale: str, size: tuple[int, int], before: str = ""
) -> None:
    """The page asks for nothing, says nothing, fits, and can be used by everybody.

    `before` is the selector of a mark that is chosen first.
    """
    opened = Opened(browser, path, locale, size)
    if before:
        opened.page.locator(before).first.focus()
        opened.page.keyboard.press("Enter")
    assert opened.troubles == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert opened.page.evaluate("document.documentElement.lang").startswith(locale[:2])
    found = Axe().run(opened.page, options={"resultTypes": ["violations"]})
    serious = [v for v in found.response["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in serious] == []
