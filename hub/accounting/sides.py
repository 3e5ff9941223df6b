"""Which side is ours: are we the buyer (purchase) or the seller (sales) of this document?"""

from __future__ import annotations

from dataclasses import dataclass

from hub.model.keys import own_keys, party_keys, transfer_ibans
from hub.model.administration import Administration, Direction
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.invoice import Invoice
from hub.model.party import Party


@dataclass(frozen=True, slots=True)
class Sides:
    """`direction` None = a person must decide; `other` is the party across the table."""

    direction: Direction | None
    other: Party | None
    decision: Decision | None = None
    finding: Finding | None = None


def choose_side(invoice: Invoice, administration: Administration, wished: Direction | None) -> Sides:
    """Compare both parties' strong keys with our own; `wished` (the `--as` flag) decides only where neither is ours."""
    ours = own_keys(administration.identifiers, administration.ibans, administration.country)
    seller = [key for key in party_keys(invoice.seller, transfer_ibans(invoice)) if key in ours]
    buyer = [key for key in party_keys(invoice.buyer) if key in ours]
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
