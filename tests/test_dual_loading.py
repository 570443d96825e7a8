"""The best load of a rotation by prices of its holds, against a linear programme."""

from __future__ import annotations

from dataclasses import dataclass

import highspy
import numpy as np
import pytest

from optimizer.dual import Floats, Ints
from optimizer.dual.loading import Cargo, Multipliers, add_loads, load_values
from optimizer.dual.sharp_loading import sharpen_loads


@dataclass(frozen=True)
class Rotation:
    """Random cargo on one rotation: a class for each item."""

    cargo: Cargo
    worth: Floats
    crosses: list[range]
    segment: Ints


def rotation(rng: np.random.Generator, holds: int, least_cap_kg: float = 0.0) -> Rotation:
    """Cargo on some parts of a rotation over so many holds."""
    parts = [(a, b) for a in range(holds) for b in range(a, holds)]
    kept = [p for p in parts if rng.random() < 0.7] or parts[:1]
    counts = rng.integers(0, 12, len(kept))
    n = int(counts.sum())
    segment = np.repeat(np.arange(len(kept)), counts)
    cargo = Cargo(
        segments=np.array([0, len(kept)]),
        items=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        cls=np.arange(n),
        margin_usd_per_kg=rng.uniform(-0.5, 4, n),
        holds=np.array([0, holds]),
        low=np.array([a for a, _ in kept]),
        high=np.array([b for _, b in kept]),
        cap_kg=rng.uniform(least_cap_kg, 1e5, holds)
        * (rng.random(holds) < (1.0 if least_cap_kg else 0.95)),
        volume_m3=rng.uniform(50, 600, 1),
        weight_kg=rng.uniform(10, 6e4, n),
        density_m3_per_kg=rng.uniform(0, 0.02, n) * (rng.random(n) < 0.95),
    )
    crosses = [range(kept[s][0], kept[s][1] + 1) for s in segment.tolist()]
    return Rotation(cargo, cargo.margin_usd_per_kg, crosses, segment)


def free(r: Rotation) -> Floats:
    """By segment, nothing."""
    return np.zeros(len(r.cargo.items) - 1)


def best_usd(r: Rotation) -> float:
    """The linear programme."""
    c, n = r.cargo, len(r.worth)
    if not n:
        return 0.0
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    for k in range(n):
        highs.addCol(-float(r.worth[k]), 0.0, float(c.weight_kg[k]), 0, [], [])
    for h, cap in enumerate(c.cap_kg.tolist()):
        on_board = np.array([k for k in range(n) if h in r.crosses[k]], dtype=np.int32)
        weight, volume = np.ones(len(on_board)), c.density_m3_per_kg[on_board]
        for limit, use in ((cap, weight), (float(c.volume_m3[0]), volume)):
            highs.addRow(-highspy.kHighsInf, limit, len(on_board), on_board, use)
    highs.run()
    return -float(highs.getInfo().objective_function_value)


def bound_usd(r: Rotation, passes: int) -> tuple[float, Multipliers]:
    """What the kernel finds after some passes."""
    holds = len(r.cargo.cap_kg)
    found = Multipliers(np.full(holds, 0.5), np.zeros(holds), np.zeros(holds))
    value, price = np.zeros(1), np.zeros(len(r.worth))
    for _ in range(passes):
        load_values(r.cargo, np.array([0]), price, free(r), found, 2, value)
    return float(value[0]), found


def test_one_hold_is_exact_but_for_the_turns_of_theta() -> None:
    rng = np.random.default_rng(1)
    excess, total = 0.0, 0.0
    for _ in range(150):
        r = rotation(rng, 1)
        best, (bound, _) = best_usd(r), bound_usd(r, 3)
        assert bound >= best * (1 - 1e-9) - 1e-6
        assert bound == pytest.approx(best, rel=4e-4, abs=1e-3)
        excess, total = excess + bound - best, total + best
    assert excess <= 2e-5 * total


@pytest.mark.parametrize("holds", [2, 3])
def test_several_holds_are_bounded_closely(holds: int) -> None:
    rng = np.random.default_rng(holds)
    excess, total = 0.0, 0.0
    for _ in range(80):
        r = rotation(rng, holds, 3e4)
        best, (bound, _) = best_usd(r), bound_usd(r, 6)
        assert bound >= best * (1 - 1e-9) - 1e-6
        excess, total = excess + bound - best, total + best
    assert excess <= 0.03 * total  # holds are priced in turn, which may stop short of the least


