"""Identifiers: the rules of each register, and what is said of a number that breaks them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as ibans

from hub.accounting.identifiers import (
    Checked,
    check_email,
    check_endpoint,
    check_g_iban,
    check_identifier,
    check_postcode,
)
from hub.model.finding import Finding

G_IBAN = "NL" + ibans.calc_check_digits("NL00INGB0990000000") + "INGB0990000000"


@pytest.mark.parametrize(
    ("scheme", "value", "key"),
    [
        ("KVK", "68750110", "0106:68750110"),
        ("0106", "6875 0110", "0106:68750110"),
        ("RSIN", "123456782", "RSIN:123456782"),
        ("OIN", "00000001123456782000", "0190:00000001123456782000"),
        ("OIN", "00000003687501100000", "0190:00000003687501100000"),
        ("OIN", "00000004000000012000", "0190:00000004000000012000"),
        ("vat", "NL 1234.56.782.B01", "VAT:NL123456782B01"),
        ("BTW", "NL000099998B57", "VAT:NL000099998B57"),
        ("VAT", "DE136695976", "VAT:DE136695976"),
        ("VAT", "EL094259216", "VAT:EL094259216"),
        ("GLN", "8712345678906", "0088:8712345678906"),
        ("IBAN", "NL91 ABNA 0417 1643 00", "IBAN:NL91ABNA0417164300"),
        ("ENDPOINT", "0106:68750110", "0106:68750110"),
        ("ENDPOINT", "9944:NL123456782B01", "VAT:NL123456782B01"),
        ("ENDPOINT", "0192:991825827", "0192:991825827"),
        ("LEI", "724500PMK2A2M1SQQ228", "0199:724500PMK2A2M1SQQ228"),
        ("ESTABLISHMENT", "000012345678", "0217:000012345678"),
    ],
)
def test_number_is_kept_normalised_when_it_fits_its_register(scheme: str, value: str, key: str) -> None:
    found = check_identifier(scheme, value, "NL")
    assert isinstance(found, Checked)
    assert found.key == key


@pytest.mark.parametrize(
    ("scheme", "value", "code"),
    [
        ("KVK", "6875011", "HUB-ID-01"),
        ("KVK", "6875011A", "HUB-ID-01"),
        ("KVK", "６８７５０１１０", "HUB-ID-01"),
        ("RSIN", "123456789", "HUB-ID-02"),
        ("RSIN", "000000000", "HUB-ID-02"),
        ("OIN", "0000000112345678200", "HUB-ID-03"),
        ("OIN", "00000001123456789000", "HUB-ID-03"),
        ("OIN", "00000003687501100001", "HUB-ID-03"),
        ("VAT", "NL123456783B01", "HUB-ID-04"),
        ("VAT", "NL123456782B00", "HUB-ID-04"),
        ("VAT", "DE136695977", "HUB-ID-04"),
        ("VAT", "123456782B01", "HUB-ID-04"),
        ("GLN", "8712345678905", "HUB-ID-05"),
        ("IBAN", "NL91ABNA0417164301", "HUB-ID-06"),
        ("ENDPOINT", "68750110", "HUB-ID-08"),
        ("ENDPOINT", "0106:6875", "HUB-ID-01"),
        ("BSN", "123456782", "HUB-ID-09"),
    ],
)
def test_finding_names_field_value_and_expectation_when_a_number_is_wrong(scheme: str, value: str, code: str) -> None:
    found = check_identifier(scheme, value, "NL", field="here")
    assert isinstance(found, Finding)
    assert (found.code, found.location, found.severity) == (code, "here", "fatal")
    assert found.found in (value, scheme)
    assert found.expected


def test_endpoint_takes_only_known_schemes_when_they_are_given() -> None:
    assert isinstance(check_identifier("ENDPOINT", "0999:1", endpoint_schemes={"0106"}), Finding)
    assert isinstance(check_identifier("ENDPOINT", "0106:68750110", endpoint_schemes={"0106"}), Checked)
    assert check_endpoint(" ") == ""


def test_g_account_has_099_after_the_bank_code() -> None:
    assert check_g_iban(G_IBAN) == G_IBAN
    assert check_g_iban("") == ""
    for value, code in (("NL91ABNA0417164300", "HUB-ID-07"), ("NL00INGB0990000000", "HUB-ID-06")):
        found = check_g_iban(value)
        assert isinstance(found, Finding)
        assert found.code == code


@pytest.mark.parametrize(
    "value", ["a@b", "a b@c.nl", "a@b.nl, c@d.nl", "@b.nl", "a@b.nl\nBcc: c@d.nl", "x" * 250 + "@b.nl"]
)
def test_email_is_one_address(value: str) -> None:
    assert isinstance(check_email(value), Finding)
    assert check_email(" info@klant.example ") == "info@klant.example"


def test_postcode_is_checked_where_it_is_dutch() -> None:
    assert check_postcode("9711aa", "NL") == "9711 AA"
    assert isinstance(check_postcode("0711 AA", "NL"), Finding)
    assert isinstance(check_postcode("9711 SS", "NL"), Finding)
    assert check_postcode("10115", "DE") == "10115"


@given(
    scheme=st.sampled_from(["KVK", "RSIN", "OIN", "VAT", "GLN", "IBAN", "ENDPOINT", "LEI", "0060", "X"]),
    value=st.text(max_size=40),
)
def test_any_text_is_an_answer_never_an_accident(scheme: str, value: str) -> None:
    assert isinstance(check_identifier(scheme, value, "NL"), Checked | Finding)
