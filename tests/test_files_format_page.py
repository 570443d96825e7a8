"""What is published about the format is what the program does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from optimizer.domain.instance import TABLES, Instance
from optimizer.files import instance_document, judge
from optimizer.files.format_page import EXAMPLE, format_page, main
from optimizer.files.judge import CHECKS, cyclic
from optimizer.files.schema import json_schema, json_schema_text
from optimizer.files.unsupported import COLUMNS, SECTIONS
from optimizer.files.unsupported import TABLES as COMING

DOCS = Path(__file__).parent.parent / "docs"
ADVICE = "run: python -m optimizer.files.format_page docs"


def test_published_page_and_schema_are_current() -> None:
    assert (DOCS / "instance-format.md").read_text("utf-8") == format_page(), ADVICE
    assert (DOCS / "instance.schema.json").read_text("utf-8") == json_schema_text(), ADVICE


def test_both_are_written_into_a_folder(tmp_path: Path) -> None:
    main(str(tmp_path))
    assert (tmp_path / "instance-format.md").read_text("utf-8") == format_page()
    assert json.loads((tmp_path / "instance.schema.json").read_text("utf-8")) == json_schema()


def test_every_field_check_and_refused_name_is_on_the_page() -> None:
    page = format_page()
    for record in TABLES.values():
        for name, info in record.model_fields.items():
            assert f"`{name}`" in page
            assert info.description, f"{record.__name__}.{name}"
    for check in (*CHECKS, *cyclic.CHECKS):
        assert check.__doc__
        assert check.__doc__.splitlines()[0].split("``")[0][:30] in page.replace("\n", " ")
    for name in (*COMING, *COLUMNS, *SECTIONS):
        assert f"`{name}" in page


def test_the_example_is_sound() -> None:
    assert judge(Instance.model_validate(EXAMPLE)) == ()


def test_the_schema_knows_every_key_of_a_document() -> None:
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert set(instance_document(Instance.model_validate(EXAMPLE))) <= set(schema["properties"])
    for table, record in TABLES.items():
        reference = schema["properties"][table]["items"]["$ref"].rsplit("/", 1)[1]
        definition = schema["$defs"][reference]
        assert set(definition["properties"]) == set(record.model_fields)
        assert definition["additionalProperties"] is False
        assert "description" in definition


@pytest.mark.parametrize("names", [COMING, COLUMNS, SECTIONS])
def test_refused_names_are_not_names_of_the_format(names: dict[str, str]) -> None:
    known = set(TABLES) | set(Instance.model_fields)
    known |= {field for record in TABLES.values() for field in record.model_fields}
    assert not known & set(names)
