"""Carbon prices of legs (K13) and route support (R4)."""

from __future__ import annotations

from optimizer.domain.resolved import ResolvedSupport
from optimizer.resolve.context import Context
from optimizer.resolve.places import ANYWHERE
from optimizer.resolve.quantities import exact, micro, pico_per_g
from optimizer.resolve.rights import expand


class CarbonPrices:
    """What the schemes of an instance charge for CO2."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def usd_per_t(self, origin: str, destination: str) -> float:
        """Sum over the schemes that cover a leg: price of a tonne of CO2 times the share paid."""
        covering = (
            row
            for row in self._context.instance.carbon
            if self._means(row.origins, origin) and self._means(row.destinations, destination)
        )
        return float(sum(exact(row.usd_per_t_co2) * exact(row.paid_share) for row in covering))

    def _means(self, points: tuple[str, ...], airport: str) -> bool:
        if not points:
            return True
        country = self._context.catalogue.text("airports", airport, "country")
        return any(point in (ANYWHERE, airport, country) for point in points)


def resolve_supports(
    context: Context, planned: tuple[str, ...], in_use: tuple[str, ...]
) -> tuple[ResolvedSupport, ...]:
    """Route support of planned operators on pairs of airports in use, in an order of its own."""
    country = {code: context.catalogue.text("airports", code, "country") for code in in_use}
    rows = [
        (row, pairs)
        for row in context.instance.support
        if (not row.operators or set(row.operators).intersection(planned))
        and (pairs := expand(row, country))
    ]
    rows.sort(key=lambda x: x[0].model_dump_json(exclude={"provenance"}))
    seen: dict[str, int] = {}
    supports = []
    for row, pairs in rows:
        name = f"{row.authority} {row.uplift}-{row.discharge}"
        seen[name] = count = seen.get(name, 0) + 1
        supports.append(
            ResolvedSupport(
                id=name if count == 1 else f"{name} #{count}",
                operators=tuple(sorted(set(row.operators).intersection(planned))),
                pairs=tuple(sorted(pairs)),
                flight_micro=micro(row.usd_per_flight),
                pico_per_g=pico_per_g(exact(row.usd_per_t) / 1000),
            )
        )
    return tuple(supports)
