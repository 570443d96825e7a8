"""Building the relaxation of a large instance takes seconds; it can be stopped on the way."""

from __future__ import annotations

from optimizer.control import Stop


class StoppedError(Exception):
    """Told to stop before it was built."""


def go_on_unless(stop: Stop) -> None:
    """Raise if told to stop.

    Raises:
        StoppedError: `stop` says so.
    """
    if stop():
        raise StoppedError
