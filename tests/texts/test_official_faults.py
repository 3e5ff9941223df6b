"""Faults of the official artefacts: each names rules that exist, in both languages, and is told when a rule is explained."""

from __future__ import annotations

import pytest

from hub.rules.catalogue import CATALOGUE
from hub.texts.official_faults import official_fault, table
from tests.rules import own


def test_every_fault_names_known_rules_in_two_languages() -> None:
    assert {code for fault in table() for code in fault["rules"]} <= set(CATALOGUE)
    assert all(fault["nl"] and fault["en"] and fault["nl"] != fault["en"] for fault in table())


def test_a_rule_that_never_fires_has_no_document_that_fires_it() -> None:
    never = {code for fault in table() if fault["en"].startswith("Never fires") for code in fault["rules"]}
    said = [row["oracle"] for file in (own.FILE, own.TRAPS) for row in own.rows(file)]
    valid = [oracle for oracle in said if oracle["xsd"]["status"] == "ok"]
    fired = {code for oracle in valid for layer in oracle.values() for code, *_ in layer.get("fired", ())}
    assert len(never) > 10
    assert not never & fired


@pytest.mark.parametrize("language", ["nl", "en"])
def test_all_that_is_known_is_told_with_its_thread(language: str) -> None:
    told = official_fault("UBL-DT-01", language)
    assert "100.000" in told
    assert "Amount" in told
    assert "#73" in told
    assert official_fault("BR-01", language) == ""
