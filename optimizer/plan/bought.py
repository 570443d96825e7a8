"""Flights of others on which capacity is bought (C18): plans name them, but do not hold them."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedBlock, ResolvedInstance
from optimizer.plan.plan import Flight, Plan
from optimizer.plan.rotation import BoughtRotation, Leg


def bought_rotation(block: ResolvedBlock) -> BoughtRotation:
    """The leg on which a block of capacity is bought."""
    leg = Leg(block.origin, block.destination, block.off_block_min, block.on_block_min, stop="full")
    return BoughtRotation(block.operator, "", (leg,), block.id)


def bought_flight(block: ResolvedBlock) -> Flight:
    """The flight of a block, called like it; no tail of the plan flies it."""
    return Flight(block.id, "", "", bought_rotation(block))


def draft_id(block: str) -> str:
    """How a block's flight is told from a plan's own flights until these have their names."""
    return f"block {block}"


def carrying_flights(resolved: ResolvedInstance, plan: Plan) -> dict[str, Flight]:
    """By id, the flights that can carry cargo of a plan: its own, and those of bought capacity."""
    return {block.id: bought_flight(block) for block in resolved.blocks} | plan.flight
