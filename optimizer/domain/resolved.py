"""The resolved instance: what solvers plan on and what the audit checks against.

Everything that two programs could compute differently (great circles, exponentials, time zones,
merged reference data) is settled here once, as data: minutes, grams, cubic centimetres and integer
money. Times are minutes from the start of the period, UTC; windows are half-open. In a cyclic
period a `Window` starts in [0, 10080) and may end after 10080: it holds modulo the week.

Money is exact. Amounts are integer micro-dollars (``_micro``); rates per gram are integer
pico-dollars per gram (``_pico_per_g``; 1 USD/kg is 1e9).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from optimizer.domain.period import UniverseLimits

MICRO = 1_000_000
"""Micro-dollars in a dollar."""


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open interval [start_min, end_min) of minutes."""

    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True)
class ResolvedPeriod:
    """The period in minutes; `start` is ISO 8601 with offset and stands for minute 0."""

    cyclic: bool
    length_min: int
    start: str
    month_days: int


@dataclass(frozen=True, slots=True)
class ResolvedAirport:
    """An airport in use; `stands` pairs ICAO size letters with numbers, empty for no limit."""

    code: str
    name: str
    country: str
    timezone: str
    latitude_deg: float | None
    longitude_deg: float | None
    handling_pico_per_g: int
    storage_pico_per_g_h: int
    stands: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ResolvedType:
    """An aircraft type in use; `volume_cm3` is usable volume (hold x packing factor)."""

    type: str
    iata_type: str
    size_code: str
    max_takeoff_t: float
    volume_cm3: int


@dataclass(frozen=True, slots=True)
class ResolvedCharge:
    """A charge for one movement (K5); `night_micro` comes on top within the night windows."""

    item: str
    movement: Literal["arrival", "departure"]
    amount_micro: int
    night_micro: int
    night: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ResolvedGround:
    """What a type needs and pays on the ground at an airport (C2, K2, K5, K6, K8)."""

    airport: str
    type: str
    turnaround_min: int
    technical_stop_min: int
    ramp_turn_micro: int
    ramp_technical_micro: int
    parking_free_min: int
    parking_micro_per_h: int
    layover_micro: int
    charges: tuple[ResolvedCharge, ...]


@dataclass(frozen=True, slots=True)
class ResolvedLeg:
    """A leg an operator can fly with a type: time, cap, fuel line and costs of one flight.

    `cap_kg` is the payload-range limit (C3) and the limit of C4; `binding` names what sets it
    (``structure``, ``take-off weight``, ``fuel capacity``, ``landing weight``) and `lost_kg` what
    it costs against the structural payload. Trip fuel is `fuel_fixed_kg` + `fuel_per_kg` x load;
    what carbon schemes charge for it (K13) is stated likewise.
    """

    operator: str
    type: str
    origin: str
    destination: str
    distance_km: float
    overflies: tuple[str, ...]
    block_min: int
    cap_kg: int
    binding: str
    lost_kg: int
    fuel_fixed_kg: float
    fuel_per_kg: float
    fuel_fixed_micro: int
    fuel_pico_per_g: int
    crew_micro: int
    maintenance_micro: int
    navigation_micro: int
    carbon_fixed_micro: int = 0
    carbon_pico_per_g: int = 0


@dataclass(frozen=True, slots=True)
class ResolvedClosure:
    """Times at which movements are forbidden (C8); empty `operators` means everybody's."""

    airport: str
    movement: Literal["arrival", "departure"]
    types: tuple[str, ...]
    operators: tuple[str, ...]
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ResolvedSlotLimit:
    """At most `movements` movements in one window (C7); empty `operators` means everybody's."""

    id: str
    airport: str
    arrivals: bool
    departures: bool
    operators: tuple[str, ...]
    window: Window
    movements: int


@dataclass(frozen=True, slots=True)
class ResolvedHandlingLimit:
    """At most `most_g` grams through an airport's terminal in one window (C10).

    Loaded cargo counts at its off-block, unloaded cargo at its on-block.
    """

    id: str
    airport: str
    loaded: bool
    unloaded: bool
    window: Window
    most_g: int


