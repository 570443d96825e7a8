"""Machine code for inner loops: compiled on first call, kept for later processes where it can be.

Numba keeps it beside the sources, or in the user's cache where those cannot be written. Where there
is no place at all it would refuse; here the code is then compiled anew in every process.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar, cast

_Function = TypeVar("_Function", bound=Callable[..., Any])
_KERNELS: Final[list[Any]] = []


def kernel(function: _Function) -> _Function:
    """Decorator of a function that numba compiles; it runs without Python's lock."""
    from numba import njit  # slow to import; modules with kernels cannot do without it

    compiled: Any
    try:
        compiled = njit(cache=True, nogil=True)(function)
    except RuntimeError:  # no place to keep it
        compiled = njit(nogil=True)(function)
    _KERNELS.append(compiled)
    return cast(_Function, compiled)


def anything_kept() -> bool:
    """Whether earlier processes have kept machine code of the kernels imported so far.

    What is older than its source was made by another version, and counts for nothing.
    """
    return any(_is_kept(compiled) for compiled in _KERNELS)


def _is_kept(compiled: Any) -> bool:
    place = compiled.stats.cache_path
    if place is None:
        return False
    function = compiled.py_func
    source = Path(function.__code__.co_filename)
    made = [x.stat().st_mtime for x in Path(place).glob(f"{source.stem}.{function.__name__}-*.nbi")]
    return max(made, default=-math.inf) >= source.stat().st_mtime
