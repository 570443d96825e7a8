"""Why cargo that may change aircraft stays behind (C21)."""

from __future__ import annotations

from collections import Counter
from math import isfinite

from optimizer.domain.resolved import ResolvedConsignment, ResolvedTransit
from optimizer.engine.occupancy import Occupancy, Way
from optimizer.network import CargoIndex, lift_usd_per_kg


class Changes:
    """Seeks the reason from the outside in: rights, time, flights that connect, room, money."""

    def __init__(self, index: CargoIndex, occupancy: Occupancy) -> None:
        self._index = index
        self._resolved = index.resolved
        self._occupancy = occupancy
        self._lift = lift_usd_per_kg(index.resolved)

    def reason(self, c: ResolvedConsignment, grams: int) -> tuple[str, str] | None:
        """Short name of the reason, and the reason in words; None if it may not change."""
        changes = [t for t in self._resolved.transits if t.consignment == c.id]
        if not changes:
            return None
        planned = [o for o in c.operators if o in self._resolved.operator]
        bought = {
            (b.origin, b.destination)
            for b in self._resolved.blocks
            if self._index.block_takes(b, c)
        }
        if not planned and not bought:
            return "carriers", "none of the carriers it permits has aircraft in this plan"
        allowed = [t for t in changes if self._allowed(c, t, planned, bought)]
        if not allowed:
            hubs = ", ".join(t.gateway for t in changes)
            return "rights", f"no carrier it permits may bring it to {hubs} and another take it on"
        worth = {
            t: self._index.inward_usd_per_kg(t) + self._index.onward_usd_per_kg(t) for t in allowed
        }
        open_to = [t for t in allowed if isfinite(worth[t])]
        if not open_to:
            return self._no_way(c, allowed)
        best = max(worth[t] for t in open_to) + self._lift.get(c.id, 0.0)
        if best <= 0:
            return "uneconomic", f"handling costs more than it pays ({-best:.2f} USD/kg short)"
        return self._in_the_plan(c, open_to, grams)

    def _ends(self, c: ResolvedConsignment, hub: str) -> tuple[list[str], list[str]]:
        """Airports from which it can come to a gateway, and to which it can go on."""
        ups = dict.fromkeys(a.airport for a in c.uplifts if a.airport != hub)
        downs = dict.fromkeys(a.airport for a in c.discharges if a.airport != hub)
        return list(ups), list(downs)

    def _allowed(
        self,
        c: ResolvedConsignment,
        t: ResolvedTransit,
        planned: list[str],
        bought: set[tuple[str, str]],
    ) -> bool:
        ups, downs = self._ends(c, t.gateway)
        return all(
            any(x in bought or any(self._index.may_carry(o, *x) for o in planned) for x in pairs)
            for pairs in ([(up, t.gateway) for up in ups], [(t.gateway, x) for x in downs])
        )

    def _no_way(self, c: ResolvedConsignment, changes: list[ResolvedTransit]) -> tuple[str, str]:
        needs = [x.id for x in self._resolved.requirements if c.id in x.consignments]
        hubs = [t.gateway for t in changes]
        unfit = [a for a in hubs if not self._index.fits_airport(a, c)]
        if needs and len(unfit) == len(hubs):
            what = ", ".join(needs)
            return "special cargo", f"it requires {what}, which {unfit[0]} cannot offer"
        return "time", f"its connection at {hubs[0]} leaves no time between ready and due"

    def _in_the_plan(
        self, c: ResolvedConsignment, changes: list[ResolvedTransit], grams: int
    ) -> tuple[str, str]:
        ways, hub = self._occupancy.ways(c.id), changes[0].gateway
        inbound = [w for w in ways if w.carriage.offer.inbound]
        outbound = [w for w in ways if w.carriage.offer.outbound]
        if not inbound:
            return "connection", f"no flight of the plan brings it to {hub} in time"
        if not outbound:
            return "connection", f"no flight of the plan takes it on from {hub} in time"
        pairs = [(a, b) for a in inbound for b in outbound if self._connects(c, a, b)]
        if not pairs:
            least = changes[0].connection_min / 60
            return "connection", (
                f"no flight leaves {hub} in time, {least:g} h or more after one that brings it"
            )
        return self._full(pairs) or self._money(pairs[0], grams)

    def _connects(self, c: ResolvedConsignment, inbound: Way, outbound: Way) -> bool:
        transit = inbound.carriage.offer.transit
        if transit is None or outbound.carriage.offer.transit != transit:
            return False
        wait_min = outbound.carriage.off_block_min - inbound.carriage.on_block_min
        longest_min = wait_min if c.max_dwell_min is None else c.max_dwell_min
        return transit.connection_min <= wait_min <= longest_min

    def _full(self, pairs: list[tuple[Way, Way]]) -> tuple[str, str] | None:
        """What is full on every connection; pairs with room are put first otherwise."""
        full: Counter[tuple[str, str]] = Counter()
        for pair in pairs:
            limits = [(x, w.flight) for w in pair if (x := self._occupancy.full(w)) is not None]
            if not limits:
                pairs.insert(0, pair)
                return None
            full.update(limits[:1])
        (limit, flight), _ = full.most_common(1)[0]
        if limit == "incompatible":
            goods = sorted({x for pair in pairs for w in pair for x in self._occupancy.beside(w)})
            return limit, (
                f"on its {len(pairs)} connections, most on {flight}, there are goods on board that "
                f"must not be near it: {', '.join(goods)}"
            )
        return limit, f"all {len(pairs)} connections are full, most by {limit} of {flight}"

    def _money(self, pair: tuple[Way, Way], grams: int) -> tuple[str, str]:
        names = " and ".join(way.flight for way in pair)
        earned_usd = paid_usd = 0.0
        for way in pair:
            lane, usd = self._occupancy.trucks_for(way, grams)
            if lane is not None:
                return "trucks", f"all trucks on lane {lane} that make flight {way.flight} run"
            paid_usd += usd
            earned_usd += self._occupancy.earned_usd(way, grams)
        if earned_usd <= paid_usd:
            return "uneconomic", (
                f"flights {names} have room, but trucks for it cost {paid_usd:,.0f} USD and it "
                f"earns {earned_usd:,.0f} USD after handling and fuel"
            )
        return "not found", (
            f"flights {names} have some room; the plan found does not use it for this cargo"
        )
