"""What all workbooks have in common: heads of columns, cells, widths, and no date of their own."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

_UNITS = {
    "kg": "kg",
    "t": "t",
    "m3": "m³",
    "km": "km",
    "kmh": "km/h",
    "min": "minutes",
    "h": "hours",
    "pct": "%",
    "deg": "degrees",
    "usd": "USD",
}

_HEADER_FILL = PatternFill("solid", fgColor="DDE6F0")
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)|[\r\ufffe\uffff]")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the same instance makes the same workbook


def head(cell: Cell | MergedCell, name: str) -> None:
    """Write the name of a column."""
    put(cell, name)
    cell.font = Font(bold=True)
    cell.fill = _HEADER_FILL
    cell.alignment = Alignment(vertical="top")


def put(cell: Cell | MergedCell, value: Any) -> None:
    """Write a value so that it reads back as it was."""
    if value is None:
        return
    if isinstance(value, bool | int):
        cell.value = value
        return
    if isinstance(value, float):
        # The file keeps 16 digits of a number; a number that needs 17 is kept as text.
        if repr(float(f"{value:.16g}")) == repr(value) and repr(value) != "-0.0":
            cell.value = value
            return
        value = repr(value).removesuffix(".0")
    text = ";".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    cell.value = escaped(text)
    cell.data_type = "s"  # never a formula, whatever it begins with
    cell.number_format = "@"


def escaped(text: str) -> str:
    """Text as a workbook holds it: what XML cannot keep is written ``_xHHHH_``."""
    return _ESCAPE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def width_of(name: str, longest: int) -> int:
    """Width of a column whose longest value has so many letters."""
    return min(max(len(name), longest, 8) + 3, 44)


def frozen(sheet: Worksheet, columns: int, rows: int) -> None:
    """Keep the first row and column in sight, and let every column be filtered."""
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{max(rows, 1) + 1}"


def unit_of(name: str) -> str:
    """The unit that the name of a column ends in, in words; empty if it has none."""
    *_, plain = re.split(r"(?=\busd_per_)|(?<=_)(?=usd_per_)", name)
    if plain.startswith("usd_per_"):
        return "USD per " + plain.removeprefix("usd_per_").replace("_", " ")
    amount, *per = name.split("_per_")
    unit = _UNITS.get(amount.rsplit("_", 1)[-1], "")
    return " per ".join([unit, *per]).replace("_", " ") if unit else ""


def undated(data: bytes) -> bytes:
    """The workbook without the moment it was written."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", content
                )
            fresh = zipfile.ZipInfo(info.filename, _ZIP_TIME)
            fresh.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fresh, content)
    return stream.getvalue()
