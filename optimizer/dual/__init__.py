"""Bounds from prices: what no plan can earn more than, whatever the prices of shared limits."""

from optimizer.dual.arrays import Bools, Floats, Ints
from optimizer.dual.ascent import Ascent, Loaded, Pace, first_point
from optimizer.dual.certify import certificate, claimed_micro
from optimizer.dual.cluster_trees import ClusterTree, ClusterTrees
from optimizer.dual.clusters import Cluster, clusters_of, own_residuals
from optimizer.dual.dive import Diver, Line, Manner
from optimizer.dual.point import Point
from optimizer.dual.prices import Prices
from optimizer.dual.relaxation import Relaxation
from optimizer.dual.repriced import Repriced
from optimizer.dual.residual import Residuals
from optimizer.dual.residual_search import tighten
from optimizer.dual.stopped import StoppedError
from optimizer.dual.thinned import thinned
from optimizer.dual.tree import Part, Tree

__all__ = [
    "Ascent",
    "Bools",
    "Cluster",
    "ClusterTree",
    "ClusterTrees",
    "Diver",
    "Floats",
    "Ints",
    "Line",
    "Loaded",
    "Manner",
    "Pace",
    "Part",
    "Point",
    "Prices",
    "Relaxation",
    "Repriced",
    "Residuals",
    "StoppedError",
    "Tree",
    "certificate",
    "claimed_micro",
    "clusters_of",
    "first_point",
    "own_residuals",
    "thinned",
    "tighten",
]
