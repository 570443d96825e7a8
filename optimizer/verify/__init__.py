"""The audit: the problem statement a second time.

Whatever made a plan, the audit reads it against ``docs/formulation.md`` alone. It shares no code
with the solvers, nor the arithmetic of ``plan``: exact integers and fractions, one function per
constraint.
"""

from optimizer.verify.audit import audit
from optimizer.verify.rederive import ReferenceData, rederive
from optimizer.verify.report import AuditReport, Violation

__all__ = ["AuditReport", "ReferenceData", "Violation", "audit", "rederive"]
