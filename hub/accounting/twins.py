"""Have we had this invoice before? Same identity and contents = duplicate; same identity, other contents = conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.model.booking import EarlierDocument, Facts
from hub.model.finding import Finding
from hub.model.invoice import Invoice, normalised_number

SELF_BILLED = ("389", "261")  # UNTDID 1001


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier document that bears the same identity, or looks doubtfully alike."""

    outcome: Literal["duplicate", "conflict", "doubtful"]
    earlier: EarlierDocument
    finding: Finding


def find_twin(invoice: Invoice, identity: str, facts: Facts, fingerprint: str) -> Twin | None:
    """Look among earlier documents; the same number and total in another year is a doubtful duplicate (a person decides)."""
    for earlier in facts.earlier:
        if earlier.identity != identity:
            continue
        if earlier.sha256 == facts.sha256 or earlier.fingerprint == fingerprint:
            finding = Finding(
                "HUB-DUP-01", "information", "hub", "BT-1", invoice.number, who="us", details=_details(earlier)
            )
            return Twin("duplicate", earlier, finding)
        stated = str(invoice.totals.with_vat), str(earlier.total)
        finding = Finding("HUB-DUP-02", "fatal", "hub", "BT-1", stated[0], stated[1], "sender", _details(earlier))
        return Twin("conflict", earlier, finding)
    for earlier in facts.earlier:
        same_amount = (earlier.total, earlier.currency) == (invoice.totals.with_vat, invoice.currency)
        if same_amount and _but_year(earlier.identity) == _but_year(identity):
            finding = Finding("HUB-DUP-03", "fatal", "hub", "BT-1", invoice.number, who="us", details=_details(earlier))
            return Twin("doubtful", earlier, finding)
    return None


def _but_year(identity: str) -> str:
    return identity.rpartition("|")[0]


def number_used_before(invoice: Invoice, identity: str, facts: Facts) -> Finding | None:
    """A sales invoice of our own that bears a number we gave to another customer in the same year.

    Our numbering is one series in which a number occurs once (art. 35a Wet OB); an invoice that the buyer
    issued for us bears the buyer's number and is left out.
    """
    if invoice.self_billed:
        return None
    mine = ("sales", normalised_number(invoice.number), invoice.kind, invoice.issue_date.year)
    for earlier in facts.earlier:
        theirs = (earlier.direction, earlier.number_key, earlier.kind, earlier.issue_date.year)
        if theirs == mine and earlier.identity != identity and earlier.type_code not in SELF_BILLED:
            return Finding("HUB-DUP-04", "fatal", "hub", "BT-1", invoice.number, who="us", details=_details(earlier))
    return None


def _details(earlier: EarlierDocument) -> tuple[tuple[str, str], ...]:
    return (("earlier", earlier.message_id), ("date", str(earlier.issue_date)), ("outcome", earlier.outcome))
