"""The check of certificates: a bound recomputed without trusting any solver.

What is to be checked is told in ``docs/certificate.md``. The universe of rotations is enumerated
here once more, from the resolved instance and ``docs/formulation.md`` alone; multipliers of loads
are searched for in floating point, and everything that counts is integers.
"""

from optimizer.verify.certificate.lines import EXACT_TAILS
from optimizer.verify.certificate.report import CertificateReport
from optimizer.verify.certificate.verify import verify_certificate

__all__ = ["EXACT_TAILS", "CertificateReport", "verify_certificate"]