@dataclass(frozen=True, slots=True)
class ResolvedStockLimit:
    """At most `most_g` grams wait for their flights at an airport at any instant (C10)."""

    airport: str
    most_g: int


@dataclass(frozen=True, slots=True)
class ResolvedHeldSlot:
    """`slots` held slots at one minute (C7), each good within the tolerance."""

    id: str
    operator: str
    airport: str
    movement: Literal["arrival", "departure"]
    minute: int
    tolerance_min: int
    slots: int


@dataclass(frozen=True, slots=True)
class ResolvedOperator:
    """A planned operator: where it may turn round, refuel, and carry from and to (C15).

    `stations` are the airports of full turns other than gateways; `rights` the (uplift, discharge)
    pairs between airports in use.
    """

    operator: str
    name: str
    stations: tuple[str, ...]
    technical_stops: tuple[str, ...]
    rights: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ResolvedRightCap:
    """A frequency cap (C15): most rotations of the operator that offer any of these pairs."""

    id: str
    operator: str
    pairs: tuple[tuple[str, str], ...]
    max_flights: int


@dataclass(frozen=True, slots=True)
class ResolvedSupport:
    """Route support (R4) of one row; empty `operators` for everybody.

    A rotation that offers any of the pairs earns `flight_micro`; cargo loaded and unloaded at one
    of the pairs earns `pico_per_g`.
    """

    id: str
    operators: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    flight_micro: int
    pico_per_g: int


@dataclass(frozen=True, slots=True)
class ResolvedMarket:
    """A service pattern (C17); None for no limit, empty `operators` for everybody."""

    id: str
    station: str
    operators: tuple[str, ...]
    gateway: str | None
    min_rotations: int | None
    max_rotations: int | None
    min_spacing_min: int | None


@dataclass(frozen=True, slots=True)
class ResolvedPool:
    """Tails that differ in nothing that matters.

    In a dated period a tail with hour limits, ACMI terms or maintenance is a pool of its own. All
    amounts and hour limits are per tail; in a cyclic period the pool's total is limited by its
    size times them. `guarantee_min` and `fixed_micro` are for the period, already pro rata.
    `fixed_micro` (lease) is paid whether or not the tail flies; a `returnable` ACMI tail that is
    returned flies nothing and pays nothing.
    """

    id: str
    tails: tuple[str, ...]
    operator: str
    type: str
    base: str
    start_airport: str
    end_airport: str
    available_from_min: int
    available_until_min: int
    maintenance: tuple[Window, ...]
    acmi: bool
    returnable: bool
    fixed_micro: int
    acmi_micro_per_block_h: int
    guarantee_min: int
    max_block_min: int | None
    min_block_min: int | None

    @property
    def size(self) -> int:
        """Number of tails."""
        return len(self.tails)


@dataclass(frozen=True, slots=True)
class ResolvedLane:
    """A truck lane; `cost_micro` pairs customs modes with the price of one truck.

    Trucks leave at `dispatch_offset_min` + k x `dispatch_every_min` for every integer k.
    """

    id: str
    origin: str
    destination: str
    truck_min: int
    payload_g: int
    volume_cm3: int
    cost_micro: tuple[tuple[str, int], ...]
    dispatch_every_min: int
    dispatch_offset_min: int
    trucks_per_dispatch: int | None


@dataclass(frozen=True, slots=True)
class ResolvedCustoms:
    """Minutes a customs mode needs at one airport (C11)."""

    mode: str
    airport: str
    export_min: int
    import_min: int


@dataclass(frozen=True, slots=True)
class Access:
    """How a consignment gets to or from an airport: by a lane, or directly (lane None)."""

    airport: str
    lane: str | None


@dataclass(frozen=True, slots=True)
class ResolvedConsignment:
    """A consignment in grams, cubic centimetres and minutes.

    `revenue_micro` (R1) and `surcharge_micro` (R2) are for the whole weight; a delivered gram earns
    its share. `due_min` may lie beyond the period. `operators` are those it may fly with.
    """

    id: str
    origin: str
    destination: str
    customs: str
    weight_g: int
    volume_cm3: int
    chargeable_g: int
    revenue_micro: int
    surcharge_micro: int
    ready_min: int
    due_min: int
    max_dwell_min: int | None
    operators: tuple[str, ...]
    uplifts: tuple[Access, ...]
    discharges: tuple[Access, ...]


