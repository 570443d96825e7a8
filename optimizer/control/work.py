"""What solving costs, counted instead of timed.

A unit of work is about a hundredth of a second on the reference machine (one core of a 2.5 GHz
server). It is counted from what was done, never from a clock, so that a run with a work limit, one
thread and a seed goes the same way on every machine:

    pricing pass        rotations it prices                     / ROTATIONS_A_UNIT
                        and, besides, one pass                  / PASSES_A_UNIT
    simplex iterations  iterations x rows of the programme      / ROW_ITERATIONS_A_UNIT
    MIP nodes           nodes                                   / NODES_A_UNIT
    neighbours          neighbours tried                        / NEIGHBOURS_A_UNIT

The rates were measured on the weeks in `instances/`; they are part of what a work limit means and
are changed only together with the version.
"""

from __future__ import annotations

from typing import Final

UNITS_A_SECOND: Final = 100.0
"""How fast the reference machine works."""
ROTATIONS_A_UNIT: Final = 4_000.0
PASSES_A_UNIT: Final = 30.0
ROW_ITERATIONS_A_UNIT: Final = 100_000.0
MOST_ITERATIONS: Final = 2**31 - 1
"""What a solver takes for no limit."""
NODES_A_UNIT: Final = 2.0
NEIGHBOURS_A_UNIT: Final = 1.0


def pricing_units(rotations: int, passes: int = 1) -> float:
    """Work of pricing so many rotations so many times."""
    return passes * rotations / ROTATIONS_A_UNIT


def pass_units(passes: int) -> float:
    """What so many passes take besides pricing rotations."""
    return passes / PASSES_A_UNIT


def simplex_units(iterations: int, rows: int) -> float:
    """Work of so many simplex iterations on a programme of so many rows."""
    return iterations * rows / ROW_ITERATIONS_A_UNIT


def simplex_iterations(seconds: float, rows: int) -> int:
    """Iterations on a programme of so many rows that take so long on the reference machine."""
    most = seconds * UNITS_A_SECOND * ROW_ITERATIONS_A_UNIT / max(1, rows)
    return int(min(max(most, 1), MOST_ITERATIONS))


def node_units(nodes: int) -> float:
    """Work of so many nodes of a branch and bound, their simplex iterations not counted."""
    return nodes / NODES_A_UNIT


def neighbour_units(neighbours: int) -> float:
    """Work of trying so many neighbours of a plan."""
    return neighbours / NEIGHBOURS_A_UNIT
