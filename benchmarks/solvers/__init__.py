"""Who takes part, one per file: a module with a `SOLVER` is a solver."""

from __future__ import annotations

import importlib
import pkgutil

from benchmarks.task import Solver


def all_solvers() -> dict[str, Solver]:
    """Every solver by name, the product first."""
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    solvers = [module.SOLVER for module in modules if hasattr(module, "SOLVER")]
    return {s.name: s for s in sorted(solvers, key=lambda s: (s.needs_model, s.name))}
