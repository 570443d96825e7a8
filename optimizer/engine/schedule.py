"""A plan under construction: lines, flights, cargo left, and what it all earns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, ResolvedPool
from optimizer.engine.bought import empty_block
from optimizer.engine.candidates import TimedRoute
from optimizer.engine.cargo_table import CargoTable, Floats, Ints
from optimizer.engine.handling import count_handled, handling_windows, terminal_kg
from optimizer.engine.kernel import LEAST_KG, fill, possible_loads
from optimizer.engine.lines import Flown, Line, lines_of
from optimizer.engine.published import PublishedFlights
from optimizer.engine.shared_limits import SharedLimits
from optimizer.engine.stock import count_stock, waits
from optimizer.plan.frozen import way_of
from optimizer.plan.rotation import BoughtRotation, Rotation


class Schedule:
    """Flights in the plan, and every limit they share.

    Bought capacity (C18) carries cargo as flights do, but is there in any case.

    All money here is an estimate in dollars (trucks at their price when full); the plan made from
    it counts exactly.
    """

    def __init__(self, cargo: CargoTable) -> None:
        self.resolved: ResolvedInstance = cargo.resolved
        self.cargo = cargo
        self.limits = SharedLimits(cargo.resolved)
        self.published = PublishedFlights(cargo.resolved)
        self.lines: list[Line] = lines_of(cargo.resolved)
        self.left_kg: Floats = cargo.weight_kg.copy()
        self.terminal_kg: Floats = terminal_kg(cargo)
        self.stock = cargo.stock.copy()
        self.flights: dict[Flown, None] = {}
        self.bought: dict[str, Flown] = {b.id: empty_block(cargo, b) for b in cargo.resolved.blocks}
        self._fixed_usd = sum(block.fixed_micro for block in cargo.resolved.blocks) * 1e-6
        self._pool_lines: dict[str, list[Line]] = {}
        for line in self.lines:
            self._pool_lines.setdefault(line.pool.id, []).append(line)

    @property
    def carriers(self) -> list[Flown]:
        """What carries cargo: flights, then bought capacity."""
        return [*self.flights, *self.bought.values()]

    def load(
        self, line: int, timed: TimedRoute, start: int, part: str, rotation: Rotation
    ) -> Flown:
        """A flight with the best cargo that is left; takes nothing yet."""
        cost = float(timed.cost_usd[start])
        if not self.lines[line].pool.acmi:
            cost += float(timed.own_usd[start])
        empty = np.empty((0, 3), dtype=np.int64)
        flown = Flown(line, timed, start, part, rotation, empty, np.empty(0), 0.0, cost)
        return self.filled(flown)

    def fill_bought(self) -> None:
        """Put cargo that is left on blocks that have none, the cheapest first."""
        for flown in sorted(
            self.bought.values(), key=lambda f: float(f.timed.shape.carriage_usd_per_kg[0])
        ):
            if not len(flown.loads):
                self.add(self.filled(flown))

    def filled(self, flown: Flown, most_kg: Floats | None = None) -> Flown:
        """The flight with the best cargo that is left.

        Args:
            most_kg: By consignment, what it may take; None for all there is.
        """
        timed, start = flown.timed, flown.start
        left_kg = self.left_kg if most_kg is None else np.minimum(self.left_kg, most_kg)
        cargo_usd, loads, loads_kg = fill(
            self.cargo.arrays_on(flown.rotation), timed.shape, timed.off_min[start],
            timed.block_min, left_kg, self.cargo.cycle_min,
        )  # fmt: skip
        filled = self.reloaded(flown, loads, loads_kg, cargo_usd)
        limited = self.cargo.terminals.limits or self.stock
        return self._handled(filled) if limited else filled

    def _handled(self, flown: Flown) -> Flown:
        """The flight with as much of its cargo as terminals still handle and have room for (C10),
        the first come first."""
        room, kept = self.terminal_kg.copy(), flown.loads_kg.copy()
        stock, wait = self.stock, waits(self.cargo, flown)
        stock = stock.copy() if any(wait) else stock
        for i, windows in enumerate(handling_windows(self.cargo, flown)):
            if windows:
                kept[i] = max(0.0, min(kept[i], *(room[n] / windows.count(n) for n in windows)))
            here = wait[i]
            if here is not None:
                kept[i] = max(0.0, min(kept[i], stock.room_g(*here) * 1e-3))
                stock.take(*here, round(1000 * kept[i]))
            for n in windows:
                room[n] -= kept[i]
        if (kept == flown.loads_kg).all():
            return flown
        some = kept >= LEAST_KG
        return self.counted(self.reloaded(flown, flown.loads[some], kept[some], 0.0))

    def reloaded(self, flown: Flown, loads: Ints, loads_kg: Floats, cargo_usd: float) -> Flown:
        """The same flight with other cargo."""
        return Flown(
            flown.line, flown.timed, flown.start, flown.part, flown.rotation, loads, loads_kg,
            cargo_usd, flown.cost_usd,
        )  # fmt: skip

    def counted(self, flown: Flown) -> Flown:
        """The same flight with what its cargo earns by the margins of the table."""
        rows, worths = possible_loads(
            self.cargo.arrays_on(flown.rotation), flown.timed.shape,
            flown.timed.off_min[flown.start], flown.timed.block_min, self.cargo.cycle_min,
        )  # fmt: skip
        worth = {tuple(row): usd for row, usd in zip(rows.tolist(), worths.tolist(), strict=True)}
        usd = sum(
            kg * worth.get(tuple(load), 0.0)
            for load, kg in zip(flown.loads.tolist(), flown.loads_kg.tolist(), strict=True)
        )
        return self.reloaded(flown, flown.loads, flown.loads_kg, usd)

    def add(self, flown: Flown) -> None:
        """Put a flight and its cargo into the plan, or the cargo of a block."""
        if isinstance(flown.rotation, BoughtRotation):
            self.bought[flown.rotation.block] = flown
        else:
            self.flights[flown] = None
            self.lines[flown.line].add(flown)
            self.limits.add(flown.rotation)
            self.published.count(self.lines[flown.line].pool.id, flown.rotation, 1)
        np.subtract.at(self.left_kg, self._consignments(flown), flown.loads_kg)
        count_handled(self.cargo, flown, self.terminal_kg, -1.0)
        count_stock(self.cargo, flown, self.stock, 1)

    def remove(self, flown: Flown) -> None:
        """Take a flight and its cargo out of the plan, or the cargo of a block."""
        if isinstance(flown.rotation, BoughtRotation):
            empty = np.empty((0, 3), dtype=np.int64)
            self.bought[flown.rotation.block] = self.reloaded(flown, empty, np.empty(0), 0.0)
        else:
            del self.flights[flown]
            self.lines[flown.line].remove(flown)
            self.limits.remove(flown.rotation)
            self.published.count(self.lines[flown.line].pool.id, flown.rotation, -1)
        np.add.at(self.left_kg, self._consignments(flown), flown.loads_kg)
        count_handled(self.cargo, flown, self.terminal_kg, 1.0)
        count_stock(self.cargo, flown, self.stock, -1)

    def may_add(self, rotation: Rotation) -> bool:
        """Whether one more flight keeps what flights share, and the limit of changes (C20)."""
        return self.forbids(rotation) is None

    def forbids(self, rotation: Rotation) -> str | None:
        """What one more flight would break: ``timetable``, or a limit that flights share."""
        if not self.published.may_add(way_of(rotation), rotation.off_block_min):
            return "timetable"
        return self.limits.forbids(rotation)

    def restore(self, flights: Iterable[Flown]) -> None:
        """Make the plan hold exactly these flights, and blocks the cargo stated with them."""
        wanted = dict.fromkeys(flights)
        for flown in [f for f in self.carriers if f not in wanted]:
            self.remove(flown)
        there = set(self.carriers)
        for flown in [f for f in wanted if f not in there]:
            self.add(flown)

    def exchange(self, flights: Sequence[Flown], others: Sequence[Flown]) -> None:
        """Replace flights by others that differ in their cargo only."""
        for flown in flights:
            self.remove(flown)
        for flown in others:
            self.add(flown)

    def hour_cost_usd(self, line: Line, block_min: int) -> float:
        """What ACMI costs more if the line flies so much more (K4)."""
        pool = line.pool
        if not pool.acmi:
            return 0.0
        paid_min = block_min
        if not pool.returnable:
            paid_min = min(block_min, max(0, line.block_min + block_min - self._guarantee(pool)))
        return paid_min * pool.acmi_micro_per_block_h * 1e-6 / 60

    def value_usd(self) -> float:
        """What the plan earns, leases, ACMI and published flights not flown included."""
        value = sum(f.cargo_usd - f.cost_usd for f in self.carriers) - self._fixed_usd
        value -= self.published.lost_usd()
        return value - sum(self.ownership_usd(pool) for pool in self.resolved.pools)

    def ownership_usd(self, pool: ResolvedPool) -> float:
        """Lease and ACMI of a pool, with as many tails returned as pays."""
        kept = self.kept(pool)
        block = sum(line.block_min for line in self._pool_lines[pool.id])
        usd = kept * pool.fixed_micro * 1e-6
        if pool.acmi:
            paid_min = max(block, kept * pool.guarantee_min)
            usd += paid_min * pool.acmi_micro_per_block_h * 1e-6 / 60
        return usd

    def kept(self, pool: ResolvedPool) -> int:
        """Tails not returned: as few as its flights need."""
        if not pool.returnable:
            return pool.size
        lines = self._pool_lines[pool.id]
        if not self.resolved.period.cyclic:
            return sum(bool(line.flights) for line in lines)
        line = lines[0]
        kept = line.peak()
        if pool.max_block_min:
            kept = max(kept, -(-line.block_min // pool.max_block_min))
        return min(kept, pool.size)

    def returned(self) -> tuple[str, ...]:
        """Tails of returnable offers that are returned."""
        tails: list[str] = []
        for pool in self.resolved.pools:
            if not pool.returnable:
                continue
            if self.resolved.period.cyclic:
                tails += pool.tails[self.kept(pool) :]
            else:
                tails += [x.tail for x in self._pool_lines[pool.id] if not x.flights]
        return tuple(tails)

    def short_hours(self) -> list[Line]:
        """Lines that do not fly their least block hours yet (C14)."""
        short = []
        for line in self.lines:
            least = line.pool.min_block_min
            if not least:
                continue
            tails = self.kept(line.pool) if line.cyclic else line.size
            if not line.cyclic and line.pool.returnable and not line.flights:
                tails = 0
            if line.block_min < tails * least:
                short.append(line)
        return short

    def complete(self) -> bool:
        """Whether every hard requirement is met."""
        return (
            all(line.joined for line in self.lines)
            and not self.limits.markets.short()
            and self.published.kept()
            and not self.short_hours()
        )

    def _guarantee(self, pool: ResolvedPool) -> int:
        return pool.guarantee_min * (pool.size if self.resolved.period.cyclic else 1)

    def _consignments(self, flown: Flown) -> Ints:
        consignments: Ints = self.cargo.arrays.consignment[flown.loads[:, 0]]
        return consignments
