"""Edits of airports, airspace and rights: slots, curfews, stands, terminals, gateways."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from typing_extensions import override

from optimizer.data import reference
from optimizer.domain.airports import Stands
from optimizer.domain.base import Clock, Days, Iata, LocalDate, Movement, Name, Names
from optimizer.domain.rules import Curfew, HandlingLimit, HeldSlot, Right, SlotWindow
from optimizer.domain.stock import StockLimit
from optimizer.whatif.edits.base import Edit
from optimizer.whatif.edits.desk import Desk


class ChangeSlots(Edit):
    """More or fewer slots in the windows of an airport (C7)."""

    edit: Literal["change_slots"] = "change_slots"
    airport: Iata = Field(description="where")
    by: int = Field(description="movements more in every window; negative: fewer, never below none")
    movement: Names = Field(default=(), description="only rows for arrival, departure or any")
    from_local: Names = Field(default=(), description="only rows that start at these times")

    @override
    def apply(self, desk: Desk) -> None:
        wanted = {
            "airport": (self.airport,),
            "movement": self.movement,
            "from_local": self.from_local,
        }
        desk.change("slots", wanted, lambda row: {"movements": max(0, row.movements + self.by)})


class LimitSlots(Edit, SlotWindow):
    """One more limit on movements (C7); fields as in ``slots.csv``."""

    edit: Literal["limit_slots"] = "limit_slots"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("slots", self.as_row(SlotWindow))


class AddHeldSlot(Edit, HeldSlot):
    """A slot is held (C7); fields as in ``held_slots.csv``."""

    edit: Literal["add_held_slot"] = "add_held_slot"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("held_slots", self.as_row(HeldSlot))


class MoveHeldSlots(Edit):
    """Held slots are at another time of the same day, or lost."""

    edit: Literal["move_held_slots"] = "move_held_slots"
    operator: Names = Field(default=(), description="only theirs")
    airport: Names = Field(default=(), description="only there")
    movement: Names = Field(default=(), description="only arrivals, or departures")
    time_local: Names = Field(default=(), description="only those at these times")
    new_time_local: Clock | None = Field(default=None, description="when now; blank: lost")

    @override
    def apply(self, desk: Desk) -> None:
        wanted = {
            "operator": self.operator,
            "airport": self.airport,
            "movement": self.movement,
            "time_local": self.time_local,
        }
        if self.new_time_local is not None:
            desk.change("held_slots", wanted, lambda _: {"time_local": self.new_time_local})
            return
        lost = desk.matching("held_slots", wanted)
        rows = desk.rows("held_slots")
        desk.put("held_slots", (row for i, row in enumerate(rows) if i not in lost))


class CloseAirport(Edit):
    """An airport is closed at some local times, or altogether (C8); what it had closed stays so."""

    edit: Literal["close_airport"] = "close_airport"
    airport: Iata = Field(description="where")
    movement: Movement = Field(default="any", description="arrival, departure or any")
    from_local: Clock = Field(default="00:00", description="start, local")
    to_local: Clock = Field(default="24:00", description="end (exclusive), local")
    days: Days | None = Field(default=None, description="local days 1 to 7; blank: every day")
    date: LocalDate | None = Field(default=None, description="one local date, instead of days")
    types: Names = Field(default=(), description="only for these types")
    operators: Names = Field(default=(), description="only for these operators")

    @override
    def apply(self, desk: Desk) -> None:
        keep_reference_curfews(desk, self.airport)
        desk.add("curfews", self.as_row(Curfew))


class OpenAirport(Edit):
    """No curfew at an airport any more (C8), those of the reference data included."""

    edit: Literal["open_airport"] = "open_airport"
    airport: Iata = Field(description="where")

    @override
    def apply(self, desk: Desk) -> None:
        others = (row for row in desk.rows("curfews") if row.airport != self.airport)
        always = Curfew(
            airport=self.airport, movement="any", rule="open", from_local="00:00", to_local="24:00"
        )
        desk.put("curfews", (*others, always))


def keep_reference_curfews(desk: Desk, airport: str) -> None:
    """Copy the reference rows of an airport without own ones: an own row replaces them all."""
    if not desk.instance.reference_data:
        return
    if not any(row.airport == airport for row in desk.rows("curfews")):
        desk.add("curfews", *(row for row in reference().curfews if row.airport == airport))


class CloseAirspace(Edit):
    """Operators lose an overflight permission (C15)."""

    edit: Literal["close_airspace"] = "close_airspace"
    permission: Name = Field(description="overflight permission, for example RU")
    country: Names = Field(default=(), description="only operators licensed there")
    operator: Names = Field(default=(), description="only these operators")

    @override
    def apply(self, desk: Desk) -> None:
        wanted = {
            "overflight": (self.permission,),
            "country": self.country,
            "operator": self.operator,
        }
        desk.change(
            "operators",
            wanted,
            lambda row: {"overflight": tuple(p for p in row.overflight if p != self.permission)},
        )


class OpenAirspace(Edit):
    """Operators get an overflight permission (C15)."""

    edit: Literal["open_airspace"] = "open_airspace"
    permission: Name = Field(description="overflight permission, for example RU")
    country: Names = Field(default=(), description="only operators licensed there")
    operator: Names = Field(default=(), description="only these operators")

    @override
    def apply(self, desk: Desk) -> None:
        desk.change(
            "operators",
            {"country": self.country, "operator": self.operator},
            lambda row: {"overflight": tuple(dict.fromkeys((*row.overflight, self.permission)))},
        )


class OpenDestination(Edit):
    """Operators may serve a destination (C15): those that have rows of rights get one for it.

    Operators without rows may serve every airport as it is. Cargo for it is another edit.
    """

    edit: Literal["open_destination"] = "open_destination"
    airport: Iata = Field(description="the destination")
    operators: Names = Field(default=(), description="only these; blank: all that have rights")
    max_flights: int | None = Field(default=None, ge=0, description="most rotations; blank: any")

    @override
    def apply(self, desk: Desk) -> None:
        known = {row.operator for row in (*desk.rows("operators"), *desk.rows("fleet"))}
        for operator in self.operators:
            if operator not in known:
                desk.wrong("operators", "no such operator", value=operator, known=known)
        holders = {row.operator for row in desk.rows("rights")}
        for operator in sorted(holders & set(self.operators or holders)):
            for gateway in desk.instance.gateways:
                desk.add(
                    "rights",
                    Right(
                        operator=operator,
                        uplift=gateway,
                        discharge=self.airport,
                        max_flights=self.max_flights,
                    ),
                )


class AddGateway(Edit):
    """Rotations may start and end at one more airport."""

    edit: Literal["add_gateway"] = "add_gateway"
    airport: Iata = Field(description="where")

    @override
    def apply(self, desk: Desk) -> None:
        gateways = desk.instance.gateways
        if self.airport in gateways:
            desk.wrong("airport", "it is a gateway already", value=self.airport)
            return
        desk.instance = desk.instance.model_copy(update={"gateways": (*gateways, self.airport)})


class SetStands(Edit, Stands):
    """Stands of one size at an airport (C9); fields as in ``stands.csv``."""

    edit: Literal["set_stands"] = "set_stands"

    @override
    def apply(self, desk: Desk) -> None:
        rows = desk.rows("stands")
        if not any(row.airport == self.airport for row in rows) and desk.instance.reference_data:
            rows = (*rows, *(s for s in reference().stands if s.airport == self.airport))
        mine = (self.airport, self.size_code)
        others = (row for row in rows if (row.airport, row.size_code) != mine)
        desk.put("stands", (*others, self.as_row(Stands)))


class LimitHandling(Edit, HandlingLimit):
    """One more limit on a terminal (C10); fields as in ``handling.csv``."""

    edit: Literal["limit_handling"] = "limit_handling"

    @override
    def apply(self, desk: Desk) -> None:
        desk.add("handling", self.as_row(HandlingLimit))


class SetStock(Edit, StockLimit):
    """Room for waiting cargo at an airport (C10); fields as in ``stock.csv``."""

    edit: Literal["set_stock"] = "set_stock"

    @override
    def apply(self, desk: Desk) -> None:
        others = (row for row in desk.rows("stock") if row.airport != self.airport)
        desk.put("stock", (*others, self.as_row(StockLimit)))
