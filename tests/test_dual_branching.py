"""What is branched on: quantities that are not whole, and what divisions have taught."""

from __future__ import annotations

import math

import pytest

from optimizer.dual import Ascent, Pace, Relaxation, first_point
from optimizer.dual.branching import Candidate, Experience, candidates
from optimizer.plan.certificate import FlightCount, TruckCount
from tests.tiny_cases import resolved_of


def flights(value: float, **count: str) -> Candidate:
    """Flights of some kind."""
    return Candidate(FlightCount(**count), value, 1.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(210, 230))
def test_candidates_are_not_whole_and_count_what_is_flown(seed: int) -> None:
    relaxation = Relaxation(resolved_of(seed))
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(20), lambda: False):
        pass
    if ascent.use is None:
        return
    found = candidates(relaxation, ascent.use)
    assert len({x.quantity for x in found}) == len(found)
    assert [x.score for x in found] == sorted((x.score for x in found), reverse=True)
    for candidate in found:
        assert candidate.most < candidate.value < candidate.most + 1
        if isinstance(candidate.quantity, TruckCount):
            assert candidate.quantity.lane in relaxation.resolved.lane
            continue
        relaxation.branch([(candidate.quantity, "at_most", candidate.most)])
        used = candidate.most - relaxation.branches[0].left(ascent.use.flows, ascent.use.flows[0])
        assert used == pytest.approx(candidate.value, abs=0.1)
    relaxation.branch(())


def test_without_experience_the_least_whole_counts_most() -> None:
    experience = Experience()
    assert experience.expected(flights(2.5, pool="A")) > experience.expected(flights(2.1, pool="B"))


def test_what_gained_much_is_expected_to_gain_again() -> None:
    experience = Experience()
    experience.learn(flights(2.5, pool="A"), 10.0, 10.0)
    experience.learn(flights(2.5, station="LUX"), 1000.0, 1000.0)
    expected = [
        experience.expected(flights(3.5, **kind))
        for kind in ({"station": "LUX"}, {"station": "FRA"}, {"pool": "B"}, {"pool": "A"})
    ]
    assert expected == sorted(expected, reverse=True)
    assert expected[0] > 3 * expected[3]


def test_a_side_without_plans_teaches_nothing() -> None:
    experience = Experience()
    before = experience.expected(flights(2.5, pool="A"))
    experience.learn(flights(2.5, pool="A"), math.inf, 3.0)
    assert experience.expected(flights(2.5, pool="A")) == before
