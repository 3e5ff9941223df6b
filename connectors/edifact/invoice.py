"""INVOIC to an invoice: the document level, in the order of the message."""

from __future__ import annotations

from datetime import date
from typing import Any

from connectors.edifact.codes import (
    CANCELLATION,
    CREDIT_NOTES,
    CREDIT_TRANSFER,
    INVOICES,
    PRECEDING,
    REFERENCES,
)
from connectors.edifact.groups import Group, Parts, Section, parts_of
from connectors.edifact.line import is_vat, read_allowance_charge, read_category, read_line
from connectors.edifact.log import Log
from connectors.edifact.party import (
    BUYERS,
    DELIVERED,
    PAYEES,
    SELLERS,
    accounts_of,
    party_of,
    read_party,
)
from connectors.edifact.totals import read_groups, read_stated, settle
from hub.formats.edifact_segments import Segment
from hub.formats.edifact_values import days_of, due_by_term
from hub.model.invoice import Delivery, Invoice, Line, PaymentMeans, PaymentTerms, Period, PrecedingInvoice

_ISSUED, _INVOICED = "137", "3"  # DTM 2005: of the document, of the invoice
_BASIC, _EXTENDED = "1", "7"  # PAT 4279: the terms of the amount as a whole
_SPECIFICATION, _PROCESS, _TERMS_TEXT = "DOC", "P2", "AAB"  # FTX 4451 and 4453 as EN 16931 has them in EDIFACT


def read_invoice(log: Log) -> Invoice | None:
    """The invoice of a message; None when its number, date, currency, kind or total cannot be read: findings say which."""
    parts = parts_of(log.message.segments)
    head = parts.head
    kind = _document(head, log)
    values: dict[str, Any] = {**_dates(head, log), **_references(parts, log), **_texts(head, log)}
    currency, vat_currency = _currencies(parts, log)
    default = _default_category(head, log)
    read = (read_line(section, number, default, log) for number, section in enumerate(parts.lines, 1))
    lines = tuple(line for line in read if line)
    extra = tuple(a for group in head.all("ALC") if (a := read_allowance_charge(group, log)))
    stated = read_stated(parts.summary, log)
    groups = read_groups(parts.summary, lines, extra, log)
    totals = settle(stated, groups, lines, extra, log)
    _counted(parts, lines, log)
    currency = _settled_currency(currency, vat_currency, head, log)
    if not kind or not values.get("issue_date") or not currency or (totals.with_vat is None and totals.due is None):
        return None
    values |= {"due_date": _due(head, values.pop("due_date", None), values["issue_date"], log), **_parties(head, log)}
    return Invoice(
        **kind, currency=currency, vat_currency=vat_currency, totals=totals, vat_groups=groups, lines=lines,
        allowances_charges=extra, **values, unmapped=log.unmapped(),
    )  # fmt: skip


def _document(head: Section, log: Log) -> dict[str, Any]:
    """BGM: kind, number and function; nothing when one of them forbids to read on."""
    bgm = head.first("BGM")
    if bgm is None:
        log.add("HUB-EDI-08", "fatal", None, "", "BGM")
        return {}
    code, number, function = bgm.value(1), bgm.value(2), bgm.value(3)
    log.use(bgm)
    if not number:
        log.add("HUB-EDI-08", "fatal", bgm, bgm.raw, "BGM 1004")
    if code not in INVOICES | CREDIT_NOTES:
        log.add("HUB-EDI-10", "fatal", bgm, code, "380 381 383 384 386 389 …")
        return {}
    if function == CANCELLATION:
        log.add("HUB-EDI-14", "fatal", bgm, function, "9", number=number)
    kind = "credit_note" if code in CREDIT_NOTES else "invoice"
    return {"kind": kind, "number": number, "type_code": code} if number else {}


def _dates(head: Section, log: Log) -> dict[str, Any]:
    """BT-2, BT-7, BT-9 and BG-14. A document date and an invoice date that differ are said; the document date counts."""
    told: dict[str, Any] = {}
    issued, invoiced = head.first("DTM", _ISSUED), head.first("DTM", _INVOICED)
    if issued is None and invoiced is None:
        log.add("HUB-EDI-08", "fatal", head.first("BGM"), "", "DTM+137")
    days = [log.day(dtm) for dtm in (issued, invoiced) if dtm]
    told["issue_date"] = next((day for day in days if day), None)
    if issued and invoiced and days[0] != days[1]:
        log.add("HUB-EDI-15", "warning", invoiced, invoiced.raw, issued.raw)
    for qualifier, field in (("131", "vat_point_date"), ("13", "due_date"), ("140", "due_date")):
        if (dtm := head.first("DTM", qualifier)) and not told.get(field):
            told[field] = log.day(dtm)
    first, last = head.first("DTM", "167"), head.first("DTM", "168")
    if first or last:
        told["period"] = Period(log.day(first) if first else None, log.day(last) if last else None)
    elif (whole := head.first("DTM", "263")) and any(period := days_of(whole.value(1, 1), whole.value(1, 2))):
        log.use(whole)
        told["period"] = Period(*period)
    return told


def _references(parts: Parts, log: Log) -> dict[str, Any]:
    """The references that have a term; the first of each counts. A credit note may name its invoice on each line."""
    told: dict[str, Any] = {}
    for group in parts.head.all("RFF"):
        kind, value = group.head.value(1), group.head.value(1, 1)
        field = REFERENCES.get(kind)
        if field and value and field not in told:
            told[field] = log.use(group.head).value(1, 1)
    named: dict[str, PrecedingInvoice] = {}
    for section in (parts.head, *parts.lines, parts.summary):
        for group in section.all("RFF"):
            if group.head.value(1) in PRECEDING and (number := group.head.value(1, 1)):
                named.setdefault(number, PrecedingInvoice(number, _date_of(group, log)))
                log.use(group.head)
    told["preceding"] = tuple(named.values())
    return told


