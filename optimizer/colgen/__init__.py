"""Column generation that knows masters, pricers and bounds, and nothing of aircraft."""

from __future__ import annotations

from optimizer.colgen.boxes import Rows, StaticColumns
from optimizer.colgen.columns import ColumnBatch
from optimizer.colgen.kernel import generate_columns
from optimizer.colgen.lp_master import LpMaster
from optimizer.colgen.protocols import (
    ColumnGenerationError,
    ColumnResult,
    Columns,
    Master,
    MasterAnswer,
    Priced,
    Pricer,
    Round,
)

__all__ = [
    "ColumnBatch",
    "ColumnGenerationError",
    "ColumnResult",
    "Columns",
    "LpMaster",
    "Master",
    "MasterAnswer",
    "Priced",
    "Pricer",
    "Round",
    "Rows",
    "StaticColumns",
    "generate_columns",
]
