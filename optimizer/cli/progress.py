"""How a solve shows its progress: a live line, plain lines, JSON lines, or not at all."""

from __future__ import annotations

import contextlib
import json
import math
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from optimizer.engine import Progress

LINE_EVERY_S: Final = 1.0
"""Plain lines come at most this often."""
_REFRESH_S: Final = 0.1


class Show(StrEnum):
    """Where progress goes."""

    AUTO = "auto"
    PLAIN = "plain"
    JSON = "json"
    NONE = "none"


class Display(Protocol):
    """Told of progress by the thread that solves; troubles of the terminal never reach it."""

    def __call__(self, progress: Progress) -> None:
        """Show it."""


@contextmanager
def display(show: Show, stopping: threading.Event) -> Iterator[Display]:
    """The display asked for: automatically live on a terminal, plain lines elsewhere.

    Args:
        stopping: Set once the solve has been asked to stop, which a live line tells.
    """
    if show is Show.AUTO and sys.stderr.isatty():
        with _live(stopping) as live:
            yield live
    elif show in (Show.AUTO, Show.PLAIN):
        lines = PlainLines()
        try:
            yield lines
        finally:
            lines.close()
    else:
        yield _json_line if show is Show.JSON else _nothing


def progress_line(progress: Progress) -> str:
    """Phase, best plan, bound, gap, and what is in play."""
    from optimizer.report.text import percent, usd_text

    parts = [progress.phase]
    if progress.value_usd is not None:
        parts.append(f"plan {usd_text(progress.value_usd)}")
    if progress.bound_usd is not None:
        parts.append(f"bound {usd_text(progress.bound_usd)}")
    if progress.gap is not None and math.isfinite(progress.gap):
        parts.append(f"gap {percent(progress.gap)}")
    if progress.columns is not None:
        parts.append(f"{progress.columns:,} columns")
    return "  ".join(parts)


class PlainLines:
    """A line for the first news, then at most one every `LINE_EVERY_S`, and one for the last."""

    def __init__(self) -> None:
        self._waiting: Progress | None = None
        self._next_s = -float("inf")

    def __call__(self, progress: Progress) -> None:
        """Write a line, or keep the news until the next one is due."""
        self._waiting = progress
        if time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + LINE_EVERY_S
            self._write()

    def close(self) -> None:
        """Write what waits."""
        self._write()

    def _write(self) -> None:
        progress, self._waiting = self._waiting, None
        if progress is not None:
            _tell(f"{progress.seconds:8.1f} s  {progress_line(progress)}")


def _json_line(progress: Progress) -> None:
    _tell(json.dumps({"event": "progress", **progress.document()}))


def _nothing(progress: Progress) -> None:
    return None


def _tell(line: str) -> None:
    """A line on standard error, in one piece; nobody listening is no reason to end a solve."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(line + "\n")
        sys.stderr.flush()


@contextmanager
def _live(stopping: threading.Event) -> Iterator[Display]:
    """One line that is kept up to date by a thread of its own."""
    from rich.console import Console

    began = time.monotonic()
    latest: list[Progress] = []
    ended = threading.Event()

    def line() -> str:
        seconds = time.monotonic() - began
        text = progress_line(latest[-1]) if latest else "starting"
        return f"{text}  {seconds:.0f} s{'  stopping' if stopping.is_set() else ''}"

    with Console(stderr=True).status(line()) as status:

        def refresh() -> None:
            while not ended.wait(_REFRESH_S):
                status.update(line())

        thread = threading.Thread(target=refresh, daemon=True)
        thread.start()
        try:
            yield lambda progress: latest.__setitem__(slice(None), [progress])
        finally:
            ended.set()
            thread.join()
