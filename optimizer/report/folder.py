"""The solution folder: everything about one plan in files that a planner opens."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import pandas as pd

from optimizer.errors import FreighterError
from optimizer.files import write_certificate, write_plan
from optimizer.files.atomic import new_folder
from optimizer.files.certificate_json import CERTIFICATE_FILE
from optimizer.plan.certificate import Certificate
from optimizer.plan.plan import Plan
from optimizer.report.page import page_html
from optimizer.report.pnl import DIMENSIONS
from optimizer.report.text import summary_text
from optimizer.report.view import PlanView

Writer = Callable[[Path], None]
"""Writes one file at the path it is given."""

PLAN_FILE: Final = "plan.json"
SUMMARY_FILE: Final = "summary.json"
PAGE_FILE: Final = "report.html"
TABLE_FILES: Final[dict[str, Callable[[PlanView], pd.DataFrame]]] = {
    "schedule.csv": lambda view: view.schedule,
    "loads.csv": lambda view: view.loads,
    "trucks.csv": lambda view: view.trucks,
    "costs.csv": lambda view: view.costs.lines,
    "left_behind.csv": lambda view: view.left_behind,
    "break_even.csv": lambda view: view.break_even,
    "load_factors.csv": lambda view: view.load_factors,
    "utilisation.csv": lambda view: view.utilisation,
    "slots.csv": lambda view: view.slots,
    "slot_use.csv": lambda view: view.slot_use,
    "handling_use.csv": lambda view: view.handling_use,
    "stock_use.csv": lambda view: view.stock_use,
    "blocks.csv": lambda view: view.blocks,
    "sold.csv": lambda view: view.sold,
    "truck_cutoffs.csv": lambda view: view.truck_cutoffs,
    **{f"pnl_{by}.csv": partial(lambda by, view: view.costs.by(by), by) for by in DIMENSIONS},
}
"""Tables of a solution folder by file name."""


class TargetError(FreighterError):
    """A folder must not be written where it was asked for."""

    exit_code = 2


def write_solution(
    folder: Path,
    view: PlanView,
    figures: dict[str, Any],
    certificate: Certificate | None = None,
) -> Path:
    """Write a solution folder atomically; the last good one stays until the new one is whole.

    Args:
        folder: Where; an older solution there is replaced, anything else is not.
        view: The plan.
        figures: Its ``summary()``.
        certificate: Proof of its bound. Without one, that of an older solution is taken away.

    Raises:
        TargetError: The folder holds something that is not a solution.
        OSError: It cannot be written.
    """
    writers: dict[str, Writer] = {
        PLAN_FILE: partial(_write_plan, view.data, view.resolved.instance_digest)
    }
    for name, table in TABLE_FILES.items():
        writers[name] = partial(_write_table, table, view)
    writers[SUMMARY_FILE] = partial(_write_text, json.dumps(figures, indent=2) + "\n")
    writers["summary.txt"] = partial(_write_text, summary_text(view.resolved, figures))
    writers[PAGE_FILE] = partial(_write_page, view, figures)
    if certificate is not None:
        writers[CERTIFICATE_FILE] = partial(write_certificate, certificate)
    return write_folder(folder, writers, marker=PLAN_FILE, stale=(CERTIFICATE_FILE,))


def write_folder(
    folder: Path, writers: Mapping[str, Writer], *, marker: str, stale: Iterable[str] = ()
) -> Path:
    """Write files into a folder, all or none; what others have put into it is kept.

    Args:
        folder: The place; its parent is created.
        writers: Writer by file name.
        marker: File that tells an old folder of this kind from any other, which is not touched.
        stale: Files of an older folder that are not kept, for they are about what is replaced.

    Returns:
        The folder, links resolved.

    Raises:
        TargetError: The place is taken by something else.
        OSError: It cannot be written; what was there is untouched.
    """
    folder = folder.resolve()
    check_target(folder, marker=marker)
    replaced = {*writers, *stale}
    with new_folder(folder, keep=lambda name: name not in replaced) as fresh:
        for name, write in writers.items():
            write(fresh / name)
            _flush(fresh / name)
    return folder


def check_target(folder: Path, *, marker: str = PLAN_FILE) -> None:
    """Refuse a place that is taken by something else.

    Raises:
        TargetError: It is a file, or a folder that holds things but no `marker`.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise TargetError(f"{folder} is a file; name a folder")
    if any(folder.iterdir()) and not (folder / marker).is_file():
        raise TargetError(
            f"{folder} holds other things (it has no {marker}); name a new or empty folder"
        )


def _flush(path: Path) -> None:
    """Have the disk hold a file before it takes the place of an older one."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def _write_plan(plan: Plan, digest: str, path: Path) -> None:
    write_plan(plan, path, instance_digest=digest)


def _write_page(view: PlanView, figures: dict[str, Any], path: Path) -> None:
    _write_text(page_html(view, figures), path)


def _write_table(table: Callable[[PlanView], pd.DataFrame], view: PlanView, path: Path) -> None:
    write_csv(table(view), path)


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as UTF-8 CSV with a header, blanks for what is not known."""
    frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
