"""CII, Factur-X and ZUGFeRD as others write them: read as the manifest says, and refused for their sums only when those are wrong."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.cii import source
from hub.errors import UnreadableInput
from hub.formats.content import Content
from hub.model.booking import Facts
from hub.model.invoice import Invoice
from hub.ports import Reading
from hub.steps.book import book
from hub.steps.judge import is_arithmetic
from hub.steps.recognise import recognise
from hub.steps.validate import validate
from tests.builders import starter
from tests.feed_samples import RECEIVED
from tests.feeds_corpus import given, needs_feeds

GIVEN = given("hybrid")
INVOICES = [(path, row["expect"]) for path, row in GIVEN if "BT-1" in row["expect"]]
OTHERS = [(path, row["expect"]) for path, row in GIVEN if "must" in row["expect"]]
_TERMS = {
    "BT-106": "lines", "BT-107": "allowances", "BT-108": "charges", "BT-109": "without_vat", "BT-112": "with_vat",
    "BT-113": "prepaid", "BT-114": "rounding", "BT-115": "due",
}  # fmt: skip
_ANY = "___ignore___"
_BROKEN = "mustangproject__resources__invalidV1.xml"  # its header has another name than any schema knows
_WRONG = ("mustangproject__resources__invalidV1addition.xml",)  # a line was raised, its totals were not

pytestmark = needs_feeds


def _read(path: Path) -> tuple[Content, Reading]:
    content = Content(path.read_bytes(), path.name)
    assert source.recognise(content)
    return content, source.read(content)


def _id(value: object) -> str:
    return value.name if isinstance(value, Path) else ""


@pytest.mark.parametrize(("path", "wanted"), INVOICES, ids=_id)
def test_invoice_reads_as_the_manifest_says(path: Path, wanted: dict[str, Any]) -> None:
    _, reading = _read(path)
    invoice = reading.document
    assert invoice is not None
    assert wanted["BT-1"] in (invoice.number, _ANY)
    found = (invoice.type_code, str(invoice.issue_date), invoice.currency, invoice.seller.name, invoice.buyer.name)
    assert found == tuple(wanted[term] or "" for term in ("BT-3", "BT-2", "BT-5", "seller", "buyer"))
    assert invoice.kind == ("credit_note" if wanted["BT-3"] == "381" else "invoice")
    _compare_totals(invoice, wanted)
    not_counted = [f for f in reading.findings if f.code == "HUB-CII-15"]
    assert len(invoice.lines) == wanted["lines"] or not_counted
    assert sum(one.content is not None for one in invoice.attachments) == wanted["attachments"]


def _compare_totals(invoice: Invoice, wanted: dict[str, Any]) -> None:
    for term, name in _TERMS.items():
        assert getattr(invoice.totals, name) == (None if wanted[term] is None else Decimal(wanted[term])), term
    assert invoice.totals.vat == Decimal(wanted["BT-110"][0]["amount"])
    groups = [(g.category, g.rate, g.taxable_amount, g.tax_amount) for g in invoice.vat_groups]
    assert groups == [
        (g["category"], Decimal(g["rate"]), Decimal(g["basis"]), Decimal(g["tax"])) for g in wanted["vat_groups"]
    ]


@pytest.mark.parametrize(("path", "wanted"), INVOICES, ids=_id)
def test_only_what_does_not_add_up_is_refused_for_its_sums(path: Path, wanted: dict[str, Any]) -> None:
    content, reading = _read(path)
    booking = book(validate(reading, content, RECEIVED), replace(Facts(starter(), RECEIVED), wished="purchase"))
    wrong = [f.code for f in booking.findings if f.fatal and is_arithmetic(f)]
    assert bool(wrong) == (path.name in _WRONG), wrong
    if not wanted["lines"]:
        assert booking.outcome == "held"
        assert "HUB-CII-14" in {f.code for f in booking.findings}


@pytest.mark.parametrize(("path", "wanted"), [(p, w) for p, w in INVOICES if w.get("container")], ids=_id)
def test_file_inside_is_the_one_of_the_manifest(path: Path, wanted: dict[str, Any]) -> None:
    content, reading = _read(path)
    assert content.hybrid is not None
    assert reading.format in ("factur-x", "zugferd")
    if len(wanted["attachments_in_pdf"]) == 1:
        assert content.hybrid.name == wanted["embedded_name"]
    else:  # ZUGFeRD 1.0 beside Factur-X: the newer is taken
        assert content.hybrid.name == "factur-x.xml"
        assert [f.code for f in content.hybrid.findings] == ["HUB-PDF-06"]


def test_what_has_no_header_is_refused_with_what_is_missing() -> None:
    (path,) = [path for path, _ in GIVEN if path.name == _BROKEN]
    _, reading = _read(path)
    assert reading.document is None
    assert {"HUB-CII-01", "HUB-CII-02"} <= {f.code for f in reading.findings if f.fatal}


@pytest.mark.parametrize(("path", "wanted"), OTHERS, ids=_id)
def test_what_is_no_invoice_is_refused_as_what_it_is(path: Path, wanted: dict[str, Any]) -> None:
    content = Content(path.read_bytes(), path.name)
    found = recognise(content, [source])
    reading = found if isinstance(found, Reading) else found.read(content)
    (finding,) = reading.findings
    assert reading.document is None
    assert finding.fatal
    if wanted.get("container"):
        assert finding.code == "HUB-PDF-01"
        with pytest.raises(UnreadableInput):
            content.payload  # noqa: B018
    elif "Order-X" in wanted["must"]:
        assert finding.code == "HUB-CII-27"
    else:
        assert finding.code in ("HUB-FMT-01", "HUB-XML-02")
