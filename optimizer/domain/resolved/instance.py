"""The whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from optimizer.domain.period import UniverseLimits
from optimizer.domain.resolved.airports import (
    ResolvedAirport,
    ResolvedClosure,
    ResolvedGround,
    ResolvedHandlingLimit,
    ResolvedHeldSlot,
    ResolvedSlotLimit,
    ResolvedStockLimit,
)
from optimizer.domain.resolved.cargo import (
    ResolvedBlock,
    ResolvedCommitment,
    ResolvedConsignment,
    ResolvedCustoms,
    ResolvedIncompatible,
    ResolvedLane,
    ResolvedPacking,
    ResolvedRequirement,
    ResolvedSupport,
    ResolvedTransit,
)
from optimizer.domain.resolved.crews import ResolvedCrew, ResolvedReportTime
from optimizer.domain.resolved.fleet import (
    ResolvedFrozenFlight,
    ResolvedLeg,
    ResolvedMarket,
    ResolvedOperator,
    ResolvedPool,
    ResolvedPositions,
    ResolvedRightCap,
    ResolvedType,
)
from optimizer.domain.resolved.time import ResolvedPeriod, Window


@dataclass(frozen=True, slots=True)
class DefaultUsed:
    """A value the instance left open and the reference data filled."""

    table: str
    key: str
    field: str
    value: str
    provenance: str


@dataclass(frozen=True)
class ResolvedInstance:
    """The whole resolved instance; lookups are built once, on first use."""

    name: str
    instance_digest: str
    period: ResolvedPeriod
    universe: UniverseLimits
    gateways: tuple[str, ...]
    airports: tuple[ResolvedAirport, ...]
    types: tuple[ResolvedType, ...]
    ground: tuple[ResolvedGround, ...]
    legs: tuple[ResolvedLeg, ...]
    operators: tuple[ResolvedOperator, ...]
    pools: tuple[ResolvedPool, ...]
    consignments: tuple[ResolvedConsignment, ...]
    lanes: tuple[ResolvedLane, ...]
    customs: tuple[ResolvedCustoms, ...]
    closures: tuple[ResolvedClosure, ...]
    slot_limits: tuple[ResolvedSlotLimit, ...]
    held_slots: tuple[ResolvedHeldSlot, ...]
    right_caps: tuple[ResolvedRightCap, ...]
    markets: tuple[ResolvedMarket, ...]
    defaults: tuple[DefaultUsed, ...] = ()
    crews: tuple[ResolvedCrew, ...] = ()
    report_times: tuple[ResolvedReportTime, ...] = ()
    handling_limits: tuple[ResolvedHandlingLimit, ...] = ()
    requirements: tuple[ResolvedRequirement, ...] = ()
    commitments: tuple[ResolvedCommitment, ...] = ()
    supports: tuple[ResolvedSupport, ...] = ()
    blocks: tuple[ResolvedBlock, ...] = ()
    frozen_flights: tuple[ResolvedFrozenFlight, ...] = ()
    positions: tuple[ResolvedPositions, ...] = ()
    packings: tuple[ResolvedPacking, ...] = ()
    transits: tuple[ResolvedTransit, ...] = ()
    stock_limits: tuple[ResolvedStockLimit, ...] = ()
    incompatibles: tuple[ResolvedIncompatible, ...] = ()
    most_changes: int | None = None

    @cached_property
    def airport(self) -> dict[str, ResolvedAirport]:
        """Airports by code."""
        return {a.code: a for a in self.airports}

    @cached_property
    def type(self) -> dict[str, ResolvedType]:
        """Types by code."""
        return {t.type: t for t in self.types}

    @cached_property
    def ground_at(self) -> dict[tuple[str, str], ResolvedGround]:
        """Ground rules by (airport, type)."""
        return {(g.airport, g.type): g for g in self.ground}

    @cached_property
    def leg(self) -> dict[tuple[str, str, str, str], ResolvedLeg]:
        """Legs by (operator, type, origin, destination)."""
        return {(x.operator, x.type, x.origin, x.destination): x for x in self.legs}

    @cached_property
    def operator(self) -> dict[str, ResolvedOperator]:
        """Planned operators by code."""
        return {o.operator: o for o in self.operators}

    @cached_property
    def pool(self) -> dict[str, ResolvedPool]:
        """Pools by id."""
        return {p.id: p for p in self.pools}

    @cached_property
    def consignment(self) -> dict[str, ResolvedConsignment]:
        """Consignments by id."""
        return {c.id: c for c in self.consignments}

    @cached_property
    def frozen_flight(self) -> dict[str, ResolvedFrozenFlight]:
        """Published flights by id."""
        return {f.id: f for f in self.frozen_flights}

    @cached_property
    def lane(self) -> dict[str, ResolvedLane]:
        """Lanes by id."""
        return {x.id: x for x in self.lanes}

    @cached_property
    def supports_at(self) -> dict[tuple[str, str], tuple[ResolvedSupport, ...]]:
        """Route support by (uplift, discharge)."""
        pairs = {pair for support in self.supports for pair in support.pairs}
        return {pair: tuple(s for s in self.supports if pair in s.pairs) for pair in pairs}

    @cached_property
    def customs_at(self) -> dict[tuple[str, str], ResolvedCustoms]:
        """Customs minutes by (mode, airport)."""
        return {(m.mode, m.airport): m for m in self.customs}

    @cached_property
    def block(self) -> dict[str, ResolvedBlock]:
        """Blocks by id."""
        return {b.id: b for b in self.blocks}

    @cached_property
    def transit(self) -> dict[tuple[str, str], ResolvedTransit]:
        """Changes of aircraft by (consignment, gateway)."""
        return {(t.consignment, t.gateway): t for t in self.transits}

    @cached_property
    def crew(self) -> dict[tuple[str, str], ResolvedCrew]:
        """Crew rules by (operator, type); operators without a rule have none."""
        return {(c.operator, c.type): c for c in self.crews}

    @cached_property
    def report_windows(self) -> dict[tuple[str, str, str], tuple[Window, ...]]:
        """Off-blocks of crews that report at (airport, from local, to local)."""
        return {(t.airport, t.from_local, t.to_local): t.windows for t in self.report_times}
