"""Check digits and forms, as literal as the official rules; the numbers are made up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from hub.rules.peppol import identifiers as check
from hub.rules.rule import Undecidable
from tests.rules.peppol_documents import codes, spoiled

ADDRESS = '<cbc:EndpointID schemeID="0106">12345678</cbc:EndpointID>'
VAT_NUMBER = "<cbc:CompanyID>NL123456789B01</cbc:CompanyID>"


@pytest.mark.parametrize(
    ("test", "good", "bad"),
    [
        (check.gln, "8712345678906", "8712345678905"),
        (check.gln, "17", "18"),
        (check.gln, "0", "7"),
        (check.mod11, "123456785", "000000000"),
        (check.norwegian, "123456785", "1234567850"),
        (check.belgian, "0123456749", "0123456750"),
        (check.danish_company, "DK12345678", " 12345678"),
        (check.danish_company, "12345678", "123456789"),
        (check.swedish, "1234567897", "1234567896"),
        (check.australian, "51824753556", "51824753557"),
        (check.italian_office, "UFAB12", "UFAB1_"),
        (check.italian_person, "ABCDEF12G34H567I", "1BCDEF12G34H567I"),
        (check.italian_person, "ABCDEF 1G+4H567I", "ABCDEF1 XG34H567I"),
        (check.italian_person, "+1234567890", "1234567890A"),
        (check.italian_vat, "IT12345678903", "IT12345678904"),
        (check.italian_vat, "It1", "it1"),
    ],
)
def test_a_number_is_judged_by_its_check_when_it_has_one(test: Callable[[str], bool], good: str, bad: str) -> None:
    assert test(good)
    assert not test(bad)


def test_digits_are_plain_when_another_script_has_its_own() -> None:
    arabic = "١٢٣٤٥٦٧٨"
    assert not any(test(arabic) for test in (check.gln, check.mod11, check.danish_company, check.form("[0-9]{8}")))


@pytest.mark.parametrize("number", ["IT+1234567890", "IT 1234567890", "it-1234567890"])
def test_an_italian_number_has_no_answer_when_a_sign_counts_as_a_digit(number: str) -> None:
    with pytest.raises(Undecidable):
        check.italian_vat(number)


@pytest.mark.parametrize(
    ("scheme", "number", "expected"),
    [
        ("0088", "8712345678905", ["COMMON-R040"]),
        ("0192", "123456784", ["COMMON-R041"]),
        ("0184", "DK1234567", ["COMMON-R042"]),
        ("0208", "0123456750", ["COMMON-R043"]),
        ("0201", "UFAB1", ["COMMON-R044"]),
        ("0210", "ABC", ["COMMON-R045"]),
        ("9907", "ABC", ["COMMON-R046", "CL008"]),
        ("0211", "IT12345678904", ["COMMON-R047"]),
        ("0007", "1234567896", ["COMMON-R049"]),
        ("0151", "51824753557", ["COMMON-R050"]),
        ("0096", "123456789", ["COMMON-R052"]),
        ("0198", "dk12345678", ["COMMON-R053"]),
        ("0106", "1234567", ["COMMON-R054"]),
        ("0106", " 12345678\n", []),
        ("0190", "1234567890", ["COMMON-R055"]),
        ("9944", "nl123456789B01", ["COMMON-R056-1"]),
        ("0217", "1234567", ["COMMON-R057", "CL008"]),
    ],
)
def test_an_address_is_judged_by_its_scheme_when_it_has_one(scheme: str, number: str, expected: list[str]) -> None:
    assert codes(spoiled(ADDRESS, f'<cbc:EndpointID schemeID="{scheme}">{number}</cbc:EndpointID>')) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("<cbc:CompanyID>NL12345678B01</cbc:CompanyID>", ["COMMON-R056-2"]),
        ("<cbc:CompanyID>DE123456789</cbc:CompanyID>", []),
        ('<cbc:CompanyID schemeID="9944">NL1</cbc:CompanyID>', ["COMMON-R056-1"]),
        ('<cbc:CompanyID schemeID="0217">NL1</cbc:CompanyID>', ["COMMON-R056-2"]),
        ('<cbc:CompanyID schemeID="0217">12</cbc:CompanyID>', ["COMMON-R057"]),
    ],
)
def test_the_first_row_that_matches_wins_when_a_number_meets_two(number: str, expected: list[str]) -> None:
    assert codes(spoiled(VAT_NUMBER, number)) == expected
