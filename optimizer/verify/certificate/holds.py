"""What a rotation or bought capacity could carry at all (C4, C5, C10, C15, C16, C18, C21)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from optimizer.domain.resolved import (
    Access,
    ResolvedBlock,
    ResolvedConsignment,
    ResolvedInstance,
)
from optimizer.verify.certificate.cargo import MOST_PICO, PICO_PER_MICRO, Hold, Piece, Way
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.routes import Route
from optimizer.verify.certificate.universe import Block
from optimizer.verify.certificate.worth import Worth


def hold_of(
    resolved: ResolvedInstance,
    block: Block,
    by_ends: dict[tuple[str, str], list[Way]],
    at_once: dict[str, list[ResolvedConsignment]],
    free: Worth,
) -> Hold:
    """The hold of a route: all that some timing of it could carry and that pays or is promised.

    Args:
        resolved: The resolved instance.
        block: The route.
        by_ends: What `ends_of` found.
        at_once: What `at_once_of` found.
        free: The worth of cargo without any prices.
    """
    route = block.route
    hops = list(pairwise(route.points))
    legs = [resolved.leg[route.operator, route.type, a, b] for a, b in pairwise(route.airports)]
    room_g = [1000 * min(leg.cap_kg for leg in legs[a:b]) for a, b in hops]
    room_g[0] = min(room_g[0], _waiting_g(resolved, route, at_once))
    hold = Hold(
        tuple(a for a, _ in hops),
        tuple(b - 1 for _, b in hops),
        tuple(room_g),
        resolved.type[route.type].volume_cm3,
        (),
    )
    rights = set(resolved.operator[route.operator].rights)
    unfit = {c for x in resolved.requirements if route.type not in x.types for c in x.consignments}
    pieces = []
    for (i, a), (j, b) in combinations(enumerate(route.full_stops), 2):
        if (a, b) not in rights:
            continue
        carried = legs[hold.first_leg[i] : hold.last_leg[j - 1] + 1]
        cost = sum(leg.fuel_pico_per_g + leg.carbon_pico_per_g for leg in carried)
        cost -= _support_pico_per_g(resolved, route.operator, (a, b))
        for way in by_ends.get((a, b), ()):
            c = resolved.consignments[way.number]
            if route.operator in c.operators and c.id not in unfit:
                piece = _piece(resolved, hold, way, (i, a), (j - 1, b), cost)
                pieces += [piece] if piece is not None else []
    promised = {c for commitment in resolved.commitments for c in commitment.consignments}
    pieces = [
        p
        for p in pieces
        if p.consignment.id in promised or p.way.inbound or (free.of(hold, block, p) > 0).any()
    ]
    return Hold(hold.first_leg, hold.last_leg, hold.room_g, hold.room_cm3, tuple(pieces))


def at_once_of(resolved: ResolvedInstance) -> dict[str, list[ResolvedConsignment]]:
    """By airport with a limit on stock (C10), cargo that may leave it without any wait there.

    Its customer brings it to the aircraft (C18), or no minute is needed between its arrival and the
    off-block.
    """
    found: dict[str, list[ResolvedConsignment]] = {x.airport: [] for x in resolved.stock_limits}
    for airport, at_once in found.items():
        through = {
            t.consignment
            for t in resolved.transits
            if t.gateway == airport and t.connection_min == 0
        }
        for c in resolved.consignments:
            begins = any(access.airport == airport for access in c.uplifts)
            if c.id in through or (
                begins and (c.sold or resolved.customs_at[c.customs, airport].export_min == 0)
            ):
                at_once.append(c)
    return found


def _waiting_g(
    resolved: ResolvedInstance, route: Route, at_once: dict[str, list[ResolvedConsignment]]
) -> int:
    """What a flight takes on where its route begins, all of it in stock just before (C10).

    Cargo that may do without any wait counts beside the limit.
    """
    airport, after = route.full_stops[0], set(route.full_stops[1:])
    for limit in resolved.stock_limits:
        if limit.airport == airport:
            changing = {t.consignment for t in resolved.transits}
            return limit.most_g + sum(
                c.weight_g
                for c in at_once[airport]
                if route.operator in c.operators
                and (
                    c.id in changing
                    or not after.isdisjoint(access.airport for access in c.discharges)
                )
            )
    return MOST_PICO


def bought_hold(
    resolved: ResolvedInstance, bought: ResolvedBlock, by_ends: dict[tuple[str, str], list[Way]]
) -> Hold:
    """The hold of bought capacity: one hop, with what its carrier may fly and it is fit for."""
    empty = Hold((0,), (0,), (bought.weight_g,), bought.volume_cm3, ())
    needs = {x.id: set(x.consignments) for x in resolved.requirements if x.id not in bought.meets}
    unfit = set().union(*needs.values())
    pieces = []
    for way in by_ends.get((bought.origin, bought.destination), ()):
        c = resolved.consignments[way.number]
        if bought.operator in c.operators and c.id not in unfit:
            ends = (0, bought.origin), (0, bought.destination)
            piece = _piece(resolved, empty, way, *ends, bought.pico_per_g)
            pieces += [piece] if piece is not None else []
    return Hold((0,), (0,), empty.room_g, empty.room_cm3, tuple(pieces))


def ends_of(resolved: ResolvedInstance) -> dict[tuple[str, str], list[Way]]:
    """Ways of consignments by the airports between which they can fly (C16, C21)."""
    handled: dict[str, set[str]] = {}
    for x in resolved.requirements:
        for name in x.consignments:
            handled.setdefault(name, set(x.airports)).intersection_update(x.airports)
    found: dict[tuple[str, str], list[Way]] = {}
    for number, c in enumerate(resolved.consignments):
        ups = dict.fromkeys(access.airport for access in c.uplifts)
        downs = dict.fromkeys(access.airport for access in c.discharges)
        ways = [(up, down, Way(number)) for up in ups for down in downs]
        for t in resolved.transits:
            if t.consignment == c.id:
                ways += [(up, t.gateway, Way(number, t)) for up in ups if up != t.gateway]
                ways += [
                    (t.gateway, down, Way(number, t, outbound=True))
                    for down in downs
                    if down != t.gateway
                ]
        for up, down, way in ways:
            if c.id not in handled or {up, down} <= handled[c.id]:
                found.setdefault((up, down), []).append(way)
    return found


def _support_pico_per_g(resolved: ResolvedInstance, operator: str, pair: tuple[str, str]) -> int:
    """R4 by tonne of cargo loaded and unloaded at a pair of airports."""
    return sum(
        support.pico_per_g
        for support in resolved.supports
        if pair in support.pairs and (not support.operators or operator in support.operators)
    )


def _piece(
    resolved: ResolvedInstance,
    hold: Hold,
    way: Way,
    uplift: tuple[int, str],
    discharge: tuple[int, str],
    carriage_pico_per_g: int,
) -> Piece | None:
    """A consignment between two full stops; None if it does not fit, or cannot pay for its carriage
    and is not promised either (C19)."""
    c = resolved.consignments[way.number]
    weight_g = min(c.weight_g, *hold.room_g[uplift[0] : discharge[0] + 1])
    if c.volume_cm3:
        weight_g = min(weight_g, hold.room_cm3 * c.weight_g // c.volume_cm3)
    if weight_g <= 0:
        return None
    earned = (c.revenue_micro + c.surcharge_micro) * PICO_PER_MICRO
    ends = () if c.sold else (uplift[1], discharge[1])  # a customer handles what is sold
    handling = sum(resolved.airport[a].handling_pico_per_g for a in ends)
    gross = -(-earned * weight_g // c.weight_g) - weight_g * (handling + carriage_pico_per_g)
    if way.inbound:
        gross = -weight_g * (handling + carriage_pico_per_g)
    elif gross <= 0 and not any(c.id in x.consignments for x in resolved.commitments):
        return None
    if gross > MOST_PICO:
        raise TooLargeError(f"{c.id} earns more than can be reckoned with")
    return Piece(
        c,
        uplift[0],
        discharge[0],
        weight_g,
        c.volume_cm3 * weight_g // c.weight_g,
        gross,
        _accesses(uplift[1], c.uplifts, at_gateway=way.outbound),
        _accesses(discharge[1], c.discharges, at_gateway=way.inbound),
        way,
    )


def _accesses(airport: str, accesses: Sequence[Access], *, at_gateway: bool) -> tuple[Access, ...]:
    """Ways of a consignment to or from an airport; where it changes aircraft it is there."""
    if at_gateway:
        return (Access(airport, None),)
    return tuple(access for access in accesses if access.airport == airport)
