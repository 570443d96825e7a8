"""All take-offs and landings of the universe, as arrays."""

from __future__ import annotations

import numpy as np

from optimizer.dual.arrays import Ints
from optimizer.dual.items import stack
from optimizer.dual.timetable import Timetable


class Movements:
    """Legs of all rotations in order; finds those with a movement at an airport.

    Attributes:
        rotation: By leg.
    """

    def __init__(self, timetable: Timetable) -> None:
        routes = timetable.routes
        self._codes = {code: i for i, code in enumerate(timetable.airports)}
        self._operators = sorted({x.route.operator for x in routes})
        self.rotation: Ints = stack([np.repeat(x.rotations, len(x.route.stops)) for x in routes])
        self._off_min = stack([x.off_min.ravel() for x in routes])
        self._on_min = stack([x.on_min.ravel() for x in routes])
        hops = [[self._codes[code] for code in x.route.airports] for x in routes]
        self._origin = stack(
            [np.tile(np.array(h[:-1]), x.count) for h, x in zip(hops, routes, strict=True)]
        )
        self._destination = stack(
            [np.tile(np.array(h[1:]), x.count) for h, x in zip(hops, routes, strict=True)]
        )
        self._operator = stack(
            [
                np.full(x.off_min.size, self._operators.index(x.route.operator), dtype=np.int64)
                for x in routes
            ]
        )
        self._known: dict[tuple[str, str, tuple[str, ...]], Ints] = {}

    def minutes(self, kind: str) -> Ints:
        """By leg, the minute of its departure or arrival."""
        return self._off_min if kind == "departure" else self._on_min

    def at(self, airport: str, kind: str, operators: tuple[str, ...]) -> Ints:
        """Legs with such a movement at an airport; of any operator if none is named."""
        key = (airport, kind, operators)
        if key not in self._known:
            where = self._origin if kind == "departure" else self._destination
            suits = where == self._codes[airport]
            if operators:
                named = [i for i, code in enumerate(self._operators) if code in operators]
                suits &= np.isin(self._operator, named)
            self._known[key] = np.flatnonzero(suits)
        return self._known[key]
