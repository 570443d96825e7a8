"""What cargo pays at terminals at the prices of a leaf (C10)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from optimizer.domain.resolved import ResolvedInstance
from optimizer.verify.certificate.flying import cycle
from optimizer.verify.certificate.steps import PricedWindows
from optimizer.verify.certificate.universe import Ints


class TerminalPrices:
    """Prices of handling limits by airport, for loading and for unloading.

    Args:
        resolved: The resolved instance.
        prices: Pico-dollars per gram, by limit.
    """

    def __init__(self, resolved: ResolvedInstance, prices: Mapping[str, int]) -> None:
        priced = [x for x in resolved.handling_limits if prices.get(x.id)]
        self._windows: dict[tuple[str, bool], PricedWindows] = {}
        for airport in {x.airport for x in priced}:
            for loading in (True, False):
                windows = [
                    (x.window, prices[x.id])
                    for x in priced
                    if x.airport == airport and (x.loaded if loading else x.unloaded)
                ]
                self._windows[airport, loading] = PricedWindows(windows, cycle(resolved))

    def pico(
        self, weight_g: int, airport: str, minutes: Ints, *, loading: bool, most_pico: int
    ) -> Ints:
        """What so many grams pay at off-blocks (or on-blocks); amounts beyond `most_pico` count
        as about that much."""
        windows = self._windows.get((airport, loading))
        if windows is None:
            return np.zeros(len(minutes), dtype=np.int64)
        paid: Ints = np.minimum(windows.at(minutes), most_pico // weight_g) * weight_g
        return paid
