"""Column generation: real problems against the full linear program, and all ways it can fail."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.colgen import (
    ColumnBatch,
    ColumnGenerationError,
    ColumnResult,
    LpMaster,
    MasterAnswer,
    Priced,
    Round,
    Rows,
    StaticColumns,
    generate_columns,
)
from optimizer.colgen.smoothing import MOST, Smoothing

INF = math.inf
NOTHING = ColumnBatch.of([])


# --- two real problems ----------------------------------------------------------------------------


@dataclass(frozen=True)
class CuttingStock:
    """Cut demanded lengths from as few rolls as possible: max −rolls, demand rows "at least"."""

    roll: int
    lengths: tuple[int, ...]
    demand: tuple[int, ...]

    @property
    def rows(self) -> Rows:
        return Rows(np.array(self.demand, float), np.full(len(self.demand), INF))

    def start(self) -> np.ndarray:
        return np.zeros(len(self.demand))

    def column(self, pattern: tuple[int, ...]) -> tuple:
        rows = [row for row, count in enumerate(pattern) if count]
        return pattern, -1.0, rows, [float(pattern[row]) for row in rows]

    def price(self, prices: np.ndarray, stop: Callable[[], bool]) -> Priced[ColumnBatch] | None:
        """Unbounded knapsack by dynamic programming; no plan needs more rolls than pieces."""
        if stop():
            return None
        best, last = np.zeros(self.roll + 1), np.full(self.roll + 1, -1)
        for room in range(1, self.roll + 1):
            best[room], last[room] = best[room - 1], -1
            for item, length in enumerate(self.lengths):
                if length <= room and best[room - length] - prices[item] > best[room]:
                    best[room], last[room] = best[room - length] - prices[item], item
        pattern, room = [0] * len(self.lengths), self.roll
        while room > 0:
            item = last[room]
            pattern[item] += item >= 0
            room -= self.lengths[item] if item >= 0 else 1
        reduced = float(best[self.roll]) - 1.0
        bound = self.rows.worth(prices) + sum(self.demand) * max(0.0, reduced)
        columns = [self.column(tuple(pattern))] if reduced > 1e-9 else []
        return Priced(bound, ColumnBatch.of(columns))

    def all_columns(self) -> ColumnBatch:
        counts = [range(self.roll // length + 1) for length in self.lengths]
        patterns = [
            pattern
            for pattern in itertools.product(*counts)
            if 0 < sum(n * w for n, w in zip(pattern, self.lengths, strict=True)) <= self.roll
        ]
        return ColumnBatch.of(self.column(pattern) for pattern in patterns)

    @property
    def static(self) -> StaticColumns | None:
        return None


@dataclass(frozen=True)
class Assignment:
    """Generalised assignment: a task to at most one agent or a subcontractor, agents' time limited.

    Rows: tasks (at most 1), agents (at most one set of tasks), and between two numbers of tasks
    done in all. Static columns: a subcontractor for every task, at most once.
    """

    profit: np.ndarray  # agent, task
    time: np.ndarray  # agent, task
    capacity: np.ndarray  # agent
    outside: np.ndarray  # task
    done: tuple[float, float]
    slopes: bool

    @property
    def rows(self) -> Rows:
        agents, tasks = self.profit.shape
        lower, upper = np.full(tasks + agents + 1, -INF), np.ones(tasks + agents + 1)
        lower[-1], upper[-1] = self.done
        return Rows(lower, upper)

    @property
    def static(self) -> StaticColumns:
        tasks = len(self.outside)
        last = len(self.rows.lower) - 1
        columns = ColumnBatch.of(
            (("outside", task), float(self.outside[task]), [task, last], [1.0, 1.0])
            for task in range(tasks)
        )
        return StaticColumns(columns, np.zeros(tasks), np.ones(tasks))

    def start(self) -> np.ndarray:
        return np.zeros(len(self.rows.lower))

    def column(self, agent: int, tasks: tuple[int, ...]) -> tuple:
        rows = [*tasks, self.profit.shape[1] + agent, len(self.rows.lower) - 1]
        values = [*[1.0] * len(tasks), 1.0, float(len(tasks))]
        return (agent, tasks), float(self.profit[agent, list(tasks)].sum()), rows, values

    def knapsack(self, worth: np.ndarray, time: np.ndarray, capacity: int) -> tuple[int, ...]:
        best = np.zeros((len(worth) + 1, capacity + 1))
        for item, (gain, need) in enumerate(zip(worth, time, strict=True)):
            best[item + 1] = best[item]
            if need <= capacity:
                taken = best[item, : capacity + 1 - need] + gain
                best[item + 1, need:] = np.maximum(best[item, need:], taken)
        chosen, room = [], capacity
        for item in reversed(range(len(worth))):
            if best[item + 1, room] > best[item, room]:
                chosen.append(item)
                room -= time[item]
        return tuple(reversed(chosen))

    def price(self, prices: np.ndarray, stop: Callable[[], bool]) -> Priced[ColumnBatch] | None:
        agents, tasks = self.profit.shape
        duals = prices.copy()
        duals[tasks : tasks + agents] = 0.0  # an agent's best set pays for itself in the bound
        bound = self.rows.worth(duals) + self.static.worth(prices)
        static = self.static.columns
        use = np.zeros_like(prices)
        np.add.at(use, static.rows, (static.reduced_profits(prices) > 0.0)[static.owner()])
        columns = []
        for agent in range(agents):
            if stop():
                return None
            worth = self.profit[agent] - prices[:tasks] - prices[-1]
            chosen = self.knapsack(worth, self.time[agent], int(self.capacity[agent]))
            gain = float(worth[list(chosen)].sum())
            bound += max(0.0, gain)
            use[list(chosen)] += 1.0
            use[-1] += len(chosen)
            if gain - prices[tasks + agent] > 1e-9:
                columns.append(self.column(agent, chosen))
        limit = np.where(duals > 0.0, self.rows.upper, self.rows.lower)
        limit = np.where(np.isfinite(limit), limit, self.rows.upper)
        slope = limit - use
        slope[tasks : tasks + agents] = 0.0
        return Priced(bound, ColumnBatch.of(columns), slope if self.slopes else None)

    def all_columns(self) -> ColumnBatch:
        agents, tasks = self.profit.shape
        return ColumnBatch.of(
            self.column(agent, chosen)
            for agent in range(agents)
            for size in range(1, tasks + 1)
            for chosen in itertools.combinations(range(tasks), size)
            if self.time[agent, list(chosen)].sum() <= self.capacity[agent]
        )


Problem = CuttingStock | Assignment


def cutting_stock(seed: int) -> CuttingStock:
    rng = np.random.default_rng(seed)
    items = int(rng.integers(1, 6))
    lengths = rng.choice(np.arange(4, 18), items, replace=False)
    demand = rng.integers(1, 40, items)
    return CuttingStock(int(rng.integers(18, 34)), tuple(lengths.tolist()), tuple(demand.tolist()))


def assignment(seed: int) -> Assignment:
    rng = np.random.default_rng(seed)
    agents, tasks = int(rng.integers(1, 5)), int(rng.integers(1, 8))
    least = float(rng.integers(0, tasks + 1))
    return Assignment(
        profit=rng.integers(-3, 30, (agents, tasks)).astype(float),
        time=rng.integers(1, 9, (agents, tasks)),
        capacity=rng.integers(3, 20, agents),
        outside=rng.integers(-20, 5, tasks).astype(float),
        done=(least, least + float(rng.integers(0, 3))),
        slopes=bool(rng.integers(2)),
    )


def problem(kind: str, seed: int) -> Problem:
    return cutting_stock(seed) if kind == "cutting stock" else assignment(seed)


def full_value(posed: Problem) -> float:
    """The whole linear program, solved at once and without the package's master."""
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    rows, batches = posed.rows, [posed.all_columns()]
    boxes = [(np.zeros(len(batches[0])), np.full(len(batches[0]), INF))]
    if posed.static is not None:
        batches.append(posed.static.columns)
        boxes.append((posed.static.lower, posed.static.upper))
    none = np.array([], dtype=np.int32)
    count = len(rows.lower)
    highs.addRows(count, rows.lower, rows.upper, 0, np.zeros(count, np.int32), none, none)
    for batch, (lower, upper) in zip(batches, boxes, strict=True):
        entries = len(batch.rows), batch.starts, batch.rows, batch.values
        highs.addCols(len(batch), -batch.profit, lower, upper, *entries)
    highs.run()
    assert highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return -float(highs.getObjectiveValue())


