"""An agency's table: what became of cases, a row a message; the rows of one remittance are one message. See ADAPTERS.md.

Whole files may come again, with more rows: a row is known by its own number, or by everything that it says.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from connectors.collection_batch.words import NO, YES, reason_of, state_of, type_of
from hub.formats.case_dispatch import agency_of
from hub.formats.content import Content
from hub.formats.layout import Field, Layout, LayoutTable, Row
from hub.model.case_file import CLOSE_REASONS
from hub.model.case_message import CaseMessage, RemittanceLine
from hub.model.finding import Finding
from hub.ports import Reading

NAME, MAPPING, CODE = "collection_batch", "collection", "HUB-AGEN-01"
ZERO = Decimal(0)
_NEED_AMOUNT = ("cost", "payment", "remittance")
LAYOUT = Layout(
    "collection",
    (
        Field("case", also=("dossier", "dossiernummer", "uw_kenmerk", "your_reference"), needed=True),
        Field("type", also=("soort", "bericht"), needed=True),
        Field("date", "date", also=("datum",), needed=True),
        Field("agency_reference", also=("kenmerk", "ons_kenmerk", "referentie")),
        Field("message_id", also=("nummer", "volgnummer", "berichtnummer")),
        Field("status", also=("stand",)),
        Field("close_reason", also=("sluitreden", "reden")),
        Field("amount", "amount", also=("bedrag",)),
        Field("currency", also=("valuta",), longest=3),
        Field("principal", "amount", also=("hoofdsom",)),
        Field("interest", "amount", also=("rente",)),
        Field("costs", "amount", also=("incassokosten",)),
        Field("vat", "amount", also=("btw",)),
        Field("fee", "amount", also=("honorarium", "provisie")),
        Field("fee_vat", "amount", also=("btw_honorarium", "btw_over_honorarium")),
        Field("direct", also=("rechtstreeks", "direct_betaald")),
        Field("payment", also=("betaling", "betalingsnummer")),
        Field("reverses", also=("storneert",)),
        Field("invoice", also=("factuur", "factuurnummer")),
        Field("text", also=("tekst", "omschrijving", "toelichting"), longest=4000),
        Field("link", also=("url",), longest=2000),
    ),
    marks=("status", "amount", "agency_reference"),
)  # fmt: skip


class BatchSource:
    """Tables in which a collection agency tells what became of cases."""

    name = NAME
    kinds, forms = ("case_message",), ("CSV",)

    def recognise(self, content: Content) -> bool:
        """Whether the first row has the headings case, type and date, in Dutch or English."""
        return LAYOUT.recognises(content.head)

    def read(self, content: Content) -> Reading:
        """A message per row, and one per remittance."""
        table = LayoutTable(LAYOUT, content.text, CODE)
        if table.faults:
            return Reading("collection-csv", findings=tuple(table.faults), mapped=False, source=MAPPING)
        agency = agency_of(content.channel, NAME)
        made = _readings(table, agency)
        first = next(made, None)
        if first is None:
            empty = Finding(CODE, "fatal", "read", "row 2", "", "dossier;soort;datum")
            return Reading("collection-csv", findings=(empty,), mapped=False, source=MAPPING)
        return Reading(
            "collection-csv", feed=first.feed, findings=first.findings, mapped=first.mapped, source=MAPPING, rest=made
        )


def _readings(table: LayoutTable, agency: str) -> Iterator[Reading]:
    known: Counter[str] = Counter()
    for rows, faults in table.documents(_together):
        log = list(faults)
        message = _message(table, rows, log, agency, known)
        if any(finding.fatal for finding in log):
            message = None
        yield Reading("collection-csv", feed=message, findings=tuple(log), mapped=message is not None, source=MAPPING)


def _together(row: Row) -> tuple[str, ...]:
    """What makes rows one message: the number of a remittance, or its day; any other row stands alone."""
    if type_of(row.text("type")) == "remittance":
        return ("remittance", row.text("message_id") or row.text("date"))
    return ("row", str(row.number))


def _message(
    table: LayoutTable, rows: Sequence[Row], log: list[Finding], agency: str, known: Counter[str]
) -> CaseMessage | None:
    row = rows[0]
    kind, day = type_of(row.text("type")), table.day(row, "date", log, needed=True)
    if kind is None:
        log.append(
            table.fault(row, "type", row.text("type"), "status, betaling, kosten, afdracht, bericht, gesloten …")
        )
    if kind is None or day is None:
        return None
    said: dict[str, Any] = {
        "agency": agency, "message_id": _id(rows, kind, known), "type": kind, "at": datetime.combine(day, time(), UTC),
        "currency": row.text("currency").upper() or "EUR", "text": table.text(row, "text", log),
    }  # fmt: skip
    if kind == "remittance":
        lines = tuple(_line(table, one, log) for one in rows)
        return CaseMessage(**said, lines=lines, amount=sum((o.gross - o.fee - o.fee_vat for o in lines), ZERO))
    fields = _of_case(table, row, kind, log)
    if kind == "payment":
        fields["payment"] = fields["payment"] or said["message_id"]
        if fields["amount"] is not None and fields["amount"] < ZERO and fields["reverses"]:
            fields["amount"] = -fields["amount"]  # what takes a payment back may be written either way
    return CaseMessage(**said, **fields)


def _id(rows: Sequence[Row], kind: str, known: Counter[str]) -> str:
    """The agency's number; else what the rows say, and which of those that say the same it is."""
    row = rows[0]
    if number := row.text("message_id"):
        return number
    if kind == "payment" and (payment := row.text("payment")):
        return f"payment:{payment}"
    cells = "\n".join("\t".join(f"{n}={r.text(n)}" for n in sorted(r.columns) if r.text(n)) for r in rows)
    digest = hashlib.sha256(cells.encode()).hexdigest()[:32]
    known[digest] += 1
    return digest if known[digest] == 1 else f"{digest}#{known[digest]}"


