"""Every rotation of the universe with its costs and the cargo it could take, as arrays."""

from __future__ import annotations

import numpy as np

from optimizer.control import Stop, never
from optimizer.domain.resolved import ResolvedInstance
from optimizer.dual.arrays import Floats, Ints
from optimizer.dual.costs import RotationCosts
from optimizer.dual.items import ItemFinder, Items
from optimizer.dual.rides import RideArrays, RunKey
from optimizer.dual.stopped import go_on_unless
from optimizer.dual.timetable import Timetable
from optimizer.dual.transit import Kinds
from optimizer.dual.waits import Waits
from optimizer.network import CargoIndex
from optimizer.plan.rotation import Rotation


class Catalogue:
    """Rotations, their costs and cargo.

    Attributes:
        timetable: The rotations, by route and by pool.
        cycle_min: Length of a week that repeats; 0 in a dated period.
        kinds: Kinds of cargo.
        waits: Waits for flights, where stock has a price (C10).
        offered_kg: By consignment.
        weight_kg, density_m3_per_kg: By kind of cargo.
        cost_usd: By rotation: flying empty, without crew and maintenance.
        own_usd: By rotation: crew and maintenance, which ACMI pools do not pay.
        bought: Numbers of bought capacity (C18), which follow those of the rotations: it has cargo
            and room as they have, but is there in any case.
        items, rides: The cargo of all rotations and of bought capacity, and its trucks.
        runs: Truck runs by key.

    Raises:
        StoppedError: `stop` said so on the way.
    """

    def __init__(self, resolved: ResolvedInstance, stop: Stop = never) -> None:
        self.resolved = resolved
        self.timetable = Timetable(resolved, stop)
        self.cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        index = CargoIndex(resolved)
        self.kinds = Kinds(index)
        self.offered_kg: Floats = np.array([c.weight_g * 1e-3 for c in resolved.consignments])
        self.weight_kg: Floats = self.kinds.spread(self.offered_kg)
        self.density_m3_per_kg: Floats = self.kinds.spread(
            np.array([c.volume_cm3 / c.weight_g * 1e-3 for c in resolved.consignments])
        )
        self.waits = Waits(resolved)
        finder = ItemFinder(index, self.kinds, self.waits)
        parts = []
        for timings in self.timetable.routes:
            go_on_unless(stop)
            parts.append(finder.of_route(timings))
        parts += [finder.of_block(block) for block in resolved.blocks]
        rotations = len(self.timetable.rotations)
        self.bought: Ints = np.arange(rotations, rotations + len(resolved.blocks), dtype=np.int64)
        self.rides: RideArrays = finder.rides.arrays()
        self.runs: dict[RunKey, int] = finder.rides.runs
        self.items: Items = finder.join(parts, self.rides)
        self._price(RotationCosts(resolved))

    @property
    def rotations(self) -> list[Rotation]:
        """Distinct rotations of all pools."""
        return self.timetable.rotations

    @property
    def pool_rotations(self) -> dict[str, Ints]:
        """By pool id, indices of the rotations that its tails could fly (C14)."""
        return self.timetable.pool_rotations

    def _price(self, costs: RotationCosts) -> None:
        self.cost_usd: Floats = np.zeros(len(self.rotations))
        self.own_usd: Floats = np.zeros(len(self.rotations))
        for x in self.timetable.routes:
            self.cost_usd[x.span] = costs.usd(x.route, x.off_min, x.on_min)
            self.own_usd[x.span] = costs.own_usd(x.route, x.off_min, x.on_min)
