"""Whether a leaf's prices are prices of limits: names, signs, ranges, one price for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from math import gcd

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.certificate import FlightCount, Prices, Quantity, Residual
from optimizer.verify.movements import SIZES

MOST_PRICE = 10**13
"""No price is larger: ten million dollars a flight, or ten dollars a gram."""

MOST_SIZE = 10**13
"""No size, and no capacity in such sizes, is larger."""

MOST_HOUR_PRICE = 10**10
"""No price of a block minute is larger: ten thousand dollars."""


class Names:
    """The limits of a resolved instance that can have a price."""

    def __init__(self, resolved: ResolvedInstance, residuals: Sequence[Residual] = ()) -> None:
        r = self._resolved = resolved
        self._residuals = residuals
        pools, markets = r.pools, r.markets
        self._upper: dict[str, tuple[str, frozenset[str]]] = {
            "supply": ("consignment", frozenset(c.id for c in r.consignments)),
            "slots": ("slot limit", frozenset(x.id for x in r.slot_limits)),
            "held_slots": ("held slot", frozenset(x.id for x in r.held_slots)),
            "right_caps": ("frequency cap", frozenset(x.id for x in r.right_caps)),
            "markets_most": (
                "market with most rotations",
                frozenset(m.id for m in markets if m.max_rotations is not None),
            ),
            "hours_most": (
                "pool with most block hours",
                frozenset(p.id for p in pools if p.max_block_min is not None),
            ),
            "handling": ("limit of a terminal", frozenset(x.id for x in r.handling_limits)),
            "acmi": ("pool on ACMI", frozenset(p.id for p in pools if p.acmi)),
        }
        self._lower: dict[str, tuple[str, frozenset[str]]] = {
            "markets_least": (
                "market with least rotations",
                frozenset(m.id for m in markets if m.min_rotations is not None),
            ),
            "hours_least": (
                "pool with least block hours",
                frozenset(p.id for p in pools if p.min_block_min is not None),
            ),
            "commitments": ("commitment", frozenset(c.id for c in r.commitments)),
            "frozen_flights": ("published flight", frozenset(f.id for f in r.frozen_flights)),
        }
        self._stocked = {x.airport for x in r.stock_limits}
        self._spaced = {m.id for m in markets if m.min_spacing_min is not None}

    def problems(self, prices: Prices) -> Iterator[str]:
        """What is wrong with the prices of a leaf, but those of branches."""
        for table, (kind, names) in (*self._upper.items(), *self._lower.items()):
            stated: Mapping[str, int] = getattr(prices, table)
            for name, price in stated.items():
                what = f"{table}: {name}"
                if name not in names:
                    yield f"{what}: there is no such {kind}"
                yield from wrong_price(what, price, upper=table in self._upper, table=table)
        yield from self._acmi(prices)
        yield from self._penalties(prices)
        yield from self._transit(prices)
        yield from self._lengths(prices)
        yield from self._trucks(prices)
        yield from self._instants(prices)
        yield from _twice("residuals", [x.row for x in prices.residuals])
        for x in prices.residuals:
            if not 0 <= x.row < len(self._residuals):
                yield f"residuals: there is no inequality {x.row}"
            yield from wrong_price(f"residuals: {x.row}", x.pico, upper=True)

    def residual_problems(self) -> Iterator[str]:
        """What is wrong with residual capacity inequalities."""
        known = {c.id for c in self._resolved.consignments}
        changing = {t.consignment for t in self._resolved.transits}
        for number, row in enumerate(self._residuals):
            what = f"residuals: {number}"
            yield from _twice(what, row.consignments)
            for name in row.consignments:
                if name not in known:
                    yield f"{what}: there is no such consignment as {name}"
                if name in changing:
                    yield f"{what}: {name} may change aircraft, so flights carry it twice"
            if min(row.per_g, row.per_cm3) < 0 or row.capacity <= 0:
                yield f"{what}: sizes are not negative, and a full flight takes more than nothing"
            if max(row.per_g, row.per_cm3, row.capacity) > MOST_SIZE:
                yield f"{what}: a size is beyond reckoning"

    def _acmi(self, prices: Prices) -> Iterator[str]:
        for name, price in prices.acmi.items():
            pool = self._resolved.pool.get(name)
            if pool is not None and pool.acmi and 60 * price > pool.acmi_micro_per_block_h:
                yield f"acmi: {name}: {price} micro-dollars a block minute are beyond the rate"

    def _lengths(self, prices: Prices) -> Iterator[str]:
        yield from _twice("lengths", [(p.pool, p.block_min) for p in prices.lengths])
        for p in prices.lengths:
            what = f"lengths: {p.pool}, {p.block_min} min"
            if p.pool not in self._upper["hours_most"][1]:
                yield f"{what}: there is no such pool with most block hours"
            if abs(p.micro) > MOST_PRICE:
                yield f"{what}: {p.micro} is beyond reckoning"

    def _penalties(self, prices: Prices) -> Iterator[str]:
        for commitment in self._resolved.commitments:
            penalty, price = commitment.penalty_pico_per_g, prices.commitments.get(commitment.id, 0)
            if penalty is not None and -price > penalty:
                yield f"commitments: {commitment.id}: {price} pico-dollars are beyond the penalty"
        for frozen in self._resolved.frozen_flights:
            most, price = frozen.penalty_micro, prices.frozen_flights.get(frozen.id, 0)
            if most is not None and -price > most:
                yield f"frozen_flights: {frozen.id}: {price} micro-dollars are beyond the penalty"

    def _transit(self, prices: Prices) -> Iterator[str]:
        known = {(t.consignment, t.gateway) for t in self._resolved.transits}
        stated = [(p.consignment, p.gateway, p.minute) for p in prices.transit]
        yield from _twice("transit", stated)
        for change, p in zip(stated, prices.transit, strict=True):
            what = f"transit: {p.consignment} at {p.gateway}, minute {p.minute}"
            if change[:2] not in known:
                yield f"{what}: it may not change aircraft there"
            if abs(p.minute) > MOST_PRICE:
                yield f"{what}: the minute is beyond any period"
            yield from wrong_price(what, p.pico_per_g, upper=True)

    def _trucks(self, prices: Prices) -> Iterator[str]:
        runs = [(p.lane, p.dispatch_min, p.customs) for p in prices.trucks]
        yield from _twice("trucks", runs)
        yield from _twice("dispatches", [(p.lane, p.dispatch_min) for p in prices.dispatches])
        for run, p in zip(runs, prices.trucks, strict=True):
            what = f"trucks: {run[0]}, minute {run[1]}, {run[2]}"
            yield from (f"{what}: {problem}" for problem in self.run_problems(*run))
            yield from wrong_price(what, p.pico_per_g, upper=True)
            yield from wrong_price(what, p.pico_per_cm3, upper=True)
        for d in prices.dispatches:
            what = f"dispatches: {d.lane}, minute {d.dispatch_min}"
            yield from (f"{what}: {x}" for x in self.run_problems(d.lane, d.dispatch_min, None))
            lane = self._resolved.lane.get(d.lane)
            if lane is not None and lane.trucks_per_dispatch is None:
                yield f"{what}: its trucks are not limited"
            yield from wrong_price(what, d.micro, upper=True)

    def run_problems(self, lane_id: str, minute: int, customs: str | None) -> Iterator[str]:
        """Why there is no such truck run."""
        lane = self._resolved.lane.get(lane_id)
        if lane is None:
            yield "there is no such lane"
            return
        every, length_min = lane.dispatch_every_min, self._resolved.period.length_min
        if self._resolved.period.cyclic:
            every = gcd(every, length_min)
            if not 0 <= minute < length_min:
                yield "the minute is not in the week"
        if (minute - lane.dispatch_offset_min) % every:
            yield "no truck leaves then"
        if customs is not None and customs not in dict(lane.cost_micro):
            yield "the lane has no trucks of this customs mode"

    def _instants(self, prices: Prices) -> Iterator[str]:
        """Prices of stands, of stock and of spacing."""
        yield from _twice("stands", [(p.airport, p.size, p.minute) for p in prices.stands])
        yield from _twice("stock", [(p.airport, p.minute) for p in prices.stock])
        yield from _twice("spacing", [(p.market, p.minute) for p in prices.spacing])
        for stand in prices.stands:
            what = f"stands: {stand.airport}, {stand.size}, minute {stand.minute}"
            airport = self._resolved.airport.get(stand.airport)
            if airport is None or not airport.stands:
                yield f"{what}: there is no such airport with limited stands"
            if len(stand.size) != 1 or stand.size not in SIZES:
                yield f"{what}: there is no such size"
            yield from self._minute(what, stand.minute)
            yield from wrong_price(what, stand.micro, upper=True)
        for wait in prices.stock:
            what = f"stock: {wait.airport}, minute {wait.minute}"
            if wait.airport not in self._stocked:
                yield f"{what}: there is no such airport with limited stock"
            yield from self._minute(what, wait.minute)
            yield from wrong_price(what, wait.pico_per_g, upper=True)
        for gap in prices.spacing:
            what = f"spacing: {gap.market}, minute {gap.minute}"
            if gap.market not in self._spaced:
                yield f"{what}: there is no such market with least spacing"
            yield from self._minute(what, gap.minute)
            yield from wrong_price(what, gap.micro, upper=True)

    def _minute(self, what: str, minute: int) -> Iterator[str]:
        """Instants count once a week, so they are stated in the first; any other is far enough."""
        period = self._resolved.period
        if period.cyclic and not 0 <= minute < period.length_min:
            yield f"{what}: the minute is not in the week"
        elif abs(minute) > MOST_PRICE:
            yield f"{what}: the minute is beyond any period"

    def quantity_problems(self, quantity: Quantity) -> Iterator[str]:
        """Names in a quantity that do not exist."""
        r = self._resolved
        if isinstance(quantity, FlightCount):
            if quantity.pool and quantity.pool not in r.pool:
                yield f"branch: there is no pool {quantity.pool}"
            for airport in (*quantity.airports, quantity.station):
                if airport and airport not in r.airport:
                    yield f"branch: there is no airport {airport}"
            return
        what = f"branch on trucks of {quantity.lane}, minute {quantity.dispatch_min}"
        found = self.run_problems(quantity.lane, quantity.dispatch_min, quantity.customs)
        yield from (f"{what}: {problem}" for problem in found)


def wrong_price(what: str, price: int, *, upper: bool, table: str = "") -> Iterator[str]:
    """A sign that a limit of this kind cannot have, or an amount beyond reckoning."""
    if upper and price < 0:
        yield f"{what}: the price of an upper limit is negative ({price})"
    if not upper and price > 0:
        yield f"{what}: the price of a lower limit is positive ({price})"
    if abs(price) > (MOST_HOUR_PRICE if table.startswith("hours") else MOST_PRICE):
        yield f"{what}: the price is beyond reckoning"


def _twice(table: str, keys: Iterable[Hashable]) -> Iterator[str]:
    for key, number in Counter(keys).items():
        if number > 1:
            yield f"{table}: {key} has {number} prices"
