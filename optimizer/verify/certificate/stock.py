"""What cargo that waits for its flight pays in stock at the prices of a leaf (C10)."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.certificate import StockPrice
from optimizer.verify.certificate.cargo import MOST_PICO
from optimizer.verify.certificate.flying import cycle
from optimizer.verify.certificate.report import TooLargeError
from optimizer.verify.certificate.steps import PricedMinutes
from optimizer.verify.certificate.universe import Ints

MOST_SUM = MOST_PICO // 2**16
"""What all prices of a leaf add up to at most: weeks of it fit into 64 bits."""


class StockPrices:
    """Prices of stock at single minutes, by airport.

    Args:
        resolved: The resolved instance.
        prices: Of the leaf.
    """

    def __init__(self, resolved: ResolvedInstance, prices: Sequence[StockPrice]) -> None:
        by_airport: dict[str, list[tuple[int, int]]] = {}
        for p in prices:
            by_airport.setdefault(p.airport, []).append((p.minute, p.pico_per_g))
        if sum(p.pico_per_g for p in prices) > MOST_SUM:
            raise TooLargeError("stock costs more than can be reckoned with")
        self._minutes = {
            airport: PricedMinutes(found, cycle(resolved)) for airport, found in by_airport.items()
        }

    def at(self, airport: str) -> bool:
        """Whether anything is paid there."""
        return airport in self._minutes

    def pico_per_g(self, airport: str, since_min: Ints, until_min: Ints) -> Ints:
        """What a gram pays that waits over [since, until)."""
        return self._minutes[airport].within(since_min, until_min)

    def pico(self, weight_g: int, airport: str, since_min: Ints, until_min: Ints) -> Ints:
        """What so many grams pay that wait over [since, until).

        Amounts beyond what fits into 64 bits beside all other costs count as that much. So what is
        paid until a minute less what is paid until an earlier one is never more than what is paid
        between the two.
        """
        price = self.pico_per_g(airport, since_min, until_min)
        paid: Ints = price.clip(max=MOST_PICO * 3 // 2 // weight_g) * weight_g
        return paid
