"""Certificates survive their files; damaged files are refused, with the path to the fault."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

import pytest

from optimizer.errors import SolutionError
from optimizer.files import (
    certificate_from_json,
    certificate_to_json,
    read_certificate,
    write_certificate,
)
from optimizer.files.nested_json import parse_nested
from optimizer.files.place import Place
from optimizer.generate import tiny
from optimizer.plan.certificate import Branch, Certificate, FlightCount, Leaf, Prices, TruckCount
from optimizer.resolve import resolve
from tests.certificates import certificate, random_tree


@pytest.mark.parametrize("seed", range(20))
def test_a_certificate_survives(seed: int, tmp_path: Path) -> None:
    resolved = resolve(tiny(seed))
    stated = certificate(resolved, random_tree(resolved, random.Random(seed), 4))
    assert certificate_from_json(certificate_to_json(stated)) == stated
    write_certificate(stated, tmp_path / "certificate.json")
    assert read_certificate(tmp_path / "certificate.json") == stated
    assert read_certificate(tmp_path) == stated


def test_deep_trees_survive() -> None:
    root: Leaf | Branch = Leaf(Prices(supply={"é": 1}, branches=(0,) * 1000))
    for most in range(1000):
        quantity = FlightCount(pool="A") if most % 2 else TruckCount("L", most, "standard")
        root = Branch(quantity, most, root, Leaf(empty=True))
    text = certificate_to_json(Certificate("x", "y", 7, root))
    again = certificate_from_json(text)
    assert certificate_to_json(again) == text
    assert sum(1 for _ in again.leaves()) == 1001


def test_prices_of_an_empty_leaf_have_no_place() -> None:
    with pytest.raises(ValueError, match="no prices"):
        certificate_to_json(Certificate("x", "y", 0, Leaf(Prices(supply={"C": 1}), empty=True)))


def document() -> dict[str, Any]:
    prices = Prices(supply={"C1": 5}, slots={"S": 3}, branches=(2,))
    root = Branch(FlightCount(pool="A"), 3, Leaf(prices), Leaf(empty=True))
    found: dict[str, Any] = json.loads(certificate_to_json(Certificate("x", "y", 7, root)))
    return found


LEAF = ("root", "branch", "at_most", "leaf")
DAMAGE: list[tuple[tuple[str, ...], Any, str]] = [
    (("format",), "something", "format.*not a certificate"),
    (("version",), 2, "version.*cannot be read"),
    (("version",), True, "version.*cannot be read"),
    (("bound_micro",), 7.0, "column bound_micro"),
    (("bound_micro",), True, "column bound_micro"),
    (("bound_micro",), "7", "column bound_micro"),
    (("bound_micro",), None, "column bound_micro"),
    (("instance",), 3, "column instance"),
    (("colour",), 3, "colour: unknown field"),
    (("root",), [], "column root: a node is"),
    (("root", "branch", "most"), 1.5, r"column root\.branch\.most"),
    (("root", "branch", "most"), False, r"column root\.branch\.most"),
    (("root", "branch", "colour"), 1, r"root\.branch\.colour: unknown field"),
    (("root", "branch", "trucks"), {}, "on flights or on trucks"),
    (("root", "branch", "flights", "pool"), 1, r"root\.branch\.flights\.pool"),
    (("root", "branch", "flights", "tail"), "T", r"root\.branch\.flights\.tail: unknown field"),
    (("root", "branch", "at_least"), {"empty": False}, r"at_least\.empty: it can only be true"),
    (("root", "branch", "at_least"), {"empty": True, "leaf": {}}, "a node is"),
    (("root", "branch", "at_least"), {"twig": {}}, "a node is"),
    ((*LEAF, "supply", "C1"), 5.0, r"at_most\.leaf\.supply\.C1"),
    ((*LEAF, "supply", "C1"), "5", r"at_most\.leaf\.supply\.C1"),
    ((*LEAF, "branches"), [1.0], r"at_most\.leaf\.branches\[0\]"),
    ((*LEAF, "supplies"), {}, r"at_most\.leaf\.supplies: unknown field"),
    ((*LEAF, "trucks"), [{"lane": "L"}], r"at_most\.leaf\.trucks\[0\]\.dispatch_min.*missing"),
    (("root", "branch", "flights", "pool"), "a\u0001", "control character"),
    ((*LEAF, "supply", "C1"), [[[[[[[[[[[[]]]]]]]]]]]], "nested too deeply"),
]


@pytest.mark.parametrize(("path", "value", "told"), DAMAGE)
def test_damage_is_told_by_path(path: tuple[str, ...], value: Any, told: str) -> None:
    damaged = document()
    inside = damaged
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    with pytest.raises(SolutionError) as caught:
        certificate_from_json(json.dumps(damaged))
    assert re.search(told, str(caught.value)), str(caught.value)


@pytest.mark.parametrize("key", ["instance", "resolved_digest", "bound_micro", "root"])
def test_missing_fields_are_told(key: str) -> None:
    damaged = document()
    del damaged[key]
    with pytest.raises(SolutionError, match=key):
        certificate_from_json(json.dumps(damaged))


@pytest.mark.parametrize("key", ["most", "at_most", "at_least"])
def test_missing_parts_of_a_branch_are_told(key: str) -> None:
    damaged = document()
    del damaged["root"]["branch"][key]
    with pytest.raises(SolutionError, match=rf"root\.branch\.{key}: the field is missing"):
        certificate_from_json(json.dumps(damaged))


def test_a_key_that_is_there_twice_is_told() -> None:
    text = json.dumps(document()).replace('"C1": 5', '"C1": 5, "C1": 6')
    with pytest.raises(SolutionError, match="twice"):
        certificate_from_json(text)


def test_missing_and_empty_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(SolutionError, match="cannot be read"):
        read_certificate(tmp_path)
    (tmp_path / "certificate.json").write_text("")
    with pytest.raises(SolutionError, match="empty"):
        read_certificate(tmp_path)


JSON = [
    "{}", "[]", " [ ] ", '{"a": {}, "b": [], "c": [1, [2, {"d": null}], true]}', "3", "-0", '"x"',
    "-1.5e3", "0.5", '["\\u00e9\\n\\"", "\\ud83d\\ude00", "é"]', "[true, false, null]", '{"": 1}',
    "", " ", "{", "[", "]", "[1,]", "[,1]", "{,}", '{"a"}', '{"a":}', '{"a":1,}', "[1 2]", "01",
    "1.", ".5", "+1", "NaN", "[Infinity]", "tru", '"', '"\n"', '"\\x"', "{1: 2}", "[1]]", "{} {}",
    "[}", '{"a": 1]', '"\\ud800"', "1e5", "- 1", "[[[[1]]], 2]",
]  # fmt: skip


@pytest.mark.parametrize("text", JSON)
def test_nested_json_is_what_the_standard_parser_reads(text: str) -> None:
    value, faults = parse_nested(text, Place("x.json"))
    try:
        expected = json.loads(text, parse_constant=_refuse)
    except ValueError:
        assert faults
        return
    assert not faults
    assert json.dumps(value) == json.dumps(expected)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
