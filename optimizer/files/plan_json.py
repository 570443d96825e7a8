"""The plan as JSON (``plan.json``): versioned, with the digests of what it was made for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from optimizer.errors import SolutionError
from optimizer.files.atomic import write_file
from optimizer.files.place import Place
from optimizer.files.strict_json import check_version, load_object, plain, restore, to_text
from optimizer.plan.plan import PLAN_VERSION, Plan

_HEAD = ("schema_version", "solver_version", "instance_digest")


def plan_to_json(plan: Plan, *, instance_digest: str = "") -> dict[str, Any]:
    """A plan as plain JSON values.

    Args:
        plan: The plan.
        instance_digest: Digest of the instance's files; empty when it is not known.
    """
    head: dict[str, Any] = {
        "schema_version": PLAN_VERSION,
        "solver_version": version("freighter"),
        "instance_digest": instance_digest,
    }
    body: dict[str, Any] = plain(plan)
    return head | body


def plan_from_json(document: object, file: str = "plan.json") -> Plan:
    """A plan from plain JSON values; whether it makes sense is for the audit to say.

    Args:
        document: What `plan_to_json` returned.
        file: Name for findings.

    Raises:
        SolutionError: With every fault of the document's form.
    """
    if not isinstance(document, Mapping):
        raise SolutionError(
            [Place(file).finding("", "this is not a JSON object", code="wrong-kind")]
        )
    findings = check_version(document, "schema_version", PLAN_VERSION, file)
    if findings:
        raise SolutionError(findings)
    fields = {key: value for key, value in document.items() if key not in _HEAD}
    plan, findings = restore(Plan, fields, file)
    if plan is None:
        raise SolutionError(findings)
    for flight in plan.flights:
        if not flight.rotation.legs:
            findings.append(
                Place(file).finding(
                    "flights", "a flight without legs", code="bad-value", value=flight.id
                )
            )
    for load in plan.loads:
        if not load.segments:
            findings.append(
                Place(file).finding(
                    "loads", "a load without a flight", code="bad-value", value=load.consignment
                )
            )
    if findings:
        raise SolutionError(findings)
    return plan


def write_plan(plan: Plan, path: str | os.PathLike[str], *, instance_digest: str = "") -> None:
    """Write a plan as JSON, atomically.

    Raises:
        OSError: It cannot be written; what was there is untouched.
    """
    write_file(path, to_text(plan_to_json(plan, instance_digest=instance_digest)).encode())


def read_plan(path: str | os.PathLike[str]) -> Plan:
    """Read a plan from its JSON file, or from the solution folder that holds ``plan.json``.

    Raises:
        SolutionError: With every fault of the file.
    """
    where = Path(path)
    if where.is_dir():
        where = where / "plan.json"
    document, findings = load_object(where)
    if findings:
        raise SolutionError(findings)
    return plan_from_json(document, where.name)
