"""Scenarios: named lists of edits, read from TOML, applied to instances."""

from __future__ import annotations

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from optimizer.domain.instance import Instance
from optimizer.errors import Finding, FindingsError, Severity
from optimizer.files.judge import judge
from optimizer.files.place import Place, nearest
from optimizer.files.records import make_record
from optimizer.whatif.edits import EDITS, Desk, Edit

KEYS: Final = ("name", "description", "provenance", "edit", "vary")
MOST_VARIANTS: Final = 1000


class ScenarioError(FindingsError):
    """A scenario cannot be read, or makes no sense for an instance."""

    exit_code = 3
    headline = "the scenario"


@dataclass(frozen=True)
class Scenario:
    """A named what-if.

    Attributes:
        name: Short name; it becomes part of file names.
        edits: What changes, in this order.
        description: What it is about.
        provenance: Where its figures come from.
        vary: Values to try by number of the edit (from 1) and field: each combination is a variant.
        file: Where it was read from, for findings.
    """

    name: str
    edits: tuple[Edit, ...]
    description: str = ""
    provenance: str = ""
    vary: Mapping[tuple[int, str], tuple[Any, ...]] = field(default_factory=dict)
    file: str = ""

    def variants(self) -> tuple[Scenario, ...]:
        """One scenario for each combination of the values to try; itself if there are none.

        Raises:
            ScenarioError: A value is not one of its field.
        """
        if not self.vary:
            return (self,)
        found, findings = [], []
        for values in itertools.product(*self.vary.values()):
            edits = list(self.edits)
            for (number, column), value in zip(self.vary, values, strict=True):
                edit = edits[number - 1]
                stated = edit.model_dump(exclude_unset=True) | {"edit": edit.edit, column: value}
                place = _place(self.file, number)
                made, wrong = make_record(place, stated, type(edit))
                findings += wrong
                edits[number - 1] = made or edit
            tried = ",".join(
                f"{column}={value}" for (_, column), value in zip(self.vary, values, strict=True)
            )
            name = f"{self.name}[{tried}]"
            found.append(
                Scenario(name, tuple(edits), self.description, self.provenance, file=self.file)
            )
        if findings:
            raise ScenarioError(dict.fromkeys(findings))
        return tuple(found)


