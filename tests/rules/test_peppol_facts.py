"""Where seller and buyer sit, as the official variables say it: each reads something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lxml import etree

from hub.rules.peppol.code_lists import ENDPOINT_SCHEMES, MANDATORY, PUBLISHED, WITHDRAWN_ENDPOINT_SCHEMES
from hub.rules.peppol.countries import both
from hub.rules.peppol.facts import Facts, facts, is_known
from hub.rules.rule import Undecidable
from hub.rules.tree import Names, index
from tests.rules.peppol_documents import peppol_invoice, spoiled

SELLER_VAT = "<cbc:CompanyID>NL123456789B01</cbc:CompanyID>"
SCHEME = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
REGISTRATION = f"<cac:PartyTaxScheme><cbc:CompanyID>{{0}}</cbc:CompanyID>{SCHEME}</cac:PartyTaxScheme>"
COUNTRY = "<cbc:IdentificationCode>NL</cbc:IdentificationCode>"
REPRESENTATIVE = f"<cac:TaxRepresentativeParty>{REGISTRATION.format('se1')}</cac:TaxRepresentativeParty>"


def of(text: str) -> Facts:
    """The facts of a document."""
    return facts(index(etree.fromstring(text.encode()), Names()))


def no_answer() -> bool:
    """A question without one."""
    raise Undecidable("twice")


@pytest.mark.parametrize(
    ("old", "new", "country", "without_representative"),
    [
        ("NL123456789B01", "el123", "EL", "EL"),
        (SELLER_VAT, "", "SE", "NL"),
        ("<cbc:ID>VAT</cbc:ID>", "<cbc:ID>vat</cbc:ID>", "SE", "NL"),
    ],
)
def test_the_country_of_the_seller_is_of_its_vat_number_when_it_has_one(
    old: str, new: str, country: str, without_representative: str
) -> None:
    known = of(spoiled(old, new, allowances=REPRESENTATIVE))
    assert known.supplier_country == country
    assert known.accounting_supplier_country == without_representative
    assert known.greek_sender is (country == "EL")
    assert known.customer_country == "NL"
    assert not known.both_greek


def test_nowhere_is_the_country_when_none_is_named() -> None:
    known = of(peppol_invoice().replace(COUNTRY, "").replace("<cbc:ID>VAT</cbc:ID>", "<cbc:ID>GST</cbc:ID>"))
    assert (known.supplier_country, known.customer_country, known.supplier_address) == ("XX", "XX", "")


def test_the_address_is_read_two_ways_when_it_is_written_loosely() -> None:
    known = of(peppol_invoice().replace(COUNTRY, COUNTRY.replace("NL", " dk ")))
    assert (known.supplier_address, known.supplier_address_raw) == ("DK", " dk ")
    assert (known.customer_address, known.customer_address_raw) == ("DK", " dk ")


def test_a_country_has_no_answer_when_the_seller_has_two_vat_numbers() -> None:
    text = spoiled("<cac:PartyTaxScheme>", REGISTRATION.format("NO1") + "<cac:PartyTaxScheme>")
    with pytest.raises(Undecidable):
        _ = of(text).supplier_country
    assert is_known(lambda: of(text).supplier_country == "NL") is False


@pytest.mark.parametrize(
    ("first", "second"), [(no_answer, lambda: False), (lambda: False, no_answer), (lambda: False, lambda: True)]
)
def test_both_is_no_when_one_is_no(first: Callable[[], bool], second: Callable[[], bool]) -> None:
    assert both(first, second) is False


@pytest.mark.parametrize(
    ("first", "second"), [(no_answer, lambda: True), (lambda: True, no_answer), (no_answer, no_answer)]
)
def test_both_has_no_answer_when_none_is_no(first: Callable[[], bool], second: Callable[[], bool]) -> None:
    with pytest.raises(Undecidable):
        both(first, second)


def test_lists_are_dated_when_a_release_changes_them() -> None:
    assert PUBLISHED < MANDATORY
    assert len(WITHDRAWN_ENDPOINT_SCHEMES) == 15
    assert not WITHDRAWN_ENDPOINT_SCHEMES & ENDPOINT_SCHEMES
    assert {"0242", "0246", "0248"} <= ENDPOINT_SCHEMES
