"""Named, typed edits of an instance; each gives a new instance and leaves the old one as it was."""

from typing import Final

from optimizer.whatif.edits import cargo, fleet, money, places, tables
from optimizer.whatif.edits.base import Edit
from optimizer.whatif.edits.desk import Desk

EDITS: Final[dict[str, type[Edit]]] = {
    str(edit.model_fields["edit"].default): edit
    for edit in (
        cargo.ScaleDemand,
        cargo.ShiftDemand,
        cargo.RedirectDemand,
        cargo.ScaleRates,
        cargo.DeclareDemand,
        cargo.AddConsignment,
        cargo.AddCommitment,
        fleet.AddTail,
        fleet.GroundTail,
        fleet.DelayTail,
        fleet.SwapType,
        fleet.AddMaintenance,
        fleet.LimitChanges,
        places.ChangeSlots,
        places.LimitSlots,
        places.AddHeldSlot,
        places.MoveHeldSlots,
        places.CloseAirport,
        places.OpenAirport,
        places.CloseAirspace,
        places.OpenAirspace,
        places.OpenDestination,
        places.AddGateway,
        places.SetStands,
        places.LimitHandling,
        places.SetStock,
        money.SetPrices,
        money.ScaleFuel,
        money.SetCarbon,
        money.ScaleCharges,
        money.ChangeLanes,
        money.AddLane,
        money.SetCustoms,
        tables.SetValues,
        tables.ScaleValues,
        tables.AddRows,
        tables.RemoveRows,
    )
}
"""Edits by name, in the order of the documentation."""

__all__ = ["EDITS", "Desk", "Edit"]
