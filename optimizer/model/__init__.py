"""The formulations: the compact reference MILP, and how a model's numbers become an exact plan."""

from optimizer.model.assemble import Carried, assemble

__all__ = ["Carried", "assemble"]
