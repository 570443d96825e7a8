"""Times, weights and money in a planner's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from optimizer.domain.resolved import ResolvedInstance
from optimizer.plan.plan import Flight


def kg(grams: int) -> str:
    """Grams as kilograms."""
    return f"{Decimal(grams) / 1000:,} kg"


def m3(cm3: int | Fraction) -> str:
    """Cubic centimetres as cubic metres, to the litre."""
    return f"{Decimal(round(cm3)) / 1_000_000:,.3f} m³"


def hours(minutes: int) -> str:
    """Minutes as hours and minutes."""
    sign = "-" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d} h"


def usd(micro: int) -> str:
    """Micro-dollars as dollars."""
    return f"{Decimal(micro) / 1_000_000:,.6f} USD"


def when(resolved: ResolvedInstance, minute: int, airport: str = "") -> str:
    """A minute of the period as UTC and, if the airport is known, as local time.

    Days of a dated period are named by date, those of a cyclic week by weekday.
    """
    day = "%a %H:%M" if resolved.period.cyclic else "%d %b %Y %H:%M"
    try:
        instant = datetime.fromisoformat(resolved.period.start).astimezone(UTC)
        instant += timedelta(minutes=minute)
        text = f"{instant.strftime(day)}Z"
        if airport in resolved.airport:
            local = instant.astimezone(ZoneInfo(resolved.airport[airport].timezone))
            text += f" ({local.strftime('%a %H:%M')} local)"
    except (OverflowError, ValueError, ZoneInfoNotFoundError):
        return f"minute {minute}"
    return text


def leg_name(flight: Flight, index: int) -> str:
    """For example ``flight F7, leg CGO-LUX``."""
    leg = flight.rotation.legs[index]
    return f"flight {flight.id}, leg {leg.origin}-{leg.destination}"
