"""The most that rotations within so many block minutes earn (C14)."""

from __future__ import annotations

from optimizer.verify.certificate.universe import Ints


def best_within_hours(block_min: Ints, value_micro: Ints, limit_min: int) -> int:
    """The best choice of rotations, each any number of times, whose minutes keep the limit.

    Whatever the tails of a pool fly is such a choice, in whatever lines; the same rotation counts
    as often as it is flown. Of rotations of one length only the best matters.
    """
    best: dict[int, int] = {}
    for minutes, micro in zip(block_min.tolist(), value_micro.tolist(), strict=True):
        if 0 < minutes <= limit_min and micro > max(0, best.get(minutes, 0)):
            best[minutes] = micro
    most = [0] * (limit_min + 1)
    for spent in range(1, limit_min + 1):
        found = most[spent - 1]
        for minutes, micro in best.items():
            if minutes <= spent and micro + most[spent - minutes] > found:
                found = micro + most[spent - minutes]
        most[spent] = found
    return most[limit_min]
