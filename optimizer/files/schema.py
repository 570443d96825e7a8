"""The JSON Schema of an instance document."""

from __future__ import annotations

import json
from typing import Any

from optimizer.domain.instance import Instance


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the ``.json`` form of an instance."""
    schema = Instance.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema


def json_schema_text() -> str:
    """The schema as published in ``docs/instance.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
