"""The resolved instance as one JSON file, lossless both ways."""

from __future__ import annotations

import os
from pathlib import Path

from optimizer.domain.digest import resolved_digest, resolved_document
from optimizer.domain.resolved import ResolvedInstance
from optimizer.errors import InstanceError
from optimizer.files.atomic import write_file
from optimizer.files.place import Place
from optimizer.files.strict_json import check_version, load_object, restore, to_text

RESOLVED_VERSION = 1


def write_resolved(resolved: ResolvedInstance, path: str | os.PathLike[str]) -> None:
    """Write a resolved instance as JSON, with its digest, atomically.

    Raises:
        OSError: It cannot be written; what was there is untouched.
    """
    head = {"resolved_version": RESOLVED_VERSION, "resolved_digest": resolved_digest(resolved)}
    write_file(path, to_text(head | resolved_document(resolved)).encode())


def read_resolved(path: str | os.PathLike[str]) -> ResolvedInstance:
    """Read a resolved instance.

    Raises:
        InstanceError: The file is not one, or was changed since it was written.
    """
    file = Path(path).name
    document, findings = load_object(path)
    if not findings:
        findings = check_version(document, "resolved_version", RESOLVED_VERSION, file)
    if findings:
        raise InstanceError(findings)
    digest = document.get("resolved_digest")
    fields = {
        key: value
        for key, value in document.items()
        if key not in ("resolved_version", "resolved_digest")
    }
    resolved, findings = restore(ResolvedInstance, fields, file)
    if resolved is None:
        raise InstanceError(findings)
    if resolved_digest(resolved) != digest:
        finding = Place(file).finding(
            "resolved_digest",
            "the content does not have the digest it states; it was changed by hand",
            code="wrong-digest",
            value=digest,
            expected=resolved_digest(resolved),
        )
        raise InstanceError([finding])
    return resolved
