"""UBL as ERP systems and access points write it, with its dialects: read as the manifest says; look-alikes are refused by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest

from connectors.ubl import source
from hub.formats.content import Content
from hub.model.booking import Facts
from hub.model.invoice import Invoice
from hub.model.party import Party
from hub.ports import Reading
from hub.steps.book import book
from hub.steps.judge import is_arithmetic
from hub.steps.recognise import recognise
from hub.steps.validate import validate
from tests.builders import starter
from tests.feed_samples import RECEIVED
from tests.feeds_corpus import given, needs_feeds

GIVEN = given("ubl_wild")
ANY = "___ignore___"  # what the suites of others put for a value that they do not compare
_LATIN = "Latin American"
_KINDS = {"Invoice": "invoice", "CreditNote": "credit_note"}
_TOTALS = {
    "LineExtensionAmount": "lines", "TaxInclusiveAmount": "with_vat", "AllowanceTotalAmount": "allowances",
    "ChargeTotalAmount": "charges", "PrepaidAmount": "prepaid", "PayableRoundingAmount": "rounding", "PayableAmount": "due",
}  # fmt: skip

pytestmark = needs_feeds


def _wanted(row: dict[str, Any]) -> dict[str, Any] | None:
    """The invoice that a file holds, bare or in an envelope; None for what only looks like one."""
    expect: dict[str, Any] = row["expect"]
    found = expect.get("payload") or expect
    return found if found["syntax"] in _KINDS and "PayableAmount" in found else None


def _read(path: Path) -> tuple[Content, Reading]:
    content = Content(path.read_bytes(), path.name)
    assert source.recognise(content)
    return content, source.read(content)


INVOICES = [(path, wanted) for path, row in GIVEN if (wanted := _wanted(row))]
OTHERS = [(path, row) for path, row in GIVEN if _wanted(row) is None]


def _id(value: object) -> str:
    return value.name if isinstance(value, Path) else ""


@pytest.mark.parametrize(("path", "wanted"), INVOICES, ids=_id)
def test_invoice_reads_as_the_manifest_says(path: Path, wanted: dict[str, Any]) -> None:
    _, reading = _read(path)
    invoice = reading.document
    if invoice is None:
        assert any(f.fatal for f in reading.findings)
        assert _unreadable(wanted)
        return
    assert invoice.kind == _KINDS[wanted["syntax"]]
    _same(invoice.number, wanted["number"])
    _same(str(invoice.issue_date), _day(wanted["issue_date"]))
    _same(invoice.currency, wanted["currency"] or wanted["tax_totals"][0]["currency"])  # stated, or what amounts carry
    _same(invoice.type_code, wanted["type"])
    _same(invoice.specification, wanted["customization"])
    if wanted["due_date"]:
        _same(str(invoice.due_date or ""), _day(wanted["due_date"]))
    assert len(invoice.lines) + len(_dropped(reading)) == wanted["lines"]
    _compare_totals(invoice, wanted)
    _compare_party(invoice.seller, wanted["seller"], invoice.creditor_reference)
    _compare_party(invoice.buyer, wanted["buyer"], "")


def _same(found: str, wanted: str | None) -> None:
    if wanted is None or ANY not in wanted:
        assert " ".join(found.split()) == " ".join((wanted or "").split())


def _day(text: str) -> str:
    """A date without the zone that may stand behind it."""
    return text if ANY in text else text[:10]


def _dropped(reading: Reading) -> list[str]:
    """Lines without a readable amount: each is a fatal finding."""
    return [f.location for f in reading.findings if f.code == "HUB-UBL-05"]


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _unreadable(wanted: dict[str, Any]) -> bool:
    """Whether the file has no number, date, currency or amount that anybody could read."""
    try:
        Decimal(wanted["PayableAmount"])
    except (InvalidOperation, TypeError):
        return True
    return ANY in (wanted["issue_date"] or ANY) or not wanted["currency"] or not wanted["number"]


def _compare_totals(invoice: Invoice, wanted: dict[str, Any]) -> None:
    for theirs, ours in _TOTALS.items():
        assert getattr(invoice.totals, ours) == _number(wanted[theirs]), theirs
    if not wanted.get("dialect"):
        assert invoice.totals.without_vat == _number(wanted["TaxExclusiveAmount"])
    own = [Decimal(t["amount"]) for t in wanted["tax_totals"] if t["currency"] in (invoice.currency, None)]
    assert not own or invoice.totals.vat in (own[0], sum(own))
    made = [(g.taxable_amount, g.tax_amount, g.rate) for g in invoice.vat_groups]
    said = [
        (Decimal(g["taxable"]), Decimal(g["tax"]), _number(g["rate"]))
        for g in wanted["vat_groups"]
        if g["taxable"] and g["tax"]
    ]
    assert made == said[: len(made)]
    assert made or not said


def _compare_party(party: Party, wanted: dict[str, Any], creditor: str) -> None:
    _same(party.name, wanted["name"])
    told = {identifier.value for identifier in (*party.identifiers, *([party.legal_id] if party.legal_id else []))}
    told |= {party.vat_id, party.tax_registration_id, creditor}
    for name in ("ids", "legal_id", "tax_ids"):
        for identifier in wanted[name]:
            assert ANY in identifier["value"] or identifier["value"].strip() in told, (name, identifier)


@pytest.mark.parametrize(("path", "wanted"), INVOICES, ids=_id)
def test_only_what_does_not_add_up_is_refused_for_its_sums(path: Path, wanted: dict[str, Any]) -> None:
    content, reading = _read(path)
    facts = replace(Facts(starter(), RECEIVED), wished="purchase")
    judged = (
        validate(reading, content, RECEIVED) if reading.document else reading
    )  # explaining what is unreadable takes seconds
    booking = book(judged, facts)
    wrong = [f.code for f in booking.findings if f.fatal and is_arithmetic(f)]
    dialect = wanted.get("dialect", "")
    if _LATIN in dialect or (wanted["own_figures_do_not_add_up"] and not dialect):
        assert booking.outcome in ("refused", "held")
        assert any(f.fatal for f in booking.findings)
    elif reading.document is not None and not _is_of_another_tax(wanted):
        assert not wrong


def _is_of_another_tax(wanted: dict[str, Any]) -> bool:
    """GST and the like under a promise of EN 16931: its BR-CO-17 knows no tax but VAT, so it is refused as the official rule has it."""
    return any(group["scheme"] not in ("VAT", None, "63") for group in wanted["vat_groups"]) and "en16931" in (
        wanted["customization"] or ""
    )


@pytest.mark.parametrize(("path", "row"), OTHERS, ids=_id)
def test_what_only_looks_like_an_invoice_is_refused_as_what_it_is(path: Path, row: dict[str, Any]) -> None:
    content = Content(path.read_bytes(), path.name)
    found = recognise(content, [source])
    if not isinstance(found, Reading):  # an invoice by its root, with nothing in it
        reading = found.read(content)
        assert row["expect"]["payload_root"].endswith("}Invoice")
        assert reading.document is None
        assert {"HUB-UBL-01", "HUB-UBL-06"} <= {f.code for f in reading.findings if f.fatal}
        return
    (finding,) = found.findings
    root = row["expect"].get("payload_root") or content.root.tag
    assert (found.document, finding.code) == (None, "HUB-FMT-01")
    assert str(root).rpartition("}")[2] in str(finding.found)


def test_envelopes_are_read() -> None:
    rows = [(path, row["expect"]) for path, row in GIVEN if "sbdh_sender" in row["expect"]]
    assert len(rows) == 13
    for path, expect in rows:
        content = Content(path.read_bytes(), path.name)
        if source.recognise(content):
            envelope = source.read(content).envelope
            assert envelope is not None
            assert expect["sbdh_sender"].endswith(envelope.sender) or envelope.sender == expect["sbdh_sender"]
            assert envelope.receiver == expect["sbdh_receiver"]
            assert envelope.instance_id == expect["sbdh_instance_ids"][0]
