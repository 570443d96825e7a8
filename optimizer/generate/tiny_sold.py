"""Capacity sold of tiny instances (C18, R3)."""

from __future__ import annotations

from optimizer.generate.tiny_world import PAYLOAD_KG, TinyDraft

RATES_USD_PER_KG = (0.6, 1.2, 2.0, 3.0)


def sold(draft: TinyDraft) -> None:
    """Two to four blocks or charters out of a gateway or to it, cheap and dear, some contracted
    (C18, C19, K14)."""
    for number in range(1, draft.rng.choice((2, 3, 3, 4)) + 1):
        _block(draft, f"S{number}")


def _block(draft: TinyDraft, name: str) -> None:
    rng = draft.rng
    gateway, station = rng.choice(draft.gateways), rng.choice(draft.stations).code
    origin, destination = (gateway, station) if draft.chance(0.6) else (station, gateway)
    if draft.chance(0.25):  # what competes with cargo by the hour is worth more than what does not
        first, length = 0, draft.length_min - 1
    else:
        first = rng.randrange(draft.length_min // 2)
        length = min(draft.length_min - 1, draft.length_min // rng.choice((2, 4)))
    weight_kg = round(min(PAYLOAD_KG.values()) * rng.choice((0.4, 0.7, 0.95)), -2)
    alone, contracted = draft.chance(0.3), draft.chance(0.4)
    rate = rng.choice(RATES_USD_PER_KG) * (2 if alone else 1)
    hard = contracted and draft.chance(0.15)
    types = sorted({row["type"] for row in draft.tables["fleet"]})
    draft.add(
        "sold",
        sold=name,
        customer=f"Forwarder {name}",
        origin=origin,
        destination=destination,
        departs_from=draft.at(first),
        departs_until=draft.at(first + length),
        weight_kg=weight_kg,
        volume_m3=round(weight_kg / rng.choice((120, 160, 250)), 1),
        price_usd=round(rate * weight_kg),
        whole_aircraft=alone,
        operators=[rng.choice(draft.operators)] if draft.chance(0.3) else [],
        types=[rng.choice(types)] if draft.chance(0.2) else [],
        contracted=contracted,
        penalty_usd_per_kg=round(rate * rng.choice((0.5, 1.5)), 2) if contracted and not hard
        else None,
    )  # fmt: skip
