"""The same party always has the same key, and two parties never share one by accident."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.model.invoice import normalised_number
from hub.model.keys import iban_key, identifier_key, name_key, party_keys, vat_key
from hub.model.party import Address, Identifier, Party
from tests.builders import SUPPLIER, THEIR_IBAN, D, credit_note, invoice, line


@pytest.mark.parametrize(
    ("identifier", "country", "key"),
    [
        (Identifier("00261030", "0106"), "NL", "0106:00261030"),
        (Identifier("00 26 10.30", "NL:KVK"), "NL", "0106:00261030"),
        (Identifier("261030", "KVK"), "NL", "0106:00261030"),
        (Identifier("00000001003214345000", "NL:OINO"), "NL", "0190:00000001003214345000"),
        (Identifier("nl999992582b01", "9944"), "NL", "VAT:NL999992582B01"),
        (Identifier("NL999992582B01", ""), "NL", "VAT:NL999992582B01"),
        (Identifier("8710000000017", "GLN"), "NL", "0088:8710000000017"),
        (Identifier("4711", ""), "DE", "DE?:4711"),
        (Identifier("4711", ""), "NL", "NL?:4711"),
        (Identifier("4711", ""), "", ""),
        (Identifier(" . ", "0106"), "NL", ""),
    ],
)
def test_an_identifier_is_qualified_by_its_scheme_else_by_its_country(
    identifier: Identifier, country: str, key: str
) -> None:
    assert identifier_key(identifier, country) == key


@given(st.text("0123456789ABCDEFXYZ", min_size=4, max_size=12), st.text(" .-/", max_size=4), st.integers(0, 12))
def test_blanks_dots_dashes_and_capitals_do_not_change_a_key(value: str, noise: str, place: int) -> None:
    written = value[:place] + noise + value[place:].lower()
    for scheme in ("", "0088", "0190"):
        assert identifier_key(Identifier(written, scheme), "NL") == identifier_key(Identifier(value, scheme), "NL")


@given(st.from_regex(r"NL[0-9]{9}B[0-9]{2}", fullmatch=True))
def test_a_vat_id_has_one_key_wherever_the_document_writes_it(vat_id: str) -> None:
    spaced = f"{vat_id[:2].lower()} {vat_id[2:6]}.{vat_id[6:]}"
    assert vat_key(spaced) == vat_key(vat_id) == identifier_key(Identifier(vat_id, "9944"), "DE") == f"VAT:{vat_id}"


def test_a_vat_number_without_country_is_no_key() -> None:
    assert vat_key("999992582B01") == ""


@pytest.mark.parametrize("text", ["", "NL57", "1234567890", "GIRO 12345"])
def test_what_is_no_iban_is_no_key(text: str) -> None:
    assert iban_key(text) == ""


def test_an_iban_is_one_key_with_or_without_blanks() -> None:
    assert iban_key("NL57 RABO 0000 2047 12") == iban_key(THEIR_IBAN.lower()) == f"IBAN:{THEIR_IBAN}"


def test_keys_come_strongest_first() -> None:
    party = Party(
        name="X",
        identifiers=(Identifier("8710000000017", "0088"), Identifier("17", "")),
        legal_id=Identifier("00261030", "0106"),
        vat_id="NL999992582B01",
        tax_registration_id="L-1",
        endpoint=Identifier("9999", "9956"),
        address=Address(country="NL"),
    )
    assert party_keys(party, (THEIR_IBAN,)) == (
        "0106:00261030",
        "9956:9999",
        "VAT:NL999992582B01",
        "0088:8710000000017",
        "NL?:17",
        "NL#:L1",
        f"IBAN:{THEIR_IBAN}",
    )


def test_an_email_address_is_no_strong_key() -> None:
    assert party_keys(Party(name="X", endpoint=Identifier("a@b.nl", "EM"))) == ()


def test_an_identifier_no_register_gives_out_is_no_key() -> None:
    assert party_keys(Party(name="X", legal_id=Identifier("9" * 5000, ""), address=Address(country="NL"))) == ()


@pytest.mark.parametrize("name", ["Papierhuis B.V.", "PAPIERHUIS BV", "Papierhuis  b v", "papierhuis"])
def test_a_name_is_compared_without_legal_form(name: str) -> None:
    assert name_key(name) == "papierhuis"


def test_a_name_of_nothing_but_a_legal_form_keeps_it() -> None:
    assert name_key("AB") == "ab"


@pytest.mark.parametrize("number", ["F-2026/001", "f2026001", " F 2026.001 "])
def test_an_invoice_number_is_compared_by_letters_and_digits(number: str) -> None:
    assert normalised_number(number) == "F2026001"


def test_a_number_without_letters_or_digits_stays_what_it_is() -> None:
    assert normalised_number(" -/- ") == "-/-"


def test_letters_of_another_alphabet_tell_two_numbers_apart() -> None:
    assert normalised_number("Ω-1") != normalised_number("Σ-1")


@given(st.text(min_size=101, max_size=3000))
def test_a_number_of_any_length_fits_an_index(number: str) -> None:
    assert len(normalised_number(number)) <= 100 or number.strip() == ""


def test_two_long_numbers_that_end_differently_are_two_numbers() -> None:
    assert normalised_number("9" * 4000 + "1") != normalised_number("9" * 4000 + "2")


def test_identity_is_direction_relation_number_kind_and_year() -> None:
    one = invoice(number="F-1")
    assert one.identity("purchase", "K") == "purchase|K|F1|invoice|2026"
    assert one.identity("purchase", "K") == invoice(line("9.00"), number="f 1").identity("purchase", "K")
    assert one.identity("purchase", "K") != credit_note(number="F-1").identity("purchase", "K")


def test_the_issuer_of_a_self_billed_invoice_is_the_buyer() -> None:
    assert invoice().issuer == SUPPLIER
    assert invoice(type_code="389").issuer != SUPPLIER
    assert invoice(process="urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0").self_billed


def test_the_builder_makes_totals_that_add_up() -> None:
    made = invoice(line("10.00"), line("5.00", rate="9"), prepaid="2.00", rounding="0.05")
    assert made.totals.due == D("10.00") + D("2.10") + D("5.00") + D("0.45") - D("2.00") + D("0.05")
