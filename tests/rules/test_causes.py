"""One cause, several codes: what one fault sets off is told once, and no finding is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.cli.caused import MOST, first_causes, places_in_words, rows_by_cause
from hub.model.finding import Finding
from hub.rules import peppol
from hub.rules.catalogue import CATALOGUE
from hub.rules.causal_links import FLOWS, LINKS, RANKS
from hub.rules.causes import Cause, causes
from hub.rules.en16931 import check
from hub.texts.shown import finding_json
from tests import corpus
from tests.rules.documents import findings, invoice, line, subtotal, totals
from tests.rules.peppol_documents import findings as peppol_findings
from tests.rules.peppol_documents import peppol_invoice

TWO_LINES = line("100.00") + line("50.00", number=2)
RIGHT = {"lines": "150.00", "net": "150.00", "gross": "181.50", "payable": "181.50"}


def two_lines(amounts: dict[str, str], **changes: str) -> str:
    """150.00 at 21 % on two lines, with these totals."""
    sound = {"lines": TWO_LINES, "subtotals": subtotal("150.00", "31.50"), "vat": "31.50"}
    return peppol_invoice(**{**sound, **changes}, monetary=totals(**{**RIGHT, **amounts}))


def all_causes(xml: str) -> tuple[Cause[Finding], ...]:
    """The causes of what EN 16931 and Peppol find."""
    return causes((*findings(xml), *peppol_findings(xml)))


@pytest.mark.parametrize(
    ("xml", "codes"),
    [
        (two_lines({"lines": "149.99"}), ["BR-CO-10", "BR-CO-13"]),
        (two_lines({"net": "149.99"}), ["BR-CO-13", "BR-CO-15"]),
        (two_lines({"gross": "181.49"}), ["BR-CO-15", "BR-CO-16"]),
        (two_lines({}, vat="31.00"), ["BR-CO-14", "BR-CO-15"]),
        (two_lines({}, subtotals=subtotal("140.00", "31.50")), ["BR-S-08", "BR-CO-17", "BR-S-09"]),
        (two_lines({}, subtotals=subtotal("150.00", "35.00")), ["BR-S-09", "BR-CO-17", "BR-CO-14"]),
        (two_lines({}).replace('EUR">50.00</cbc:LineExt', 'EUR">60.00</cbc:LineExt'),
         ["PEPPOL-EN16931-R120", "BR-CO-10", "BR-S-08"]),
        (two_lines({}).replace('EUR">50.00</cbc:LineExt', 'EUR">60.00</cbc:LineExt')
         .replace('EUR">100.00</cbc:LineExt', 'EUR">130.00</cbc:LineExt'),
         ["PEPPOL-EN16931-R120", "BR-CO-10", "BR-S-08"]),
        (two_lines({}).replace("<cbc:ID>S</cbc:ID>", "<cbc:ID>H</cbc:ID>"), ["BR-CL-17", "BR-CL-18"]),
        (two_lines({}).replace("<cbc:ID>S</cbc:ID>", "<cbc:ID>Z</cbc:ID>", 1), ["BR-S-01", "BR-Z-08", "BR-Z-09"]),
        (two_lines({}).replace("DocumentCurrencyCode>EUR", "DocumentCurrencyCode>EURO"),
         ["BR-CL-04", "BR-CO-15", "PEPPOL-EN16931-R051"]),
        (two_lines({}).replace("<cbc:IdentificationCode>NL", "<cbc:IdentificationCode>NLD"), ["BR-CL-14"]),
        (two_lines({}).replace('schemeID="0106"', 'schemeID="0000"'), ["BR-CL-25", "PEPPOL-EN16931-CL008"]),
        (two_lines({}).replace('<cbc:LineExtensionAmount currencyID="EUR">150.00</cbc:LineExtensionAmount>', ""),
         ["BR-CO-10", "BR-12", "BR-CO-13"]),
        (two_lines({}).replace("<cbc:CompanyID>NL123456789B01</cbc:CompanyID>", ""), ["BR-S-02", "BR-CO-26", "UBL-SR-53"]),
    ],
)  # fmt: skip
def test_one_fault_is_one_cause_told_by_the_root(xml: str, codes: list[str]) -> None:
    [cause] = all_causes(xml)
    assert cause.leading.code == codes[0]
    assert set(cause.codes) == set(codes)
    assert cause.severity == "fatal"


def test_two_faults_are_two_causes() -> None:
    wrong = two_lines({"lines": "149.00", "payable": "181.00"})
    assert [cause.codes for cause in all_causes(wrong)] == [("BR-CO-10", "BR-CO-13"), ("BR-CO-16",)]


def test_two_lines_off_by_another_amount_than_the_total_stay_apart() -> None:
    wrong = two_lines({}).replace('EUR">50.00</cbc:PriceA', 'EUR">60.00</cbc:PriceA').replace(
        'EUR">100.00</cbc:PriceA', 'EUR">130.00</cbc:PriceA')  # fmt: skip
    assert [(c.leading.code, c.places) for c in all_causes(wrong)] == [
        ("PEPPOL-EN16931-R120", ("/Invoice[1]/InvoiceLine[1]/LineExtensionAmount[1]",)),
        ("PEPPOL-EN16931-R120", ("/Invoice[1]/InvoiceLine[2]/LineExtensionAmount[1]",)),
    ]


def test_a_sound_invoice_has_no_cause() -> None:
    assert all_causes(two_lines({})) == ()


def test_the_same_fault_on_many_lines_is_one_cause_with_many_places() -> None:
    lines = "".join(line("10.00", number=n) for n in range(1, 16))
    text = invoice(lines=lines.replace(' unitCode="C62"', ""), subtotals=subtotal("150.00", "31.50"), vat="31.50",
                   monetary=totals(**RIGHT))  # fmt: skip
    [cause] = causes(findings(text))
    assert cause.codes == ("BR-23",)
    assert len(cause.places) == 15
    assert places_in_words(cause.places, "nl") == "regel 1; regel 2; regel 3; +12"


def test_schema_leads_and_what_could_not_be_judged_follows() -> None:
    broken = two_lines({"payable": "181,50"})
    place = "/Invoice[1]/LegalMonetaryTotal[1]/PayableAmount[1]"
    schema = Finding("XSD-03", "fatal", "xsd", place, "181,50", "xs:decimal")
    [cause] = causes((*findings(broken), schema))
    assert cause.leading.code == "XSD-03"
    assert "HUB-EN-01" in cause.codes


def test_rows_name_every_code_once_and_who_must_act() -> None:
    found = [finding_json(finding, "en", "EUR") for finding in findings(two_lines({"lines": "149.99"}))]
    [row] = rows_by_cause(found, "en")
    assert row["code"] == "BR-CO-10, BR-CO-13"
    assert row["place"] == "totals, sum of the lines; totals, total without VAT"
    assert row["who"] == "sender"
    assert row["message"] == found[0]["message"]


def test_what_is_left_unshown_is_counted_in_findings() -> None:
    twice = [Finding(f"HUB-T-{number}", "fatal", "hub", f"/Invoice[1]/ID[{number}]") for number in range(MOST + 3)] * 2
    shown, left = first_causes([finding_json(finding, "en", "EUR") for finding in twice], "en")
    assert len(shown) == MOST
    assert left == len(twice) - sum(row["findings"] for row in shown) > 0
    assert first_causes([], "en") == ([], 0)


_CODES = st.sampled_from(
    sorted({*RANKS, *FLOWS, "UBL-CR-504", "UBL-SR-53", "XSD-01", "XSD-03", "HUB-EN-01", "HUB-REL-01"})
)
_AMOUNTS = st.sampled_from([None, "1", "100.00", "99.00", "S", "not a number: '1'"])
_PLACES = st.sampled_from(
    ["", "/Invoice[1]", "/Invoice[1]/ID[2]", "/Invoice[1]/InvoiceLine[1]", "/Invoice[1]/InvoiceLine[2]/Price[1]", "x"]
)
_FINDINGS = st.lists(
    st.builds(Finding, _CODES, st.sampled_from(["fatal", "warning"]), st.just("en16931"), _PLACES, _AMOUNTS, _AMOUNTS)
)


@given(_FINDINGS)
def test_every_finding_is_in_exactly_one_cause(found: list[Finding]) -> None:
    grouped = causes(found)
    assert sorted(map(id, (one for cause in grouped for one in cause.findings))) == sorted(map(id, found))
    for cause in grouped:
        assert cause.leading is cause.findings[0]
        assert cause.severity == ("fatal" if any(one.fatal for one in cause.findings) else "warning")


def test_tables_name_rules_that_exist() -> None:
    named = {code for link in LINKS for code in link.first | link.then} | set(RANKS)
    assert {code for code in named if code not in CATALOGUE} <= {"BR-CO-15 counted"}


@corpus.needs_corpus
def test_single_faults_of_the_corpus_have_about_one_cause() -> None:
    single = ("amount-delta", "amount-sign", "rounding", "wrong-code", "vat-category", "drop-required")
    mutants = [row for row in corpus.rows("mutants") if row["op"] in single]
    known = {base: _all(corpus.documents()[base]) for base in {row["base"] for row in mutants}}
    counts = []
    for row in mutants:
        old = {(finding.code, finding.location) for finding in known[row["base"]]}
        new = [each for each in _all(row["xml"].encode()) if (each.code, each.location) not in old]
        counts += [len(causes(new))] if new else []
    assert len(counts) > 100
    assert sum(counts) < 1.2 * len(counts)


def _all(body: bytes) -> tuple[Finding, ...]:
    root = etree.fromstring(body)
    return (*check(root), *peppol.check(root))
