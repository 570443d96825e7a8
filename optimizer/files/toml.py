"""A writer for the little TOML that ``instance.toml`` needs: values, lists of values, sections."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def to_toml(document: Mapping[str, Any]) -> str:
    """TOML text of plain values (text, numbers, booleans, lists of them) and one level of sections.

    Raises:
        TypeError: A value that has no place in such a document.
    """
    lines = [
        f"{key} = {_value(item)}" for key, item in document.items() if not isinstance(item, Mapping)
    ]
    for key, section in document.items():
        if isinstance(section, Mapping):
            lines += ["", f"[{key}]"]
            lines += [f"{name} = {_value(item)}" for name, item in section.items()]
    return "\n".join(lines).lstrip("\n") + "\n"


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"no TOML for {type(value).__name__}")
