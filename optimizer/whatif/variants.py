"""One variant of an instance planned, by value: any process, here or elsewhere, can do it alone."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from optimizer import api
from optimizer.domain.digest import instance_digest
from optimizer.domain.instance import Instance
from optimizer.errors import FreighterError
from optimizer.files import certificate_from_json, read_plan
from optimizer.files.atomic import new_folder
from optimizer.files.certificate_json import CERTIFICATE_FILE

ASKED_FILE: Final = "variant.json"
"""What was asked for, beside the solution: what agrees with it need not be solved again."""
BASE: Final = "base"


@dataclass(frozen=True)
class SolveOptions:
    """How each variant is solved; see `optimizer.api.solve`."""

    gap: float = api.DEFAULT_GAP
    time_limit: float | None = None
    work_limit: float | None = None
    memory_limit: float | None = None
    seed: int = 0
    threads: int = 1
    method: str = "auto"


@dataclass(frozen=True)
class Variant:
    """What a worker is given.

    Attributes:
        name: Name of its folder.
        instance: What to plan.
        options: How.
        start: ``plan.json`` of a plan to start from, as text; flights that do not exist here are
            left out.
        certificate: ``certificate.json`` beside it, as text: prices for the bound to start from.
    """

    name: str
    instance: Instance
    options: SolveOptions
    start: str | None = None
    certificate: str | None = None

    def asked(self) -> dict[str, Any]:
        """What identifies the work, for resuming."""
        return {
            "name": self.name,
            "instance_digest": instance_digest(self.instance),
            "start_digest": _digest(self.start),
            "certificate_digest": _digest(self.certificate),
            "options": asdict(self.options),
        }


@dataclass(frozen=True)
class Planned:
    """What a worker gives back: the files of the solution, or why there is none."""

    name: str
    files: dict[str, bytes]
    error: str = ""


def from_base(variant: Variant, folder: Path) -> Variant:
    """The same variant to be planned from the solution of the base: its plan and its prices.

    Raises:
        OSError: There is no plan in the folder.
    """
    plan, proof = folder / "plan.json", folder / CERTIFICATE_FILE
    return replace(
        variant,
        start=plan.read_text(encoding="utf-8"),
        certificate=proof.read_text(encoding="utf-8") if proof.exists() else None,
    )


def plan_variant(variant: Variant, should_stop: Callable[[], bool] | None = None) -> Planned:
    """Solve a variant and return its solution folder by value."""
    with tempfile.TemporaryDirectory(prefix="freighter-") as scratch:
        try:
            start = None
            if variant.start is not None:
                path = Path(scratch) / "start.json"
                path.write_text(variant.start, encoding="utf-8")
                start = read_plan(path)
            proof = variant.certificate
            result = api.solve(
                variant.instance,
                **asdict(variant.options),
                start=start,
                start_certificate=None if proof is None else certificate_from_json(proof),
                should_stop=should_stop,
                time_to_write=True,
            )
            if should_stop is not None and should_stop():
                return Planned(variant.name, {}, "interrupted")
            folder = result.write(Path(scratch) / "solution")
        except FreighterError as error:
            return Planned(variant.name, {}, str(error))
        files = {path.name: path.read_bytes() for path in folder.iterdir()}
    return Planned(variant.name, files)


def save(folder: Path, variant: Variant, planned: Planned) -> Path:
    """Put a planned variant beside the others, whole or not at all; the folder's path."""
    target = folder / folder_name(variant.name)
    asked = variant.asked() | {"error": planned.error}
    with new_folder(target) as fresh:
        for name, content in planned.files.items():
            (fresh / name).write_bytes(content)
        (fresh / ASKED_FILE).write_text(json.dumps(asked, indent=2) + "\n", encoding="utf-8")
    return target


def is_planned(folder: Path, variant: Variant) -> bool:
    """Whether the folder holds the answer to just this variant already."""
    path = folder / folder_name(variant.name) / ASKED_FILE
    try:
        had = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(isinstance(had, dict) and had == variant.asked() | {"error": had.get("error")})


def _digest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


def error_of(folder: Path, name: str) -> str:
    """Why a variant that was tried has no plan; empty if it has one."""
    text = (folder / folder_name(name) / ASKED_FILE).read_text(encoding="utf-8")
    return str(json.loads(text)["error"])


def folder_name(name: str) -> str:
    """The name of a variant as a file system takes it."""
    return (
        "".join(c if c.isalnum() or c in "-_.,=[]+" else "-" for c in name).lstrip(".") or "variant"
    )
