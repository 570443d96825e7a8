"""The log of a solve: events with fields, through the standard library's logging.

The library only tells its logger ``optimizer``; whoever embeds it decides where that goes.
"""

from __future__ import annotations

import json
import logging
import math
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

LOGGER_NAME: Final = "optimizer"
_LOGGER: Final = logging.getLogger(LOGGER_NAME)
_LOGGER.addHandler(logging.NullHandler())  # silent unless asked
_UNTOLD: Final[ContextVar[bool]] = ContextVar("untold", default=False)


def log_event(event: str, *, level: int = logging.INFO, **fields: Any) -> None:
    """Tell the log that something happened.

    Args:
        event: What, in a word or two.
        level: Level of the standard library.
        fields: The particulars; plain values, so that they can be written as JSON.
    """
    if _LOGGER.isEnabledFor(level) and not _UNTOLD.get():
        _LOGGER.log(level, "%s", event, extra={"fields": fields})


@contextmanager
def untold() -> Iterator[None]:
    """Nothing that happens within is told: work nobody asked for."""
    token = _UNTOLD.set(True)
    try:
        yield
    finally:
        _UNTOLD.reset(token)


class JsonLines(logging.Formatter):
    """One JSON object a line: ``at`` (UTC), ``level``, ``event``, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record; records of others have no fields."""
        at = datetime.fromtimestamp(record.created, UTC)
        document: dict[str, Any] = {
            "at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
        }
        document |= {key: plain(value) for key, value in getattr(record, "fields", {}).items()}
        if record.exc_info:
            document["traceback"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False, default=str)


def versions() -> dict[str, str]:
    """Versions of what a plan may depend on."""
    from importlib import metadata  # slow to import, and only a log wants it

    names = ("freighter", "highspy", "numba", "numpy")
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in names}


def plain(value: Any) -> Any:
    """A value as JSON knows it: None for what is no finite number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
