"""The G-account extension: each rule on an invoice of which part goes to a blocked account."""

from __future__ import annotations

import pytest
from lxml import etree

from hub.rules import en16931, gaccount
from hub.rules.nlcius.promise import GACCOUNT
from hub.texts.catalogue import sentence
from hub.validation import validate
from tests.rules.dutch import blocked, changed, codes, codes_of_gaccount, dutch, means, terms

ONE_WRONG = [
    (GACCOUNT, "", {"BR-GA-0": 1}),
    (terms("REST", "100.00"), terms("REST", "60.00") + terms("REST", "40.00"), {"BR-GA-1": 1}),
    (means("REST"), means("REST") + means("OTHER"), {"BR-GA-2": 1}),
    ('EUR">100.00</cbc:Amount>', 'EUR">100.01</cbc:Amount>', {"BR-GA-3": 1}),
    ("<cbc:PaymentMeansID>REST</cbc:PaymentMeansID>", "", {"BR-GA-4": 1}),
    ("<cbc:ID>REST</cbc:ID>", "<cbc:ID>REST</cbc:ID><cbc:ID>X</cbc:ID>", {"BR-GA-5": 1}),
    ("MeansID>REST<", "MeansID>REST <", {"BR-GA-6": 1}),
    ("GACCOUNT<", "G<", {"BR-GA-7": 1}),
]


def test_nothing_is_found_when_the_invoice_is_split_rightly() -> None:
    assert codes_of_gaccount(blocked()) == codes(blocked()) == {}


@pytest.mark.parametrize(("old", "new", "expected"), ONE_WRONG)
def test_only_this_rule_fires_when_one_thing_is_wrong(old: str, new: str, expected: dict[str, int]) -> None:
    assert codes_of_gaccount(changed(blocked(), old, new)) == expected


def test_every_rule_has_a_document_here() -> None:
    assert {code for *_, expected in ONE_WRONG for code in expected} == {
        rule.code for rule in gaccount.rules() if rule.code != "(SI-V20-INV-R000)"
    }


def test_an_empty_reference_meets_no_empty_identifier() -> None:
    empty = blocked().replace("REST<", "<")
    assert codes_of_gaccount(empty) == {"BR-GA-6": 1}


def test_an_amount_that_is_no_number_cannot_be_judged() -> None:
    assert codes_of_gaccount(changed(blocked(), ">21.00</cbc:Amount>", ">1e1</cbc:Amount>")) == {"HUB-EN-01": 1}


def test_only_the_promise_is_judged_when_it_is_a_credit_note() -> None:
    assert codes_of_gaccount(dutch("CreditNote")) == {"BR-GA-0": 1}


def test_the_difference_is_said_when_the_parts_do_not_add_up() -> None:
    wrong = changed(blocked(), 'EUR">100.00</cbc:Amount>', 'EUR">90.00</cbc:Amount>')
    (finding,) = gaccount.check(etree.fromstring(wrong.encode()))
    assert (finding.found, finding.expected) == ("121.00", "111.00")
    assert "€ 10,00" in sentence(finding, "nl", "EUR", strict=True)


def test_what_the_extension_uses_is_no_warning_when_the_invoice_follows_it() -> None:
    data = blocked().encode()
    alone = {finding.code for finding in en16931.check(etree.fromstring(data))}
    assert alone >= gaccount.USED
    judged = validate(data)
    assert [layer.layer for layer in judged.layers] == ["xsd", "en16931", "nlcius", "gaccount"]
    assert not {finding.code for finding in judged.findings} & gaccount.USED
