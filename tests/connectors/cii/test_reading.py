"""What the reader makes of what real files do: dates in other forms, terms said twice, other taxes, odd types, and plain damage."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from connectors.cii import source
from connectors.cii.invoice import CREDIT_NOTES
from connectors.cii.profile import profile
from hub.formats.content import Content
from hub.model.invoice import Invoice
from hub.ports import Reading
from hub.rules.en16931.code_lists import CREDIT_NOTE_TYPES
from hub.steps.book import book
from hub.steps.validate import validate
from tests.builders import DAY, facts, invoice
from tests.cii_writer import write_cii
from tests.connectors.cii.make_samples import FOLDER
from tests.connectors.cii.sample_invoices import DOLLARS, EVERY_TERM, SEVERAL_GROUPS

SAMPLES = [path.read_bytes() for path in sorted(FOLDER.glob("*.xml"))]


def _reading(made: Invoice | bytes, *changes: tuple[str, str]) -> Reading:
    text = (made if isinstance(made, bytes) else write_cii(made)).decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return source.read(Content(text.encode()))


def _document(made: Invoice | bytes, *changes: tuple[str, str]) -> Invoice:
    document = _reading(made, *changes).document
    assert document is not None
    return document


def _codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


@pytest.mark.parametrize(
    ("written", "found", "code"),
    [
        ('<udt:DateTimeString format="102">20260310</udt:DateTimeString>', date(2026, 3, 10), None),
        ("<udt:DateTimeString>20260310</udt:DateTimeString>", date(2026, 3, 10), "HUB-CII-09"),
        ('<udt:DateTimeString format="102">2026-03-10</udt:DateTimeString>', date(2026, 3, 10), "HUB-CII-09"),
        ('<udt:DateTimeString format="203">202603101200</udt:DateTimeString>', date(2026, 3, 10), "HUB-CII-09"),
        ("<udt:DateTime>2026-03-10T12:00:00+01:00</udt:DateTime>", date(2026, 3, 10), "HUB-CII-09"),
        ('<udt:DateTimeString format="102">20260230</udt:DateTimeString>', None, "HUB-CII-08"),
        ('<udt:DateTimeString format="102">10-03-2026</udt:DateTimeString>', None, "HUB-CII-08"),
        ('<udt:DateTimeString format="102">²0260310</udt:DateTimeString>', None, "HUB-CII-08"),
        ('<udt:DateTimeString format="616">202611</udt:DateTimeString>', None, "HUB-CII-08"),
        ('<udt:DateTimeString format="102"/>', None, "HUB-CII-08"),
    ],
)
def test_dates_of_every_form_are_read_or_refused(written: str, found: date | None, code: str | None) -> None:
    usual = '<udt:DateTimeString format="102">20260310</udt:DateTimeString>'
    reading = _reading(invoice(), (f"<ram:IssueDateTime>{usual}", f"<ram:IssueDateTime>{written}"))
    assert (reading.document.issue_date if reading.document else None) == found
    assert code is None or code in _codes(reading)
    assert bool(code) == bool(reading.findings)


@pytest.mark.parametrize("code", ["380", "384", "389", "326", "875", "", "381", "396", "261", "83"])
def test_type_decides_between_invoice_and_credit_note(code: str) -> None:
    assert _document(invoice(type_code=code)).kind == ("credit_note" if code in CREDIT_NOTES else "invoice")


def test_credit_note_types_are_those_of_the_official_list() -> None:
    assert CREDIT_NOTES == CREDIT_NOTE_TYPES


@pytest.mark.parametrize("code", ["389", "261"])
def test_self_billed_document_is_issued_by_the_buyer(code: str) -> None:
    document = _document(invoice(type_code=code))
    assert document.issuer == document.buyer


def test_amount_twice_is_fatal_and_the_reading_incomplete() -> None:
    reading = _reading(
        invoice(), ("<ram:GrandTotalAmount>", "<ram:GrandTotalAmount>1</ram:GrandTotalAmount><ram:GrandTotalAmount>")
    )
    assert "HUB-CII-22" in _codes(reading)
    assert not reading.mapped


def test_vat_in_the_accounting_currency_is_told_from_vat_in_the_document_currency_in_any_order() -> None:
    text = write_cii(DOLLARS).decode()
    start, end = text.index("<ram:TaxTotalAmount"), text.index("<ram:GrandTotalAmount")
    both = text[start:end]
    first, second = both.split("</ram:TaxTotalAmount>")[:2]
    turned = text.replace(both, f"{second}</ram:TaxTotalAmount>{first}</ram:TaxTotalAmount>")
    for document in (_document(DOLLARS), _document(turned.encode())):
        assert (document.totals.vat, document.totals.vat_accounting) == (Decimal("210.00"), Decimal("193.78"))


def test_vat_in_a_third_currency_is_kept_and_said() -> None:
    reading = _reading(DOLLARS, ('<ram:TaxTotalAmount currencyID="EUR">', '<ram:TaxTotalAmount currencyID="SEK">'))
    assert [(f.code, f.severity, f.found) for f in reading.findings] == [("HUB-CII-18", "warning", "SEK")]
    assert reading.document is not None
    assert reading.document.totals.vat_accounting is None
    assert "193.78" in {entry.text for entry in reading.document.unmapped}


def test_currency_that_is_not_stated_is_taken_from_the_amounts() -> None:
    code = "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"
    reading = _reading(invoice(), (code, ""))
    assert reading.document is not None
    assert (reading.document.currency, _codes(reading)) == ("EUR", ["HUB-CII-19"])


@pytest.mark.parametrize(("stray", "code"), [("USD", "HUB-CII-24"), ("EUR", None)])
def test_amount_that_names_another_currency_is_a_warning(stray: str, code: str | None) -> None:
    reading = _reading(invoice(), ("<ram:DuePayableAmount>", f'<ram:DuePayableAmount currencyID="{stray}">'))
    assert _codes(reading) == ([code] if code else [])


def test_other_tax_is_counted_and_said_once() -> None:
    reading = _reading(write_cii(SEVERAL_GROUPS).replace(b"<ram:TypeCode>VAT<", b"<ram:TypeCode>GST<"))
    assert _codes(reading) == ["HUB-CII-25"]


def test_comment_inside_a_value_does_not_end_it() -> None:
    assert _document(invoice(number="F-12"), (">F-12<", ">F-<!-- what? -->12<")).number == "F-12"


def test_what_has_no_term_is_kept_with_its_place() -> None:
    more = "<ram:CopyIndicator><udt:Indicator>true</udt:Indicator></ram:CopyIndicator><ram:IssueDateTime>"
    (entry,) = _document(invoice(), ("<ram:IssueDateTime>", more)).unmapped
    assert entry.location == "/CrossIndustryInvoice[1]/ExchangedDocument[1]/CopyIndicator[1]/Indicator[1]"
    assert entry.text == "true"


def test_every_term_leaves_nothing_behind_and_comes_back() -> None:
    reading = _reading(EVERY_TERM)
    assert (reading.findings, reading.document) == ((), EVERY_TERM)


def test_second_tender_or_object_stays_a_document() -> None:
    one = (
        "<ram:AdditionalReferencedDocument><ram:IssuerAssignedID>{}</ram:IssuerAssignedID><ram:TypeCode>{}</ram:TypeCode>"
        "</ram:AdditionalReferencedDocument>"
    )
    more = "".join(one.format(*pair) for pair in (("T1", "50"), ("T2", "50"), ("O1", "130"), ("O2", "130")))
    document = _document(
        invoice(), ("</ram:ApplicableHeaderTradeAgreement>", more + "</ram:ApplicableHeaderTradeAgreement>")
    )
    assert document.tender == "T1"
    assert document.object_id is not None
    assert document.object_id.value == "O1"
    assert [(a.id, a.type_code) for a in document.attachments] == [("T2", "50"), ("O2", "130")]


def test_due_date_of_a_second_part_is_kept() -> None:
    part = (
        '<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20260601</udt:DateTimeString>'
        "</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>"
    )
    document = _document(
        invoice(due_date=date(2026, 5, 1)),
        (
            "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>",
            part + "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>",
        ),
    )
    assert document.due_date == date(2026, 5, 1)
    assert "20260601" in {entry.text for entry in document.unmapped}


@pytest.mark.parametrize(
    ("guideline", "name"),
    [
        ("urn:cen.eu:en16931:2017", "en16931"),
        ("urn:factur-x.eu:1p0:minimum", "factur-x-minimum"),
        ("urn:zugferd.de:2p0:minimum", "factur-x-minimum"),
        ("urn:factur-x.eu:1p0:basicwl", "factur-x-basicwl"),
        ("urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic", "factur-x-basic"),
        ("urn:cen.eu:en16931:2017:compliant:factur-x.eu:1p0:basic", "factur-x-basic"),
        ("urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended", "factur-x-extended"),
        ("urn:cen.eu:en16931:2017#conformant#urn:zugferd.de:2p0:extended", "factur-x-extended"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "xrechnung"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:comfort", "zugferd-1"),
        ("urn:ferd:CrossIndustryDocument:invoice:1p0:komfort", "zugferd-1"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "peppol-bis-3"),
        ("something else", ""),
        ("", ""),
    ],
)
def test_guideline_names_the_profile(guideline: str, name: str) -> None:
    assert profile(guideline) == name


def test_every_finding_of_the_reader_has_a_place_in_the_document() -> None:
    for data in SAMPLES:
        reading = source.read(Content(data))
        root = etree.fromstring(data)
        for finding in reading.findings:
            assert finding.location.startswith(f"/{etree.QName(root).localname}[1]")


def _damaged(root: etree._Element, at: int, how: str, text: str) -> etree._Element:
    elements = [e for e in root.iter(etree.Element) if e is not root]
    victim = elements[at % len(elements)]
    parent = victim.getparent()
    assert parent is not None
    if how == "drop":
        parent.remove(victim)
    elif how == "twice":
        parent.insert(parent.index(victim), copy.deepcopy(victim))
    elif how == "empty":
        victim.clear()
    elif how == "text":
        victim.text = text
    else:
        parent.append(victim)
    return root


@pytest.fixture(scope="module")
def short_words() -> Iterator[None]:
    """The schema's own words: the longer ones take seconds, and are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUB_EXPLAIN", "0")
        yield


