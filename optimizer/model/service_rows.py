"""Rows of service: frequency caps of rights (C15) and the pattern of a station (C17)."""

from __future__ import annotations

from itertools import combinations

from optimizer.domain.resolved import ResolvedMarket
from optimizer.model.columns import Columns
from optimizer.model.instants import Stay, at_every_instant
from optimizer.model.programme import Variable
from optimizer.plan.rotation import Rotation


def c15_frequency_caps(c: Columns) -> None:
    """C15: rotations that offer one of the pairs of a cap are at most its number."""
    for number, cap in enumerate(c.resolved.right_caps):
        pairs = set(cap.pairs)
        terms = _flights(
            c,
            [
                r
                for r in c.sets.choices_of
                if c.sets.rotations[r].operator == cap.operator
                and not pairs.isdisjoint(_offered(c.sets.rotations[r]))
            ],
        )
        if terms:
            c.at_most(f"C15_{number}", terms, cap.max_flights)


def _offered(rotation: Rotation) -> set[tuple[str, str]]:
    """Pairs of full stops, in order, both ends included."""
    return set(combinations([airport for _, airport in rotation.cargo_points()], 2))


def c17_service(c: Columns) -> None:
    """C17: rotations that serve a station: at least, at most, and how far apart they depart."""
    for number, market in enumerate(c.resolved.markets):
        serving = [r for r in c.sets.choices_of if _serves(market, c.sets.rotations[r])]
        terms = _flights(c, serving)
        name = f"C17_{number}_{market.station}"
        if market.min_rotations is not None:
            c.at_least(f"{name}_least", terms, market.min_rotations)
        if market.max_rotations is not None and terms:
            c.at_most(f"{name}_most", terms, market.max_rotations)
        if market.min_spacing_min is not None:
            departures = [(c.sets.rotations[r].off_block_min, r) for r in serving]
            after = [Stay(off, off + market.min_spacing_min, r) for off, r in departures]
            at_every_instant(c, f"{name}_apart", after, 1)


def _serves(market: ResolvedMarket, rotation: Rotation) -> bool:
    """Whether it starts, ends or makes a full turn at the station."""
    if market.operators and rotation.operator not in market.operators:
        return False
    if market.gateway is not None and rotation.origin != market.gateway:
        return False
    return market.station in (airport for _, airport in rotation.cargo_points())


def _flights(c: Columns, rotations: list[int]) -> list[tuple[Variable, float]]:
    return [term for r in rotations for term in c.flights(r)]
