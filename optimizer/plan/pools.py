"""A plan for pools that were divided since: its tails say to which of them flights belong."""

from __future__ import annotations

from dataclasses import replace

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Plan


def in_pools_of_tails(resolved: ResolvedInstance, plan: Plan) -> Plan:
    """The plan with flights of unknown pools in the pools of their tails; the same if none is.

    A published flight that names one of several alike tails makes each a pool of its own (C20), so
    plans made before know other pools. Money lines are left out where flights moved.
    """
    home = {tail: pool.id for pool in resolved.pools for tail in pool.tails}
    flights = tuple(
        replace(f, pool=home[f.tail]) if f.pool not in resolved.pool and f.tail in home else f
        for f in plan.flights
    )
    return plan if flights == plan.flights else replace(plan, flights=flights, money=())
