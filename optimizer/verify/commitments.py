"""C19: what is promised is delivered; what is short costs its penalty (K14)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.domain.resolved import ResolvedCommitment
from optimizer.verify.case import Case
from optimizer.verify.report import Violation
from optimizer.verify.words import kg


def c19_commitments(case: Case) -> Iterator[Violation]:
    """C19: of the consignments of a commitment without a penalty at least so many grams."""
    for commitment in case.resolved.commitments:
        short_g = grams_short(case, commitment)
        if short_g > 0 and commitment.penalty_pico_per_g is None:
            delivered_g = commitment.least_g - short_g
            yield Violation(
                code="C19",
                message=f"commitment {commitment.id}: {kg(delivered_g)} delivered of at least "
                f"{kg(commitment.least_g)}, {kg(short_g)} short",
                amount=short_g,
                unit="g",
            )


def grams_short(case: Case, commitment: ResolvedCommitment) -> int:
    """Least grams less those delivered, of loads whose whole itinerary makes sense; from 0."""
    delivered_g = sum(
        load.load.grams
        for load in case.loads
        if load.sound and load.consignment.id in commitment.consignments
    )
    return max(0, commitment.least_g - delivered_g)
