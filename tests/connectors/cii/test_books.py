"""CII and hybrid PDFs on real books: the original is what came in, the entry is what the XML says, and the doors say what was judged."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import hub
from hub.model.invoice import Invoice
from hub.model.result import Result
from hub.reports.verify import verify
from tests.books import Books, message_of, open_books
from tests.builders import D, balances, invoice, owed, with_totals
from tests.cii_writer import write_cii
from tests.connectors.cii.make_samples import FOLDER
from tests.connectors.cii.sample_invoices import CREDIT, NEGATIVE, REVERSED, SEVERAL_GROUPS
from tests.pdf_files import Inside, hybrid_pdf
from tests.ubl_writer import write_ubl


def _pdf(*made: Invoice, relationship: str = "Data") -> bytes:
    names = ("factur-x.xml", "xrechnung.xml")
    return hybrid_pdf(*(Inside(name, write_cii(one), relationship) for name, one in zip(names, made, strict=False)))


HYBRID = _pdf(SEVERAL_GROUPS)


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path) as opened:
        yield opened


def _take(books: Books, data: bytes) -> Result:
    (result,) = books.process([message_of(data)])
    return result


def test_pdf_is_the_original_of_the_entry_and_what_its_invoice_embeds_is_kept_too(books: Books) -> None:
    result = _take(books, HYBRID)
    assert (result.outcome, result.format, result.profile) == ("posted", "factur-x", "en16931")
    assert result.booking.entry is not None
    assert owed(result.booking.entry) == D("396.01")
    sha256 = hashlib.sha256(HYBRID).hexdigest()
    packed = books.scalar("SELECT body FROM original WHERE sha256 = :s", s=sha256)
    assert zlib.decompress(packed) == HYBRID
    linked = "SELECT m.sha256 FROM entry e JOIN message m ON m.uid = e.message_uid"
    assert books.rows(linked) == [(sha256,)]
    inside = SEVERAL_GROUPS.attachments[0].content or b""
    assert books.rows("SELECT file_name, sha256 FROM attachment") == [("f.pdf", hashlib.sha256(inside).hexdigest())]
    assert [c.failures for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def test_invoice_that_came_as_ubl_is_a_duplicate_as_cii_and_as_pdf(books: Books) -> None:
    outcomes = [_take(books, data).outcome for data in (write_ubl(SEVERAL_GROUPS), write_cii(SEVERAL_GROUPS), HYBRID)]
    assert outcomes == ["posted", "duplicate", "duplicate"]


def test_credit_note_undoes_and_negative_invoice_does_the_same(books: Books) -> None:
    entries = [_take(books, write_cii(made)).booking.entry for made in (CREDIT, NEGATIVE)]
    credit, negative = (balances(entry) for entry in entries if entry is not None)
    assert credit == negative
    assert credit["1600"] == D("60.50")


def test_reverse_charge_is_booked_on_both_sides(books: Books) -> None:
    entry = _take(books, write_cii(REVERSED)).booking.entry
    assert entry is not None
    assert balances(entry) == {"4990": D("850.00"), "1520": D("178.50"), "1504": D("-178.50"), "1600": D("-850.00")}


@pytest.mark.parametrize(
    "changed", [{"with_vat": D("1.00")}, {"due": D("1.00")}, {"vat": D("1.00")}, {"lines": D("1.00")}]
)
def test_what_does_not_add_up_is_refused_naming_the_term(books: Books, changed: dict[str, D]) -> None:
    result = _take(books, write_cii(with_totals(SEVERAL_GROUPS, **changed)))
    assert result.outcome == "refused"
    assert "HUB-TOT-01" in {f.code for f in result.booking.findings}


def test_totals_only_are_held_with_the_totals_and_nobody_can_accept_that(books: Books) -> None:
    result = _take(books, (FOLDER / "basic-wl.xml").read_bytes())
    assert result.outcome == "held"
    assert result.booking.relation is not None
    (finding,) = [f for f in result.booking.findings if f.fatal]
    told = {"net": "100.00", "vat": "21.00", "total": "121.00", "due": "121.00", "currency": "EUR"}
    assert (finding.code, dict(finding.details)) == ("HUB-CII-14", told)


@pytest.mark.parametrize(
    ("data", "outcome", "code"),
    [
        (_pdf(SEVERAL_GROUPS, NEGATIVE), "held", "HUB-PDF-05"),
        (_pdf(SEVERAL_GROUPS, replace(SEVERAL_GROUPS, notes=("other",))), "posted", "HUB-PDF-06"),
        (_pdf(SEVERAL_GROUPS, relationship="Supplement"), "posted", "HUB-PDF-07"),
        (hybrid_pdf(), "refused", "HUB-PDF-01"),
        (HYBRID[:3_000], "refused", "HUB-PDF-03"),
        (hybrid_pdf(Inside("order-x.xml", (FOLDER / "order-x.xml").read_bytes())), "refused", "HUB-CII-27"),
        (hybrid_pdf(Inside("factur-x.xml", write_ubl(CREDIT))), "posted", None),
    ],
    ids=["differ", "same", "relation", "none", "broken", "order", "ubl"],
)
def test_what_becomes_of_a_pdf(books: Books, data: bytes, outcome: str, code: str | None) -> None:
    result = _take(books, data)
    assert result.outcome == outcome
    assert code is None or code in {f.code for f in result.booking.findings}
    assert books.scalar("SELECT COUNT(*) FROM original") >= 1  # whatever it is, it is kept


def test_validation_says_that_the_rules_were_not_judged() -> None:
    for data, form in ((write_cii(SEVERAL_GROUPS), "cii"), (HYBRID, "factur-x")):
        answer = hub.validate(data)
        assert (answer.format, answer.profile, answer.valid, answer.findings) == (form, "en16931", False, ())
        assert [(x.layer, x.version, x.status) for x in answer.layers] == [
            ("xsd", "D22B", "ok"),
            ("en16931", "1.3.16", "error"),
        ]
        assert "CII" in (answer.layers[1].reason or "")


def test_validation_judges_schema_alone_when_asked_and_sums_by_itself() -> None:
    wrong = write_cii(with_totals(SEVERAL_GROUPS, due=D("1.00")))
    assert hub.validate(wrong, ["xsd"]).valid
    assert [f.code for f in hub.validate(wrong).findings] == ["HUB-TOT-01"]
    forced = hub.validate(wrong, ["en16931", "peppol"])
    assert [(x.layer, x.status) for x in forced.layers] == [("en16931", "error"), ("peppol", "error")]
    assert (forced.valid, forced.findings) == (False, ())


def test_schema_says_what_is_wrong_in_cii_too() -> None:
    wrong = write_cii(SEVERAL_GROUPS).replace(b"<ram:TypeCode>380</ram:TypeCode>", b"<ram:TypeCod>380</ram:TypeCod>")
    (finding,) = hub.validate(wrong, ["xsd"]).findings
    assert (finding.code, finding.found) == ("XSD-01", "TypeCod")
    assert finding.expected
    assert finding.location == "/CrossIndustryInvoice[1]/ExchangedDocument[1]/TypeCod[1]"


def test_odd_currency_and_long_texts_are_recorded_or_refused(books: Books) -> None:
    for made in (
        invoice(number="9" * 3_000, currency="EUR"),
        replace(invoice(), currency="EURO", number="X1"),
        replace(invoice(), type_code="38012345678901", number="X2"),
    ):
        assert _take(books, write_cii(made)).outcome in ("posted", "held", "refused")
