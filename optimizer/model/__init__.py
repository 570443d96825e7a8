"""The formulations: the compact reference MILP, and how a model's numbers become an exact plan."""

from optimizer.model.assemble import Carried, assemble
from optimizer.model.itineraries import Flown, itineraries
from optimizer.model.reference import RELAXABLE, ReferenceModel
from optimizer.model.repertoire import Repertoire
from optimizer.model.restriction import Kept, LineList, Restriction
from optimizer.model.size import ModelSize, model_size
from optimizer.model.sold_rows import FITS
from optimizer.model.solving import ReferenceResult, solve_reference, write_model
from optimizer.model.whole import LEAST_SHARE

__all__ = [
    "FITS",
    "LEAST_SHARE",
    "RELAXABLE",
    "Carried",
    "Flown",
    "Kept",
    "LineList",
    "ModelSize",
    "ReferenceModel",
    "ReferenceResult",
    "Repertoire",
    "Restriction",
    "assemble",
    "itineraries",
    "model_size",
    "solve_reference",
    "write_model",
]
