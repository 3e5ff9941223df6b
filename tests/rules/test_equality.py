"""Equality with the official artefact: on every schema-valid document the same rules fire, no more and no fewer."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import etree

from hub.rules.en16931 import ARITHMETIC, check, check_arithmetic, rules
from hub.rules.rule import UNDECIDABLE
from tests.corpus import documents, needs_corpus, rows

CODES = {rule.code for rule in rules()}
SETS = ["docs", "mutants", "traps"]


def _root(name: str, row: dict[str, Any]) -> etree._Element:
    return etree.fromstring(documents()[row["id"]] if name == "docs" else row["xml"].encode())


def _valid(name: str) -> list[dict[str, Any]]:
    return [row for row in rows(name) if row["oracle"]["xsd"]["status"] == "ok"]


def _expected(row: dict[str, Any]) -> Counter[str]:
    return Counter({code: count for code, _, count in row["oracle"]["en16931"]["fired"] if code in CODES})


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_the_same_rules_fire_equally_often_when_the_document_is_valid(name: str) -> None:
    judged = [row for row in _valid(name) if row["oracle"]["en16931"]["status"] == "ok"]
    different = {}
    for row in judged:
        found = Counter(finding.code for finding in check(_root(name, row)))
        if found != _expected(row):
            different[row["id"]] = (found - _expected(row), _expected(row) - found)
    assert different == {}
    assert len(judged) > 90


@needs_corpus
def test_the_same_rules_fire_when_an_official_unit_case_is_judged() -> None:
    cases = [row for row in rows("units") if row["oracle"]["en16931"]["status"] == "ok"]
    for row in cases:
        found = {finding.code for finding in check(_root("units", row))}
        assert found == set(_expected(row)), row["id"]
    assert len(cases) > 400


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_arithmetic_alone_is_the_same_part_when_judged_apart(name: str) -> None:
    for row in _valid(name):
        root = _root(name, row)
        whole = [finding for finding in check(root) if finding.code in ARITHMETIC]
        assert [f for f in check_arithmetic(root) if f.code in ARITHMETIC] == whole, row["id"]


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_our_own_finding_says_so_when_the_artefact_itself_stops(name: str) -> None:
    stopped = [row for row in _valid(name) if row["oracle"]["en16931"]["status"] != "ok"]
    for row in stopped:
        assert UNDECIDABLE in {finding.code for finding in check(_root(name, row))}, row["id"]
    assert stopped


@needs_corpus
@pytest.mark.parametrize("name", ["docs", "mutants"])
def test_nothing_breaks_when_the_document_is_invalid(name: str) -> None:
    invalid = [row for row in rows(name) if row["oracle"]["xsd"]["status"] != "ok"]
    for row in invalid:
        assert isinstance(check(_root(name, row)), tuple)
    assert invalid


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_a_finding_stands_inside_the_place_the_artefact_names_when_both_name_one(name: str) -> None:
    for row in _valid(name):
        official: dict[str, list[str]] = {}
        for code, place in row["oracle"]["en16931"].get("at", ()):
            official.setdefault(code, []).append(_wider(code, place))
        for finding in check(_root(name, row)):
            places = official.get(finding.code, [finding.location])
            assert any(finding.location.startswith(place) for place in places), (row["id"], finding, places)


def _wider(code: str, place: str) -> str:
    """Rules 08 and 09 of a category speak of the amounts beside it, and we point at those."""
    return place.rpartition("/")[0] if code.endswith(("-08", "-09")) and "TaxCategory" in place else place