def apply(instance: Instance, *scenarios: Scenario) -> Instance:
    """The instance after the edits of some scenarios, one after the other.

    The name tells them; whatever a planner would be told of the files of such an instance is told.

    Raises:
        ScenarioError: With everything that cannot be done.
    """
    desk = Desk(instance)
    for scenario in scenarios:
        for number, edit in enumerate(scenario.edits, start=1):
            desk.at(_place(scenario.file or scenario.name, number))
            edit.apply(desk)
    if desk.findings:
        raise ScenarioError(desk.findings)
    name = "+".join((instance.name, *(scenario.name for scenario in scenarios)))
    edited = desk.instance.model_copy(update={"name": name})
    wrong = [finding for finding in judge(edited) if finding.severity is Severity.ERROR]
    if wrong:
        raise ScenarioError(wrong)
    return edited


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a TOML file.

    Raises:
        ScenarioError: With everything that is wrong with it.
    """
    path = Path(path)
    return scenario_of(read_toml(path), file=path.name, name=path.stem)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as a document.

    Raises:
        ScenarioError: It cannot be read, or is not TOML.
    """
    place = Place(path.name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ScenarioError([place.finding("", "there is no such file", code="no-file")]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError([place.finding("", f"cannot be read: {error}", code="read")]) from None
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([place.finding("", f"is not TOML: {error}", code="toml")]) from None


def scenario_of(document: Mapping[str, Any], *, file: str = "", name: str = "") -> Scenario:
    """A scenario from a document as TOML gives it.

    Args:
        document: Keys are those of the file.
        file: Name for findings.
        name: Name of the scenario if the document states none.

    Raises:
        ScenarioError: With everything that is wrong with it.
    """
    place = Place(file or name)
    findings = [
        place.finding(key, "unknown key", code="unknown-key", nearest=nearest(key, KEYS))
        for key in document
        if key not in KEYS
    ]
    texts = {key: document.get(key, "") for key in KEYS[:3]}
    findings += [
        place.finding(key, "is not text", code="wrong-kind", value=value)
        for key, value in texts.items()
        if not isinstance(value, str)
    ]
    stated = document.get("edit", [])
    if not isinstance(stated, list) or not stated:
        findings.append(
            place.finding("edit", "a scenario has at least one [[edit]]", code="missing-value")
        )
        stated = []
    edits = [_edit(_place(file or name, i), e, findings) for i, e in enumerate(stated, start=1)]
    vary = _vary(place, document.get("vary", {}), stated, findings)
    if findings:
        raise ScenarioError(findings)
    return Scenario(
        texts["name"] or name,
        tuple(edit for edit in edits if edit is not None),
        texts["description"],
        texts["provenance"],
        vary,
        file or name,
    )


def _edit(place: Place, stated: Any, findings: list[Finding]) -> Edit | None:
    if not isinstance(stated, dict):
        findings.append(place.finding("", "is not a table of fields", code="wrong-kind"))
        return None
    kind = stated.get("edit")
    if kind not in EDITS:
        findings.append(
            place.finding(
                "edit",
                "there is no such edit" if kind else "the value is missing",
                code="unknown-edit",
                value=kind or "",
                expected="" if nearest(str(kind), EDITS) else f"one of {', '.join(EDITS)}",
                nearest=nearest(str(kind), EDITS),
            )
        )
        return None
    made, wrong = make_record(place, stated, EDITS[kind])
    findings += wrong
    return made


def _vary(
    place: Place, stated: Any, edits: list[Any], findings: list[Finding]
) -> dict[tuple[int, str], tuple[Any, ...]]:
    """Values to try: ``"1.by" = [1, 2]`` is for field ``by`` of the first edit."""
    found: dict[tuple[int, str], tuple[Any, ...]] = {}
    if not isinstance(stated, dict):
        findings.append(place.finding("vary", "is not a table", code="wrong-kind"))
        return found
    variants = 1
    for key, values in stated.items():
        number, _, column = key.partition(".")
        if not number.isdigit() or not 1 <= int(number) <= len(edits):
            findings.append(
                place.finding(
                    f"vary.{key}",
                    "names no edit",
                    code="vary",
                    expected='the number of an edit and a field of it, for example "1.by"',
                )
            )
            continue
        record = EDITS.get(edits[int(number) - 1].get("edit", ""))
        fields = () if record is None else tuple(record.model_fields)
        if record is not None and column not in fields:
            near = nearest(column, fields)
            findings.append(
                place.finding(
                    f"vary.{key}", "the edit has no such field", code="vary", nearest=near
                )
            )
        elif not isinstance(values, list) or not values:
            findings.append(place.finding(f"vary.{key}", "is not a list of values", code="vary"))
        else:
            found[int(number), column] = tuple(values)
            variants *= len(values)
    if variants > MOST_VARIANTS:
        problem = f"there are {variants} combinations, at most {MOST_VARIANTS} are planned"
        findings.append(place.finding("vary", problem, code="vary"))
    return found


def _place(file: str, number: int) -> Place:
    return Place(file, prefix=f"edit {number}")


class Editing:
    """Edits in a row: ``edit(instance).scale_demand(origin="Yiwu", by=1.25).done()``."""

    def __init__(self, instance: Instance, edits: tuple[Edit, ...] = ()) -> None:
        self._instance = instance
        self._edits = edits

    def apply(self, *edits: Edit) -> Editing:
        """More edits, made already."""
        return Editing(self._instance, (*self._edits, *edits))

    def __getattr__(self, name: str) -> Any:
        """A function for each name of `EDITS`, which takes its fields.

        Raises:
            AttributeError: There is no such edit.
        """
        record = EDITS.get(name)
        if record is None:
            near = nearest(name, EDITS)
            raise AttributeError(
                f"no edit is called {name}" + (f"; did you mean {near}?" if near else "")
            )

        def made(**fields: Any) -> Editing:
            place = _place("edits", len(self._edits) + 1)
            edit, findings = make_record(place, {"edit": name, **fields}, record)
            if edit is None:
                raise ScenarioError(findings)
            return self.apply(edit)

        return made

    def done(self, name: str = "edited") -> Instance:
        """The instance after all edits.

        Raises:
            ScenarioError: With everything that cannot be done.
        """
        return apply(self._instance, Scenario(name, self._edits))


def edit(instance: Instance) -> Editing:
    """Begin to edit an instance; it stays as it is."""
    return Editing(instance)
