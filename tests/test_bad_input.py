"""Corrupt instances: each is told with the sentence a planner needs, and nothing is written."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from optimizer.cli.app import app
from optimizer.domain.rules import Market
from optimizer.errors import Finding, InstanceError, Severity
from optimizer.files import check_instance, instance_json, read_instance, write_instance
from optimizer.files import source as source_module
from optimizer.files import table as table_module
from optimizer.files.judge import judge
from tests.bad_input import GOOD, Case
from tests.bad_input_cells import CELLS
from tests.bad_input_files import COMING, FORM, SETTINGS
from tests.bad_input_rows import CROSS
from tests.builders import tiny

CASES = (*FORM, *COMING, *SETTINGS, *CELLS, *CROSS)


def good_folder(where: Path) -> Path:
    folder = where / "week"
    folder.mkdir()
    for name, text in GOOD.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def spoiled(where: Path, case: Case) -> Path:
    folder = good_folder(where)
    for name, old, new in case.edits:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    for name, content in case.files.items():
        if content is None:
            (folder / name).unlink()
        else:
            (folder / name).write_bytes(content)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def test_the_good_folder_is_good(tmp_path: Path) -> None:
    folder = good_folder(tmp_path)
    assert check_instance(folder) == ()
    instance = read_instance(folder)
    assert [row.consignment for row in instance.demand] == ["C1", "C2", "C3"]
    assert instance.demand[1].commodity == "phones,\nboxed"


def test_there_are_enough_cases_and_no_two_alike() -> None:
    assert len(CASES) >= 60
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_corrupt_instance(case: Case, tmp_path: Path) -> None:
    folder = spoiled(tmp_path, case)
    before = tree(tmp_path)
    found = errors(check_instance(folder))
    told = [
        finding
        for finding in found
        if (finding.file, finding.row, finding.column, finding.code)
        == (case.file, case.row, case.column, case.code)
    ]
    assert told, "\n".join(f"{f.row} {f.column!r} {f.code} | {f}" for f in found)
    assert any(case.words in str(finding) for finding in told), [str(f) for f in told]
    with pytest.raises(InstanceError) as error:
        read_instance(folder)
    assert set(error.value.findings) == set(found)
    assert error.value.exit_code == 3
    target = tmp_path / "solution"
    result = CliRunner().invoke(app, ["solve", str(folder), "--output", str(target)])
    assert result.exit_code == 3, result.output
    assert case.words in result.stderr
    assert tree(tmp_path) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_no_sentence_speaks_of_the_program(case: Case, tmp_path: Path) -> None:
    """Findings are for planners: no words of Python or pydantic in them."""
    jargon = re.compile(
        r"\b(pydantic|validat\w+|traceback|None|tuple|dict|str|int|float|regex|Input should)\b"
    )
    for finding in check_instance(spoiled(tmp_path, case)):
        assert not jargon.search(str(finding).replace(repr(finding.value), "")), str(finding)
        assert finding.code
        assert finding.problem[0].islower() or finding.problem[0] in "-0123456789ABCDEFGHRUW"


def test_everything_is_told_at_once(tmp_path: Path) -> None:
    folder = good_folder(tmp_path)
    (folder / "demand.csv").write_text(
        GOOD["demand.csv"].replace(",30000,", ",-1,").replace("C2,CGO", "C2,Nowhere")
    )
    (folder / "fleet.csv").write_text(GOOD["fleet.csv"].replace("B744F", "B744"))
    (folder / "instance.toml").write_text(GOOD["instance.toml"].replace("max_stations", "stations"))
    (folder / "penalties.csv").write_text("x\n")
    (folder / "stands.csv").write_bytes(b"\x00")
    found = {(f.file, f.code) for f in errors(check_instance(folder))}
    assert found == {
        ("demand.csv", "out-of-range"),
        ("instance.toml", "unknown-key"),
        ("penalties.csv", "not-supported"),
        ("stands.csv", "binary"),
    }
    (folder / "instance.toml").write_text(GOOD["instance.toml"])
    found = {(f.file, f.code) for f in errors(check_instance(folder))}
    assert {("demand.csv", "unknown-place"), ("fleet.csv", "unknown-type")} <= found


def test_what_refers_to_an_unreadable_table_is_not_blamed(tmp_path: Path) -> None:
    folder = good_folder(tmp_path)
    (folder / "types.csv").write_text(GOOD["types.csv"].replace("TEST,160", "TEST,heavy"))
    assert {(f.file, f.code) for f in check_instance(folder)} == {("types.csv", "not-a-number")}


# --- other containers ----------------------------------------------------------------------------


@pytest.fixture
def document(tmp_path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(instance_json(read_instance(good_folder(tmp_path))))
    return loaded


def check_document(where: Path, document: object) -> list[Finding]:
    path = where / "week.json"
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return list(check_instance(path))


def test_json_findings_point_to_the_path(document: dict[str, Any], tmp_path: Path) -> None:
    document["demand"][0]["weight_kg"] = True
    document["demand"][2]["weight_kg"] = -4
    document["fleet"][0]["operatr"] = "CV"
    document["fleet"][1]["unsplittable"] = True
    document["rights"][0] = "CV"
    document["markets"][0]["min_rotations"] = "many"
    document["universe"]["max_station"] = 2
    document["period"]["days"] = None
    document["demands"] = []
    document["penalties"] = []
    document["lanes"] = {}
    found = {(f.column, f.code): f for f in check_document(tmp_path, document)}
    assert set(found) == {
        ("demand[0].weight_kg", "wrong-kind"),
        ("demand[2].weight_kg", "out-of-range"),
        ("fleet[0].operator", "missing-value"),
        ("fleet[0].operatr", "unknown-column"),
        ("fleet[1].unsplittable", "not-supported"),
        ("rights[0]", "wrong-kind"),
        ("markets[0].min_rotations", "not-a-number"),
        ("universe.max_station", "unknown-key"),
        ("period.days", "wrong-kind"),
        ("demands", "unknown-key"),
        ("penalties", "not-supported"),
        ("lanes", "wrong-kind"),
    } - {("fleet[0].operator", "missing-value")}
    assert all(f.file == "week.json" and f.row is None for f in found.values())
    assert found["demands", "unknown-key"].nearest == "demand"


def test_json_cross_checks_point_to_the_path(document: dict[str, Any], tmp_path: Path) -> None:
    document["demand"][2]["customs"] = "dircet"
    (finding,) = check_document(tmp_path, document)
    assert (finding.file, finding.row, finding.column, finding.nearest) == (
        "week.json",
        None,
        "demand[2].customs",
        "direct",
    )


@pytest.mark.parametrize(
    ("text", "code", "row"),
    [
        ("", "empty-file", None),
        ('{\n"name": }', "bad-json", 2),
        ("[]", "wrong-kind", None),
        ('"x"', "wrong-kind", None),
        ('{"name": "a", "name": "b"}', "duplicate-key", None),
        ('{"name": "a\\u0000"}', "control-character", None),
        ('{"name": "\\ud800"}', "control-character", None),
        ("[" * 100_000, "bad-json", None),
        ('{"name": [[[[[[[[[[1]]]]]]]]]]}', "bad-json", None),
        ('{"period": ' + "9" * 5000 + "}", "bad-json", None),
    ],
)
def test_json_that_is_none(tmp_path: Path, text: str, code: str, row: int | None) -> None:
    found = check_document(tmp_path, text)
    assert (code, row) in {(finding.code, finding.row) for finding in found}


def test_places_that_hold_no_instance(tmp_path: Path) -> None:
    good_folder(tmp_path)
    (tmp_path / "week.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "week.ods").write_bytes(b"PK\x03\x04")
    (tmp_path / "week.docx").write_bytes(b"PK\x03\x04")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "none").mkdir()
    expected = {
        "week.xlsx": ("bad-workbook", "damaged"),
        "week.ods": ("not-supported", "saved as .xlsx"),
        "week.docx": ("not-an-instance", "not an instance"),
        "broken.zip": ("bad-zip", "damaged"),
        "week/demand.csv": ("not-an-instance", "did you mean 'week'"),
        "wek": ("not-found", "did you mean 'week'"),
        "none": ("missing-file", "instance.toml"),
        ".": ("not-an-instance", "week"),
    }
    for name, (code, words) in expected.items():
        found = check_instance(tmp_path / name)
        assert code in {finding.code for finding in found}, name
        assert any(words in str(finding) for finding in found), [str(f) for f in found]


def zipped(where: Path, members: dict[str, bytes]) -> Path:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    path = where / "week.zip"
    path.write_bytes(stream.getvalue())
    return path


def test_zips_that_are_none(tmp_path: Path) -> None:
    members = {name: text.encode() for name, text in GOOD.items()}
    assert check_instance(zipped(tmp_path, members)) == ()
    deep = {f"a/b/{name}": data for name, data in members.items()}
    assert {f.code for f in check_instance(zipped(tmp_path, deep))} >= {"unknown-file"}
    path = zipped(tmp_path, members)
    data = bytearray(path.read_bytes())
    data[60:90] = bytes(30)
    path.write_bytes(bytes(data))
    assert {f.code for f in check_instance(path)} >= {"bad-zip"}


def test_huge_inputs_are_refused_before_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "MAX_FILE_BYTES", 10_000)
    members = {name: text.encode() for name, text in GOOD.items()}
    bomb = zipped(tmp_path, members | {"stands.csv": b"x" * 1_000_000})
    assert {(f.file, f.code) for f in errors(check_instance(bomb))} == {("stands.csv", "too-large")}
    folder = good_folder(tmp_path)
    (folder / "stands.csv").write_bytes(b"x" * 10_001)
    assert {(f.file, f.code) for f in errors(check_instance(folder))} == {
        ("stands.csv", "too-large")
    }
    monkeypatch.setattr(source_module, "MAX_TOTAL_BYTES", 1_000)
    assert "too-large" in {f.code for f in check_instance(folder)}
    monkeypatch.setattr(source_module, "MAX_FILES", 3)
    assert next(f.code for f in check_instance(folder)) == "too-large"


def test_long_tables_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_module, "MAX_ROWS", 2)
    found = check_instance(good_folder(tmp_path))
    assert [(f.file, f.row, f.code) for f in found] == [("demand.csv", 5, "too-large")]


def test_a_thousand_faults_are_counted_not_listed(tmp_path: Path) -> None:
    folder = good_folder(tmp_path)
    header, *_ = GOOD["stands.csv"].splitlines()
    (folder / "stands.csv").write_text("\n".join([header, *["LUX,E,-1"] * 1000]))
    found = check_instance(folder)
    assert len(found) == 201
    assert "and 800 more" in str(found[-1])


# --- anything at all -----------------------------------------------------------------------------

NASTY = (
    b"\x00", b"\xff", b'"', b",", b";", b"\n", b"\r", b"=", b"-", b"1e308", b"1e-320", b"9" * 400,
    b"NaN", b"*", b"[", b"]", b"{", b"\\", b"9999-12-31T23:59+14:00", b"0001-01-01T00:00-14:00",
    b"2025-06-02", b"24:00", b"../../etc/passwd", "\u202f".encode(), b"LUX", b"Yiwu", b"cyclic",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_checking_never_fails_whatever_the_files_hold(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = good_folder(Path(name))
        for _ in range(data.draw(st.integers(1, 3))):
            path = folder / data.draw(st.sampled_from(sorted(set(GOOD) - {"README.md"})))
            content = path.read_bytes()
            start = data.draw(st.integers(0, len(content)))
            length = data.draw(st.integers(0, 12))
            nasty = data.draw(st.sampled_from(NASTY) | st.binary(max_size=4))
            path.write_bytes(content[:start] + nasty + content[start + length :])
        found = check_instance(folder)
        if errors(found):
            with pytest.raises(InstanceError):
                read_instance(folder)
        else:
            instance = read_instance(folder)
            write_instance(instance, folder.with_suffix(".json"))
            assert read_instance(folder.with_suffix(".json")) == instance


def test_a_number_beyond_any_float_is_told() -> None:
    instance = tiny(markets=(Market(station="LUX", max_rotations=10**400),))
    found = [f for f in judge(instance) if f.column == "max_rotations"]
    assert found and all(f.severity is Severity.ERROR for f in found)