def run(posed: Problem, master: object = None, **how: object) -> ColumnResult:
    """Generate columns to the end."""
    master = LpMaster(posed.rows, posed.static) if master is None else master
    how = {"prices": posed.start(), "gap": 1e-9, "pricer": posed, **how}
    return generate_columns(master, **how)  # type: ignore[arg-type]


kinds = st.sampled_from(["cutting stock", "assignment"])
seeds = st.integers(0, 10_000)


@settings(max_examples=120, deadline=None)
@given(kind=kinds, seed=seeds, smoothing=st.sampled_from([0.0, 0.3, 0.8, 0.99]))
def test_bound_and_value_meet_at_the_full_linear_program(
    kind: str, seed: int, smoothing: float
) -> None:
    posed = problem(kind, seed)
    rounds: list[Round] = []
    result = run(posed, smoothing=smoothing, on_round=rounds.append)
    value = full_value(posed)
    close = 1e-6 * max(1.0, abs(value))
    assert result.reason in ("closed", "no columns")
    assert result.bound == pytest.approx(value, abs=close)
    assert result.value == pytest.approx(value, abs=close)
    bounds = [told.bound for told in rounds]
    assert bounds == sorted(bounds, reverse=True)
    assert min(bounds) >= value - close
    assert max(told.value for told in rounds) <= value + close
    assert [told.number for told in rounds] == list(range(1, result.rounds + 1))
    assert sum(told.columns for told in rounds) == result.columns
    again = posed.price(result.prices, lambda: False)
    assert again is not None
    assert again.bound == result.bound


