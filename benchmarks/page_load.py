"""How soon a page (of a solution, comparison or set of variants) can be used in a browser, and
pictures of it.

    python -m benchmarks.page_load solutions/zhengzhou-week/report.html
    python -m benchmarks.page_load solutions/zhengzhou-week/report.html --pictures docs/pictures
    python -m benchmarks.page_load COMPARISON/report.html --pictures docs/pictures --name compare

Seconds run from the request to the last drawing, in Debian's Chromium, a new window each time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

WINDOWS = {"desktop": (1280, 900), "phone": (390, 844)}
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}


def main() -> None:
    """Measure, print one JSON object, and take pictures if asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("page", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pictures", type=Path, help="folder for a JPEG by window and language")
    parser.add_argument("--name", default="report", help="with which names of pictures begin")
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed (./dev test installs it on Debian)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        found: dict[str, Any] = {"bytes": given.page.stat().st_size}
        for window in WINDOWS:
            seconds = [_seconds(browser, given.page, window) for _ in range(given.runs)]
            found[f"{window}_s"] = round(statistics.median(seconds), 3)
        if given.pictures:
            given.pictures.mkdir(parents=True, exist_ok=True)
            for language in LANGUAGES:
                for window in WINDOWS:
                    picture = given.pictures / f"{given.name}-{language}-{window}.jpg"
                    _picture(browser, given.page, window, language, picture)
        browser.close()
    sys.stdout.write(json.dumps(found) + "\n")


def _open(browser: Browser, page: Path, window: str, language: str = "en") -> Any:
    width, height = WINDOWS[window]
    context = browser.new_context(
        locale=LANGUAGES[language], viewport={"width": width, "height": height}
    )
    opened = context.new_page()
    opened.goto(page.resolve().as_uri())
    opened.wait_for_selector("body[data-ready]")
    return opened


def _seconds(browser: Browser, page: Path, window: str) -> float:
    opened = _open(browser, page, window)
    seconds: float = opened.evaluate("Number(document.body.dataset.ready)") / 1000
    opened.context.close()
    return seconds


def _picture(browser: Browser, page: Path, window: str, language: str, path: Path) -> None:
    """The whole page with one flight or variant chosen, as a reader would see it."""
    opened = _open(browser, page, window, language)
    marks = opened.locator("#tails .mark, #intervals .mark")
    marks.nth(min(20, marks.count() - 1)).focus()
    opened.keyboard.press("Enter")
    opened.evaluate(
        "for (const e of [window, ...document.querySelectorAll('.gantt')]) e.scrollTo(0, 0)"
    )
    opened.screenshot(path=path, full_page=True, type="jpeg", quality=72)
    opened.context.close()


if __name__ == "__main__":
    main()
