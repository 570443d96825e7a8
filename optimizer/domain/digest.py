"""Digests: which instance, and which resolved instance, a plan belongs to."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

from pydantic import BaseModel

from optimizer.domain.instance import Instance
from optimizer.domain.resolved import ResolvedInstance

KEPT = "_digest"


def instance_digest(instance: Instance) -> str:
    """SHA-256 over the canonical JSON of what the files state; independent of file format."""
    return _sha256(instance.model_dump(mode="json", exclude_defaults=True))


def resolved_digest(resolved: ResolvedInstance) -> str:
    """SHA-256 over the canonical JSON of the resolved instance, its list of defaults left out.

    It is asked for by plan, certificate and audit, so it is kept with the lookups of the instance.
    """
    lookups: dict[str, Any] = vars(resolved)
    if KEPT not in lookups:
        document = resolved_document(resolved)
        lookups[KEPT] = _sha256({k: v for k, v in document.items() if k != "defaults"})
    return str(lookups[KEPT])


def resolved_document(resolved: ResolvedInstance) -> dict[str, Any]:
    """The resolved instance as plain JSON values, keyed by field name.

    Fields that hold their default are left out, in every record of it, so that tables an
    instance does not use leave its digest as it was.
    """
    return _stated_fields(resolved)


def _stated_fields(value: Any) -> dict[str, Any]:
    fields = [(f, getattr(value, f.name)) for f in dataclasses.fields(value)]
    return {f.name: _plain(inner) for f, inner in fields if inner != f.default}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _stated_fields(value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value


def _sha256(document: Any) -> str:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
