"""From inbound and outbound cargo to loads that change aircraft (C21).

Cargo of one consignment at one gateway is alike, and what comes in later can leave later, so first
in, first out is a legal assignment whenever there is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from optimizer.domain.resolved import ResolvedInstance, ResolvedTransit
from optimizer.model.assemble import Carried


def connected(resolved: ResolvedInstance, carried: Sequence[Carried]) -> list[Carried]:
    """Inbound cargo joined with the outbound cargo that it becomes; all else as it is.

    What comes in and does not go on is left out: abandoned cargo earns nothing, so it stays at its
    origin. With flows that keep C21 nothing goes on without having come in, but for rounding.
    """
    found: list[Carried] = []
    ends: dict[ResolvedTransit, tuple[list[Carried], list[Carried]]] = defaultdict(lambda: ([], []))
    for item in carried:
        offer = item.carriage.offer
        if offer.transit is None:
            found.append(item)
        else:
            ends[offer.transit][offer.outbound].append(item)
    for transit, (inbound, outbound) in ends.items():
        inbound.sort(key=lambda x: x.carriage.on_block_min)
        outbound.sort(key=lambda x: x.carriage.off_block_min)
        dwell_min = resolved.consignment[transit.consignment].max_dwell_min
        found += _in_order(transit, dwell_min, inbound, outbound)
    return found


def _in_order(
    transit: ResolvedTransit,
    dwell_min: int | None,
    inbound: Sequence[Carried],
    outbound: Sequence[Carried],
) -> Iterator[Carried]:
    """The earliest cargo at the gateway leaves first; what has waited too long stays there."""
    left_kg = [item.kg for item in inbound]
    at = 0
    for item in outbound:
        open_kg, off_block_min = item.kg, item.carriage.off_block_min
        while open_kg > 0 and at < len(inbound):
            first = inbound[at]
            wait_min = off_block_min - first.carriage.on_block_min
            if wait_min < transit.connection_min:
                break
            stale = dwell_min is not None and wait_min > dwell_min
            kg = 0.0 if stale else min(open_kg, left_kg[at])
            if kg > 0:
                yield replace(
                    first,
                    delivery_dispatch_min=item.delivery_dispatch_min,
                    kg=kg,
                    onward=(item.carriage, item.flight),
                )
            open_kg -= kg
            left_kg[at] -= kg
            if stale or left_kg[at] <= 0:
                at += 1
