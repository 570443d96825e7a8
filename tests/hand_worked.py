"""Every case solved with pencil and paper; the same as folders in ``instances/hand-worked``."""

from __future__ import annotations

from tests.builders import HandWorked
from tests.cargo_cases import cargo_cases
from tests.crew_cases import crew_cases
from tests.flying_cases import flying_cases
from tests.frozen_cases import frozen_cases
from tests.ground_cases import ground_cases
from tests.money_cases import money_cases
from tests.sold_cases import sold_cases


def hand_worked() -> dict[str, HandWorked]:
    """Every hand-worked case by name."""
    cases = [
        *flying_cases(),
        *money_cases(),
        *crew_cases(),
        *cargo_cases(),
        *ground_cases(),
        *sold_cases(),
        *frozen_cases(),
    ]
    return {case.instance.name: case for case in cases}
