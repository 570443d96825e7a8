"""HiGHS as the master needs it: quiet, of one thread, and interruptible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import highspy
import numpy as np

from optimizer.colgen.protocols import FloatArray, Stop


class Watch:
    """Asks at every iteration whether to stop.

    HiGHS swallows what a callback raises, so it waits here until HiGHS is back.
    """

    def __init__(self) -> None:
        self._stop: Stop | None = None
        self._error: BaseException | None = None

    @contextmanager
    def asking(self, stop: Stop) -> Iterator[None]:
        """Ask `stop` while HiGHS runs.

        Raises:
            BaseException: What `stop` raised.
        """
        self._stop, self._error = stop, None
        try:
            yield
            if self._error is not None:
                raise self._error
        finally:
            self._stop = self._error = None

    def __call__(self, kind: Any, message: str, out: Any, into: Any, data: Any) -> None:
        """The callback of HiGHS."""
        try:
            halt = self._error is not None or (self._stop is not None and self._stop())
        except BaseException as error:  # re-raised by `asking`
            self._error, halt = error, True
        into.user_interrupt = halt  # also when False: HiGHS keeps what was said in the last run


def new_highs(watch: Watch, lower: FloatArray, upper: FloatArray) -> Any:
    """A HiGHS with rows and no columns; threads differ between instances at HiGHS's peril: 1."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("run_crossover", "on")
    highs.setCallback(watch, None)
    for kind in ("SimplexInterrupt", "IpmInterrupt"):
        highs.startCallback(getattr(highspy.cb.HighsCallbackType, f"kCallback{kind}"))
    count = len(lower)
    none, no_values = np.array([], dtype=np.int32), np.array([], dtype=np.float64)
    highs.addRows(count, lower, upper, 0, np.zeros(count, np.int32), none, no_values)
    return highs
