"""The certificate as JSON (``certificate.json``), read strictly; see ``docs/certificate.md``.

Neither writing nor reading recurses, so that trees may have any number of levels.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, TypeVar

from optimizer.errors import Finding, SolutionError
from optimizer.files.atomic import write_file
from optimizer.files.json_form import strange_text
from optimizer.files.nested_json import parse_nested
from optimizer.files.place import Place, shorten
from optimizer.files.strict_json import MAX_FAULTS, check_version, plain, restore
from optimizer.files.text import decode
from optimizer.plan.certificate import (
    CERTIFICATE_VERSION,
    Branch,
    Certificate,
    Cluster,
    FlightCount,
    Leaf,
    Node,
    Prices,
    Quantity,
    Residual,
    TruckCount,
)

FORMAT: Final = "freighter certificate"
CERTIFICATE_FILE: Final = "certificate.json"

_HEAD = ("instance", "resolved_digest", "bound_micro")
_TOP = {"format", "version", "root", "clusters", "residuals", *_HEAD}
_QUANTITIES: Final[dict[str, type[FlightCount] | type[TruckCount]]] = {
    "flights": FlightCount,
    "trucks": TruckCount,
}

T = TypeVar("T")


def certificate_to_json(certificate: Certificate) -> str:
    """A certificate as the text of its file; prices of limits that have none are left out.

    Raises:
        ValueError: An empty leaf states prices, for which the file has no place.
    """
    head = {"format": FORMAT, "version": CERTIFICATE_VERSION}
    head |= {name: getattr(certificate, name) for name in _HEAD}
    parts = [_json(head)[:-1]]
    todo: list[Node | str] = ["}\n"]
    if certificate.residuals:
        rows = ",\n".join(_json(plain(row)) for row in certificate.residuals)
        todo.append(f',\n"residuals": [{rows}]')
    if certificate.clusters:
        todo.append("]")
        for number, cluster in reversed([*enumerate(certificate.clusters)]):
            opened = f'{{"pools": {_json(list(cluster.pools))}, "root": '
            todo += ["}", cluster.root, (",\n" if number else "") + opened]
        todo.append(',\n"clusters": [')
    todo += [certificate.root, ', "root": ']
    while todo:
        item = todo.pop()
        if isinstance(item, str):
            parts.append(item)
        elif isinstance(item, Leaf):
            parts.append(_json(_leaf_document(item)))
        else:
            parts.append(_json({"branch": _split_document(item)})[:-2] + ', "at_most":\n')
            todo += ["}}", item.at_least, ', "at_least":\n', item.at_most]
    return "".join(parts)


def certificate_from_json(text: str, file: str = CERTIFICATE_FILE) -> Certificate:
    """A certificate from the text of its file; whether it is true is for the audit to say.

    Args:
        text: What `certificate_to_json` returned.
        file: Name for findings.

    Raises:
        SolutionError: With the faults of the document's form.
    """
    place = Place(file)
    document, findings = parse_nested(text, place)
    if not findings and not isinstance(document, dict):
        findings = [place.finding("", "this is not a JSON object", code="wrong-kind")]
    if not findings:
        findings = _format_faults(document, place)
    if findings:
        raise SolutionError(findings)
    reader = _Reader(file)
    head = reader.record(_Head, {name: document[name] for name in _HEAD if name in document}, "")
    reader.findings += [
        place.finding(shorten(key), "unknown field", code="unknown-field")
        for key in document
        if key not in _TOP
    ]
    root = reader.tree(document.get("root"), "root")
    clusters = reader.clusters(document.get("clusters", []))
    residuals = reader.residuals(document.get("residuals", []))
    if head is None or root is None or reader.findings:
        raise SolutionError(reader.findings[:MAX_FAULTS])
    stated = head.instance, head.resolved_digest, head.bound_micro
    return Certificate(*stated, root, clusters, residuals)


def write_certificate(certificate: Certificate, path: str | os.PathLike[str]) -> None:
    """Write a certificate as JSON, atomically.

    Raises:
        OSError: It cannot be written; what was there is untouched.
    """
    write_file(path, certificate_to_json(certificate).encode())


def read_certificate(path: str | os.PathLike[str]) -> Certificate:
    """Read a certificate from its file, or from the solution folder that holds it.

    Raises:
        SolutionError: With the faults of the file.
    """
    where = Path(path)
    if where.is_dir():
        where = where / CERTIFICATE_FILE
    place = Place(where.name)
    try:
        data = where.read_bytes()
    except OSError as error:
        problem = f"it cannot be read: {error.strerror or error}"
        raise SolutionError([place.finding("", problem, code="unreadable")]) from None
    text, problems = decode(data, place)
    if problems:
        raise SolutionError(problems)
    return certificate_from_json(text, where.name)


def certificate_beside(solution: str | os.PathLike[str]) -> Certificate | None:
    """The certificate in a solution folder, or beside its ``plan.json``; None if there is none.

    Raises:
        SolutionError: With the faults of the file.
    """
    where = Path(solution)
    path = (where if where.is_dir() else where.parent) / CERTIFICATE_FILE
    return read_certificate(path) if path.exists() else None


@dataclass(frozen=True, slots=True)
class _Head:
    """The fields of a certificate but its tree."""

    instance: str
    resolved_digest: str
    bound_micro: int


@dataclass(frozen=True, slots=True)
class _Split:
    """A branch while its tree is read: what it is about, and where its two sides are kept."""

    quantity: Quantity
    most: int
    at_most: int
    at_least: int


@dataclass(frozen=True, slots=True)
class _Most:
    most: int


@dataclass(frozen=True, slots=True)
class _Pools:
    pools: tuple[str, ...]


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False)


def _leaf_document(leaf: Leaf) -> dict[str, Any]:
    if leaf.empty:
        if leaf.prices != Prices():
            raise ValueError("a leaf that is empty has no prices")
        return {"empty": True}
    stated: dict[str, Any] = plain(leaf.prices)
    return {"leaf": {name: prices for name, prices in stated.items() if prices}}


def _split_document(branch: Branch) -> dict[str, Any]:
    kind = "flights" if isinstance(branch.quantity, FlightCount) else "trucks"
    defaults = {f.name: f.default for f in fields(branch.quantity)}
    stated = {
        name: plain(value)
        for name, value in ((name, getattr(branch.quantity, name)) for name in defaults)
        if value != defaults[name]
    }
    return {kind: stated, "most": branch.most}


def _format_faults(document: dict[str, Any], place: Place) -> list[Finding]:
    """Whether this is a certificate of the version this program reads."""
    if document.get("format") != FORMAT:
        return [
            place.finding(
                "format",
                "this is not a certificate",
                code="wrong-kind",
                value=shorten(document.get("format", "nothing")),
                expected=FORMAT,
            )
        ]
    return check_version(document, "version", CERTIFICATE_VERSION, place.file)


class _Reader:
    """Restores the parts of a certificate and collects what is wrong with them."""

    def __init__(self, file: str) -> None:
        self._place = Place(file)
        self.findings: list[Finding] = []

    def record(self, kind: type[T], document: object, path: str) -> T | None:
        """One dataclass without a tree in it."""
        if not isinstance(document, dict):
            self._wrong(path, "this is not a JSON object", "wrong-kind")
            return None
        strange = strange_text(document, path, self._place, 0)
        if strange:
            self.findings += strange
            return None
        value, faults = restore(kind, document, self._place.file)
        self.findings += [replace(x, column=f"{path}.{x.column}".strip(".")) for x in faults]
        return value

    def clusters(self, document: object) -> tuple[Cluster, ...]:
        """Parts of the fleet with trees of their own; without those that findings tell of."""
        if not isinstance(document, list):
            self._wrong("clusters", "this is not a list", "wrong-kind")
            return ()
        found = []
        for number, item in enumerate(document):
            path = f"clusters[{number}]"
            if not isinstance(item, dict):
                self._wrong(path, "this is not a JSON object", "wrong-kind")
                continue
            rest = {key: value for key, value in item.items() if key != "root"}
            pools = self.record(_Pools, rest, path)
            root = self.tree(item.get("root"), f"{path}.root")
            if pools is not None and root is not None:
                found.append(Cluster(pools.pools, root))
        return tuple(found)

    def residuals(self, document: object) -> tuple[Residual, ...]:
        """Residual capacity inequalities; without those that findings tell of."""
        if not isinstance(document, list):
            self._wrong("residuals", "this is not a list", "wrong-kind")
            return ()
        rows = (self.record(Residual, x, f"residuals[{k}]") for k, x in enumerate(document))
        return tuple(row for row in rows if row is not None)

    def tree(self, document: object, place: str) -> Node | None:
        """A tree, level by level, and then put together from its leaves up."""
        found: list[Leaf | _Split | None] = []
        waiting: list[tuple[object, str]] = [(document, place)]
        for node, path in waiting:
            if len(self.findings) >= MAX_FAULTS:
                return None
            found.append(self._node(node, path, waiting))
        whole: list[Node] = [Leaf()] * len(found)
        for i in range(len(found) - 1, -1, -1):
            item = found[i]
            if item is None:
                return None
            if isinstance(item, Leaf):
                whole[i] = item
            else:
                sides = whole[item.at_most], whole[item.at_least]
                whole[i] = Branch(item.quantity, item.most, *sides)
        return whole[0]

    def _node(
        self, node: object, path: str, waiting: list[tuple[object, str]]
    ) -> Leaf | _Split | None:
        """One node; the two sides of a branch are put in line."""
        if not isinstance(node, dict) or len(node) != 1:
            self._wrong(path, "a node is a leaf, empty or a branch", "wrong-kind")
            return None
        ((kind, value),) = node.items()
        if kind == "leaf":
            prices = self.record(Prices, value, f"{path}.leaf")
            return None if prices is None else Leaf(prices)
        if kind == "empty":
            if value is True:
                return Leaf(empty=True)
            self._wrong(f"{path}.empty", "it can only be true", "bad-value")
            return None
        if kind == "branch" and isinstance(value, dict):
            return self._branch(value, f"{path}.branch", waiting)
        self._wrong(path, "a node is a leaf, empty or a branch", "wrong-kind")
        return None

    def _branch(
        self, value: dict[str, Any], path: str, waiting: list[tuple[object, str]]
    ) -> _Split | None:
        kinds = [kind for kind in _QUANTITIES if kind in value]
        if len(kinds) != 1:
            self._wrong(path, "a branch is on flights or on trucks", "bad-value")
            return None
        for key in value.keys() - {kinds[0], "most", "at_most", "at_least"}:
            self._wrong(f"{path}.{shorten(key)}", "unknown field", "unknown-field")
        for side in ("at_most", "at_least"):
            if side not in value:
                self._wrong(f"{path}.{side}", "the field is missing", "missing-field")
        number = {"most": value["most"]} if "most" in value else {}
        most = self.record(_Most, number, path)
        quantity = self.record(_QUANTITIES[kinds[0]], value[kinds[0]], f"{path}.{kinds[0]}")
        at = len(waiting)
        waiting += [(value.get(side), f"{path}.{side}") for side in ("at_most", "at_least")]
        if most is None or quantity is None:
            return None
        return _Split(quantity, most.most, at, at + 1)

    def _wrong(self, path: str, problem: str, code: str) -> None:
        self.findings.append(self._place.finding(path, problem, code=code))