def _date_of(group: Group, log: Log) -> date | None:
    dtm = group.first("DTM", "171")
    return log.day(dtm) if dtm else None


def _texts(head: Section, log: Log) -> dict[str, Any]:
    """FTX: what the document promises to be, payment terms, and notes under their subject code."""
    told: dict[str, Any] = {"specification": log.message.name}
    notes, terms = [], []
    for group in head.all("FTX"):
        subject, text = group.head.value(1), " ".join(group.head.every(4))
        if not text:
            continue
        log.use(group.head)
        if subject == _SPECIFICATION:
            told["process" if group.head.value(3) == _PROCESS else "specification"] = text
        elif subject == _TERMS_TEXT:
            terms.append(PaymentTerms(text))
        else:
            notes.append(f"#{subject}#{text}" if subject else text)
    return {**told, "notes": tuple(notes), "payment_terms": tuple(terms)}


def _currencies(parts: Parts, log: Log) -> tuple[str, str]:
    """CUX: usage 2 is the currency of the invoice, 6 that of VAT (BT-6)."""
    found = {"2": "", "6": ""}
    for group in parts.head.all("CUX"):
        for element in (1, 2):
            usage, code = group.head.value(element), group.head.value(element, 1).upper()
            if usage in found and code and not found[usage]:
                found[usage] = code
                log.use(group.head)
    return found["2"], found["6"]


def _settled_currency(stated: str, vat_currency: str, head: Section, log: Log) -> str:
    """BT-5; where no CUX states it, the one currency that amounts carry. An amount in another currency is fatal."""
    carried = list(log.currencies)
    currency = stated or (carried[0] if len(carried) == 1 else "")
    if len(currency) != 3 or not currency.isalpha():
        log.add("HUB-EDI-08", "fatal", head.first("CUX"), currency or ", ".join(carried), "CUX+2:EUR:4")
        return ""
    for code, moa in log.currencies.items():
        if code != currency:
            log.add("HUB-EDI-17", "fatal", moa, code, currency)
    return currency


def _default_category(head: Section, log: Log) -> tuple[str, Any]:
    """A TAX of the whole document counts for lines without one of their own, where there is only one."""
    taxes = [group for group in head.all("TAX") if is_vat(group.head)]
    return read_category(taxes[0].head, log) if len(taxes) == 1 else ("", None)


def _counted(parts: Parts, lines: tuple[Line, ...], log: Log) -> None:
    """CNT+2 promises how many lines there are; parts of lines count or do not, as senders please."""
    cnt = next((g.head for g in parts.summary.all("CNT") if g.head.value(1) == "2"), None)
    if cnt is None:
        return
    found = log.number(log.use(cnt), 1, 1)
    if found is not None and found not in (len(parts.lines), len(lines)):
        log.add("HUB-EDI-03", "fatal", cnt, cnt.value(1, 1), str(len(parts.lines)), layer="hub")


def _due(head: Section, stated: date | None, issued: date, log: Log) -> date | None:
    """BT-9: as a date, or as a term from the invoice date that has one meaning only (PAT, PYT)."""
    groups = [*head.all("PAT"), *head.all("PYT")]
    for group in groups:
        if stated is None and group.head.value(1) in (_BASIC, "3", _EXTENDED, ""):
            dtm = group.first("DTM", "13", "140")
            if dtm is not None:
                stated = log.day(dtm)
                log.use(group.head)
    for group in groups:
        if stated is None and group.head.value(1) in (_BASIC, _EXTENDED):
            stated = due_by_term(issued, *(group.head.value(3, part) for part in range(4)))
            if stated is not None:
                log.use(group.head)
    return stated


def _parties(head: Section, log: Log) -> dict[str, Any]:
    seller, buyer = party_of(head, SELLERS), party_of(head, BUYERS)
    payee = party_of(head, PAYEES)
    accounts = accounts_of(payee, log) or accounts_of(seller, log)
    return {
        "seller": read_party(seller, log), "buyer": read_party(buyer, log),
        "payee": read_party(payee, log) if payee else None, "deliveries": _delivery(head, log),
        "payment_means": _means(head, accounts, log),
    }  # fmt: skip


def _delivery(head: Section, log: Log) -> tuple[Delivery, ...]:
    """BG-13: where (DP, ST) and when (DTM 35)."""
    group, dtm = party_of(head, DELIVERED), head.first("DTM", "35")
    if group is None and dtm is None:
        return ()
    party = read_party(group, log)
    location = party.identifiers[0] if party.identifiers else None
    return (Delivery(party.name, location, log.day(dtm) if dtm else None, party.address),)


def _means(head: Section, accounts: list[tuple[str, str, str]], log: Log) -> tuple[PaymentMeans, ...]:
    """BG-16: the way (PAI), the accounts (FII), and what to say with it (RFF+PQ)."""
    members = (m for tag in ("PAT", "PYT") for group in head.all(tag) for m in group.members)
    pai: Segment | None = next((s for s in (*(g.head for g in head.all("PAI")), *members) if s.tag == "PAI"), None)
    code = log.use(pai).value(1, 2) if pai else ""
    pq = next((g.head for g in head.all("RFF") if g.head.value(1) == "PQ"), None)
    reference = log.use(pq).value(1, 1) if pq else ""
    if not accounts:
        return (PaymentMeans(code, reference=reference),) if code or reference else ()
    return tuple(
        PaymentMeans(code or CREDIT_TRANSFER, reference=reference, account=account, account_name=name, bic=bic)
        for account, name, bic in accounts
    )