@settings(max_examples=40, deadline=None)
@given(kind=kinds, seed=seeds, most=st.integers(1, 12), large=st.booleans())
def test_dropping_columns_and_interior_point_change_nothing(
    kind: str, seed: int, most: int, large: bool
) -> None:
    posed = problem(kind, seed)
    size = {"large_rows": 0} if large else {}
    master = LpMaster(posed.rows, posed.static, most_columns=most, **size)
    result = run(posed, master)
    assert result.value == pytest.approx(full_value(posed), rel=1e-6, abs=1e-6)
    assert result.bound == pytest.approx(result.value, rel=1e-6, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=seeds, order=st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(seed: int, order: object) -> None:
    posed = cutting_stock(seed)
    items = list(zip(posed.lengths, posed.demand, strict=True))
    order.shuffle(items)  # type: ignore[attr-defined]
    lengths, demand = zip(*items, strict=True)
    other = CuttingStock(posed.roll, lengths, demand)
    assert run(posed).value == pytest.approx(run(other).value, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(kind=kinds, seed=seeds)
def test_known_columns_in_any_order_are_dropped_or_kept_alike(kind: str, seed: int) -> None:
    posed = problem(kind, seed)
    columns = posed.all_columns()
    shuffled = columns.take(np.random.default_rng(seed).permutation(len(columns)))
    one, two = LpMaster(posed.rows, posed.static), LpMaster(posed.rows, posed.static)
    assert one.add(columns) == two.add(shuffled) == len(columns)
    assert one.add(shuffled) == 0
    first, second = one.solve(lambda: False), two.solve(lambda: False)
    assert first.value == pytest.approx(second.value, abs=1e-6)
    assert first.value == pytest.approx(full_value(posed), abs=1e-6)
    assert (posed.rows.signed(first.prices) == first.prices).all()
    earned = posed.rows.worth(first.prices)
    earned += posed.static.worth(first.prices) if posed.static else 0.0
    assert earned == pytest.approx(first.value, abs=1e-6)  # strong duality
    profit = dict(zip(columns.keys, columns.profit.tolist(), strict=True))
    if posed.static:
        profit |= dict(zip(posed.static.columns.keys, posed.static.columns.profit, strict=True))
    total = sum(profit[key] * amount for key, amount in one.primal().items())
    assert total == pytest.approx(first.value, abs=1e-6)


# --- smoothing ------------------------------------------------------------------------------------


@given(weight=st.floats(0.0, 0.999), rises=st.lists(st.booleans(), max_size=60))
def test_smoothing_stays_in_range_and_ends_at_the_masters_prices(
    weight: float, rises: list[bool]
) -> None:
    smoothing = Smoothing.starting(weight)
    for up in rises:
        before = smoothing.weight
        slope = np.array([1.0 if up else -1.0])
        smoothing.adapt(0.0, 0.0, slope, np.array([2.0]))
        if weight == 0.0:
            assert smoothing.weight == 0.0
        else:
            assert smoothing.weight >= before if up else smoothing.weight <= before
    weights = smoothing.weights()
    assert 0.0 <= smoothing.weight <= MOST
    assert weights[-1] == 0.0
    assert len(weights) <= 1.0 / (1.0 - MOST) + 2
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == pytest.approx(smoothing.weight, abs=1e-6)


def test_without_a_slope_a_worse_bound_asks_for_more_smoothing() -> None:
    smoothing = Smoothing.starting(0.5)
    smoothing.adapt(11.0, 10.0, None, np.ones(1))
    assert smoothing.weight > 0.5
    weight = smoothing.weight
    smoothing.adapt(9.0, 10.0, None, np.ones(1))
    assert smoothing.weight < weight


def test_a_mis_pricing_closes_its_share_of_the_gap() -> None:
    """Where smoothed prices find nothing, convexity promises a bound that much better."""
    mis_pricings = 0

    class Watching:
        """A real master and a real pricer that compare the first pricing after every solve."""

        def __init__(self, posed: CuttingStock) -> None:
            self.posed, self.master = posed, LpMaster(posed.rows)
            self.answer: MasterAnswer | None = None
            self.centre, self.bound = posed.start(), INF
            self.add, self.reset = self.master.add, self.master.reset

        def solve(self, stop: Callable[[], bool]) -> MasterAnswer:
            self.answer = self.master.solve(stop)
            return self.answer

        def price(self, prices: np.ndarray, stop: Callable[[], bool]) -> object:
            nonlocal mis_pricings
            priced, answer, self.answer = self.posed.price(prices, stop), self.answer, None
            assert priced is not None
            if answer is not None and answer.status == "optimal" and answer.prices is not None:
                worth = priced.columns.reduced_profits(answer.prices).max(initial=0.0)
                way, gone = answer.prices - self.centre, prices - self.centre
                share = 1.0 - float(gone @ way) / max(1e-12, float(way @ way))
                assert gone == pytest.approx((1.0 - share) * way, abs=1e-6)
                if worth <= 1e-9 and share > 1e-6:
                    mis_pricings += 1
                    best = share * self.bound + (1.0 - share) * answer.value
                    assert priced.bound <= best + 1e-6
            if priced.bound < self.bound:
                self.centre, self.bound = prices, priced.bound
            return priced

    for seed in range(80):
        both = Watching(cutting_stock(seed))
        run(both.posed, both, pricer=both, smoothing=0.9)
    assert mis_pricings > 20


# --- failing masters ------------------------------------------------------------------------------

POSED = CuttingStock(20, (9, 7, 6, 4), (11, 17, 23, 40))
VALUE = full_value(POSED)


@dataclass
class Faulty:
    """A real master that gives other answers at some of its solves."""

    inner: LpMaster
    faults: dict[int, MasterAnswer]
    always: MasterAnswer | None = None
    solves: int = 0
    resets: int = 0

    def solve(self, stop: Callable[[], bool]) -> MasterAnswer:
        self.solves += 1
        truth = self.inner.solve(stop)
        return self.faults.get(self.solves, self.always or truth)

    def add(self, columns: ColumnBatch) -> int:
        return self.inner.add(columns)

    def reset(self) -> None:
        self.resets += 1
        self.inner.reset()


def faulty(*faults: int, answer: MasterAnswer, always: bool = False) -> Faulty:
    given = dict.fromkeys(faults, answer)
    return Faulty(LpMaster(POSED.rows), given, answer if always else None)


NAN_PRICES = MasterAnswer("optimal", -1.0, np.array([0.0, math.nan, 0.0, 0.0]))
FAILURES = [
    MasterAnswer("error", reason="numbers"),
    MasterAnswer("no_dual"),
    MasterAnswer("optimal", -1.0, None),
    MasterAnswer("optimal", math.nan, np.zeros(4)),
    MasterAnswer("optimal", INF, np.zeros(4)),
    NAN_PRICES,
]


@pytest.mark.parametrize("answer", FAILURES)
@pytest.mark.parametrize("at", [1, 3])
def test_one_failure_is_forgiven_after_a_reset(answer: MasterAnswer, at: int) -> None:
    master = faulty(at, answer=answer)
    result = run(POSED, master)
    assert master.resets == 1
    assert result.reason in ("closed", "no columns")
    assert result.bound == pytest.approx(VALUE, abs=1e-6)


@pytest.mark.parametrize("answer", FAILURES)
@pytest.mark.parametrize("at", [1, 3])
def test_a_master_that_fails_twice_ends_with_the_best_bound(answer: MasterAnswer, at: int) -> None:
    master = faulty(at, at + 1, answer=answer)
    result = run(POSED, master)
    assert result.reason == "master failed"
    assert master.resets == 1
    assert VALUE - 1e-6 <= result.bound < INF
    assert result.detail or answer.status == "no_dual"


def test_an_infeasible_master_is_fed_along_its_ray() -> None:
    """Cutting stock begins without a pattern: no prices yet, and nothing pays at the start."""
    result = run(POSED)
    assert result.bound == pytest.approx(VALUE, abs=1e-6)


@pytest.mark.parametrize("ray", [None, np.zeros(4), np.array([math.nan, 0.0, 0.0, 0.0])])
def test_an_infeasible_master_without_a_ray_is_priced_at_the_best_prices(
    ray: np.ndarray | None,
) -> None:
    result = run(POSED, faulty(answer=MasterAnswer("infeasible", prices=ray), always=True))
    assert (result.reason, result.rounds, result.columns) == ("infeasible", 2, 0)
    assert result.value == -INF
    started = run(POSED, faulty(1, answer=MasterAnswer("infeasible")), prices=-np.ones(4))
    assert started.reason == "infeasible"  # the columns there were known at once
    assert started.bound >= VALUE - 1e-6


def test_a_problem_no_columns_can_satisfy_ends_infeasible() -> None:
    posed = CuttingStock(20, (9, 25), (3, 1))  # the second is longer than a roll
    result = run(posed)
    assert result.reason == "infeasible"
    assert result.bound < INF
    assert "nfeasible" in result.detail


def test_a_pricer_that_proves_infeasibility_is_believed() -> None:
    result = run(POSED, pricer=Scripted([Priced(-INF, NOTHING)]))
    assert (result.reason, result.bound) == ("infeasible", -INF)


def test_an_unbounded_master_is_told() -> None:
    free = StaticColumns(ColumnBatch.of([("free", 1.0, [0], [1.0])]), np.zeros(1), np.full(1, INF))
    result = run(POSED, LpMaster(POSED.rows, free), prices=-np.ones(4))
    assert result.reason == "unbounded"
    assert result.value == -INF


def test_prices_of_the_wrong_number_are_an_error() -> None:
    with pytest.raises(ColumnGenerationError, match="one by row"):
        run(POSED, faulty(1, answer=MasterAnswer("optimal", -1.0, np.zeros(3))))


def test_highs_without_iterations_fails_for_good_and_recovers_with_them() -> None:
    """What any limit of HiGHS does: a status that is neither optimal nor a proof of anything."""
    master = LpMaster(POSED.rows)
    assert run(POSED, master, most_rounds=4).reason == "rounds"
    master.reset()
    master._highs.setOptionValue("simplex_iteration_limit", 0)
    result = run(POSED, master)
    assert (result.reason, result.value) == ("master failed", -INF)
    assert "teration limit" in result.detail
    assert VALUE - 1e-6 <= result.bound < INF
    master._highs.setOptionValue("simplex_iteration_limit", 2**31 - 1)
    assert run(POSED, master).value == pytest.approx(VALUE, abs=1e-6)


def test_highs_that_refuses_to_run_is_a_failure() -> None:
    """It refuses another number of threads than the process has used so far."""
    master = filled_master()
    assert master.solve(lambda: False).status == "optimal"
    master._highs.setOptionValue("threads", 2)
    result = run(POSED, master)
    assert (result.reason, result.value) == ("master failed", -INF)


def test_columns_that_highs_refuses_are_an_error() -> None:
    master = LpMaster(POSED.rows)
    with pytest.raises(ColumnGenerationError, match="refused"):
        master.add(ColumnBatch.of([("huge", 1.0, [0], [1e18])]))
    assert len(master) == 0


# --- failing pricers ------------------------------------------------------------------------------


@dataclass
class Scripted:
    """A pricer that answers from a list, the last answer for ever."""

    answers: list[Priced[ColumnBatch] | None]
    asked: list[np.ndarray] = field(default_factory=list)

    def price(self, prices: np.ndarray, stop: Callable[[], bool]) -> Priced[ColumnBatch] | None:
        self.asked.append(prices)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]


def filled_master() -> LpMaster:
    master = LpMaster(POSED.rows)
    master.add(POSED.all_columns())
    return master


def test_a_pricer_without_columns_ends_it_at_the_masters_own_prices() -> None:
    pricer = Scripted([Priced(0.0, NOTHING)])  # a bound that is too wide to close
    master = filled_master()
    result = run(POSED, master, pricer=pricer, smoothing=0.9)
    assert (result.reason, result.bound) == ("no columns", 0.0)
    assert result.value == pytest.approx(VALUE, abs=1e-6)
    exact = master.solve(lambda: False).prices
    assert pricer.asked[-1] == pytest.approx(exact)
    assert len(pricer.asked) == 3  # start, smoothed, exact: nothing was gained, so no more between


def test_a_pricer_that_repeats_a_known_column_is_cycling() -> None:
    lies = ColumnBatch.of([((0, 0, 0, 5), 9.0, [3], [5.0])])  # more profit than the master's
    master, pricer = filled_master(), Scripted([Priced(0.0, lies)])
    result = run(POSED, master, pricer=pricer, smoothing=0.9)
    assert (result.reason, result.columns) == ("cycling", 0)
    assert len(pricer.asked) == 3
    assert result.bound == 0.0


def test_a_master_that_stays_where_it_is_is_cycling() -> None:
    """Its prices never change, whatever it is given."""
    stuck = MasterAnswer("optimal", -99.0, -np.array([0.4, 0.3, 0.3, 0.3]))
    result = run(POSED, faulty(answer=stuck, always=True), smoothing=0.5)
    assert result.reason == "cycling"
    assert VALUE - 1e-6 <= result.bound < INF


def test_new_columns_without_end_and_without_progress_are_stalled() -> None:
    numbers = itertools.count()

    class Endless:
        def price(self, prices: np.ndarray, stop: object) -> Priced[ColumnBatch]:
            worthless = (next(numbers), 1.0 + float(prices[0]) * 1e-9, [0], [1e-9])
            return Priced(0.0, ColumnBatch.of([worthless]))

    stuck = MasterAnswer("optimal", -99.0, -np.ones(4))
    master = faulty(answer=stuck, always=True)
    result = run(POSED, master, pricer=Endless(), patience=7)
    assert (result.reason, result.rounds) == ("stalled", 8)
    assert result.bound == 0.0


@pytest.mark.parametrize("calls", range(1, 6))
def test_a_pricer_that_is_stopped_ends_it(calls: int) -> None:
    @dataclass
    class Stopped:
        left: int

        def price(self, prices: np.ndarray, stop: Callable[[], bool]) -> object:
            self.left -= 1
            return POSED.price(prices, stop) if self.left else None

    result = run(POSED, pricer=Stopped(calls))
    assert (result.reason, result.rounds) == ("stopped", calls - 1)
    assert result.bound >= VALUE - 1e-6


def test_a_bound_that_is_no_number_is_an_error() -> None:
    truth = POSED.price(POSED.start(), lambda: False)
    assert truth is not None
    for answers in ([replace(truth, bound=math.nan)], [truth, replace(truth, bound=math.nan)]):
        with pytest.raises(ColumnGenerationError, match="not a number"):
            run(POSED, pricer=Scripted(answers))


def test_reduced_profits_that_are_no_numbers_are_an_error() -> None:
    @dataclass
    class Bad:
        def __len__(self) -> int:
            return 1

        def reduced_profits(self, prices: np.ndarray) -> np.ndarray:
            return np.array([math.nan])

    class Taking:
        def solve(self, stop: object) -> MasterAnswer:
            return MasterAnswer("optimal", -99.0, np.zeros(4))

        def add(self, columns: object) -> int:
            return 1

        def reset(self) -> None:
            raise AssertionError("nothing failed")

    with pytest.raises(ColumnGenerationError, match="not finite"):
        run(POSED, Taking(), pricer=Scripted([Priced(0.0, Bad())]))  # type: ignore[type-var]


def test_an_infinite_bound_is_no_bound_but_no_harm() -> None:
    class Late:
        rounds = 0

        def price(self, prices: np.ndarray, stop: Callable[[], bool]) -> Priced[ColumnBatch] | None:
            self.rounds += 1
            priced = POSED.price(prices, stop)
            return replace(priced, bound=INF) if priced and self.rounds < 4 else priced

    result = run(POSED, pricer=Late())
    assert result.bound == pytest.approx(VALUE, abs=1e-6)


def test_a_pricer_cannot_change_the_prices_it_is_given() -> None:
    class Writing:
        def price(self, prices: np.ndarray, stop: object) -> None:
            prices[0] = 1.0

    with pytest.raises(ValueError, match="read-only"):
        run(POSED, pricer=Writing())


# --- stopping -------------------------------------------------------------------------------------


class StopAt:
    """True from the n-th time it is asked; or raises then."""

    def __init__(self, turn: float, error: Exception | None = None) -> None:
        self.turn, self.error, self.asked = turn, error, 0

    def __call__(self) -> bool:
        self.asked += 1
        if self.asked >= self.turn and self.error is not None:
            raise self.error
        return self.asked >= self.turn


@pytest.mark.parametrize("large_rows", [0, 500])
def test_it_stops_in_every_phase_with_a_valid_bound(large_rows: int) -> None:
    """Asked between rounds, by the pricer, and at every iteration of HiGHS: at each in turn."""
    posed = assignment(4)
    value, asked = full_value(posed), StopAt(INF)
    whole = run(posed, LpMaster(posed.rows, posed.static, large_rows=large_rows), stop=asked)
    assert whole.reason in ("closed", "no columns")
    assert asked.asked > 20
    for turn in range(1, asked.asked + 1, 1 if large_rows else 5):
        master = LpMaster(posed.rows, posed.static, large_rows=large_rows)
        result = run(posed, master, stop=StopAt(turn))
        assert result.reason in ("stopped", whole.reason)
        assert result.reason == "stopped" or turn > asked.asked - 3
        assert result.bound >= value - 1e-6
        assert result.value <= value + 1e-6
        assert result.rounds <= whole.rounds
        finished = run(posed, master)  # an interrupted master is as good as new
        assert finished.bound == pytest.approx(value, abs=1e-6)


@pytest.mark.parametrize("large_rows", [0, 500])
def test_what_stop_raises_arrives_from_every_phase(large_rows: int) -> None:
    posed, asked = assignment(4), StopAt(INF)
    run(posed, LpMaster(posed.rows, posed.static, large_rows=large_rows), stop=asked)
    for turn in range(1, asked.asked + 1, 1 if large_rows else 5):
        master = LpMaster(posed.rows, posed.static, large_rows=large_rows)
        with pytest.raises(KeyError, match="mine"):
            run(posed, master, stop=StopAt(turn, KeyError("mine")))


def test_a_limit_of_rounds_is_kept() -> None:
    for most in range(6):
        result = run(POSED, most_rounds=most)
        assert (result.reason, result.rounds) == ("rounds", most)
        assert result.bound >= VALUE - 1e-6
    assert run(POSED, most_rounds=0).bound == INF


def test_a_wide_gap_ends_it_sooner() -> None:
    wide, narrow = run(POSED, gap=0.2), run(POSED, gap=0.0)
    assert wide.reason == "closed"
    assert wide.bound - wide.value <= 0.2 * abs(wide.bound)
    assert wide.rounds < narrow.rounds


# --- arguments and columns ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [
        {"prices": np.array([0.0, math.nan, 0.0, 0.0])},
        {"prices": np.array([0.0, -INF, 0.0, 0.0])},
        {"prices": np.zeros((2, 2))},
        {"smoothing": 1.0},
        {"smoothing": math.nan},
        {"gap": -1e-9},
        {"gap": math.nan},
        {"patience": 0},
        {"most_rounds": -1},
    ],
)
def test_arguments_out_of_range_are_refused(how: dict[str, object]) -> None:
    with pytest.raises(ColumnGenerationError):
        run(POSED, **how)


