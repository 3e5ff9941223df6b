"""The most frequent findings on real cases: what they say is what was read aloud and kept."""

from __future__ import annotations

import re

import pytest

from hub.rules.catalogue import CATALOGUE
from hub.rules.causes import related
from hub.texts.examples import example
from tests.rules import told


def test_what_the_most_frequent_say_is_what_was_kept() -> None:
    assert told.told() == told.FILE.read_text("utf-8")  # else: python -m tests.rules.told, and read what changed


def test_examples_of_the_product_are_those_cases() -> None:
    assert told.examples() == told.EXAMPLES.read_text("utf-8")


def test_every_one_of_the_fifty_has_a_case() -> None:
    assert set(told.cases()) == set(told.most_frequent(50))


@pytest.mark.parametrize("code", told.most_frequent(50))
def test_a_sentence_needs_no_rule_code_and_no_path(code: str) -> None:
    for language in ("nl", "en"):
        text = example(code, language) or ""
        assert not re.search(r"BR-|UBL-|PEPPOL-|/Invoice|\\[1\\]|xs:", text), text
        assert "…" not in text
        assert ("afzender" if language == "nl" else "sender") in text


def test_related_rules_share_an_amount_or_a_cause() -> None:
    assert {"BR-CO-17", "BR-S-09", "PEPPOL-EN16931-R120"} <= set(related("BR-S-08"))
    assert "BR-Z-08" not in related("BR-S-08")
    assert {"BR-CO-13", "PEPPOL-EN16931-R120"} <= set(related("BR-CO-10"))
    assert related("UBL-CR-005") == ()
    assert all(other in CATALOGUE for code in CATALOGUE for other in related(code))
