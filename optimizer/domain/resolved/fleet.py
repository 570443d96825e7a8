"""Aircraft, their legs, and what their operators may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from optimizer.domain.resolved.time import Window


@dataclass(frozen=True, slots=True)
class ResolvedType:
    """An aircraft type in use; `volume_cm3` is usable volume (hold x packing factor)."""

    type: str
    iata_type: str
    size_code: str
    max_takeoff_t: float
    volume_cm3: int


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
class ResolvedPositions:
    """ULD positions of a type by deck (C6); None for no limit."""

    type: str
    main: int | None
    lower: int | None


@dataclass(frozen=True, slots=True)
class ResolvedFrozenFlight:
    """A published flight (C20): as often as `flights` it is flown, or each time costs (K14).

    A flight of one of `pools` counts if it has these airports and stops and every off-block stated
    (of all legs, or of the first) is within `within_min`; in a cyclic period modulo the week.

    Attributes:
        penalty_micro: Of each flight not flown; None: a plan without it is no plan.
        counted: Whether it is part of the timetable whose changes are limited.
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
    counted: bool = True