@pytest.mark.usefixtures("short_words")
@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["drop", "twice", "empty", "text", "last"])), min_size=1, max_size=4),
    st.sampled_from(["", "-1", "1e9", "NaN", "0" * 70, "Infinity", "é", "20261399", "999999999999999999.99", "true"]),
)  # fmt: skip
def test_damage_is_a_finding_or_nothing_and_never_an_accident(
    data: bytes, blows: list[tuple[int, str]], text: str
) -> None:
    root = etree.fromstring(data)
    for at, how in blows:
        if len(root):
            root = _damaged(root, at, how, text)
    content = Content(etree.tostring(root))
    if not source.recognise(content):
        return
    reading = validate(source.read(content), content, DAY)
    booking = book(reading, facts())
    assert booking.outcome in ("posted", "held", "refused")
    assert reading.document is not None or any(finding.fatal for finding in reading.findings)


def test_document_of_thousands_of_lines_is_read_and_booked() -> None:
    lines = tuple(replace(SEVERAL_GROUPS.lines[0], id=str(n)) for n in range(3_000))
    made = invoice(*lines, number="LONG")
    content = Content(write_cii(made))
    reading = validate(source.read(content), content, DAY)
    assert reading.findings == ()
    assert book(reading, facts()).outcome == "posted"
