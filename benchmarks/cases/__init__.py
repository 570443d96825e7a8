"""The benchmarks: the `CASES` of every module take part."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks.task import Case


def all_cases() -> dict[str, Case]:
    """Every benchmark by name, smallest first."""
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    cases = (case for module in modules for case in module.CASES)
    return {case.name: case for case in sorted(cases, key=lambda case: case.rank)}
