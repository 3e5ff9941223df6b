"""An order or a refund of a webshop becomes an entry: debtor, revenue and VAT, and in the same entry how it was paid.

Debtors and the clearing account of the gateway meet on one open item, so that the history of the order shows both. What is
not revenue yet is no entry: an open order weighs on the customer's credit (`announced`), a cancelled one is nothing.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hub.accounting.desk import Desk
from hub.accounting.payment_terms import due_date
from hub.accounting.shop_vat import supplied_on, treat
from hub.model.administration import VatCode
from hub.model.announced_order import AnnouncedOrder
from hub.model.finding import Finding
from hub.model.journal import JournalEntry, NewOpenItem
from hub.model.keys import party_keys
from hub.model.money import Money, money_text
from hub.model.shop_order import GIFT_CARD, OrderPayment, OrderTax, ShopOrder

ZERO = Decimal(0)
VatKey = tuple[str, str, str, Decimal | None]  # code, kind of supply, country, rate
LARGEST_ROUNDING = Decimal("0.02")  # what shops leave by rounding line by line (DOMAIN 4.5)


def book_shop_order(order: ShopOrder, desk: Desk) -> JournalEntry | None:
    """The entry of an order or refund; None for what is not revenue, or with a finding when it cannot be booked."""
    if order.state == "cancelled":
        _note_cancelled(order, desk)
    if announced(order) is not None:  # it weighs on his credit in our currency
        desk.bookable("total", order.total, order.currency)
        desk.convertible(order.on)
    if order.state in ("cancelled", "open"):
        return None
    taxed: dict[VatKey, tuple[VatCode, Decimal, Decimal]] = {}
    for part in order.taxes:
        _book_part(order, part, desk, taxed)
    for (_, kind, country, rate), (code, base, tax) in taxed.items():
        desk.vat(code, base, tax, supplied_on(order), kind=kind, country=country, rate=rate)
    _book_rounding(order, desk)
    paid = _payments(order, desk)
    _book_debtor(order, paid, desk)
    if not order.total and not any(part.net or part.tax for part in order.taxes):
        return None
    who = order.customer.name if order.customer and not order.guest else order.shop
    return desk.entry(desk.journal("sales"), order.on, f"{who} {item_number(order)}")


def announced(order: ShopOrder) -> AnnouncedOrder | None:
    """What an open order weighs on its customer's credit; None for anything else. The relation is the customer's strongest key."""
    party = order.party
    keys = party_keys(party) if party else ()
    if order.state != "open" or order.refund or not keys or order.total <= 0:
        return None
    return AnnouncedOrder(order.number, keys[0], order.on, Money(order.total, order.currency), order.shop)


def item_number(order: ShopOrder) -> str:
    """The order's number as it stands on the open item; a refund adds its own."""
    return f"{order.number}-{order.refund}" if order.refund else order.number


def _note_cancelled(order: ShopOrder, desk: Desk) -> None:
    """Nothing to book, unless it was booked before: then a person says what becomes of it."""
    before = desk.facts.original
    if before is not None and before.outcome in ("posted", "held"):
        details = (("number", order.number), ("earlier", before.message_id))
        desk.note(Finding("HUB-SHOP-16", "fatal", "hub", "state", "cancelled", None, "us", details))


def _book_part(
    order: ShopOrder, part: OrderTax, desk: Desk, taxed: dict[VatKey, tuple[VatCode, Decimal, Decimal]]
) -> None:
    """Revenue and VAT of a part, or the debt of a gift card; `taxed` sums what returns are told."""
    if not part.net and not part.tax:
        return
    single = desk.facts.mapping.setting("gift_cards", "multi") == "single"
    if part.kind == GIFT_CARD and not single and not part.tax:
        desk.post(desk.named("vouchers"), -part.net)
        desk.decide("account", desk.named("vouchers"), "shop_gift_card_sold")
        return
    if part.kind == GIFT_CARD and single != bool(part.tax):
        shown = money_text(part.tax, order.currency)
        desk.note(Finding("HUB-SHOP-09", "fatal", "hub", "gift_card", shown, "single" if single else "multi", "us"))
        return
    treatment = treat(order, part, desk)
    if treatment is None:
        return
    code = treatment.code
    desk.post(_revenue(desk, treatment.words), -part.net, vat_code=code.code)
    if part.tax:
        desk.post(code.due_account, -part.tax, vat_code=code.code)
    kind = "services" if part.kind == "services" else code.kind
    rate = part.rate if code.rate is None else None
    key = (code.code, kind, treatment.country, rate)
    _, base, tax = taxed.get(key, (code, ZERO, ZERO))
    taxed[key] = (code, base + part.net, tax + part.tax)


