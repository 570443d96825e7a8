"""What terminals still handle beside the flights of a schedule (C10)."""

from __future__ import annotations

import numpy as np

from optimizer.engine.cargo_table import CargoTable, Floats
from optimizer.engine.lines import Flown


def terminal_kg(cargo: CargoTable) -> Floats:
    """Kilograms that each window of a terminal handles."""
    return np.array([limit.most_g * 1e-3 for limit in cargo.terminals.limits], dtype=float)


def handling_windows(cargo: CargoTable, flown: Flown) -> list[tuple[int, ...]]:
    """By load of a flight: the windows it counts for, by number."""
    shape = flown.timed.shape
    return [
        cargo.terminals.windows(
            flown.rotation, int(shape.first_leg[segment]), int(shape.last_leg[segment])
        )
        for segment in flown.loads[:, 1].tolist()
    ]


def count_handled(cargo: CargoTable, flown: Flown, room_kg: Floats, sign: float) -> None:
    """Take the cargo of a flight from the room of terminals (sign -1), or give it back (1)."""
    if cargo.terminals.limits:
        for windows, kg in zip(handling_windows(cargo, flown), flown.loads_kg, strict=True):
            for number in windows:
                room_kg[number] += sign * kg
