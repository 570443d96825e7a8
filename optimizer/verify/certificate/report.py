"""What the check of a certificate says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateReport:
    """The verdict on one certificate.

    Attributes:
        accepted: Whether the claimed bound is proven, and the plan (if one was given) earns no
            more than that.
        bound_micro: The bound that its prices prove, in micro-dollars; None if they prove nothing,
            or that there is no plan at all.
        claimed_micro: The bound that it claims, in micro-dollars.
        problems: Why it is not accepted, in a planner's words.
        rotations: Rotations enumerated, over all pools.
    """

    accepted: bool
    bound_micro: int | None
    claimed_micro: int
    problems: tuple[str, ...]
    rotations: int


class TooLargeError(ArithmeticError):
    """Amounts are beyond what 64-bit integers add up safely; such a certificate proves nothing."""
