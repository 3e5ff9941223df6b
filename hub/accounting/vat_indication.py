"""What is agreed with a relation about VAT, per role; a document that deviates gets a finding and is booked all the same."""

from __future__ import annotations

from collections.abc import Iterable

from hub.accounting.vat_codes import TAXED, category_of, origin_of
from hub.model.administration import Direction
from hub.model.finding import Finding
from hub.model.invoice import Invoice, VatGroup
from hub.model.relation import Relation, VatIndication

# What an indication allows; what must be there at least once; O (deposits, damages) is outside VAT and says nothing.
_ALLOWED: dict[VatIndication, frozenset[str]] = {
    "with": frozenset(("with", "without")),
    "without": frozenset(("without",)),
    "reverse_charge": frozenset(("reverse_charge",)),
    "intra_community": frozenset(("intra_community",)),
    "outside_eu": frozenset(("outside_eu",)),
}


def check_indication(
    invoice: Invoice, groups: Iterable[VatGroup], relation: Relation, direction: Direction
) -> tuple[Finding, ...]:
    """One warning where the VAT of a document is not what the relation's card says for this role; none where it says nothing."""
    agreed = relation.purchase_vat if direction == "purchase" else relation.sales_vat
    if not agreed:
        return ()
    kinds = [(group, _kinds(group, invoice, direction)) for group in groups if category_of(group) != "O"]
    strange = [group for group, found in kinds if not found & _ALLOWED[agreed]]
    if agreed == "with" and kinds and not any("with" in found for _, found in kinds):
        strange = [group for group, _ in kinds]
    if not strange:
        return ()
    shown = ", ".join(sorted({f"{g.category} {g.rate.normalize():f}" if g.rate else g.category for g in strange}))
    details = (("relation", relation.code), ("agreed", agreed))
    return (Finding("HUB-VAT-15", "warning", "hub", "BG-23", shown, agreed, "us", details),)


def _kinds(group: VatGroup, invoice: Invoice, direction: Direction) -> frozenset[str]:
    """What a VAT group is; reverse charge across a border is both."""
    category = category_of(group)
    if category in TAXED:
        return frozenset(("with",)) if group.rate or group.tax_amount else frozenset(("without",))
    if category == "K":
        return frozenset(("intra_community",))
    if category == "G":
        return frozenset(("outside_eu",))
    if category == "AE":
        abroad = {"eu": "intra_community", "non_eu": "outside_eu"}
        other = origin_of(invoice.seller if direction == "purchase" else invoice.buyer)
        return frozenset(("reverse_charge", abroad.get(other, "reverse_charge")))
    return frozenset(("without",))
