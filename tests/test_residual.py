"""Residual capacity inequalities: what a whole number of flights leaves of some cargo."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual import (
    Ascent,
    Loaded,
    Pace,
    Part,
    Relaxation,
    Residuals,
    certificate,
    first_point,
    tighten,
)
from optimizer.dual.residual import added_size, offered_size
from optimizer.generate import tiny
from optimizer.model import solve_reference
from optimizer.plan.certificate import Leaf, Prices, Residual, ResidualPrice
from optimizer.primal import flown_by
from optimizer.resolve import resolve
from optimizer.verify.certificate import verify_certificate
from optimizer.verify.certificate.leaf import Bounds
from optimizer.verify.certificate.universe import OwnUniverse
from tests import certificates
from tests.certificates import residuals_of
from tests.tiny_cases import rung

PACE = Pace(120, step=(0.02, 0.0005), temperature=(0.004, 0.0002))
MORE = ((), ("blocks",), ("stock",), ("commitments",), ("special_cargo",))


def test_flights_and_the_rest_by_hand() -> None:
    """250 t and flights of 100 t: two full ones, and 50 t for a third."""
    adds = added_size(np.array([0, 20, 50, 80, 100, 130, 160, 200]), 100, 50)
    assert adds.tolist() == [0, 20, 50, 50, 50, 80, 100, 100]
    limit = 2 * (100 - 50)
    for flights, most in enumerate((100, 150, 200, 250, 300)):  # 0 to 4 full flights
        assert limit + 50 * flights == most
        assert most >= min(250, 100 * flights)
    assert limit + 50 * 2.5 == 225  # where capacity and supply allow all 250


@pytest.mark.parametrize("seed", range(60))
def test_plans_keep_them(seed: int) -> None:
    resolved = resolve(tiny(seed, "cyclic" if seed % 2 else "dated", more=MORE[seed % len(MORE)]))
    plan = solve_reference(resolved, gap=1e-6).plan
    if plan is None:
        return
    relaxation = Relaxation(resolved)
    rows = Residuals(relaxation.catalogue, relaxation.cargo, residuals_of(resolved))
    flown = flown_by(relaxation, plan.flights)
    assert flown is not None
    flow = np.zeros(len(relaxation.catalogue.rotations))
    for (_, r), times in flown.times.items():
        flow[r] += times
    number = {c.id: j for j, c in enumerate(resolved.consignments)}
    carried_kg = np.zeros(len(number))
    for load in plan.loads:
        carried_kg[number[load.consignment]] += load.grams * 1e-3
    changing = {t.consignment for t in resolved.transits}
    assert not changing & {name for row in rows.rows for name in row.consignments}
    assert (rows.left(carried_kg, flow) >= -1e-3).all()


def test_some_plans_use_them_up() -> None:
    """With so many flights of one rotation that the limit comes to all of the cargo."""
    tight = 0
    for seed in range(30):
        resolved = resolve(tiny(seed))
        relaxation = Relaxation(resolved)
        for row in residuals_of(resolved):
            rows = Residuals(relaxation.catalogue, relaxation.cargo, (row,))
            flow = np.zeros(len(relaxation.catalogue.rotations))
            takers = rows.takers(0)
            size, most = offered_size(resolved, row), 0.0
            if not takers or size < row.capacity:
                continue
            taker, added = max(takers, key=lambda x: x[1])
            while most < 10 and rows.limit[0] + flow[taker] * added < size * 1e-3 - 1e-6:
                flow[taker] += 1
                most += 1
            tight += bool(rows.limit[0] + flow[taker] * added == pytest.approx(size * 1e-3))
    assert tight >= 5


@pytest.mark.parametrize("seed", range(40))
def test_bound_and_proof_count_alike(seed: int) -> None:
    """A price of one inequality changes the bound by the same in both, flights and cargo apart."""
    resolved = resolve(tiny(seed, "cyclic" if seed % 2 else "dated", more=MORE[seed % len(MORE)]))
    rows = residuals_of(resolved)
    relaxation = Relaxation(resolved)
    relaxation.state(rows)
    universe = OwnUniverse(resolved)
    judged = Bounds(resolved, universe, rows).residuals
    ours = relaxation.residuals
    rotations = relaxation.catalogue.rotations
    for k in range(len(rows)):
        assert judged.limit(k) == pytest.approx(ours.limit[k] * 1e3, abs=1e-3)
        added = {rotations[r]: size for r, size in ours.takers(k) if size}
        for pool in resolved.pools:
            parts = universe.flyable[pool.id]
            places = [(part.block, row) for part in parts for row in part.rows.tolist()]
            for rotation, (block, row) in zip(universe.rotations(pool), places, strict=True):
                own = judged.added(block).get(k)
                size = 0 if own is None else int(own[row])
                assert size == pytest.approx(added.get(rotation, 0.0) * 1e3, abs=1e-3)


def tightened(resolved: ResolvedInstance, rounds: int) -> tuple[Relaxation, Ascent, float]:
    """Prices with inequalities that are found on the way, and the bound without them."""
    relaxation = Relaxation(resolved)
    ascent = Ascent(relaxation, first_point(relaxation))
    for _ in ascent.run(Pace(300), lambda: False):
        pass
    for _ in ascent.run(PACE, lambda: False):
        pass
    without_usd = ascent.best.usd
    for _ in range(rounds):
        loaded = Loaded(relaxation)
        for _ in ascent.run(PACE, lambda: False, loaded):
            pass
        before = relaxation.residuals.rows
        stated = tighten(relaxation, loaded)
        assert len({*relaxation.residuals.rows}) == len(before) + stated
        if stated:
            ascent = Ascent(relaxation, relaxation.at(ascent.best.prices))
    return relaxation, ascent, without_usd


def test_those_that_flights_break_lower_the_bound_and_are_proven() -> None:
    resolved = rung("cyclic")
    relaxation, ascent, without_usd = tightened(resolved, 4)
    assert relaxation.residuals.number > 0
    assert ascent.best.usd < without_usd - 1e-4 * without_usd
    proof = certificate(relaxation, Part((), ascent.best, None))
    assert any(x.pico for leaf, _ in proof.leaves() for x in leaf.prices.residuals)
    assert verify_certificate(resolved, proof).accepted
    cheaper = replace(proof, residuals=tuple(replace(r, capacity=1) for r in proof.residuals))
    assert not verify_certificate(resolved, cheaper).accepted


def test_cargo_without_volume_has_no_part_in_inequalities_by_volume() -> None:
    resolved = resolve(tiny(3))
    flat = replace(resolved.consignments[0], volume_cm3=0)
    resolved = replace(resolved, consignments=(flat, *resolved.consignments[1:]))
    names = tuple(c.id for c in resolved.consignments)
    relaxation = Relaxation(resolved)
    relaxation.state([Residual(names, True, 0, 1, 1_000_000), Residual(names[:1], True, 0, 1, 5)])
    ascent = Ascent(relaxation, first_point(relaxation))
    for point in ascent.run(Pace(30), lambda: False):
        assert np.isfinite(point.usd)
    assert np.isfinite(ascent.last.prices.vector()).all()


def test_wrong_ones_are_told() -> None:
    resolved = resolve(tiny(3, more=("transit",)))
    names = [c.id for c in resolved.consignments]
    row = Residual((names[0],), True, 1, 0, 1000)
    cases = [
        (replace(row, consignments=("nobody",)), "no such consignment as nobody"),
        (replace(row, consignments=(names[0], names[0])), "has 2 prices"),
        (replace(row, per_g=-1), "sizes are not negative"),
        (replace(row, capacity=0), "takes more than nothing"),
        (replace(row, capacity=10**14), "beyond reckoning"),
    ]
    changing = [t.consignment for t in resolved.transits]
    if changing:
        cases.append((replace(row, consignments=(changing[0],)), "flights carry it twice"))
    assert changing
    for wrong, sentence in cases:
        stated = replace(certificates.certificate(resolved), residuals=(wrong,))
        report = verify_certificate(resolved, stated)
        assert not report.accepted
        assert any(sentence in problem for problem in report.problems), report.problems
    for prices, sentence in (
        (Prices(residuals=(ResidualPrice(9, 1),)), "there is no inequality 9"),
        (Prices(residuals=(ResidualPrice(0, -1),)), "upper limit is negative"),
        (Prices(residuals=(ResidualPrice(0, 1), ResidualPrice(0, 2))), "has 2 prices"),
    ):
        stated = replace(certificates.certificate(resolved, Leaf(prices)), residuals=(row,))
        report = verify_certificate(resolved, stated)
        assert any(sentence in problem for problem in report.problems), report.problems
