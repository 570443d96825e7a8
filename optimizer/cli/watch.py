"""Ctrl-C at hand: the first one ends a solve with what it has, the second one everything."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final, Generic, NoReturn, TypeVar

_T = TypeVar("_T")
_POLL_S: Final = 0.1
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM)


class Watch:
    """What signals mean while a command runs.

    Until work begins there is nothing to hand over, and the first SIGINT or SIGTERM raises
    KeyboardInterrupt. From then on it sets `stopping`, which the work has to heed, and only another
    one raises. In both cases it is raised in the main thread, where files are written, so that
    what is half written is cleared away.

    Attributes:
        stopping: Set once the work has been asked to stop.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._working = False

    def run(self, work: Callable[[Callable[[], bool]], _T]) -> _T:
        """Run work in a thread of its own, so that a signal is heard at once.

        Args:
            work: Polls its argument, and hands over what it has once that says so.

        Raises:
            KeyboardInterrupt: The work is to end at once; its thread is left behind.
        """
        self._working = True
        job = _Job(lambda: work(self.stopping.is_set))
        job.thread.start()
        while job.thread.is_alive():
            job.thread.join(_POLL_S)
        return job.outcome()

    def handle(self, _signal: int, _frame: FrameType | None) -> None:
        """A signal has come."""
        if self.stopping.is_set() or not self._working:
            raise KeyboardInterrupt
        self.stopping.set()


@contextmanager
def watching() -> Iterator[Watch]:
    """Have signals mean what `Watch` says; outside the main thread they stay as they are."""
    watch = Watch()
    if threading.current_thread() is not threading.main_thread():
        yield watch
        return
    before = [(number, signal.signal(number, watch.handle)) for number in _STOPPING]
    try:
        yield watch
    finally:
        for number, handler in before:
            signal.signal(number, handler)


class _Job(Generic[_T]):
    """Work under way."""

    def __init__(self, work: Callable[[], _T]) -> None:
        self.thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._results: list[_T] = []
        self._error: BaseException | None = None

    def _run(self, work: Callable[[], _T]) -> None:
        try:
            self._results.append(work())
        except BaseException as error:  # handed to the thread that waits
            self._error = error

    def outcome(self) -> _T:
        """The result, or the error, of finished work."""
        if self._error is not None:
            raise self._error
        return self._results[0]


def leave(code: int) -> NoReturn:
    """End the process, at once if work was left behind: solvers crash when Python goes down first.

    Args:
        code: Exit code.
    """
    if threading.active_count() > 1:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    sys.exit(code)
