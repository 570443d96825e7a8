"""The engine: from a resolved instance to a plan and a bound on what any plan can earn."""

from optimizer.engine.conflict import Reach, unmet_words
from optimizer.engine.left_behind import LeftBehind, explain_left_behind
from optimizer.engine.result import OPTIMAL_GAP, EngineResult, Progress, relative_gap
from optimizer.engine.solve import solve

__all__ = [
    "OPTIMAL_GAP",
    "EngineResult",
    "LeftBehind",
    "Progress",
    "Reach",
    "explain_left_behind",
    "relative_gap",
    "solve",
    "unmet_words",
]
