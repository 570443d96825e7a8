"""Running a solve with its progress in sight and Ctrl-C at hand."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from rich.status import Status

    from optimizer.engine import Progress

_T = TypeVar("_T")
_POLL_S: Final = 0.1
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)

Work = Callable[[Callable[["Progress"], None], Callable[[], bool]], _T]
"""Something long that reports progress to its first argument and polls its second."""


def run_watched(work: Work[_T]) -> _T:
    """Run work in a thread of its own, so that a signal is heard at once.

    The first SIGINT or SIGTERM asks the work to stop and hand over what it has; the second one
    raises KeyboardInterrupt. Progress is shown on standard error if that is a terminal.
    """
    job = _Job(work)
    with _stopping_on_signals(job.stop), _display() as status:
        job.thread.start()
        while job.thread.is_alive():
            job.thread.join(_POLL_S)
            if status is not None:
                status.update(job.line())
    return job.outcome()


class _Job(Generic[_T]):
    """Work under way."""

    def __init__(self, work: Work[_T]) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._began = time.monotonic()
        self._latest: Progress | None = None
        self._results: list[_T] = []
        self._error: BaseException | None = None

    def _run(self, work: Work[_T]) -> None:
        try:
            self._results.append(work(self._note, self.stop.is_set))
        except BaseException as error:  # handed to the thread that waits
            self._error = error

    def _note(self, progress: Progress) -> None:
        self._latest = progress

    def outcome(self) -> _T:
        """The result, or the error, of finished work."""
        if self._error is not None:
            raise self._error
        return self._results[0]

    def line(self) -> str:
        """The latest progress in one line."""
        seconds = time.monotonic() - self._began
        line = "reading" if self._latest is None else progress_line(self._latest)
        ending = "  stopping" if self.stop.is_set() else ""
        return f"{line}  {seconds:.0f} s{ending}"


def progress_line(progress: Progress) -> str:
    """Phase, best plan, bound and gap."""
    from optimizer.report.text import percent, usd_text

    parts = [progress.phase]
    if progress.value_usd is not None:
        parts.append(f"plan {usd_text(progress.value_usd)}")
    if progress.bound_usd is not None:
        parts.append(f"bound {usd_text(progress.bound_usd)}")
    if progress.gap is not None:
        parts.append(f"gap {percent(progress.gap)}")
    return "  ".join(parts)


@contextmanager
def _stopping_on_signals(stop: threading.Event) -> Iterator[None]:
    def handle(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = [(number, signal.signal(number, handle)) for number in _STOPPING]
    try:
        yield
    finally:
        for number, handler in before:
            signal.signal(number, handler)


@contextmanager
def _display() -> Iterator[Status | None]:
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield status
