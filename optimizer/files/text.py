"""Bytes to text: UTF-8 with or without byte order mark, and a name for anything else."""

from __future__ import annotations

import re

from optimizer.errors import Finding
from optimizer.files.place import Place

MAX_FILE_BYTES = 64 * 1024 * 1024
"""Largest file that is read."""

_SIGNATURES = (
    (b"PK\x03\x04", "a workbook (.xlsx) or other zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_ADVICE = "UTF-8 text (in a spreadsheet: save as 'CSV UTF-8')"


def decode(data: bytes, place: Place) -> tuple[str, tuple[Finding, ...]]:
    """The text of a file, or what it is instead of UTF-8 text.

    Args:
        data: Content of the file.
        place: The file, for findings.

    Returns:
        The text and no finding, or nothing and the reason.
    """
    finding = _not_text(data, place)
    if finding is not None:
        return "", (finding,)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return "", (_wrong_encoding(data, error, place),)
    return text, _control_characters(text, place)


def is_control(char: str) -> bool:
    """Whether a character is a control character other than tab and line break."""
    return (char < " " and char not in "\t\n\r") or char == "\x7f"


def _not_text(data: bytes, place: Place) -> Finding | None:
    if not data.strip():
        return place.finding("", "the file is empty", code="empty-file")
    if data.startswith(_UTF16):
        return place.finding(
            "", "the file is UTF-16 ('Unicode text')", code="encoding", expected=_ADVICE
        )
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            return place.finding(
                "", f"the file is {what}, not text", code="binary", expected=_ADVICE
            )
    if b"\x00" in data:
        row = data[: data.index(b"\x00")].count(b"\n") + 1
        return Place(place.file, row).finding(
            "", "the file holds NUL bytes: it is binary or damaged", code="binary", expected=_ADVICE
        )
    return None


def _wrong_encoding(data: bytes, error: UnicodeDecodeError, place: Place) -> Finding:
    row = data[: error.start].count(b"\n") + 1
    start = data.rfind(b"\n", 0, error.start) + 1
    end = data.find(b"\n", error.start)
    name = likely_encoding(data)
    line = data[start : end if end >= 0 else len(data)].strip()
    sample = line.decode("gb18030" if "GB" in name else "cp1252", errors="replace")
    return Place(place.file, row).finding(
        "",
        f"the file is not UTF-8 but most likely {name}",
        code="encoding",
        value=sample,
        expected=_ADVICE,
    )


def likely_encoding(data: bytes) -> str:
    """The encoding that text which is not UTF-8 most likely has: Chinese or Western European.

    Chinese characters take two bytes, mostly both above 127; Western letters with accents stand
    alone between plain ones.
    """
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", data)]
    paired = sum(run for run in runs if run % 2 == 0)
    if 2 * paired > sum(runs):
        return "GB 18030 / GBK (simplified Chinese)"
    return "Windows-1252 (Western European)"


def _control_characters(text: str, place: Place) -> tuple[Finding, ...]:
    for number, line in enumerate(text.split("\n"), start=1):
        for char in line:
            if is_control(char):
                finding = Place(place.file, number).finding(
                    "",
                    f"a control character (code {ord(char)}) in the text",
                    code="control-character",
                    expected="text without control characters",
                )
                return (finding,)
    return ()
