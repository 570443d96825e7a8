"""Fewer departures: prices found on some of them are nearly those of all.

Departures of a route that follow one another find much the same cargo, so prices can settle where
there are few, in a part of the time, and then follow the others.
"""

from __future__ import annotations

import numpy as np

from optimizer.dual.arrays import Ints
from optimizer.dual.relaxation import Relaxation


def thinned(relaxation: Relaxation, every: int) -> Ints:
    """Every so many-th of the rotations of each route, in order of departure.

    Routes take turns with which they begin, so that together they depart at all times; none is
    left without a rotation.
    """
    timetable, flown = relaxation.catalogue.timetable, relaxation.flown
    order = flown[np.lexsort((timetable.off_min[flown], timetable.route_of[flown]))]
    _, first, number, count = np.unique(
        timetable.route_of[order], return_index=True, return_inverse=True, return_counts=True
    )
    place = np.arange(len(order)) - first[number]
    offset = number % np.minimum(every, count)[number]
    return np.sort(order[place % every == offset])
