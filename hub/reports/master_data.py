"""Master data and balances as tables that another package, or `hub import`, can take: the same names as the import knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from hub.model.money import from_minor, money_text
from hub.model.relation_card import ROLES
from hub.reports.open_items import item_balances
from hub.reports.selection import text_of
from hub.reports.xaf_books import Year, opening_lines
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.contacts import read_addresses, read_contacts
from hub.store.driver import ask
from hub.store.relation_cards import read_cards
from hub.store.relations import found_relations, relations_question
from hub.store.sets import values

PAGE = 500
Row = Mapping[str, Any]
RELATIONS = (
    "code", "name", "country", "kvk", "vat_id", "oin", "gln", "iban", "email", "telephone", "website", "street", "street_2",
    "postcode", "city", "contact", "debtor", "creditor", "prospect", "customer_type", "purchase_account", "purchase_policy",
    "sales_account", "sales_policy", "purchase_term", "sales_term", "purchase_vat", "sales_vat", "purchase_method",
    "sales_channel", "sales_email", "sales_endpoint", "g_iban", "g_percentage", "memo",
)  # fmt: skip
_CARD = (
    "email", "telephone", "website", "memo", "customer_type", "sales_channel", "sales_email", "sales_endpoint",
)  # fmt: skip
ACCOUNTS = ("code", "name", "name_en", "rgs", "kind", "side", "control", "open_to_documents", "deduction_percentage")
OPEN_ITEMS = (
    "relation", "relation_name", "side", "part", "invoice", "date", "due_date", "currency", "amount", "base_amount", "iban",
    "payment_reference",
)  # fmt: skip
OPENING_BALANCE = ("account", "name", "debit", "credit")
MONEY = ("amount", "base_amount", "debit", "credit", "base_debit", "base_credit", "vat_base", "vat_tax")
DATES = ("date", "due_date")


def relations(connection: Connection, books: Books) -> Iterator[Row]:
    """Every relation that was not merged into another, in order of code."""
    r = t.relation
    query = select(r.c.code, r.c.name_key).where(r.c.administration_id == books.id, r.c.merged_into.is_(None))
    codes = sorted((row.code, row.name_key) for row in connection.execute(query))
    for start in range(0, len(codes), PAGE):
        yield from _relation_rows(connection, books, dict(codes[start : start + PAGE]))


def _relation_rows(connection: Connection, books: Books, page: Mapping[str, str]) -> Iterator[Row]:
    parameters = {
        "administrations": values(connection, [books.id]),
        "keys": values(connection, []),
        "names": values(connection, page.values()),
    }
    answer = ask(connection, [relations_question(connection)], parameters)[0]
    found = {relation.code: (key, relation) for _, key, _, relation in found_relations(answer) if relation.code in page}
    ids = [key for key, _ in found.values()]
    cards, addresses = read_cards(connection, books.id, ids), read_addresses(connection, books.id, ids)
    contacts = read_contacts(connection, books.id, ids)
    for code in page:
        key, relation = found[code]
        card = cards.get(key)
        visit = next((one.address for one in addresses.get(key, ()) if one.kind == "visit"), None)
        by_scheme = {i.scheme: i.value for i in relation.identifiers}
        row: dict[str, Any] = {name: getattr(relation, name, "") for name in RELATIONS}
        row |= {name: getattr(card, name) for name in _CARD if card}
        row["g_percentage"] = "" if relation.g_percentage is None else f"{relation.g_percentage:f}"
        row |= {"kvk": by_scheme.get("0106", ""), "vat_id": by_scheme.get("VAT", ""), "oin": by_scheme.get("0190", "")}
        row |= {"gln": by_scheme.get("0088", ""), "iban": relation.ibans[0] if relation.ibans else ""}
        if visit:
            row |= {"street": visit.line_1, "street_2": visit.line_2, "postcode": visit.postcode, "city": visit.city}
        row["contact"] = contacts[key][0].name if contacts.get(key) else ""
        row |= {role: "yes" if card and role in card.roles else "" for role in ROLES}
        yield row


def accounts(books: Books) -> Iterator[Row]:
    """The chart in force, in order of code."""
    for _, account in sorted(books.snapshot.accounts.items()):
        row: dict[str, Any] = {name: getattr(account, name) for name in ACCOUNTS}
        row["open_to_documents"] = "yes" if account.open_to_documents else "no"
        row["control"] = account.control or "none"
        row["deduction_percentage"] = f"{account.deduction_percentage:f}"
        yield row


def open_items(connection: Connection, books: Books, as_of: date | None) -> Iterator[Row]:
    """What is open on a day: positive amounts, negative for a credit note or a payment in advance."""
    details = {(row.code, row.side, row.number): row for row in _payment_details(connection, books)}
    for item in item_balances(connection, books.id, as_of=as_of):
        if not item.outstanding:
            continue
        more = details.get((item.relation, item.side, item.number))
        yield {
            "relation": item.relation, "relation_name": item.relation_name, "side": item.side, "part": item.part, "invoice": item.number,
            "date": str(item.invoice_date), "due_date": str(item.due_date), "currency": item.currency,
            "amount": text_of(item.outstanding, item.currency),
            "base_amount": text_of(item.outstanding_base, books.snapshot.currency),
            "iban": more.iban if more else "", "payment_reference": more.payment_reference if more else "",
        }  # fmt: skip


def _payment_details(connection: Connection, books: Books) -> Any:
    o, r = t.open_item, t.relation
    told = (o.c.iban != "") | (o.c.payment_reference != "")
    query = (
        select(r.c.code, o.c.side, o.c.number, o.c.iban, o.c.payment_reference)
        .join(r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .where(o.c.administration_id == books.id, told)
    )
    return connection.execute(query)


def opening_balance(connection: Connection, year: Year) -> Iterator[Row]:
    """What a year begins with, per account; results of earlier years on the account for retained earnings."""
    currency = year.snapshot.currency
    for line in opening_lines(connection, year):
        amount = money_text(from_minor(abs(line.balance), currency), currency)
        side = "debit" if line.balance > 0 else "credit"
        name = year.snapshot.accounts[line.account].name if line.account in year.snapshot.accounts else ""
        yield {"account": line.account, "name": name, "debit": "", "credit": "", side: amount}