def _revenue(desk: Desk, words: tuple[str, ...]) -> str:
    """The account of the first word that the mapping has a row for; its row for all others where it has none."""
    rows = desk.facts.mapping.tables.get("revenue", {})
    word = next((word for word in words if word.strip().casefold() in rows), words[-1])
    return desk.account("revenue", word)


def _book_rounding(order: ShopOrder, desk: Desk) -> None:
    rest = order.imbalance
    if abs(rest) > LARGEST_ROUNDING:
        desk.differs("total", order.total, order.total - rest)
    elif rest:
        desk.post(desk.named("rounding"), -rest)
        desk.decide("rounding", money_text(rest, order.currency), "shop_rounding")


def _payments(order: ShopOrder, desk: Desk) -> list[OrderPayment]:
    """The payments that came by a gateway. Money that the customer sends to our bank himself (`[payment]`) is not here yet."""
    rows = desk.facts.mapping.tables.get("payment", {})
    by_bank = [p for p in order.payments if rows.get(p.gateway.strip().casefold()) == "on_account"]
    for payment in by_bank:
        desk.decide("payment", payment.gateway, "shop_paid_by_bank", gateway=payment.gateway)
    paid = [p for p in order.payments if p not in by_bank]
    total = sum((p.amount for p in paid), ZERO)
    if order.state == "paid" and not by_bank and total != order.total:
        shown = money_text(total, order.currency), money_text(order.total, order.currency)
        desk.note(Finding("HUB-SHOP-17", "warning", "hub", "payments", *shown, "us"))
    return paid


def _book_debtor(order: ShopOrder, payments: list[OrderPayment], desk: Desk) -> None:
    debtors = desk.named("debtors")
    relation = desk.relation("guest_relation") if order.guest else ""
    if relation:
        desk.decide("relation", relation, "shop_guest_relation")
    item = NewOpenItem(
        "receivable",
        item_number(order),
        order.on,
        _due(order, payments, desk),
        payment_reference=order.number,
        relation=relation,
    )
    index = desk.open_item(item)
    desk.post(debtors, order.total, open_item=index)
    for payment in payments:
        desk.post(_gateway(payment, desk), payment.amount)
        desk.post(debtors, -payment.amount, open_item=index)


def _gateway(payment: OrderPayment, desk: Desk) -> str:
    """The account that waits for the gateway's pay-out; a redeemed gift card takes off what we owe for it (DOMAIN 10.6 no. 20)."""
    if payment.gateway != GIFT_CARD:
        return desk.account("gateway", payment.gateway)
    if desk.facts.mapping.setting("gift_cards", "multi") == "single":
        desk.note(Finding("HUB-SHOP-18", "fatal", "hub", "payments", str(payment.amount), None, "us"))
        return ""
    return desk.named("vouchers")


def _due(order: ShopOrder, payments: list[OrderPayment], desk: Desk) -> date:
    """Agreed in the shop, else by the term of the mapping or the administration, for what is not paid yet."""
    if order.due_date or order.refund or sum((p.amount for p in payments), ZERO) == order.total:
        return order.due_date or order.on
    books = desk.facts.administration
    term = books.payment_terms.get(desk.facts.mapping.setting("term") or books.default_sales_term)
    if term is None:
        desk.decide("due_date", str(order.on), "no_term_issue_date")
        return order.on
    due = due_date(term, order.on)
    desk.decide("due_date", str(due), "payment_term", term=term.name or term.code)
    return due
