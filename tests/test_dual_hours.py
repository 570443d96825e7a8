"""Lines that keep the hours of their tail (C14): expanded graphs, lists and proof by lines."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from benchmarks import rfsp, rfsp_milp
from benchmarks.rfsp_format import Destination, Rfsp
from optimizer import api, engine
from optimizer.domain.resolved import ResolvedPool
from optimizer.dual import Relaxation
from optimizer.dual.hours import with_hours
from optimizer.dual.hubgraph import Graph
from optimizer.dual.line_list import SharedUse, lines_within
from optimizer.dual.lines import IMPOSSIBLE, onward, through
from optimizer.model import LineList, Restriction, solve_reference
from optimizer.verify import audit
from optimizer.verify.certificate import verify_certificate
from tests.tiny_cases import reference_of, resolved_of, slack_usd

ALL_LISTED = (
    33,
    37,
    67,
    114,
    175,
    183,
    237,
    252,
    293,
    308,
    312,
    317,
    343,
    353,
    354,
    425,
    447,
    472,
    559,
    607,
)
"""Seeds of tiny instances all of whose pools choose from whole lines."""
MAINTAINED_AND_RETURNED = 1429
"""Seed of a tiny instance with a tail elsewhere over its maintenance, unless it is returned."""


class World:
    """A random graph of a dated period, with block minutes, earnings and a pool with hours."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        nodes = int(rng.integers(3, 9))
        wait = np.zeros(nodes, dtype=np.int64)
        for i in range(nodes - 1):
            if rng.random() < 0.8:
                wait[i] = 1
        first, span = [0], []
        for i in range(nodes):
            ahead = nodes - 1 - i
            number = int(rng.integers(0, 4)) if ahead else 0
            span += sorted(int(rng.integers(1, ahead + 1)) for _ in range(number))
            first.append(len(span))
        self.graph = Graph(nodes, wait, np.array(first), np.array(span, dtype=np.int64))
        arcs = len(span)
        self.rotations = np.arange(arcs, dtype=np.int64)
        self.block_min = 30 * rng.integers(1, 5, arcs)
        self.usd = np.round(rng.normal(0, 10, arcs), 3)
        self.least_min = int(rng.integers(1, 12)) * 20
        self.most_min = self.least_min + 70 if rng.random() < 0.4 else None
        self.pool = replace(
            resolved_pool(), min_block_min=self.least_min, max_block_min=self.most_min
        )

    def paths(self, node: int = 0) -> Iterator[tuple[int, ...]]:
        """Every path to the last node, hours or not."""
        graph = self.graph
        if node == graph.nodes - 1:
            yield ()
            return
        if graph.wait[node]:
            yield from self.paths(node + int(graph.wait[node]))
        for arc in range(int(graph.first_arc[node]), int(graph.first_arc[node + 1])):
            for rest in self.paths(node + int(graph.span[arc])):
                yield (arc, *rest)

    def lines(self) -> list[tuple[int, ...]]:
        """Those that keep the hours."""
        most_min = np.inf if self.most_min is None else self.most_min
        return [p for p in self.paths() if self.least_min <= self._flown(p) <= most_min]

    def _flown(self, path: tuple[int, ...]) -> int:
        return sum(int(self.block_min[a]) for a in path)

    def earned(self, path: tuple[int, ...]) -> float:
        """What a path earns."""
        return sum(float(self.usd[a]) for a in path)

    def expanded(self) -> tuple[Graph, np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """The graph whose paths are these lines."""
        found = with_hours(self.graph, self.rotations, self.block_min, self.pool)
        return (self.graph, self.rotations) if found is None else found


def resolved_pool() -> ResolvedPool:
    """A pool to vary."""
    return resolved_of(ALL_LISTED[0]).pools[0]


@pytest.mark.parametrize("seed", range(60))
def test_paths_of_the_expanded_graph_are_the_lines_that_keep_their_hours(seed: int) -> None:
    world = World(seed)
    graph, rotations = world.expanded()
    usd, lines = world.usd[rotations], world.lines()
    value = np.empty(graph.nodes)
    onward(*graph, usd, 0, graph.nodes - 1, value)
    if not lines:
        assert value[0] <= IMPOSSIBLE / 2 or not len(world.block_min)
        return
    assert value[0] == pytest.approx(max(world.earned(x) for x in lines))
    shared = SharedUse(np.zeros(len(world.usd) + 1, dtype=np.int64), *no_limits())
    listed = lines_within(graph, usd, -np.inf, rotations, shared, 100_000)
    assert listed is not None
    assert Counter(tuple(rotations[list(x)]) for x in listed) == Counter(lines)
    most = np.full(len(usd), IMPOSSIBLE)
    through(*graph, usd, 0, graph.nodes - 1, most)
    for arc in range(len(world.usd)):
        over = [world.earned(x) for x in lines if arc in x]
        found = most[rotations == arc].max(initial=IMPOSSIBLE)
        assert found == pytest.approx(max(over, default=IMPOSSIBLE))


def no_limits() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Uses of no limits at all."""
    return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)


@pytest.mark.parametrize("seed", range(60))
def test_listed_lines_earn_enough_and_break_no_limit_by_themselves(seed: int) -> None:
    world = World(seed)
    graph, rotations = world.expanded()
    lines = world.lines()
    if not lines:
        return
    rng = np.random.default_rng(seed)
    group = rng.integers(0, 2, len(world.usd))  # flights of a group share a limit
    limit = rng.integers(1, 3, 2).astype(np.float64)
    first = np.arange(len(world.usd) + 1)
    shared = SharedUse(first, group, np.ones(len(world.usd)), limit)
    least = max(world.earned(x) for x in lines) - 15.0
    kept = [
        x
        for x in lines
        if world.earned(x) >= least and all(sum(group[list(x)] == g) <= limit[g] for g in (0, 1))
    ]
    usd = world.usd[rotations]
    listed = lines_within(graph, usd, least - 1e-9, rotations, shared, 100_000)
    assert listed is not None
    assert Counter(tuple(rotations[list(x)]) for x in listed) == Counter(kept)
    if kept:
        assert lines_within(graph, usd, least - 1e-9, rotations, shared, len(kept) - 1) is None


@pytest.mark.parametrize("seed", ALL_LISTED[:20])
def test_choosing_from_all_lines_is_the_whole_reference_model(seed: int) -> None:
    resolved = resolved_of(seed)
    relaxation = Relaxation(resolved)
    shared, lists = relaxation.limits.from_above(), []
    for network in relaxation.networks:
        assert network.keeps_hours
        usd = np.zeros(len(network.rotations))
        found = lines_within(network.graph, usd, -1.0, network.rotations, shared, 5_000)
        if found is None:
            pytest.skip("many lines")
        rotations, own = relaxation.catalogue.rotations, network.rotations
        lines = tuple(tuple(rotations[own[a]] for a in line) for line in found)
        lists.append(LineList((network.pool.id,), lines))
    restriction = Restriction(only={}, lines=tuple(lists))
    by_lines, whole = (
        solve_reference(resolved, restriction=restriction, gap=1e-9),
        reference_of(seed),
    )
    assert by_lines.status == whole.status
    if whole.value_usd is not None:
        assert by_lines.value_usd == pytest.approx(whole.value_usd, abs=slack_usd(whole.value_usd))
        assert by_lines.plan is not None
        report = audit(resolved, by_lines.plan)
        assert report.costs_match and not report.violations


@pytest.mark.parametrize("seed", ALL_LISTED[:20])
def test_proof_by_lines_finds_the_optimum(seed: int) -> None:
    resolved, whole = resolved_of(seed), reference_of(seed)
    found = engine.solve(resolved, gap=1e-9, threads=1)
    assert "lines" in found.phases
    if whole.value_usd is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal" and found.plan is not None
    slack_micro = 1e6 * slack_usd(whole.value_usd)
    assert found.plan.contribution_micro == pytest.approx(1e6 * whole.value_usd, abs=slack_micro)
    assert found.bound_micro >= 1e6 * whole.value_usd - slack_micro
    assert found.certificate is not None
    report = verify_certificate(resolved, found.certificate, found.plan)
    assert report.accepted, report.problems


def test_a_returned_tail_is_nowhere_over_its_maintenance() -> None:
    assert reference_of(MAINTAINED_AND_RETURNED).status == "optimal"


def random_file(seed: int) -> Rfsp:
    """A small file of the Regional Flight Scheduling Problem."""
    rng = random.Random(seed)
    steps = rng.randint(18, 32)
    destinations = tuple(
        Destination(
            n_flights=rng.randint(1, 3),
            flight_time=rng.randint(3, 9),
            profit=tuple(round(rng.uniform(0, 30), 1) for _ in range(steps)),
        )
        for _ in range(rng.randint(2, 4))
    )
    return Rfsp(
        n_destinations=len(destinations),
        n_aircraft=rng.randint(1, 3),
        time_horizon_len=steps,
        min_utilisation=rng.choice([0.4, 0.6, 0.7, 0.8]),
        min_spacing=rng.choice([0, 2, 4]),
        destinations=destinations,
        slots=tuple(rng.choice([0, 1, 1, 2, 3]) for _ in range(steps)),
    )


@pytest.mark.parametrize("seed", range(24))
def test_product_and_plain_model_agree_on_random_files(seed: int) -> None:
    file = random_file(seed)
    peer = rfsp_milp.solve_milp(file)
    found = engine.solve(api.resolve(rfsp.translate(file, "random")), gap=rfsp.GAP, threads=1)
    if peer.objective is None:
        assert found.status == "infeasible"
        return
    assert found.status == "optimal" and found.plan is not None
    assert found.plan.contribution_micro * 1e-6 == pytest.approx(peer.objective, abs=1e-4)
