"""Primal search by restricted MIPs: parts of a plan, solved anew by the reference model."""

from optimizer.search.improve import improve_by_mip
from optimizer.search.propose import Propose, UniverseProposals

__all__ = ["Propose", "UniverseProposals", "improve_by_mip"]
