"""What a practitioner would write for the Regional Flight Scheduling Problem, for plain HiGHS.

    python -m benchmarks.rfsp_milp benchmarks/rfsp/instance-10-3-0.75.json --json

Aircraft are alike, so they are units of one flow. To see that each is away long enough, a node
knows how long an aircraft has been idle: (t, i) is "at the hub at step t, idle for i of the t steps
so far", and i never exceeds what utilisation leaves.

    w[t,i]   in {0..aircraft}  from (t, i) to (t + 1, i + 1): wait
    f[t,i,d] in {0..aircraft}  from (t, i) to (t + flight_time(d), i): a round trip to d

    max  sum profit(d, t) f[t,i,d]
         flow is conserved; `aircraft` units leave (0, 0); they end at the last step
         sum i,d   f[t,i,d] <= slots[t]                                    for every step t
         sum i,t   f[t,i,d] <= n_flights(d)                                for every d
         sum i, t in any min_spacing consecutive steps  f[t,i,d] <= 1      for every d

Nothing here is shared with the product but the reading of the file.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np

from benchmarks.rfsp_format import Destination, Rfsp, read_rfsp

Node = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Solved:
    """How the peer ended; None for an objective without a solution or a bound without a limit."""

    objective: float | None
    bound: float | None
    seconds: float
    status: str


@dataclass
class _Matrix:
    """Columns of a maximisation with row limits, gathered one by one."""

    profit: list[float] = field(default_factory=list)
    start: list[int] = field(default_factory=lambda: [0])
    index: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def row(self, lower: float, upper: float) -> int:
        self.lower.append(lower)
        self.upper.append(upper)
        return len(self.lower) - 1

    def column(self, profit: float, entries: Iterable[tuple[int, float]]) -> None:
        for row, value in entries:
            self.index.append(row)
            self.value.append(value)
        self.start.append(len(self.index))
        self.profit.append(profit)

    def model(self, most: float) -> highspy.HighsLp:
        """The integer programme; every column is a number from 0 to `most`."""
        lp = highspy.HighsLp()
        columns = len(self.profit)
        lp.num_col_, lp.num_row_ = columns, len(self.lower)
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.array(self.profit, dtype=float)
        lp.col_lower_ = np.zeros(columns)
        lp.col_upper_ = np.full(columns, most)
        lp.row_lower_ = np.array(self.lower, dtype=float)
        lp.row_upper_ = np.array(self.upper, dtype=float)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        lp.a_matrix_.start_ = np.array(self.start, dtype=np.int32)
        lp.a_matrix_.index_ = np.array(self.index, dtype=np.int32)
        lp.a_matrix_.value_ = np.array(self.value, dtype=float)
        lp.integrality_ = [highspy.HighsVarType.kInteger] * columns
        return lp


def useful_nodes(instance: Rfsp) -> set[Node]:
    """Nodes that a whole day can pass through: reachable from (0, 0), and the end from them."""
    steps = instance.time_horizon_len
    most_idle = steps - instance.least_away_steps
    times = sorted({d.flight_time for d in instance.destinations})
    reached = {(0, 0)}
    for t in range(steps):
        for i in range(min(t, most_idle) + 1):
            if (t, i) in reached:
                reached.update((t + f, i) for f in times if t + f <= steps)
                if i < most_idle:
                    reached.add((t + 1, i + 1))
    useful = {node for node in reached if node[0] == steps}
    for t, i in sorted(reached, reverse=True):
        if (t + 1, i + 1) in useful or any((t + f, i) in useful for f in times):
            useful.add((t, i))
    return useful


def _programme(instance: Rfsp) -> _Matrix | None:
    """The model; None if not even one aircraft can be away long enough."""
    nodes = useful_nodes(instance)
    if (0, 0) not in nodes:
        return None
    matrix = _Matrix()
    steps, sent = instance.time_horizon_len, instance.n_aircraft
    flow = {n: matrix.row(sent, sent) if n == (0, 0) else matrix.row(0, 0)
            for n in sorted(nodes) if n[0] < steps}  # fmt: skip
    slots = [matrix.row(-math.inf, slots) for slots in instance.slots]
    limits = [_destination_rows(instance, d, matrix) for d in instance.destinations]
    for (t, i), row in flow.items():
        for limit, d in zip(limits, instance.destinations, strict=True):
            arrives = (t + d.flight_time, i)
            if arrives in nodes:
                entries = [(row, 1.0), (slots[t], 1.0), *((r, 1.0) for r in limit(t))]
                if arrives in flow:
                    entries.append((flow[arrives], -1.0))
                matrix.column(d.profit[t], entries)
        later = (t + 1, i + 1)
        if later in nodes:
            matrix.column(0.0, [(row, 1.0), *([(flow[later], -1.0)] if later in flow else [])])
    return matrix


def _destination_rows(
    instance: Rfsp, destination: Destination, matrix: _Matrix
) -> Callable[[int], Sequence[int]]:
    """Rows for number and spacing; returns which of them a departure at a step counts in."""
    number = matrix.row(-math.inf, destination.n_flights)
    apart = instance.min_spacing
    if apart == 0:
        return lambda t: [number]
    last = max(0, len(instance.departures(destination)) - apart)
    spans = [matrix.row(-math.inf, 1) for _ in range(last + 1)]
    return lambda t: [number, *spans[max(0, t - apart + 1) : min(t, last) + 1]]


def solve_milp(instance: Rfsp, time_limit: float | None = None, threads: int = 1) -> Solved:
    """Solve the model with HiGHS, plain, to proven optimality.

    Args:
        time_limit: Seconds, building included; None for no limit.
    """
    began = time.monotonic()
    matrix = _programme(instance)
    if matrix is None:
        return Solved(None, None, time.monotonic() - began, "infeasible")
    highspy.Highs.resetGlobalScheduler(True)  # else another number of threads is refused
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", threads)
    highs.setOptionValue("mip_rel_gap", 0.0)
    if time_limit is not None:
        highs.setOptionValue("time_limit", max(0.1, time_limit - (time.monotonic() - began)))
    highs.passModel(matrix.model(instance.n_aircraft))
    highs.run()
    return _read(highs, time.monotonic() - began)


def _read(highs: highspy.Highs, seconds: float) -> Solved:
    status, info = highs.getModelStatus(), highs.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(None, None, seconds, "infeasible")
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    words = {
        highspy.HighsModelStatus.kOptimal: "optimal",
        highspy.HighsModelStatus.kTimeLimit: "time_limit",
    }
    return Solved(
        objective=highs.getObjectiveValue() if found else None,
        bound=info.mip_dual_bound if math.isfinite(info.mip_dual_bound) else None,
        seconds=seconds,
        status=words.get(status, "unknown"),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Solve one file and tell."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", help="an instance, for example benchmarks/rfsp/instance-….json")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--time-limit", type=float, help="seconds")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    instance, cpu_began = read_rfsp(options.file), time.process_time()
    solved = solve_milp(instance, options.time_limit, options.threads)
    if options.json:
        cpu_seconds = round(time.process_time() - cpu_began, 3)
        print(json.dumps(dataclasses.asdict(solved) | {"cpu_seconds": cpu_seconds}))
    else:
        print(f"{solved.status}: {solved.objective}, bound {solved.bound}, {solved.seconds:.1f} s")
    return 0 if solved.objective is not None else 4


if __name__ == "__main__":
    sys.exit(main())
