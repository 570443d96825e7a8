"""Instances survive every form they are written in, and writing never costs what was there."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimizer.domain.digest import instance_digest
from optimizer.domain.instance import Instance
from optimizer.errors import InstanceError
from optimizer.files import instance_document, read_instance, write_instance
from optimizer.files.format_page import EXAMPLE
from optimizer.files.read import read_draft
from tests.files_strategies import instances

FORMS = ("folder", "one.json", "one.zip")


def read_any(path: Path) -> Instance:
    """Read without judging whether it makes sense."""
    draft = read_draft(path)
    assert not draft.findings, [str(finding) for finding in draft.findings]
    instance = draft.instance()
    assert instance is not None
    return instance


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(), st.permutations(FORMS))
def test_every_form_holds_the_same(instance: Instance, order: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        current = instance
        for number, form in enumerate([*order, order[0]]):
            path = Path(name) / str(number) / form
            write_instance(current, path)
            current = read_any(path)
            assert current == instance
            assert instance_document(current) == instance_document(instance)
            assert instance_digest(current) == instance_digest(instance)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances())
def test_writing_is_deterministic(instance: Instance) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for form in FORMS[1:]:
            write_instance(instance, folder / form)
            first = (folder / form).read_bytes()
            write_instance(instance, folder / form)
            assert (folder / form).read_bytes() == first


@pytest.fixture
def example() -> Instance:
    return Instance.model_validate(EXAMPLE)


def test_only_what_differs_from_defaults_is_written(example: Instance, tmp_path: Path) -> None:
    write_instance(example, tmp_path / "a")
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == [
        "demand.csv",
        "fleet.csv",
        "instance.toml",
    ]
    assert (tmp_path / "a" / "fleet.csv").read_text() == (
        "tail,type,operator,base\nLX-VCA,B744F,CV,CGO\n"
    )
    assert "days" not in (tmp_path / "a" / "instance.toml").read_text()


def test_replacing_a_folder_keeps_its_notes_and_drops_old_tables(
    example: Instance, tmp_path: Path
) -> None:
    folder = tmp_path / "a"
    write_instance(example, folder)
    (folder / "README.md").write_text("notes")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x").write_text("kept")
    write_instance(example.model_copy(update={"fleet": ()}), folder)
    assert (folder / "README.md").read_text() == "notes"
    assert (folder / ".hidden" / "x").read_text() == "kept"
    assert not (folder / "fleet.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("form", ["a", "a.json", "a.zip", "a.xlsx"])
def test_a_failed_write_leaves_the_old_one(example: Instance, tmp_path: Path, form: str) -> None:
    write_instance(example, tmp_path / form)
    unwritable = example.model_copy(update={"description": "bad \x00 text"})
    with pytest.raises(InstanceError, match="control character"):
        write_instance(unwritable, tmp_path / form)
    assert read_instance(tmp_path / form) == example
    assert [path.name for path in tmp_path.iterdir()] == [form]


def test_a_folder_of_something_else_is_not_replaced(example: Instance, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(InstanceError, match="not an instance"):
        write_instance(example, tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_a_file_where_a_folder_goes_is_not_replaced(example: Instance, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file")
    with pytest.raises(InstanceError, match="a file of this name"):
        write_instance(example, tmp_path / "a")
    (tmp_path / "b.json").mkdir()
    with pytest.raises(InstanceError, match="a folder of this name"):
        write_instance(example, tmp_path / "b.json")
    with pytest.raises(InstanceError, match=r"not written as \.xls"):
        write_instance(example, tmp_path / "c.xls")


def test_a_zip_may_hold_one_folder(example: Instance, tmp_path: Path) -> None:
    write_instance(example, tmp_path / "a")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("week/", "")
        for path in (tmp_path / "a").iterdir():
            archive.write(path, f"week/{path.name}")
        archive.writestr("week/README.md", "notes")
        archive.writestr("week/.DS_Store", "x")
        archive.writestr("__MACOSX/week/._demand.csv", "x")
    (tmp_path / "a.zip").write_bytes(stream.getvalue())
    assert read_instance(tmp_path / "a.zip") == example


def test_spreadsheet_habits_that_do_no_harm(example: Instance, tmp_path: Path) -> None:
    """Byte order mark, Windows line ends, other order, blank rows and empty columns at the end."""
    folder = tmp_path / "a"
    write_instance(example, folder)
    (folder / "fleet.csv").write_bytes(
        b"\xef\xbb\xbfbase, operator ,tail,type,,\r\nCGO,CV,LX-VCA,B744F,,\r\n,,,,,\r\n\r\n"
    )
    assert read_instance(folder) == example


def test_blank_is_the_default_in_cells_and_in_json(example: Instance) -> None:
    row = example.demand[0].model_dump(mode="json") | {"commodity": " ", "shipper": ""}
    assert type(example.demand[0]).model_validate(row).commodity == "general"
