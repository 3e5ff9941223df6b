"""Have we had this invoice before? Same identity and contents = duplicate; same identity, other contents = conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hub.model.booking import EarlierDocument, Facts
from hub.model.finding import Finding
from hub.model.invoice import Invoice, normalised_number


@dataclass(frozen=True, slots=True)
class Twin:
    """An earlier document that bears the same identity, or looks doubtfully alike."""

    outcome: Literal["duplicate", "conflict", "doubtful"]
    earlier: EarlierDocument
    finding: Finding


def find_twin(invoice: Invoice, identity: str, facts: Facts, fingerprint: str, relation_key: str) -> Twin | None:
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
    number = normalised_number(invoice.number)
    for earlier in facts.earlier:
        alike = (earlier.relation_key, earlier.number_key, earlier.kind) == (relation_key, number, invoice.kind)
        if alike and earlier.total == invoice.totals.with_vat and earlier.currency == invoice.currency:
            finding = Finding("HUB-DUP-03", "fatal", "hub", "BT-1", invoice.number, who="us", details=_details(earlier))
            return Twin("doubtful", earlier, finding)
    return None


def _details(earlier: EarlierDocument) -> tuple[tuple[str, str], ...]:
    return (("earlier", earlier.message_id), ("date", str(earlier.issue_date)), ("outcome", earlier.outcome))
