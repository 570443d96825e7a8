"""What flying rotations empty costs, for all timings of a route at once (K1 to K8 and K13
less R4, without K4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.domain.resolved import ResolvedInstance, Window
from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.network import Route
from optimizer.plan.costing import supports_of
from optimizer.plan.crews import crew_costs


class RotationCosts:
    """Prices the timings of routes as `optimizer.plan.costing` does, in dollars."""

    def __init__(self, resolved: ResolvedInstance) -> None:
        self._resolved = resolved
        self._cycle_min = resolved.period.length_min if resolved.period.cyclic else 0
        self._charges: dict[
            tuple[str, str, str], tuple[float, list[tuple[float, tuple[Window, ...]]]]
        ] = {}

    def usd(self, route: Route, off: Ints, on: Ints) -> Floats:
        """What each timing costs an ACMI aircraft: layovers, but neither crew nor maintenance.

        Args:
            off: Off-block minutes by timing and leg.
            on: On-block minutes likewise.
        """
        r, type_ = self._resolved, route.type
        stops = (route.airports[0], *_full_stops(route))
        support = sum(x.flight_micro for x in supports_of(r, route.operator, stops))
        cost = np.full(len(off), -support * 1e-6)
        last = len(route.stops) - 1
        for i, stop in enumerate(route.stops):
            origin, destination = route.airports[i], route.airports[i + 1]
            leg = r.leg[route.operator, type_, origin, destination]
            ground = r.ground_at[destination, type_]
            full = stop == "full"
            flown = leg.fuel_fixed_micro + leg.carbon_fixed_micro + leg.navigation_micro
            cost += flown * 1e-6
            cost += self._charges_usd(origin, type_, "departure", off[:, i])
            cost += self._charges_usd(destination, type_, "arrival", on[:, i])
            cost += (ground.ramp_turn_micro if full else ground.ramp_technical_micro) * 1e-6
            if i < last:
                over_min = np.maximum(0, off[:, i + 1] - on[:, i] - ground.parking_free_min)
                cost += over_min * (ground.parking_micro_per_h / 60e6)
        return cost + self._crews_usd(route, off, on, acmi=True)

    def own_usd(self, route: Route, off: Ints, on: Ints) -> Floats:
        """What each timing costs other aircraft more: crew and maintenance (K2, K3)."""
        hops = zip(route.airports[:-1], route.airports[1:], strict=True)
        legs = [self._resolved.leg[route.operator, route.type, a, b] for a, b in hops]
        maintenance_usd = sum(leg.maintenance_micro for leg in legs) * 1e-6
        crews = (self._crews_usd(route, off, on, acmi=acmi) for acmi in (False, True))
        return maintenance_usd + next(crews) - next(crews)

    def _crews_usd(self, route: Route, off: Ints, on: Ints, *, acmi: bool) -> Floats:
        """K2; without a crew rule all timings of a route cost the same."""
        if not len(off):
            return np.zeros(0)
        ruled = (route.operator, route.type) in self._resolved.crew
        rows = zip(off.tolist(), on.tolist(), strict=True) if ruled else [(off[0], on[0])]
        usd = [
            sum(
                cost.micro
                for cost in crew_costs(self._resolved, route.rotation(off_min, on_min), acmi=acmi)
            )
            * 1e-6
            for off_min, on_min in rows
        ]
        return np.array(usd if ruled else usd * len(off))

    def _charges_usd(self, airport: str, type_: str, movement: str, minutes: Ints) -> Floats:
        """Charges at the minutes of the movement (K5)."""
        key = (airport, type_, movement)
        if key not in self._charges:
            due = [
                c
                for c in self._resolved.ground_at[airport, type_].charges
                if c.movement == movement
            ]
            nights = [(c.night_micro * 1e-6, c.night) for c in due if c.night_micro and c.night]
            self._charges[key] = (sum(c.amount_micro for c in due) * 1e-6, nights)
        amount, nights = self._charges[key]
        usd = np.full(len(minutes), amount)
        for surcharge, windows in nights:
            usd += surcharge * within(minutes, windows, self._cycle_min)
        return usd


def _full_stops(route: Route) -> list[str]:
    return [a for a, stop in zip(route.airports[1:], route.stops, strict=True) if stop == "full"]


def within(minutes: Ints, windows: Sequence[Window], cycle_min: int) -> Bools:
    """Which minutes lie in one of the windows, modulo `cycle_min` unless that is 0."""
    m = minutes % cycle_min if cycle_min else minutes
    inside = np.zeros(len(m), dtype=np.bool_)
    for w in windows:
        inside |= (m >= w.start_min) & (m < w.end_min)
        if cycle_min and w.end_min > cycle_min:
            inside |= (m + cycle_min >= w.start_min) & (m + cycle_min < w.end_min)
    return inside
