"""The given documents: all are read, none raises, and no amount term of a valid one is left behind."""

from __future__ import annotations

import re
from decimal import Decimal

from connectors.ubl import source
from connectors.ubl.names import CAC, CBC
from hub.formats.content import Content
from hub.ports import Reading
from tests.corpus import documents, needs_corpus, rows

_PAYABLE = f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount"
# Amount terms of EN 16931 as they stand in UBL: totals, breakdown, lines, allowances and prices.
_TERM = re.compile(
    r"/(Invoice|CreditNote)/(LegalMonetaryTotal/\w+Amount|(Invoice|CreditNote)Line/LineExtensionAmount"
    r"|((Invoice|CreditNote)Line/)?AllowanceCharge/(Base)?Amount|(Invoice|CreditNote)Line/Price/PriceAmount)"
)
_TAX_TERM = re.compile(r"/(Invoice|CreditNote)/TaxTotal/(TaxSubtotal/)?Tax(able)?Amount")


@needs_corpus
def test_every_given_document_is_recognised_and_read() -> None:
    unread = {row["id"] for row in rows("docs") if not _read(row["id"]).document}
    invalid = {row["id"] for row in rows("docs") if row["oracle"]["xsd"]["status"] != "ok"}
    assert len(documents()) == 948
    assert unread < invalid
    assert len(unread) <= 3


@needs_corpus
def test_amount_due_is_the_payable_amount_of_the_document() -> None:
    for identity, data in documents().items():
        content = Content(data)
        document = source.read(content).document
        if document is not None and document.totals.due is not None:
            assert document.totals.due == Decimal((content.root.findtext(_PAYABLE) or "").strip()), identity


@needs_corpus
def test_no_amount_term_of_a_valid_document_is_left_unmapped() -> None:
    for row in rows("docs"):
        if row["oracle"]["xsd"]["status"] != "ok":
            continue
        reading = _read(row["id"])
        said = {finding.code for finding in reading.findings}
        document = reading.document
        assert document is not None
        for entry in document.unmapped:
            place = re.sub(r"\[\d+\]", "", entry.location)
            assert not _TERM.fullmatch(place), (row["id"], entry)
            # A tax total is only set aside with a finding, or as the breakdown of BT-111.
            aside = said & {"HUB-UBL-18", "HUB-UBL-21", "HUB-UBL-23"} or document.totals.vat_accounting is not None
            assert aside or not _TAX_TERM.fullmatch(place), (row["id"], entry)


@needs_corpus
def test_bookable_documents_have_no_fatal_finding_of_the_reader() -> None:
    for row in rows("docs"):
        oracle = row["oracle"]
        rules = oracle["en16931"]
        if oracle["xsd"]["status"] != "ok" or rules["status"] != "ok" or any(f[1] == "fatal" for f in rules["fired"]):
            continue
        reading = _read(row["id"])
        if reading.document is not None and reading.document.currency == "EUR":
            assert reading.mapped, row["id"]
            assert not [finding for finding in reading.findings if finding.fatal], row["id"]


def _read(identity: str) -> Reading:
    content = Content(documents()[identity])
    assert source.recognise(content)
    return source.read(content)
