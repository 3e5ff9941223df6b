"""Which side is ours: are we the buyer (purchase) or the seller (sales) of this document?"""

from __future__ import annotations

from dataclasses import dataclass

from hub.model.administration import Administration, Direction
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.model.keys import LEGAL_SCHEMES, iban_key, own_keys, party_keys, scheme_of, transfer_ibans
from hub.model.party import Party


@dataclass(frozen=True, slots=True)
class Sides:
    """`direction` None = a person must decide; `other` is the party across the table."""

    direction: Direction | None
    other: Party | None
    decision: Decision | None = None
    finding: Finding | None = None


def _ours(party: Party, ours: frozenset[str]) -> list[str]:
    """Our own keys that a party bears; none when its number in a legal register is another's (VAT id of a fiscal unity)."""
    keys = party_keys(party)
    mine = [key for key in keys if key in ours]
    if not mine:
        return mine
    legal = {scheme_of(key) for key in ours} & {scheme_of(key) for key in keys} & set(LEGAL_SCHEMES)
    if any(scheme_of(key) in legal for key in keys) and not any(k in ours for k in keys if scheme_of(k) in legal):
        return []
    return mine


def choose_side(invoice: Invoice, administration: Administration, wished: Direction | None) -> Sides:
    """Compare both parties' strong keys with our own; `wished` (the `--as` flag) decides only where neither is ours."""
    ours = own_keys(administration.identifiers, administration.ibans, administration.country)
    seller = _ours(invoice.seller, ours)
    buyer = _ours(invoice.buyer, ours)
    if not buyer and not seller:  # the weakest key: a supplier's credit note may name our account to refund to
        seller = [key for key in map(iban_key, transfer_ibans(invoice)) if key in ours]
    if seller and buyer:
        words = (("seller", invoice.seller.name), ("buyer", invoice.buyer.name))
        return Sides(
            None, None, finding=Finding("HUB-SIDE-02", "fatal", "hub", found=buyer[0], who="us", details=words)
        )
    if buyer:
        return Sides(
            "purchase", invoice.seller, Decision("direction", "purchase", "buyer_is_ours", words=(("key", buyer[0]),))
        )
    if seller:
        return Sides(
            "sales", invoice.buyer, Decision("direction", "sales", "seller_is_ours", words=(("key", seller[0]),))
        )
    if wished is None:
        words = (("seller", invoice.seller.name), ("buyer", invoice.buyer.name))
        return Sides(None, None, finding=Finding("HUB-SIDE-01", "fatal", "hub", who="us", details=words))
    other = invoice.seller if wished == "purchase" else invoice.buyer
    return Sides(wished, other, Decision("direction", wished, "side_was_given"))
