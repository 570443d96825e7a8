"""Control of a solve: when to stop, what it may take, and what it tells a log.

Knows nothing of aircraft or models, so that every room that works long can be told to stop.
"""

from optimizer.control.budget import Budget, MipWork, Reason
from optimizer.control.clock import SolveClock
from optimizer.control.kernels import anything_kept, kernel
from optimizer.control.log import LOGGER_NAME, JsonLines, log_event, plain, untold, versions
from optimizer.control.memory import (
    MemoryGuard,
    default_limit_bytes,
    machine_bytes,
    memory_bytes,
    resident_bytes,
)
from optimizer.control.options import check_options
from optimizer.control.stop import Latch, Stop, any_of, deadline, never, rounds
from optimizer.control.work import (
    UNITS_A_SECOND,
    neighbour_units,
    node_units,
    pass_units,
    pricing_units,
    simplex_iterations,
    simplex_units,
)

__all__ = [
    "LOGGER_NAME",
    "UNITS_A_SECOND",
    "Budget",
    "JsonLines",
    "Latch",
    "MemoryGuard",
    "MipWork",
    "Reason",
    "SolveClock",
    "Stop",
    "any_of",
    "anything_kept",
    "check_options",
    "deadline",
    "default_limit_bytes",
    "kernel",
    "log_event",
    "machine_bytes",
    "memory_bytes",
    "neighbour_units",
    "never",
    "node_units",
    "pass_units",
    "plain",
    "pricing_units",
    "resident_bytes",
    "rounds",
    "simplex_iterations",
    "simplex_units",
    "untold",
    "versions",
]