@dataclass(frozen=True, slots=True)
class ResolvedReportTime:
    """Off-blocks at an airport of crews that report between two local times (C13)."""

    airport: str
    from_local: str
    to_local: str
    windows: tuple[Window, ...]


@dataclass(frozen=True, slots=True)
class ResolvedCrewLimit:
    """A duty that is legal: so many pilots, at most so many legs and minutes (C13).

    `report` names the local times at which the crew reports; None is no limit.
    """

    pilots: int
    report: tuple[str, str]
    max_sectors: int | None
    max_flight_min: int | None
    max_duty_min: int | None


@dataclass(frozen=True, slots=True)
class ResolvedCrewChange:
    """An airport where another crew may take over, and what bringing a pilot there costs (K2)."""

    airport: str
    technical_stops: bool
    positioning_micro: int


@dataclass(frozen=True, slots=True)
class ResolvedCrew:
    """What the crews of an operator may fly on a type (C13).

    Crews report `report_min` before off-block. A leg's `crew_micro` pays `basic_pilots`.
    """

    operator: str
    type: str
    rule: str
    basic_pilots: int
    report_min: int
    limits: tuple[ResolvedCrewLimit, ...]
    changes: tuple[ResolvedCrewChange, ...]


@dataclass(frozen=True, slots=True)
class ResolvedRequirement:
    """What these consignments need (C16): only these types fly, these airports handle them."""

    id: str
    consignments: tuple[str, ...]
    types: tuple[str, ...]
    airports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedCommitment:
    """Of these consignments at least `least_g` in all are delivered (C19).

    What is short costs `penalty_pico_per_g` (K14); None: a plan that is short is no plan. With a
    `flight` it is cargo tendered for that published flight, and only what is on board of flights
    of its type, route and times counts (C20).
    """

    id: str
    consignments: tuple[str, ...]
    least_g: int
    penalty_pico_per_g: int | None
    flight: str | None = None

    @property
    def number(self) -> str:
        """Of the constraint it is part of."""
        return "C19" if self.flight is None else "C20"


@dataclass(frozen=True, slots=True)
class ResolvedFrozenFlight:
    """A published flight (C20): as often as `flights` it is flown, or each time costs (K14).

    A flight of one of `pools` counts if it has these airports and stops and every off-block stated
    (of all legs, or of the first) is within `within_min`; in a cyclic period modulo the week.

    Attributes:
        penalty_micro: Of each flight not flown; None: a plan without it is no plan.
    """

    id: str
    operator: str
    type: str
    pools: tuple[str, ...]
    airports: tuple[str, ...]
    stops: tuple[Literal["full", "technical"], ...]
    off_block_min: tuple[int, ...]
    within_min: int
    flights: int
    penalty_micro: int | None


@dataclass(frozen=True, slots=True)
class ResolvedBlock:
    """Capacity bought on one leg that somebody else flies (C18).

    `fixed_micro` is paid in any case, `pico_per_g` for what is used (K12). `meets` are ids of
    requirements (C16). In a cyclic period its off-block is in the first week.
    """

    id: str
    kind: str
    operator: str
    flight: str
    origin: str
    destination: str
    off_block_min: int
    on_block_min: int
    weight_g: int
    volume_cm3: int
    fixed_micro: int
    pico_per_g: int
    meets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResolvedPositions:
    """ULD positions of a type by deck (C6); None for no limit."""

    type: str
    main: int | None
    lower: int | None


@dataclass(frozen=True, slots=True)
class ResolvedPacking:
    """What a consignment takes of the positions of a deck, or of any (C6).

    `milli_positions` are thousandths of a position for the whole weight.
    """

    consignment: str
    deck: Literal["any", "main", "lower"]
    milli_positions: int


@dataclass(frozen=True, slots=True)
class ResolvedTransit:
    """A consignment may change aircraft at a gateway, if so many minutes lie between (C21)."""

    consignment: str
    gateway: str
    connection_min: int


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
