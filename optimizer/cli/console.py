"""How every command speaks: text or JSON on standard output, troubles on standard error."""

from __future__ import annotations

import functools
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, ParamSpec

import typer

from optimizer.errors import Finding, FindingsError, FreighterError, Severity

if TYPE_CHECKING:
    from optimizer.domain.instance import Instance

_P = ParamSpec("_P")

EXIT_USAGE: Final = 2
EXIT_REJECTED: Final = 5
EXIT_INTERRUPTED: Final = 130

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
InstancePath = Annotated[
    Path,
    typer.Argument(metavar="INSTANCE", help="Folder, .xlsx, .json or .zip.", show_default=False),
]


def command(function: Callable[_P, None]) -> Callable[_P, None]:
    """Turn errors of the product into a message and the documented exit code.

    A command that has the keyword `as_json` answers with a JSON document instead.
    """

    @functools.wraps(function)
    def wrapped(*args: _P.args, **kwargs: _P.kwargs) -> None:
        try:
            function(*args, **kwargs)
        except FreighterError as error:
            _fail(error, error.exit_code, as_json=bool(kwargs.get("as_json")))
        except BrokenPipeError:
            raise
        except OSError as error:
            _fail(error, EXIT_USAGE, as_json=bool(kwargs.get("as_json")))

    return wrapped


def _fail(error: Exception, exit_code: int, *, as_json: bool) -> None:
    message = _os_message(error) if isinstance(error, OSError) else str(error)
    if as_json:
        document: dict[str, Any] = {
            "error": message.splitlines()[0].rstrip(":"),
            "exit_code": exit_code,
        }
        if isinstance(error, FindingsError):
            document["findings"] = [finding_document(f) for f in error.findings]
        print_json(document)
    else:
        sys.stderr.write(f"freighter: {message}\n")
    raise typer.Exit(exit_code) from error


def _os_message(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def print_json(document: Any) -> None:
    """One document on standard output."""
    sys.stdout.write(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def say(text: str) -> None:
    """Text on standard output."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def note(text: str) -> None:
    """A remark on standard error."""
    sys.stderr.write(text + "\n")


def finding_document(finding: Finding) -> dict[str, Any]:
    """A finding for machines; keys that do not apply are left out."""
    fields = {
        "severity": finding.severity.value,
        "code": finding.code,
        "file": finding.file,
        "sheet": finding.sheet,
        "row": finding.row,
        "letter": finding.letter,
        "column": finding.column,
        "problem": finding.problem,
        "value": finding.value,
        "expected": finding.expected,
        "nearest": finding.nearest,
        "message": str(finding),
    }
    return {key: value for key, value in fields.items() if value not in ("", None)}


def note_warnings(instance: Instance) -> None:
    """Say on standard error that an instance has warnings, and tell the log which."""
    from optimizer.control import log_event
    from optimizer.files import judge

    warnings = [f for f in judge(instance) if f.severity is Severity.WARNING]
    for finding in warnings:
        log_event("warning", level=logging.WARNING, **finding_document(finding))
    if warnings:
        noun = "warning" if len(warnings) == 1 else "warnings"
        note(f"{len(warnings)} {noun}; `freighter check` tells them")