def _of_case(table: LayoutTable, row: Row, kind: str, log: list[Finding]) -> dict[str, Any]:
    case, agency_reference = table.text(row, "case", log), table.text(row, "agency_reference", log)
    if not case and not agency_reference:
        log.append(table.fault(row, "case", "", "I2026-0001"))
    status = row.text("status")
    amounts = {name: table.amount(row, name, log) for name in ("amount", "principal", "interest", "costs", "vat")}
    if kind in _NEED_AMOUNT and amounts["amount"] is None:
        log.append(table.fault(row, "amount", row.text("amount"), "1234,56"))
    reason = reason_of(row.text("close_reason"))
    if kind == "closed" and reason is None:
        log.append(table.fault(row, "close_reason", row.text("close_reason"), ", ".join(CLOSE_REASONS)))
    return {
        "case": case, "agency_reference": agency_reference, "status": _status(kind, status), "raw_status": status,
        "close_reason": reason, **amounts, "vat": amounts["vat"] or ZERO,
        "direct": _flag(table, row, "direct", log), "payment": row.text("payment"), "reverses": row.text("reverses"),
        "invoice": row.text("invoice"), "link": table.text(row, "link", log),
    }  # fmt: skip


def _status(kind: str, word: str) -> Any:
    """Of its own column; a row that accepts, rejects or closes says where the case stands by itself."""
    if word:
        return state_of(word)
    return kind if kind in ("accepted", "rejected", "closed") else None


def _line(table: LayoutTable, row: Row, log: list[Finding]) -> RemittanceLine:
    gross = table.amount(row, "amount", log)
    if gross is None:
        log.append(table.fault(row, "amount", row.text("amount"), "1234,56"))
    if not row.text("case") and not row.text("agency_reference"):
        log.append(table.fault(row, "case", "", "I2026-0001"))
    parts = {name: table.amount(row, name, log) for name in ("principal", "interest", "costs")}
    return RemittanceLine(
        row.text("case"), gross or ZERO, row.text("agency_reference"), **parts, fee=table.amount(row, "fee", log) or ZERO,
        fee_vat=table.amount(row, "fee_vat", log) or ZERO, payment=row.text("payment"),
    )  # fmt: skip


def _flag(table: LayoutTable, row: Row, name: str, log: list[Finding]) -> bool:
    word = row.text(name).casefold()
    if word not in YES and word not in NO:
        log.append(table.fault(row, name, row.text(name), "ja, nee"))
    return word in YES


source = BatchSource()
