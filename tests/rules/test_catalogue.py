"""The catalogue and its sentences: every rule has both languages, and every finding can be told."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from hub.rules import peppol
from hub.rules.catalogue import CATALOGUE
from hub.rules.en16931 import ARITHMETIC, rules
from hub.rules.en16931.unused import rows as rows_of_unused
from hub.rules.rule import UNDECIDABLE
from hub.texts.catalogue import explained, findings_catalogue

SENTENCES = findings_catalogue()
OFFICIAL = ("BR-", "UBL-", "SI-", "(", "PEPPOL-", "DE-R", "DK-R", "GR-", "IS-R", "IT-R", "NL-R", "NO-R", "SE-R", "SK-R")


def test_catalogue_and_sentences_have_the_same_codes_when_compared() -> None:
    assert {code for code in CATALOGUE if code != UNDECIDABLE} == {c for c in SENTENCES if c.startswith(OFFICIAL)}


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_are_there_when_a_rule_is_listed(code: str) -> None:
    table = SENTENCES[code]
    assert table["nl"]
    assert table["en"]
    assert table["severity"] == CATALOGUE[code].severity
    assert {key.partition("_")[2] for key in table if key.startswith("nl_")} == {
        key.partition("_")[2] for key in table if key.startswith("en_")
    }


def test_all_rules_are_there_once_when_counted() -> None:
    codes = [rule.code for rule in rules()]
    assert len(codes) == len(set(codes)) == 979
    assert sum(rule.severity == "fatal" for rule in rules()) == 281


def test_arithmetic_is_totals_vat_and_decimals_when_listed() -> None:
    assert {"BR-CO-10", "BR-CO-17", "BR-S-08", "BR-AG-09", "BR-DEC-23"} <= ARITHMETIC
    assert not ARITHMETIC & {"BR-CO-04", "BR-S-01", "BR-12", "UBL-DT-01"}


def test_self_billing_has_no_code_of_its_own_when_listed() -> None:
    own = {rule.code for rule in peppol.rules(peppol.LAYER_SELF_BILLING)}
    assert own < {rule.code for rule in peppol.rules()}
    assert len(own) == 62
    assert {CATALOGUE[code].layer for code in own} == {"peppol"}


def test_each_layer_has_its_own_codes_and_version_when_listed() -> None:
    layers = Counter((entry.layer, entry.version) for entry in CATALOGUE.values())
    assert layers["nlcius", "2.0.3.13"] == 35 + 3  # three marks in brackets stand for four asserts without an id
    assert layers["gaccount", "1.0.13"] == 8


def test_what_is_not_used_is_told_in_trade_words_when_they_are_known() -> None:
    dutch, english = explained("UBL-CR-154", "nl"), explained("UBL-CR-154", "en")
    assert "de naam van het gebouw, bij het postadres van de verkoper" in dutch
    assert "the name of the building, under the postal address of the seller" in english
    assert "het adres van de plaats van levering." in explained("UBL-CR-367", "nl")
    assert "MarkCareIndicator" in explained("UBL-CR-141", "nl")


def test_words_of_fields_are_those_of_the_table_when_compared() -> None:
    named = {step.rpartition(":")[2] for path in rows_of_unused() for step in path.steps}
    named |= {f"@{path.attribute}" for path in rows_of_unused() if path.attribute}
    words = tomllib.loads((files("hub") / "texts" / "fields.toml").read_text(encoding="utf-8"))
    assert set(words) - named == set()
    assert all(set(word) == {"nl", "en"} for word in words.values())


def test_what_fires_most_says_who_must_act() -> None:
    lines = (Path(__file__).parent / "frequent.txt").read_text(encoding="ascii").splitlines()
    listed = [line.split()[0] for line in lines if not line.startswith("#")]
    assert len(set(listed)) == len(listed) == 150
    for code in (code for code in listed if code in CATALOGUE):
        assert "afzender" in SENTENCES[code]["nl"], code
        assert "sender" in SENTENCES[code]["en"], code
