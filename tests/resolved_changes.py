"""Changes to resolved instances whose effect on the optimum is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from optimizer.domain.resolved import ResolvedInstance, Window


def times_money(r: ResolvedInstance, factor: int) -> ResolvedInstance:
    """Every revenue, cost and rate times a factor."""
    return replace(
        r,
        airports=tuple(
            replace(
                a,
                handling_pico_per_g=factor * a.handling_pico_per_g,
                storage_pico_per_g_h=factor * a.storage_pico_per_g_h,
            )
            for a in r.airports
        ),
        ground=tuple(
            replace(
                g,
                ramp_turn_micro=factor * g.ramp_turn_micro,
                ramp_technical_micro=factor * g.ramp_technical_micro,
                parking_micro_per_h=factor * g.parking_micro_per_h,
                layover_micro=factor * g.layover_micro,
                charges=tuple(
                    replace(
                        x,
                        amount_micro=factor * x.amount_micro,
                        night_micro=factor * x.night_micro,
                    )
                    for x in g.charges
                ),
            )
            for g in r.ground
        ),
        legs=tuple(
            replace(
                x,
                fuel_fixed_micro=factor * x.fuel_fixed_micro,
                fuel_pico_per_g=factor * x.fuel_pico_per_g,
                crew_micro=factor * x.crew_micro,
                maintenance_micro=factor * x.maintenance_micro,
                navigation_micro=factor * x.navigation_micro,
                carbon_fixed_micro=factor * x.carbon_fixed_micro,
                carbon_pico_per_g=factor * x.carbon_pico_per_g,
            )
            for x in r.legs
        ),
        pools=tuple(
            replace(
                p,
                fixed_micro=factor * p.fixed_micro,
                acmi_micro_per_block_h=factor * p.acmi_micro_per_block_h,
            )
            for p in r.pools
        ),
        lanes=tuple(
            replace(x, cost_micro=tuple((mode, factor * usd) for mode, usd in x.cost_micro))
            for x in r.lanes
        ),
        crews=tuple(
            replace(
                c,
                changes=tuple(
                    replace(x, positioning_micro=factor * x.positioning_micro) for x in c.changes
                ),
            )
            for c in r.crews
        ),
        supports=tuple(
            replace(
                x,
                flight_micro=factor * x.flight_micro,
                pico_per_g=factor * x.pico_per_g,
            )
            for x in r.supports
        ),
        blocks=tuple(
            replace(b, fixed_micro=factor * b.fixed_micro, pico_per_g=factor * b.pico_per_g)
            for b in r.blocks
        ),
        consignments=tuple(
            replace(
                c,
                revenue_micro=factor * c.revenue_micro,
                surcharge_micro=factor * c.surcharge_micro,
            )
            for c in r.consignments
        ),
    )


def shifted_week(r: ResolvedInstance, by_min: int) -> ResolvedInstance:
    """A cyclic week with everything that has a time moved together, a multiple of the grid."""
    week = r.period.length_min

    def moved(windows: tuple[Window, ...]) -> tuple[Window, ...]:
        starts = [(w.start_min + by_min) % week for w in windows]
        return tuple(
            Window(start, start + w.end_min - w.start_min)
            for start, w in zip(starts, windows, strict=True)
        )

    return replace(
        r,
        ground=tuple(
            replace(g, charges=tuple(replace(x, night=moved(x.night)) for x in g.charges))
            for g in r.ground
        ),
        pools=tuple(replace(p, maintenance=moved(p.maintenance)) for p in r.pools),
        lanes=tuple(
            replace(x, dispatch_offset_min=x.dispatch_offset_min + by_min) for x in r.lanes
        ),
        consignments=tuple(
            replace(c, ready_min=c.ready_min + by_min, due_min=c.due_min + by_min)
            for c in r.consignments
        ),
        closures=tuple(replace(x, windows=moved(x.windows)) for x in r.closures),
        slot_limits=tuple(replace(x, window=moved((x.window,))[0]) for x in r.slot_limits),
        held_slots=tuple(replace(x, minute=(x.minute + by_min) % week) for x in r.held_slots),
        report_times=tuple(replace(x, windows=moved(x.windows)) for x in r.report_times),
        blocks=tuple(
            replace(b, off_block_min=off, on_block_min=off + b.on_block_min - b.off_block_min)
            for b in r.blocks
            for off in ((b.off_block_min + by_min) % week,)
        ),
    )


def split_consignment(r: ResolvedInstance, index: int) -> ResolvedInstance:
    """One consignment as two, of a third and the rest of its kilograms, volume and revenue."""
    c = r.consignments[index]

    def third(amount: int) -> int:
        return amount // 3

    first = replace(
        c,
        id=f"{c.id}-1",
        weight_g=third(c.weight_g),
        volume_cm3=third(c.volume_cm3),
        chargeable_g=third(c.chargeable_g),
        revenue_micro=third(c.revenue_micro),
        surcharge_micro=third(c.surcharge_micro),
    )
    second = replace(
        c,
        id=f"{c.id}-2",
        weight_g=c.weight_g - first.weight_g,
        volume_cm3=c.volume_cm3 - first.volume_cm3,
        chargeable_g=c.chargeable_g - first.chargeable_g,
        revenue_micro=c.revenue_micro - first.revenue_micro,
        surcharge_micro=c.surcharge_micro - first.surcharge_micro,
    )
    parts = (*r.consignments[:index], first, second, *r.consignments[index + 1 :])
    return replace(r, consignments=parts)


def reversed_tables(r: ResolvedInstance) -> ResolvedInstance:
    """The same rows in another order."""
    return replace(
        r,
        pools=r.pools[::-1],
        consignments=r.consignments[::-1],
        lanes=r.lanes[::-1],
        legs=r.legs[::-1],
        ground=r.ground[::-1],
        airports=r.airports[::-1],
        slot_limits=r.slot_limits[::-1],
        held_slots=r.held_slots[::-1],
        closures=r.closures[::-1],
        markets=r.markets[::-1],
        right_caps=r.right_caps[::-1],
        crews=r.crews[::-1],
        report_times=r.report_times[::-1],
        requirements=r.requirements[::-1],
        blocks=r.blocks[::-1],
        operators=tuple(
            replace(o, stations=o.stations[::-1], rights=o.rights[::-1]) for o in r.operators
        ),
    )


LOOSENED: dict[str, Callable[[ResolvedInstance], ResolvedInstance]] = {
    "cap": lambda r: replace(r, legs=tuple(replace(x, cap_kg=x.cap_kg + 3000) for x in r.legs)),
    "volume": lambda r: replace(
        r, types=tuple(replace(t, volume_cm3=t.volume_cm3 + 20_000_000) for t in r.types)
    ),
    "slot windows": lambda r: replace(
        r, slot_limits=tuple(replace(x, movements=x.movements + 1) for x in r.slot_limits)
    ),
    "held slots": lambda r: replace(
        r, held_slots=tuple(replace(x, slots=x.slots + 1) for x in r.held_slots)
    ),
    "stands": lambda r: replace(
        r,
        airports=tuple(
            replace(a, stands=tuple((size, number + 1) for size, number in a.stands))
            for a in r.airports
        ),
    ),
    "due": lambda r: replace(
        r, consignments=tuple(replace(c, due_min=c.due_min + 600) for c in r.consignments)
    ),
    "dwell": lambda r: replace(
        r,
        consignments=tuple(
            c if c.max_dwell_min is None else replace(c, max_dwell_min=c.max_dwell_min + 300)
            for c in r.consignments
        ),
    ),
    "truck": lambda r: replace(
        r, lanes=tuple(replace(x, payload_g=x.payload_g + 5_000_000) for x in r.lanes)
    ),
    "trucks": lambda r: replace(
        r,
        lanes=tuple(
            x
            if x.trucks_per_dispatch is None
            else replace(x, trucks_per_dispatch=x.trucks_per_dispatch + 1)
            for x in r.lanes
        ),
    ),
    "most hours": lambda r: replace(
        r,
        pools=tuple(
            p if p.max_block_min is None else replace(p, max_block_min=p.max_block_min + 600)
            for p in r.pools
        ),
    ),
    "least hours": lambda r: replace(
        r,
        pools=tuple(
            p if p.min_block_min is None else replace(p, min_block_min=p.min_block_min // 2)
            for p in r.pools
        ),
    ),
    "frequency caps": lambda r: replace(
        r, right_caps=tuple(replace(x, max_flights=x.max_flights + 1) for x in r.right_caps)
    ),
    "service": lambda r: replace(
        r,
        markets=tuple(
            replace(
                m,
                min_rotations=None if m.min_rotations is None else max(0, m.min_rotations - 1),
                max_rotations=None if m.max_rotations is None else m.max_rotations + 1,
                min_spacing_min=None if m.min_spacing_min is None else m.min_spacing_min // 2 + 1,
            )
            for m in r.markets
        ),
    ),
    "guarantee": lambda r: replace(
        r, pools=tuple(replace(p, guarantee_min=p.guarantee_min // 2) for p in r.pools)
    ),
}
"""Right sides moved so that every plan stays a plan and costs no more."""
