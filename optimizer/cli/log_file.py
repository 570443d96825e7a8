"""``--log FILE``: the library's log as JSON lines."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from optimizer.control import LOGGER_NAME, JsonLines, log_event
from optimizer.errors import FreighterError


@contextmanager
def logging_to(path: Path | None) -> Iterator[None]:
    """Write everything the library logs to a file, anew; nothing without one.

    Raises:
        OSError: It cannot be written.
    """
    if path is None:
        yield
        return
    logger = logging.getLogger(LOGGER_NAME)
    handler = logging.FileHandler(path, mode="w", encoding="utf-8")
    handler.setFormatter(JsonLines())
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    except FreighterError as error:
        message = str(error).splitlines()[0].rstrip(":")
        log_event("error", level=logging.ERROR, message=message, exit_code=error.exit_code)
        raise
    except KeyboardInterrupt:
        log_event("interrupted at once", level=logging.WARNING)
        raise
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
        handler.close()