@pytest.mark.parametrize(
    "batch",
    [
        {"profit": [math.nan, 1.0]},
        {"profit": [1.0]},
        {"values": [1.0, INF, 1.0]},
        {"values": [1.0]},
        {"starts": [1, 2]},
        {"starts": [0, 4]},
        {"starts": [0]},
        {"rows": [0, -1, 1]},
        {"rows": [0, 0, 1]},
        {"keys": ["a"]},
    ],
)
def test_columns_that_do_not_fit_are_refused(batch: dict[str, object]) -> None:
    good = {"profit": [1, 2], "starts": [0, 2], "rows": [0, 1, 1], "values": [1, 2, 3]}
    good |= {"keys": ["a", "b"]}
    assert len(ColumnBatch(**good)) == 2  # type: ignore[arg-type]
    with pytest.raises(ColumnGenerationError):
        ColumnBatch(**good | batch)  # type: ignore[arg-type]


def test_rows_and_static_columns_that_do_not_fit_are_refused() -> None:
    one, batch = np.ones(1), ColumnBatch.of([("a", 1.0, [0], [1.0]), ("b", 1.0, [], [])])
    for lower, upper in ((2 * one, one), (one, np.array([math.nan])), (INF * one, INF * one)):
        with pytest.raises(ColumnGenerationError):
            Rows(lower, upper)
    with pytest.raises(ColumnGenerationError):
        StaticColumns(batch, np.zeros(1), np.ones(1))
    master = LpMaster(Rows(np.zeros(1), np.ones(1)))
    with pytest.raises(ColumnGenerationError, match="row"):
        master.add(ColumnBatch.of([("c", 1.0, [1], [1.0])]))
    twice = ColumnBatch.of([("a", 1.0, [0], [1.0]), ("a", 2.0, [0], [1.0])])
    assert master.add(twice) == 1  # the first of equal keys counts
    assert master.solve(lambda: False).value == pytest.approx(1.0)
    with pytest.raises(ColumnGenerationError, match="twice"):
        LpMaster(master.rows, StaticColumns(twice, np.zeros(2), np.ones(2)))


