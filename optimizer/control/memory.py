"""How much memory this process holds, how much there is, and when it holds too much."""

from __future__ import annotations

import math
import os
import sys
import time
from pathlib import Path, PurePosixPath
from typing import Final

GIB: Final = 1 << 30
DEFAULT_SHARE: Final = 0.8
"""Share of the memory there is that a solve may take if no limit is given."""
LOOK_EVERY_S: Final = 0.25
"""Resident memory is read at most this often."""

_STATM: Final = Path("/proc/self/statm")
_CGROUPS: Final = Path("/proc/self/cgroup")
_CGROUP_ROOT: Final = Path("/sys/fs/cgroup")


def resident_bytes() -> int:
    """Memory this process holds now; its largest ever where the system does not tell."""
    try:
        pages = int(_STATM.read_text().split()[1])
    except (OSError, IndexError, ValueError):
        import resource  # not on every system that has no /proc

        largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return largest if sys.platform == "darwin" else largest * 1024
    return pages * os.sysconf("SC_PAGE_SIZE")


def machine_bytes() -> int:
    """Memory this process may hold at all: the machine's, or less if its control group has less."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([physical, *_group_limits()])


def default_limit_bytes() -> int:
    """The limit where none is given: `DEFAULT_SHARE` of what there is."""
    return int(DEFAULT_SHARE * machine_bytes())


def memory_bytes(limit_gib: float | None) -> int | None:
    """A limit in GiB in bytes; the default for None, and None for an infinite one."""
    if limit_gib is None:
        return default_limit_bytes()
    return None if math.isinf(limit_gib) else int(limit_gib * GIB)


def _group_limits() -> list[int]:
    """Limits of the control groups this process is in, and of those around them."""
    try:
        lines = _CGROUPS.read_text().splitlines()
    except OSError:
        return []
    limits = []
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":  # version 2
            limits += _limits_upwards(_CGROUP_ROOT, path, "memory.max")
        elif "memory" in controllers.split(","):
            limits += _limits_upwards(_CGROUP_ROOT / "memory", path, "memory.limit_in_bytes")
    return limits


def _limits_upwards(root: Path, path: str, name: str) -> list[int]:
    """The limits of a group and its parents; in a container only the root may be in sight."""
    group = PurePosixPath(path.lstrip("/"))
    limits = []
    for place in (group, *group.parents):
        try:
            limits.append(int((root / place / name).read_text()))
        except (OSError, ValueError):  # not in sight, or "max"
            continue
    return limits


class MemoryGuard:
    """A criterion: stop once this process holds more than a limit.

    Args:
        limit_bytes: The limit; None for `default_limit_bytes()`.
    """

    def __init__(self, limit_bytes: int | None = None) -> None:
        self.limit_bytes = default_limit_bytes() if limit_bytes is None else limit_bytes
        self._reached = False
        self._next_s = -float("inf")

    def __call__(self) -> bool:
        """Whether the limit has been reached; once it has, for good."""
        if not self._reached:
            now = time.monotonic()
            if now >= self._next_s:
                self._next_s = now + LOOK_EVERY_S
                self._reached = resident_bytes() >= self.limit_bytes
        return self._reached
