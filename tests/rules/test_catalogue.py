"""The catalogue and its sentences: every rule has both languages, and every finding can be told."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from string import Formatter
from typing import Any

import pytest
from lxml import etree

from hub.model.finding import Finding
from hub.rules import peppol
from hub.rules.catalogue import CATALOGUE
from hub.rules.en16931 import ARITHMETIC, check, rules
from hub.texts.catalogue import sentence
from tests.corpus import documents, needs_corpus, rows

LAYERS = ("findings_en16931", "findings_peppol")
SENTENCES: dict[str, dict[str, Any]] = {
    code: entry
    for file in (files("hub") / "texts").iterdir()
    if file.name.startswith(LAYERS)
    for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()
}


def told(finding: Finding, language: str) -> str:
    """The sentence of a finding; fails when it names something the finding does not know."""
    table = SENTENCES[finding.code]
    details = dict(finding.details)
    sentence = table.get(f"{language}_{details.get('variant', '')}", table[language])
    known = {"found": finding.found, "expected": finding.expected, "location": finding.location, **details}
    for _, name, _, _ in Formatter().parse(sentence):
        assert name is None or known.get(name) is not None, (finding, sentence)
    return str(sentence.format(**known))


def test_catalogue_and_sentences_have_the_same_codes_when_compared() -> None:
    assert set(CATALOGUE) == set(SENTENCES)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_both_languages_are_there_when_a_rule_is_listed(code: str) -> None:
    table = SENTENCES[code]
    assert table["nl"]
    assert table["en"]
    assert table["severity"] == CATALOGUE[code].severity
    assert {key.partition("_")[2] for key in table if key.startswith("nl_")} == {
        key.partition("_")[2] for key in table if key.startswith("en_")
    }


def test_all_fatal_rules_are_there_once_when_counted() -> None:
    codes = [rule.code for rule in rules()]
    assert len(codes) == len(set(codes)) == 281


def test_arithmetic_is_totals_vat_and_decimals_when_listed() -> None:
    assert {"BR-CO-10", "BR-CO-17", "BR-S-08", "BR-AG-09", "BR-DEC-23"} <= ARITHMETIC
    assert not ARITHMETIC & {"BR-CO-04", "BR-S-01", "BR-12", "UBL-DT-01"}


@needs_corpus
@pytest.mark.parametrize("name", ["docs", "mutants", "traps"])
def test_every_finding_can_be_told_when_it_is_found(name: str) -> None:
    told_codes = set()
    for row in rows(name):
        text = documents()[row["id"]] if name == "docs" else row["xml"].encode()
        for finding in check(etree.fromstring(text)):
            assert told(finding, "nl") != told(finding, "en")
            told_codes.add(finding.code)
    assert len(told_codes) > 20


def test_self_billing_has_no_code_of_its_own_when_listed() -> None:
    own = {rule.code for rule in peppol.rules(peppol.LAYER_SELF_BILLING)}
    assert own < {rule.code for rule in peppol.rules()}
    assert len(own) == 62
    assert {CATALOGUE[code].layer for code in own} == {"peppol"}


@needs_corpus
@pytest.mark.parametrize("name", ["docs", "mutants", "traps"])
def test_every_finding_of_peppol_can_be_told_when_it_is_found(name: str) -> None:
    told_codes = set()
    for row in rows(name):
        text = documents()[row["id"]] if name == "docs" else row["xml"].encode()
        for finding in peppol.check(etree.fromstring(text)):
            dutch, english = (sentence(finding, language, "EUR", strict=True) for language in ("nl", "en"))
            assert dutch != english
            assert "{" not in dutch + english or "{" in f"{finding.found}{finding.details}"
            told_codes.add(finding.code)
    assert len(told_codes) > 10
