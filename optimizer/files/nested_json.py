"""JSON of any depth: what the standard parser reads, without recursion.

Trees of certificates have hundreds of levels, more than the standard parser takes.
"""

from __future__ import annotations

import json
import re
from typing import Any

from optimizer.errors import Finding
from optimizer.files.place import Place

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "null": None}


def parse_nested(text: str, place: Place) -> tuple[Any, list[Finding]]:
    """The value of a JSON document, or why it has none; a key that is there twice is a fault."""
    parser = _Parser(text)
    try:
        value = parser.document()
    except ValueError as error:
        row = text.count("\n", 0, parser.at) + 1
        finding = Place(place.file, row).finding(
            "",
            f"not valid JSON: {error}",
            code="bad-json",
            value=text[parser.at : parser.at + 40].split("\n")[0],
            expected="one JSON object",
        )
        return None, [finding]
    if parser.twice:
        return None, [
            place.finding(key, "the key is there twice", code="duplicate-key")
            for key in parser.twice
        ]
    return value, []


class _Parser:
    """Reads values one after the other; what is open is kept on a stack of its own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._open: list[dict[str, Any] | list[Any]] = []
        self._keys: list[str] = []
        self.at = 0
        self.twice: list[str] = []

    def document(self) -> Any:
        """The one value of the document.

        Raises:
            ValueError: It is not JSON; `at` is where.
        """
        value = self._next_value()
        while self._open:
            self._put(value)
            value = self._after_value()
        self._skip()
        if self.at < len(self._text):
            raise ValueError("there is more after the end")
        return value

    def _skip(self) -> str:
        """Go on to the next character that is no space; nothing at the end."""
        found = _SPACE.match(self._text, self.at)
        self.at = found.end() if found else self.at
        return self._text[self.at : self.at + 1]

    def _next_value(self) -> Any:
        """Open containers down to a value that is whole: a scalar, or an empty container."""
        while True:
            char = self._skip()
            if char == "{" and self._opened("}"):
                self._open.append({})
                self._key()
            elif char == "[" and self._opened("]"):
                self._open.append([])
            elif char in ("{", "["):
                self.at += 1
                return {} if char == "{" else []
            else:
                return self._scalar(char)

    def _opened(self, end: str) -> bool:
        """Step into a container, unless it is empty; then stop before its end."""
        self.at += 1
        return self._skip() != end

    def _put(self, value: Any) -> None:
        """Put a value into the innermost container."""
        inside = self._open[-1]
        if isinstance(inside, list):
            inside.append(value)
            return
        key = self._keys.pop()
        if key in inside:
            self.twice.append(key)
        inside[key] = value

    def _after_value(self) -> Any:
        """The next value of the innermost container, or the container itself at its end."""
        inside, char = self._open[-1], self._skip()
        if char == ",":
            self.at += 1
            if isinstance(inside, dict):
                self._key()
            return self._next_value()
        if char != ("}" if isinstance(inside, dict) else "]"):
            raise ValueError("expecting a comma or the end of what is open")
        self.at += 1
        return self._open.pop()

    def _key(self) -> None:
        if self._skip() != '"':
            raise ValueError("expecting a name in double quotes")
        key = self._string()
        if self._skip() != ":":
            raise ValueError("expecting a colon")
        self.at += 1
        self._keys.append(key)

    def _string(self) -> str:
        found = _STRING.match(self._text, self.at)
        if found is None:
            raise ValueError("a text does not end, or holds a control character")
        text: str = json.loads(found.group())
        self.at = found.end()
        return text

    def _scalar(self, char: str) -> Any:
        if char == '"':
            return self._string()
        for word, value in _WORDS.items():
            if self._text.startswith(word, self.at):
                self.at += len(word)
                return value
        found = _NUMBER.match(self._text, self.at)
        if found is None:
            raise ValueError("expecting a value")
        number = found.group()
        whole = int(number) if not (found.group(1) or found.group(2)) else None
        self.at = found.end()
        return float(number) if whole is None else whole
