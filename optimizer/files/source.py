"""Where an instance comes from: a folder, a zip of the folder, a JSON document or a workbook.

All four become named bytes here; nothing is interpreted yet.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from optimizer.errors import Finding
from optimizer.files.place import SETTINGS_FILE, Place, nearest
from optimizer.files.text import MAX_FILE_BYTES

MAX_FILES = 200
"""Most files in a folder or archive."""

MAX_TOTAL_BYTES = 256 * 1024 * 1024
"""Most bytes of all files together."""


@dataclass
class Source:
    """Files by name, and what was wrong with getting at them.

    Attributes:
        name: Name of the folder or file.
        document: Whether the one file is a JSON document.
        workbook: Whether the one file is a workbook.
        files: Content by file name.
        findings: What could not be got at.
        total_bytes: Size of all files so far.
    """

    name: str
    document: bool = False
    workbook: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    total_bytes: int = 0


def open_source(path: str | os.PathLike[str]) -> Source:
    """Fetch the bytes of an instance, whatever it is stored in."""
    where = Path(path)
    source = Source(name=where.name)
    place = Place(where.name or str(where))
    try:
        if where.is_dir():
            _read_folder(where, source)
        elif not where.exists():
            source.findings.append(_missing(where))
        elif where.suffix.lower() == ".json":
            source.document = True
            _read_file(where, where.name, source)
        elif where.suffix.lower() == ".xlsx":
            source.workbook = True
            _read_file(where, where.name, source)
        elif where.suffix.lower() == ".zip":
            _read_zip(where, source)
        else:
            source.findings.append(_unknown_kind(where))
    except OSError as error:
        reason = error.strerror or str(error)
        source.findings.append(place.finding("", f"it cannot be read: {reason}", code="unreadable"))
    return source


def is_ignored(name: str) -> bool:
    """Whether a file stands beside the tables without being one: Markdown and hidden files."""
    return name.startswith(".") or name.lower().endswith(".md")


def _missing(where: Path) -> Finding:
    siblings: list[str] = []
    if where.parent.is_dir():
        siblings = [entry.name for entry in where.parent.iterdir()]
    return Place(str(where)).finding(
        "",
        "there is no such file or folder",
        code="not-found",
        expected="an instance: a folder, .xlsx, .json or .zip",
        nearest=nearest(where.name, siblings),
    )


def _unknown_kind(where: Path) -> Finding:
    suffix = where.suffix.lower()
    if suffix in {".xls", ".xlsm", ".ods"}:
        return Place(where.name).finding(
            "",
            f"workbooks of this kind ({suffix}) are not read",
            code="not-supported",
            expected="the workbook saved as .xlsx",
        )
    if suffix in {".csv", ".toml"}:
        return Place(where.name).finding(
            "",
            "this is one file of an instance",
            code="not-an-instance",
            expected="the folder that holds it",
            nearest=where.absolute().parent.name,
        )
    return Place(where.name).finding(
        "",
        "this is not an instance",
        code="not-an-instance",
        expected="a folder of CSV files with instance.toml, a .zip of it, one .json or .xlsx",
    )


def _holds_instances(name: str, inner: list[str]) -> Finding:
    some = ", ".join(inner[:5]) + (", …" if len(inner) > 5 else "")
    return Place(name).finding(
        "",
        "this folder holds instances but is none itself",
        code="not-an-instance",
        expected=f"one of its folders: {some}",
    )


def _read_folder(where: Path, source: Source) -> None:
    entries = sorted(where.iterdir(), key=lambda entry: entry.name)
    if len(entries) > MAX_FILES:
        source.findings.append(_too_many(where.name))
        return
    inner = [entry.name for entry in entries if (entry / SETTINGS_FILE).is_file()]
    if inner and not (where / SETTINGS_FILE).exists():
        source.findings.append(_holds_instances(where.name, inner))
        return
    for entry in entries:
        if is_ignored(entry.name):
            continue
        if entry.is_dir():
            source.findings.append(_folder_inside(entry.name))
        else:
            _read_file(entry, entry.name, source)


def _read_file(path: Path, name: str, source: Source) -> None:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        reason = error.strerror or str(error)
        source.findings.append(
            Place(name).finding("", f"the file cannot be read: {reason}", code="unreadable")
        )
        return
    if len(data) > MAX_FILE_BYTES:
        source.findings.append(_too_large(name))
        return
    _add(name, data, source)


def _read_zip(where: Path, source: Source) -> None:
    try:
        with zipfile.ZipFile(where) as archive:
            members = {
                info.filename: info
                for info in archive.infolist()
                if not info.is_dir() and not _is_hidden(info.filename)
            }
            if len(members) > MAX_FILES:
                source.findings.append(_too_many(where.name))
                return
            prefix = _common_folder(list(members))
            for full, info in sorted(members.items()):
                if source.total_bytes > MAX_TOTAL_BYTES:
                    break
                _read_member(archive, info, full.removeprefix(prefix), source)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        source.findings.append(
            Place(where.name).finding(
                "", f"the archive is damaged or encrypted ({error})", code="bad-zip"
            )
        )


def _read_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, source: Source
) -> None:
    if is_ignored(name.rsplit("/", 1)[-1]):
        return
    if "/" in name:
        source.findings.append(_folder_inside(name.rsplit("/", 1)[0]))
        return
    with archive.open(info) as stream:
        data = stream.read(MAX_FILE_BYTES + 1)  # the size an archive states cannot be trusted
    if len(data) > MAX_FILE_BYTES:
        source.findings.append(_too_large(name))
        return
    _add(name, data, source)


def _is_hidden(member: str) -> bool:
    """Whether an archive member is hidden, in a hidden folder, or what macOS adds by itself."""
    parts = member.split("/")
    return parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts)


def _common_folder(names: list[str]) -> str:
    """The one folder all files are in, with its slash, or nothing."""
    tops = {name.split("/", 1)[0] for name in names}
    if len(tops) == 1 and all("/" in name for name in names):
        return next(iter(tops)) + "/"
    return ""


def _add(name: str, data: bytes, source: Source) -> None:
    source.total_bytes += len(data)
    if source.total_bytes <= MAX_TOTAL_BYTES:
        source.files[name] = data
        return
    limit = MAX_TOTAL_BYTES // 1024 // 1024
    source.findings.append(
        Place(name).finding(
            "", "the instance is too large", code="too-large", expected=f"at most {limit} MiB"
        )
    )


def _too_large(name: str) -> Finding:
    limit = MAX_FILE_BYTES // 1024 // 1024
    return Place(name).finding(
        "", "the file is too large", code="too-large", expected=f"at most {limit} MiB"
    )


def _too_many(name: str) -> Finding:
    return Place(name).finding(
        "", "too many files for an instance", code="too-large", expected=f"at most {MAX_FILES}"
    )


def _folder_inside(name: str) -> Finding:
    return Place(name).finding(
        "",
        "folders inside an instance are not read",
        code="unknown-file",
        expected="instance.toml and CSV files only",
    )