@pytest.mark.parametrize("holds", [1, 2, 3, 4])
def test_sharpened_multipliers_are_the_best(holds: int) -> None:
    rng = np.random.default_rng(20 + holds)
    for _ in range(80):
        r = rotation(rng, holds)
        best, (_, found) = best_usd(r), bound_usd(r, 1)
        sharpen_loads(r.cargo, np.array([0]), np.zeros(len(r.worth)), free(r), found)
        for rounds in (0, 2):  # as they are, and as passes go on with them
            value = np.zeros(1)
            rest = free(r), found, rounds, value
            load_values(r.cargo, np.array([0]), np.zeros(len(r.worth)), *rest)
            assert value[0] >= best * (1 - 1e-9) - 1e-6
            assert value[0] == pytest.approx(best, rel=1e-6, abs=1e-2)


def test_sharpening_twice_is_no_worse() -> None:
    rng = np.random.default_rng(31)
    for _ in range(60):
        r = rotation(rng, 2)
        _, found = bound_usd(r, 6)
        values = []
        for _ in range(3):
            value = np.zeros(1)
            load_values(r.cargo, np.array([0]), np.zeros(len(r.worth)), free(r), found, 0, value)
            values.append(float(value[0]))
            sharpen_loads(r.cargo, np.array([0]), np.zeros(len(r.worth)), free(r), found)
        assert values == sorted(values, reverse=True)


def test_a_bound_whatever_the_multipliers() -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        r = rotation(rng, 2)
        found = Multipliers(rng.random(2), rng.uniform(0, 3, 2), rng.uniform(0, 200, 2))
        value = np.zeros(1)
        load_values(r.cargo, np.array([0]), np.zeros(len(r.worth)), free(r), found, 0, value)
        assert value[0] >= best_usd(r) - 1e-6


def test_a_price_of_segments_is_one_of_all_their_items() -> None:
    """Terminals (C10) take from every item of a segment what classes would take one by one."""
    rng = np.random.default_rng(5)
    for _ in range(40):
        r = rotation(rng, int(rng.integers(1, 4)))
        toll = rng.uniform(0, 2, len(free(r)))
        values = []
        for price, by_segment in (
            (np.zeros(len(r.worth)), toll),
            (toll[r.segment], free(r)),
        ):
            holds = len(r.cargo.cap_kg)
            found = Multipliers(np.full(holds, 0.5), np.zeros(holds), np.zeros(holds))
            value = np.zeros(1)
            load_values(r.cargo, np.array([0]), price, by_segment, found, 2, value)
            values.append(float(value[0]))
        assert values[0] == pytest.approx(values[1], rel=1e-12, abs=1e-9)


def test_loads_keep_all_limits_and_are_nearly_worth_the_bound() -> None:
    rng = np.random.default_rng(9)
    for holds in (1, 1, 1, 2, 3) * 20:
        r = rotation(rng, holds)
        c, n = r.cargo, len(r.worth)
        best, (_, found) = best_usd(r), bound_usd(r, 6)
        kg, segment_kg = np.zeros(n), free(r)
        item_kg = np.zeros(n)
        rest = free(r), found, kg, segment_kg, item_kg
        add_loads(c, np.array([0]), np.ones(1), np.zeros(n), *rest)
        assert np.array_equal(np.bincount(c.cls, item_kg, len(kg)), kg)
        assert segment_kg == pytest.approx(np.bincount(r.segment, kg, len(segment_kg)))
        assert (kg <= c.weight_kg * (1 + 1e-12)).all()
        for h in range(holds):
            on_board = [k for k in range(n) if h in r.crosses[k]]
            assert kg[on_board].sum() <= c.cap_kg[h] * (1 + 1e-9) + 1e-6
            assert kg[on_board] @ c.density_m3_per_kg[on_board] <= c.volume_m3[0] * (1 + 1e-9)
        earned = float(kg @ r.worth)
        assert earned <= best * (1 + 1e-9) + 1e-3
        if holds == 1:
            assert earned >= 0.5 * best - 1e-3