def test_a_batch_is_a_copy() -> None:
    profit = np.ones(1)
    batch = ColumnBatch(profit, [0], [0], [1.0], ["a"])  # type: ignore[arg-type]
    profit[0] = 7.0
    assert batch.profit[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        batch.profit[0] = 2.0


def test_the_worst_columns_outside_the_basis_are_dropped() -> None:
    columns = POSED.all_columns()
    master = LpMaster(POSED.rows, most_columns=20)
    master.add(columns)
    assert len(columns) > 20
    first = master.solve(lambda: False)
    kept = len(master)
    assert kept < len(columns)
    assert first.prices is not None
    used = set(master.primal())
    missing = columns.take(np.arange(len(columns)))
    assert master.add(missing) == len(columns) - kept  # they may come back
    again = master.solve(lambda: False)
    assert again.value == pytest.approx(first.value, abs=1e-9)
    assert len(master) == len(columns)  # but are not dropped again without progress
    assert used <= set(columns.keys)


def test_a_master_without_columns_knows_whether_its_rows_hold() -> None:
    empty = LpMaster(Rows(np.array([-INF, -1.0]), np.array([3.0, 2.0]))).solve(lambda: False)
    assert (empty.status, empty.value) == ("optimal", 0.0)
    rows = Rows(np.array([1.0, -INF]), np.array([INF, -2.0]))
    wanting = LpMaster(rows).solve(lambda: False)
    assert wanting.status == "infeasible"
    assert wanting.prices is not None
    assert rows.worth(wanting.prices) < 0.0


def test_columns_that_break_even_and_static_ones_are_not_dropped() -> None:
    poor = StaticColumns(ColumnBatch.of([("s", 0.5, [0], [1.0])]), np.zeros(1), np.ones(1))
    master = LpMaster(Rows(np.zeros(1), np.ones(1)), poor, most_columns=1)
    profits = {"a": 2.0, "b": 2.0, "c": 1.0}
    master.add(ColumnBatch.of((key, profit, [0], [1.0]) for key, profit in profits.items()))
    assert master.solve(lambda: False).value == pytest.approx(2.0)
    known = ColumnBatch.of([(key, 0.0, [], []) for key in "sabc"])
    assert len(master) == 3
    assert master.add(known) == 1  # c alone was gone


def test_prices_of_the_wrong_sign_are_made_nought() -> None:
    rows = Rows(np.array([-INF, 1.0, 2.0, -INF]), np.array([5.0, INF, 3.0, INF]))
    up, down = np.full(4, 1e-3), np.full(4, -1e-3)
    assert rows.signed(up).tolist() == [1e-3, 0.0, 1e-3, 0.0]
    assert rows.signed(down).tolist() == [0.0, -1e-3, -1e-3, 0.0]
    assert rows.worth(rows.signed(up)) == pytest.approx(1e-3 * (5.0 + 3.0))
    assert rows.worth(rows.signed(down)) == pytest.approx(-1e-3 * (1.0 + 2.0))
