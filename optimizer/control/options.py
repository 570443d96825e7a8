"""Options of a solve: what is out of range."""

from __future__ import annotations


def check_options(
    gap: float,
    time_limit: float | None,
    threads: int | None,
    *,
    work_limit: float | None = None,
    memory_limit: float | None = None,
    seed: int = 0,
) -> None:
    """Refuse options of `solve()` that are out of their range.

    Raises:
        ValueError: One is.
    """
    if not gap >= 0:
        raise ValueError(f"gap must be 0 or more, not {gap}")
    limits = (
        ("time_limit", time_limit, "s"),
        ("work_limit", work_limit, "units"),
        ("memory_limit", memory_limit, "GiB"),
    )
    for name, limit, unit in limits:
        if limit is not None and not limit > 0:
            raise ValueError(f"{name} must be more than 0 {unit}, not {limit}")
    if threads is not None and threads < 1:
        raise ValueError(f"threads must be 1 or more, not {threads}")
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed}")
