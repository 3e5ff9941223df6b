"""Places in words: every usual path of UBL, in both languages, and what has no words as it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.texts.places import place_of
from tests import corpus


@pytest.mark.parametrize(
    ("location", "dutch", "english"),
    [
        ("/Invoice[1]", "factuur als geheel", "invoice as a whole"),
        ("/CreditNote[1]", "creditnota als geheel", "credit note as a whole"),
        ("/Invoice[1]/InvoiceLine[3]/Item[1]/ClassifiedTaxCategory[1]", "regel 3, btw", "line 3, VAT"),
        ("/CreditNote[1]/CreditNoteLine[12]/Item[1]", "regel 12, artikel", "line 12, item"),
        ("/Invoice[1]/AccountingSupplierParty[1]/Party[1]/PostalAddress[1]", "verkoper, adres", "seller, address"),
        ("/Invoice[1]/AccountingCustomerParty[1]/Party[1]/EndpointID[1]", "koper, elektronisch adres",
         "buyer, electronic address"),
        ("/Invoice[1]/AccountingSupplierParty[1]/Party[1]/EndpointID[1]/@schemeID",
         "verkoper, elektronisch adres, soort nummer", "seller, electronic address, kind of number"),
        ("/Invoice[1]/TaxTotal[1]/TaxSubtotal[2]/TaxableAmount[1]", "btw-overzicht rij 2, btw-grondslag",
         "VAT breakdown row 2, taxable amount"),
        ("/Invoice[1]/TaxTotal[2]/TaxAmount[1]", "btw-totaal 2", "VAT total 2"),
        ("/Invoice[1]/Delivery[1]/DeliveryLocation[1]/Address[1]/CityName[1]", "afleveradres, plaats",
         "delivery address, city"),
        ("/Invoice[1]/AllowanceCharge[1]/TaxCategory[1]/ID[1]", "korting of toeslag 1, btw-categorie",
         "allowance or charge 1, VAT category"),
        ("/Invoice[1]/UBLExtensions[1]/UBLExtension[1]/x[1]", "extensie van de afzender",
         "extension of the sender"),
        ("/Invoice[1]/AccountingSupplierParty[1]/Party[1]/Contact[1]/Telefax[1]",
         "verkoper, contactpersoon, faxnummer", "seller, contact, fax number"),
        ("/Invoice[1]/InvoiceLine[2]/Novelty[2]", "regel 2, Novelty 2", "line 2, Novelty 2"),
    ],
)  # fmt: skip
def test_place_is_told_in_trade_words(location: str, dutch: str, english: str) -> None:
    assert place_of(location, "nl") == dutch
    assert place_of(location, "en") == english


@pytest.mark.parametrize("location", ["", "/", "/html/body", "Invoice", "/Invoice[x]/ID[1]", "/{x}", "line 3", "/a b/"])
def test_what_is_no_place_on_an_invoice_stays_as_it_is(location: str) -> None:
    assert place_of(location, "nl") == place_of(location, "en") == location


@given(st.text(alphabet="/Invoice[]123@ {}", max_size=60))
def test_any_text_has_a_place(location: str) -> None:
    assert bool(place_of(location, "nl")) == bool(location)


@corpus.needs_corpus
def test_places_that_the_official_rules_name_have_words() -> None:
    places = {
        re.sub(r"\d+", "1", place) for name in ("docs", "mutants") for row in corpus.rows(name)
        for layer in row["oracle"].values() for _, place in layer.get("at", ())
    }  # fmt: skip
    bare = [place for place in places if re.search(r"(^|, )@?[A-Z][a-z]+[A-Z]", place_of(place, "nl"))]
    assert len(places) > 200
    assert len(bare) < len(places) / 10
