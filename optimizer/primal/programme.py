"""The best flights and cargo of a part of plans, trucks at prices that are linear in cargo.

With a truck's price divided between weight and volume as the bound divides it, cargo pays its
trucks by the kilogram (docs/decomposition.md), and neither dispatches nor trucks are left in the
programme: flights, what they carry, and the limits that they share. That makes it a tenth of the
restricted reference model and its relaxation little weaker. For a whole week trucks may be whole
numbers by pools instead (`truck_pools`), and numbers of flights columns to branch on (`counts`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from optimizer.control import Budget
from optimizer.dual import Floats, Relaxation, Residuals
from optimizer.dual.transit import INSTANTS
from optimizer.model.programme import Programme, Variable
from optimizer.network import KeptApart, Positions
from optimizer.network.positions import UNLIMITED, Milli
from optimizer.primal.alike import CargoWorth
from optimizer.primal.counts import count_rows
from optimizer.primal.fleet import fleet_rows
from optimizer.primal.flown import FlightKey, Flown
from optimizer.primal.ground_rows import GroundRows
from optimizer.primal.line_rows import line_rows
from optimizer.primal.part import Part, staying_cargo, staying_kg, staying_times
from optimizer.primal.sharing import changes_rows, promised_rows, published_rows, shared_rows
from optimizer.primal.truck_pools import pooled_trucks

LEAST_KG = 1e-6
FITS = 1 - 1e-9
"""What is less than all of it by no more than floating point is all of it."""


class FlightProgramme:
    """A part of plans as a MIP.

    Attributes:
        programme: It, in USD and kg.
        x: Flights.

    Args:
        cargo_worth: What a kilogram earns, trucks paid.
    """

    def __init__(
        self, relaxation: Relaxation, cargo_worth: CargoWorth, flown: Flown, part: Part
    ) -> None:
        self._relaxation = relaxation
        self._cargo_worth = cargo_worth
        self._part = part
        self._staying = staying_times(part)
        bought = relaxation.catalogue.bought.tolist()
        self._loaded = part.loaded | frozenset(bought)
        self._there = self._staying + Counter(bought)
        self.programme = Programme()
        self.x: dict[FlightKey, Variable] = {
            key: self.programme.variable("x", 0.0, most, whole=True)
            for key, most in part.free.items()
        }
        self._by_rotation: dict[int, list[Variable]] = defaultdict(list)
        for (_, r), x in self.x.items():
            self._by_rotation[r].append(x)
        self._positions = Positions(relaxation.resolved)
        self._apart = KeptApart(relaxation.resolved)
        rows = relaxation.resolved.consignments
        self._positions_per_kg = [self._positions.per_kg(c) for c in rows]
        self._held = [self._apart.held(c.id) for c in rows]
        self._worth: dict[Variable, float] = {}
        self._counted: dict[Variable, tuple[Variable, ...]] = {}
        self._z: list[tuple[list[int], int, Variable]] = []
        self._aboard: list[tuple[int, int, Variable]] = []
        self._cargo(self._loaded, staying_kg(relaxation, flown, part))
        self._ground: GroundRows | None = None
        if cargo_worth.ground.limited:
            self._ground = GroundRows(
                self.programme, relaxation, cargo_worth.ground, self._aboard,
                staying_cargo(relaxation, flown, part), flown.trips_kg,
                whole_trucks=cargo_worth.whole_trucks,
            )  # fmt: skip
            self._worth |= self._ground.worth
        if cargo_worth.whole_trucks:
            self._worth |= pooled_trucks(self.programme, relaxation, self._riding())
        self._pools = fleet_rows(self.programme, relaxation, part.pools, self.x, part.staying)
        for worth in self._pools.values():
            self._worth |= worth
        for key in cargo_worth.paid_usd.keys() & self.x.keys():
            self._worth[self.x[key]] -= cargo_worth.paid_usd[key]
        if not cargo_worth.held:
            shared_rows(self.programme, relaxation, self._by_rotation, self._staying)
            self._worth |= published_rows(self.programme, relaxation, self.x, part.staying)
            changes_rows(self.programme, relaxation, self.x, part.staying, flown.times)
        self.programme.maximise(self._worth)

    def _cargo(self, loaded: frozenset[int], staying: Floats) -> None:
        """Kilograms of every item of loaded flights within their holds and what is offered.

        Args:
            staying: By kind, what is on board of flights whose cargo stays.
        """
        catalogue = self._relaxation.catalogue
        kinds = catalogue.kinds
        left_kg = kinds.still_kg(catalogue.offered_kg, staying)
        of_kind: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
        for alike in self._cargo_worth.alike(sorted(loaded)):
            self._loads(alike, left_kg, of_kind)
        offered: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
        changing: dict[tuple[int, int], list[tuple[Variable, float]]] = defaultdict(list)
        delivered: dict[int, list[tuple[Variable, float]]] = defaultdict(list)
        for kind, terms in of_kind.items():
            change, consignment = kinds.part_of(kind), int(kinds.consignment[kind])
            if change is None or not change[2]:
                offered[consignment] += terms
            if change is None or change[2]:
                delivered[consignment] += terms
            if change is not None:
                number, instant, onward = change
                changing[number, instant] += [(z, -1.0 if onward else 1.0) for z, _ in terms]
        for consignment, terms in offered.items():
            self.programme.row("C0", terms, -np.inf, float(left_kg[consignment]))
        if self._cargo_worth.held:
            return
        given = kinds.by_consignment(staying, delivered=True)
        self._worth |= promised_rows(self.programme, self._relaxation, delivered, given)
        self._changing(changing, kinds.left_kg(staying).reshape(-1, INSTANTS))

    def _changing(
        self, changing: dict[tuple[int, int], list[tuple[Variable, float]]], ready: Floats
    ) -> None:
        """C21: what has gone on by an instant had come in by then.

        Args:
            changing: By change and instant, what comes in, and less what goes on.
            ready: By change and instant, the same of cargo that stays, added up to then.
        """
        for number in sorted({number for number, _ in changing}):
            so_far: list[tuple[Variable, float]] = []
            for instant in range(INSTANTS):
                so_far += changing.get((number, instant), [])
                if so_far:
                    least = -float(ready[number, instant]) - LEAST_KG
                    self.programme.row("C21", so_far, least, np.inf)

    def _loads(
        self, alike: list[int], left: Floats, of_kind: dict[int, list[tuple[Variable, float]]]
    ) -> None:
        """What flights of alike rotations, or bought capacity, carry; a kilogram earns the most it
        may.
        """
        cargo, items = self._relaxation.cargo, self._relaxation.catalogue.items
        worth, r = self._cargo_worth, alike[0]
        of = self._relaxation.catalogue.kinds.consignment
        holds = range(cargo.holds[r], cargo.holds[r + 1])
        on_board: list[list[tuple[Variable, float, float]]] = [[] for _ in holds]
        packed: list[list[tuple[Variable, tuple[float, ...]]]] = [[] for _ in holds]
        goods: list[dict[int, list[Variable]]] = [defaultdict(list) for _ in holds]
        has = self._has(r)
        segment_of = np.searchsorted(cargo.items, worth.paying(r), side="right") - 1
        for n, (item, s) in enumerate(zip(worth.paying(r), segment_of.tolist(), strict=True)):
            within = range(int(cargo.low[s]), int(cargo.high[s]) + 1)
            cap_kg = min(cargo.cap_kg[holds[h]] for h in within)
            kind = int(items.consignment[cargo.cls[item]])
            most_kg = min(cap_kg, left[kind], self._fits_kg(r, item))
            sold = self._sold_as(r, kind)
            whole_kg = float(cargo.weight_kg[cargo.cls[item]]) if sold else LEAST_KG
            if most_kg < whole_kg * FITS:
                continue
            z = self.programme.variable("z", 0.0, None)
            self._z.append((alike, n, z))
            self._aboard.append((int(cargo.cls[item]), s, z))
            self._worth[z] = max(float(worth.usd_per_kg[worth.paying(a)[n]]) for a in alike)
            self._for_flights(alike, [(z, 1.0)], most_kg)
            of_kind[kind].append((z, 1.0))
            number = self._sold(alike, z, whole_kg) if sold else z
            density = float(cargo.density_m3_per_kg[cargo.cls[item]])
            for h in within:
                takes = z, 1.0, density
                if sold == "aircraft":  # nothing else is on board there
                    takes = number, float(cargo.cap_kg[holds[h]]), float(cargo.volume_m3[r])
                on_board[h].append(takes)
                if has is not UNLIMITED:
                    packed[h].append((z, self._positions_per_kg[of[kind]]))
                for held in self._held[of[kind]]:
                    goods[h][held].append(z)
        for h, aboard in zip(holds, on_board, strict=True):
            if aboard:
                self._for_flights(alike, [(z, kg) for z, kg, _ in aboard], cargo.cap_kg[h])
                self._for_flights(alike, [(z, m3) for z, _, m3 in aboard], cargo.volume_m3[r])
        for h, of_goods in zip(holds, goods, strict=True):
            self._keep_apart(alike, of_goods, float(cargo.cap_kg[h]))
        for of_hold in packed:
            for number, limit in enumerate(has):
                terms = [(z, per_kg[number]) for z, per_kg in of_hold if per_kg[number]]
                if terms and limit is not None:
                    self._for_flights(alike, terms, limit * 1e-3)

    def _riding(self) -> Iterator[tuple[int, Variable, float]]:
        """Options of rides whose trucks are whole, what takes them, and how much there is."""
        catalogue, worth = self._relaxation.catalogue, self._cargo_worth
        for alike, n, z in self._z:
            for r in alike:
                cls = int(self._relaxation.cargo.cls[worth.paying(r)[n]])
                kind = int(catalogue.items.consignment[cls])
                most_kg = float(catalogue.offered_kg[catalogue.kinds.consignment[kind]])
                for option in worth.whole_truck_options(cls):
                    yield option, z, most_kg

    def _sold_as(self, r: int, kind: int) -> str:
        """How cargo on a rotation is capacity sold (C18), if it is."""
        if r >= len(self._relaxation.catalogue.rotations):
            return ""
        of = self._relaxation.catalogue.kinds.consignment
        sold: str = self._relaxation.resolved.consignments[of[kind]].sold
        return sold

    def _sold(self, alike: list[int], z: Variable, whole_kg: float) -> Variable:
        """C18: what is sold is provided whole or not; on so many flights."""
        number = self.programme.variable("sold", 0.0, None, whole=True)
        self._for_flights(alike, [(number, 1.0)], 1.0)
        self.programme.row("C18", [(z, 1.0), (number, -whole_kg)], 0.0, 0.0)
        return number

    def _keep_apart(
        self, alike: list[int], goods: dict[int, list[Variable]], cap_kg: float
    ) -> None:
        """C16: so many flights take the first goods of a pair in a hold, the others the second."""
        for one, other in self._apart.pairs:
            if one in goods and other in goods:
                side = self.programme.variable("side", 0.0, None, whole=True)
                self._for_flights(alike, [(side, 1.0)], 1.0)
                first = [(z, 1.0) for z in goods[one]]
                self.programme.row("C16", [*first, (side, -cap_kg)], -np.inf, 0.0)
                second = [(z, 1.0) for z in goods[other]]
                self._for_flights(alike, [*second, (side, cap_kg)], cap_kg)

    def _has(self, r: int) -> Milli:
        """ULD positions (C6) of a rotation; bought capacity follows the rotations."""
        rotations = self._relaxation.catalogue.rotations
        return self._positions.of(rotations[r]) if r < len(rotations) else UNLIMITED

    def _fits_kg(self, r: int, item: int) -> float:
        """What the volume of an aircraft takes of an item."""
        cargo = self._relaxation.cargo
        density = cargo.density_m3_per_kg[cargo.cls[item]]
        return float(cargo.volume_m3[r] / density) if density > 0 else np.inf

    def _for_flights(
        self, alike: list[int], terms: list[tuple[Variable, float]], each: float
    ) -> None:
        """A row: terms are at most so much for each flight of some rotations."""
        flights = [(x, -float(each)) for r in alike for x in self._by_rotation.get(r, ())]
        staying = sum(self._there[r] for r in alike)
        self.programme.row("C4", [*terms, *flights], -np.inf, float(each) * staying)

    def state(self, residuals: Residuals) -> None:
        """Write residual capacity inequalities, where no flight stays: they cut the relaxation."""
        catalogue, cargo = self._relaxation.catalogue, self._relaxation.cargo
        aboard: dict[int, list[Variable]] = defaultdict(list)
        for alike, n, z in self._z:
            item = self._cargo_worth.paying(alike[0])[n]
            kind = int(catalogue.items.consignment[cargo.cls[item]])
            aboard[int(catalogue.kinds.consignment[kind])].append(z)
        for row, limit in enumerate(residuals.limit.tolist()):
            terms = [(z, size) for j, size in residuals.members(row) for z in aboard[j]]
            for r, added in residuals.takers(row):
                terms += [(x, -added) for x in self._by_rotation.get(r, ())]
            self.programme.row("residual", terms, -np.inf, limit)

    def count(self) -> None:
        """Add numbers of flights as columns to branch on."""
        self._counted |= count_rows(self.programme, self._relaxation, self.x)

    def keep_lines(self, budget: Budget, threads: int = 1) -> int:
        """Add inequalities that whole lines keep and say how many."""
        return line_rows(self.programme, self._relaxation, self.x, budget, threads)

    def start(self, flown: Flown) -> dict[Variable, float]:
        """Flights as they are flown now."""
        flights = {x: float(flown.times.get(key, 0)) for key, x in self.x.items()}
        return flights | {n: sum(flights[x] for x in of) for n, of in self._counted.items()}

    def value_usd(self, flown: Flown) -> float:
        """What flights earn of what the programme counts, every kilogram by its departure."""
        worth_usd_per_kg = self._cargo_worth.usd_per_kg
        cargo_usd = sum(
            kg * worth_usd_per_kg[item]
            for r in self._loaded
            for item, kg in flown.kg.get(r, {}).items()
        )
        pools_usd = sum(flown.pool_usd[k] for k in self._part.pools)
        return float(cargo_usd) + pools_usd + self._cargo_worth.besides_usd(flown)

    def read(self, flown: Flown, values: Floats) -> Flown:
        """What is flown and carried by a solution."""
        times = Counter(self._part.staying)
        for key, x in self.x.items():
            if number := round(values[x]):
                times[key] += number
        kg = {r: of for r, of in flown.kg.items() if r not in self._loaded}
        flights = Counter(self._relaxation.catalogue.bought.tolist())
        for (_, r), number in times.items():
            flights[r] += number
        for alike, n, z in self._z:
            if values[z] > LEAST_KG:
                self._share_out(kg, alike, n, float(values[z]), flights)
        pool_usd = {
            k: float(sum(usd * values[variable] for variable, usd in worth.items()))
            for k, worth in self._pools.items()
        }
        trips_kg = flown.trips_kg if self._ground is None else self._ground.trips_kg(values)
        return Flown(times, kg, flown.pool_usd | pool_usd, trips_kg)

    def _share_out(
        self, kg: dict[int, dict[int, float]], alike: list[int], n: int, z_kg: float,
        flights: Counter[int],
    ) -> None:  # fmt: skip
        """Divide cargo of alike rotations evenly between their flights, which keeps all holds."""
        flown = [r for r in alike if flights[r]]
        if not flown:  # a trace of cargo without a flight, within the tolerance of HiGHS
            return
        items, cls = self._relaxation.catalogue.items, self._relaxation.cargo.cls
        item = self._cargo_worth.paying(flown[0])[n]
        if self._sold_as(flown[0], int(items.consignment[cls[item]])):
            flown = flown[:1]
        number = sum(flights[r] for r in flown)
        for r in flown:
            item = self._cargo_worth.paying(r)[n]
            kg.setdefault(r, {})[item] = z_kg * flights[r] / number
