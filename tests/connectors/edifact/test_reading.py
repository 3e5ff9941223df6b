"""INVOIC to an invoice: parties, terms, allowances, references, and the ways in which senders differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.edifact import source
from hub.formats.content import Content
from hub.model.invoice import Invoice
from hub.model.party import Identifier
from hub.ports import Reading
from tests.connectors.edifact import build
from tests.connectors.edifact.build import LINES, OURS, SUMMARY, THEIRS, head, interchange, invoice, message


def _read(data: bytes) -> list[Reading]:
    first = source.read(Content(data))
    return [first, *first.rest]


def _one(*segments: str, **more: Any) -> tuple[Invoice, set[str]]:
    (reading,) = _read(interchange(invoice(*segments, **more)))
    assert reading.document is not None, reading.findings
    return reading.document, {f.code for f in reading.findings}


def _changed(old: str, new: str, among: tuple[str, ...]) -> tuple[str, ...]:
    assert old in among
    return tuple(new if segment == old else segment for segment in among)


def test_whole_invoice() -> None:
    made, codes = _one("RFF+ON:PO-1", "RFF+DQ:PB-2", "RFF+CT:C-3", "FTX+AAI+++Dank voor?: alles")
    assert codes == set()
    assert (made.kind, made.number, made.issue_date, made.type_code) == ("invoice", "EDI-1", date(2026, 3, 2), "380")
    assert (made.order, made.despatch_advice, made.contract) == ("PO-1", "PB-2", "C-3")
    assert made.notes == ("#AAI#Dank voor: alles",)
    assert made.seller.name == "Kaasgroothandel d'Oude Markt"
    assert made.seller.legal_id == Identifier("00261111", "0106")
    assert (made.seller.vat_id, made.seller.country) == ("NL999994475B01", "NL")
    assert made.buyer.identifiers == (Identifier("8710000000017", "0088"),)
    assert made.lines[0].standard_item_id == Identifier("8719999100011", "0160")
    assert (made.lines[0].seller_item_id, made.lines[0].item_name) == ("K-100", "Boerenkaas jong 4 kg")
    assert (made.lines[0].quantity, made.lines[0].unit, made.lines[0].price) == (10, "PCE", 30)
    assert made.specification == "INVOIC:D:96A:UN:EAN008"
    assert made.unmapped == ()


def test_invoicee_is_the_buyer_and_the_orderer_is_kept_in_sight() -> None:
    made, _ = _one("NAD+BY+8710000000031::9")
    assert made.buyer.identifiers[0].value == "8710000000017"
    assert [entry.text for entry in made.unmapped] == ["NAD+BY+8710000000031::9"]


@pytest.mark.parametrize(
    ("segments", "due"),
    [
        (("PAT+1++5:3:D:30",), date(2026, 4, 1)),
        (("PAT+1++5:3:M:1",), date(2026, 4, 2)),
        (("PAT+3", "DTM+13:20260331:102"), date(2026, 3, 31)),
        (("PAT+1", "DTM+140:202603300000:203"), date(2026, 3, 30)),
        (("PYT+1", "DTM+13:20260329:102"), date(2026, 3, 29)),
        (("DTM+13:20260328:102", "PAT+1++5:3:D:30"), date(2026, 3, 28)),
        (("PAT+22++5:3:D:8", "PCD+12:2:13"), None),  # only a discount
        (("PAT+1++29:3:D:30",), None),  # from the delivery: not a date that the document tells
        (("PAT+1++5:3:D:99999",), None),
    ],
)
def test_due_date(segments: tuple[str, ...], due: date | None) -> None:
    assert _one(*segments)[0].due_date == due


def test_allowances_and_charges_of_the_document() -> None:
    summary = (
        "UNS+S", "MOA+79:400", "MOA+259:25.00", "MOA+260:10", "MOA+125:415", "MOA+124:51.15", "MOA+77:466.15",
        "TAX+7+VAT+++:::9+S", "MOA+125:300", "MOA+124:27", "TAX+7+VAT+++:::21+S", "MOA+125:115", "MOA+124:24.15",
    )  # fmt: skip
    made, codes = _one(
        "ALC+C++++FC:::Vracht", "MOA+23:25.00", "TAX+7+VAT+++:::21+S", "ALC+A++++DI", "PCD+1:2.5", "MOA+25:400", "MOA+204:10",
        "TAX+7+VAT+++:::21+S", summary=summary,
    )  # fmt: skip
    charge, allowance = made.allowances_charges
    assert codes == set()
    assert (charge.is_charge, charge.amount, charge.reason, charge.vat_rate) == (True, Decimal("25.00"), "Vracht", 21)
    assert (allowance.amount, allowance.base_amount, allowance.percentage) == (10, 400, Decimal("2.5"))
    assert (made.totals.charges, made.totals.allowances) == (25, 10)


def test_tax_of_an_allowance_on_a_line_is_not_that_of_the_line() -> None:
    lines = (*LINES, "ALC+A++++DI", "MOA+204:5", "TAX+7+VAT+++:::0+Z")
    made, _ = _one(lines=lines)
    assert made.lines[1].vat_rate == 21
    assert made.lines[1].allowances_charges[0].amount == 5
    assert made.allowances_charges == ()


def test_one_tax_of_the_document_counts_for_its_lines() -> None:
    lines = ("LIN+1++8719999100011:SRV", "QTY+47:1", "MOA+203:100", "LIN+2", "IMD+F++:::Los", "MOA+203:20")
    summary = ("UNS+S", "MOA+79:120", "MOA+77:145.20", "TAX+7+VAT+++:::21+S", "MOA+124:25.20")
    made, codes = _one("TAX+7+VAT+++:::21+S", lines=lines, summary=summary)
    assert {(line.vat_category, line.vat_rate) for line in made.lines} == {("S", Decimal(21))}
    assert codes == {"HUB-EDI-12"}
    assert made.vat_groups[0].taxable_amount == 120


def test_account_of_the_supplier_and_never_of_the_customer() -> None:
    fii = "FII+RB+NL08 INGB 0000 0012 34:Oude Markt+INGBNL2A:25:5"
    theirs, ours = (THEIRS[0], fii, *THEIRS[1:]), (OURS[0], "FII+RB+NL91ABNA0417164300", OURS[1])
    body = (*head(), *theirs, *ours, "CUX+2:EUR:4", "PAI+::58", "RFF+PQ:4711", *LINES, *SUMMARY)
    (reading,) = _read(interchange(message(*body)))
    assert reading.document is not None
    (means,) = reading.document.payment_means
    assert (means.account, means.account_name, means.bic) == ("NL08INGB0000001234", "Oude Markt", "INGBNL2A")
    assert means.code == "58"


def test_credit_note_names_its_invoice_on_head_or_line() -> None:
    lines = (*LINES, "RFF+IV:KG-8", "DTM+171:20260201:102")
    body = (*head(code="381"), "RFF+IV:KG-7", *THEIRS, *OURS, "CUX+2:EUR:4", *lines, *SUMMARY)
    (reading,) = _read(interchange(message(*body)))
    assert reading.document is not None
    assert reading.document.kind == "credit_note"
    assert [(p.number, p.issue_date) for p in reading.document.preceding] == [
        ("KG-7", None),
        ("KG-8", date(2026, 2, 1)),
    ]


def test_total_told_only_as_base_of_a_discount() -> None:
    made, codes = _one(
        summary=tuple(s for s in _changed("MOA+77:448.00", "MOA+129:448.00", SUMMARY) if s != "MOA+9:448.00")
    )
    assert (made.totals.with_vat, codes) == (448, set())


def test_two_totals_that_differ_are_said() -> None:
    made, codes = _one(summary=(*SUMMARY[:6], "MOA+86:440", *SUMMARY[6:]))
    assert (made.totals.with_vat, codes) == (448, {"HUB-EDI-15"})


def test_currency_of_the_amounts_where_none_is_stated() -> None:
    marked = tuple(f"{s}:SEK" if s.startswith("MOA") else s for s in SUMMARY)
    (reading,) = _read(interchange(message(*head(), *THEIRS, *OURS, *LINES, *marked)))
    assert reading.document is not None
    assert reading.document.currency == "SEK"


def test_net_less_than_all_is_no_fault_where_only_taxed_lines_are_summed() -> None:
    """MOA 125 is read either way; anything else in it is a fault."""
    lines = (*LINES, "LIN+3", "IMD+F++:::Statiegeld", "MOA+203:14", "TAX+7+VAT+++:::0+O")
    summary = ("UNS+S", "MOA+79:414", "MOA+125:400", "MOA+124:48", "MOA+77:462", *SUMMARY[7:])
    assert _one(lines=lines, summary=summary)[1] == set()
    assert _one(lines=lines, summary=_changed("MOA+125:400", "MOA+125:401", summary))[1] == {"HUB-EDI-11"}


@pytest.mark.parametrize("what", ["VAT", "GST", ""])
def test_tax_that_is_no_vat_makes_no_group(what: str) -> None:
    summary = tuple(s.replace("+VAT+", f"+{what}+") for s in SUMMARY)
    assert len(_one(summary=summary)[0].vat_groups) == (0 if what == "GST" else 2)


def test_a_message_of_another_kind_between_invoices_stops_none_of_them() -> None:
    order = message("BGM+220+1+9", kind="ORDERS:D:96A:UN:EAN008", reference="2")
    read = _read(interchange(invoice(number="A"), order, invoice(number="B")))
    assert [r.document.number if r.document else r.format for r in read] == ["A", "edifact-orders", "B"]


def test_every_refusal_of_a_look_alike_says_what_it_is() -> None:
    (reading,) = _read(interchange(message("BGM+351+1+9", kind="DESADV:D:96A:UN")))
    (finding,) = reading.findings
    assert (finding.found, finding.details) == ("DESADV:D:96A:UN", (("variant", "DESADV"),))


def test_rate_and_amount_that_do_not_belong_together_are_seen() -> None:
    summary = _changed("MOA+124:21.00", "MOA+124:31.00", SUMMARY)
    (reading,) = _read(interchange(invoice(summary=summary)))
    assert {dict(f.details)["term"] for f in reading.findings} >= {"BT-117"}


def test_reading_is_the_same_twice() -> None:
    data = interchange(invoice(), invoice(number="EDI-2"))
    assert [replace(r, rest=()) for r in _read(data)] == [replace(r, rest=()) for r in _read(data)]
    assert build.UNA.encode() in data
