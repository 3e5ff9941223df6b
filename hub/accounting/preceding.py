"""Preceding invoices (BG-3): corrections that replace, credit notes that lower, prepayments whose VAT was deducted."""

from __future__ import annotations

from hub.accounting.contra_account import PREPAYMENT
from hub.model.booking import EarlierDocument, Facts
from hub.model.finding import Finding
from hub.model.invoice import Invoice, normalised_number
from hub.model.relation import Relation

CORRECTED = "384"


def check_preceding(invoice: Invoice, facts: Facts, relation: Relation) -> tuple[Finding, ...]:
    """Findings about BT-25 and BT-113 (DOMAIN 10.6 no. 11 and 12); fatal ones hold the document for a person."""
    numbers = {normalised_number(p.number): p.number for p in invoice.preceding}
    booked = [
        e for e in facts.earlier if e.relation_key == relation.key and e.number_key in numbers and e.outcome == "posted"
    ]
    findings: list[Finding] = []
    if invoice.type_code == CORRECTED:
        findings.append(_correction(numbers, booked))
    elif numbers and len(booked) < len(numbers):
        missing = sorted(text for key, text in numbers.items() if key not in {e.number_key for e in booked})
        findings.append(Finding("HUB-REF-01", "information", "hub", "BT-25", ", ".join(missing), who="us"))
    if invoice.totals.prepaid:
        prepaid = [
            e
            for e in facts.earlier
            if e.relation_key == relation.key and e.type_code == PREPAYMENT and e.outcome == "posted"
        ]
        if prepaid or (booked and invoice.kind == "invoice"):
            details = (("earlier", (prepaid or booked)[0].message_id),)
            findings.append(
                Finding("HUB-PRE-01", "fatal", "hub", "BT-113", str(invoice.totals.prepaid), who="us", details=details)
            )
    return tuple(findings)


def _correction(numbers: dict[str, str], booked: list[EarlierDocument]) -> Finding:
    """384 replaces: with the original booked a person reverses it and books this; unknown = posted with a finding."""
    found = ", ".join(numbers.values()) or None
    if booked:
        return Finding(
            "HUB-TYPE-02", "fatal", "hub", "BT-25", found, who="us", details=(("earlier", booked[0].message_id),)
        )
    return Finding("HUB-TYPE-03", "warning", "hub", "BT-25", found, who="us")
