"""When an aircraft takes a stand (C9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.rotation import Rotation


@dataclass(frozen=True, slots=True)
class StandStay:
    """A stand is taken in [start_min, end_min)."""

    airport: str
    start_min: int
    end_min: int


def stand_stays(resolved: ResolvedInstance, rotation: Rotation) -> Iterator[StandStay]:
    """Stays on stands, leg by leg.

    At a station until off-block; at a gateway, or where the rotation ends, for the least stop:
    afterwards aircraft are towed to remote parking.
    """
    last = len(rotation.legs) - 1
    for i, leg in enumerate(rotation.legs):
        if i < last and leg.destination not in resolved.gateways:
            end_min = rotation.legs[i + 1].off_block_min
        else:
            ground = resolved.ground_at[leg.destination, rotation.type]
            technical = leg.stop == "technical"
            least_min = ground.technical_stop_min if technical else ground.turnaround_min
            end_min = leg.on_block_min + least_min
        yield StandStay(leg.destination, leg.on_block_min, end_min)
