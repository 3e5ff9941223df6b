"""Equality with the official Peppol artefacts: on every document the same rules fire, equally often, at the same places."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import etree

from hub.rules.peppol import LAYER, LAYER_SELF_BILLING, check, rules
from hub.rules.peppol.national import NATIONAL
from hub.rules.rule import UNDECIDABLE
from tests.corpus import documents, needs_corpus, rows

CODES = {layer: {rule.code for rule in rules(layer)} for layer in (LAYER, LAYER_SELF_BILLING)}
SETS = ["docs", "mutants", "traps", "units"]
SEVERITIES = {rule.code: rule.severity for rule in rules()}


def _root(name: str, row: dict[str, Any]) -> etree._Element:
    return etree.fromstring(documents()[row["id"]] if name == "docs" else row["xml"].encode())


def _rows(name: str, layer: str, status: str) -> list[dict[str, Any]]:
    return [row for row in rows(name) if layer in row["oracle"] and row["oracle"][layer]["status"] == status]


def _expected(row: dict[str, Any], layer: str) -> Counter[str]:
    return Counter({code: count for code, _, count in row["oracle"][layer]["fired"] if code in CODES[layer]})


def _different(name: str, layer: str) -> tuple[int, dict[str, Any]]:
    judged, different = _rows(name, layer, "ok"), {}
    for row in judged:
        found = Counter(finding.code for finding in check(_root(name, row), layer))
        if found != _expected(row, layer):
            different[row["id"]] = (found - _expected(row, layer), _expected(row, layer) - found)
    return len(judged), different


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_the_same_rules_fire_equally_often_when_a_document_is_judged(name: str) -> None:
    judged, different = _different(name, LAYER)
    assert different == {}
    assert judged > 90


@needs_corpus
def test_the_same_rules_fire_equally_often_when_a_self_billed_document_is_judged() -> None:
    judged, different = _different("docs", LAYER_SELF_BILLING)
    assert different == {}
    assert judged > 30


@needs_corpus
def test_our_own_finding_names_the_rule_when_the_artefact_itself_stops() -> None:
    stopped = [(name, row) for name in SETS for row in _rows(name, LAYER, "error")]
    found = [{f.code for f in check(_root(name, row))} for name, row in stopped]
    # Without the rules of single countries those that stop in one of them are not known to stop.
    assert sum(UNDECIDABLE in codes for codes in found) >= (len(found) if NATIONAL else 11)


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_a_finding_stands_inside_the_place_the_artefact_names_when_both_name_one(name: str) -> None:
    for row in _rows(name, LAYER, "ok"):
        official: dict[str, list[str]] = {}
        for code, place in row["oracle"][LAYER].get("at", ()):
            official.setdefault(code, []).append(place)
        for finding in check(_root(name, row)):
            places = official.get(finding.code, [finding.location])
            assert any(finding.location.startswith(place) for place in places), (row["id"], finding, places)


@needs_corpus
def test_severities_are_the_official_ones_when_a_rule_fires() -> None:
    flags = {
        code: flag
        for name in SETS
        for row in rows(name)
        for code, flag, _ in row["oracle"].get(LAYER, {}).get("fired", ())
    }
    assert {code: flags[code] for code in flags.keys() & SEVERITIES} == {
        code: SEVERITIES[code] for code in flags.keys() & SEVERITIES
    }
