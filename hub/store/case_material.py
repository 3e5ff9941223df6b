"""What a case is made of, read from the books: parties, documents, letters, payments, and what was received beside principals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.accounting.contacts import email_for
from hub.credit.account import ZERO, Account
from hub.credit.case_file import Material, document_name
from hub.credit.case_party import legal_form_of, street_of
from hub.model.agency import Agency
from hub.model.case_file import CaseDocument, CaseLetter, CaseParty, CasePayment
from hub.model.dunning import DONE
from hub.model.money import from_minor
from hub.model.relation import Relation
from hub.model.relation_card import RelationAddress
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.contacts import read_addresses, read_contacts
from hub.store.free_fields import read_values
from hub.store.keyed import keyed
from hub.store.relation_cards import read_card
from hub.store.relations import get_relation

_ADDRESSES = ("visit", "invoice", "post")  # where somebody can be visited goes first
_KINDS = {"bank": "payment", "cash": "payment", "sales": "credit"}  # of a journal, and so of what it did to an item
WRITTEN = ("letter", "email")  # ways of which there is a letter to show
_FIELDS = ("legal_form", "rechtsvorm")  # fields of the administration's own that say it


def material_of(
    connection: Connection, books: Books, account: Account, items: Iterable[int], agency: Agency, number: str = "", note: str = "",
    extra: tuple[CaseDocument, ...] = (),
) -> Material:  # fmt: skip
    """Everything about these open items of a debtor; a dozen queries."""
    chosen = tuple(sorted(set(items)))
    debtor = debtor_party(connection, books.id, account.debtor.codes[0], account.debtor.treated)
    received = _received(connection, books, account.relation_id, chosen)
    return Material(
        number, account, chosen, creditor_party(books), (debtor,), agency, payments_on(connection, books.id, chosen),
        _documents(connection, books.id, chosen), tuple(_letters(connection, books.id, chosen)), extra, received.get("costs", ZERO),
        received.get("vat", ZERO), _interest(connection, books, chosen), items_in_cases(connection, books.id, chosen), "", note,
    )  # fmt: skip


def creditor_party(books: Books) -> CaseParty:
    """Ourselves, as the administration says."""
    a = books.snapshot
    numbers = {identifier.scheme: identifier.value for identifier in a.identifiers}
    iban = a.ibans[0] if a.ibans else ""
    return CaseParty(
        "company", a.name, kvk=numbers.get("0106", ""), vat_id=numbers.get("9944", ""), country=a.country, iban=iban
    )  # fmt: skip


def debtor_party(connection: Connection, administration_id: int, code: str, treated: str) -> CaseParty:
    """A debtor: who has a company number or form is one, whatever he is treated as."""
    relation_id, relation = get_relation(connection, administration_id, code)
    numbers = {identifier.scheme: identifier.value for identifier in relation.identifiers}
    said = read_values(connection, administration_id, [relation_id]).get(relation_id, {})
    form = legal_form_of(next((said[name] for name in _FIELDS if said.get(name)), ""), relation.name)
    company = treated == "business" or bool(numbers.get("0106") or form)
    return _with_contacts(
        connection, administration_id, relation_id, relation,
        CaseParty(
            "company" if company else "person", relation.name, relation.code, legal_form=form, kvk=numbers.get("0106", ""),
            vat_id=numbers.get("VAT", numbers.get("9944", "")), iban=relation.ibans[0] if relation.ibans else "",
        ),
    )  # fmt: skip


def _with_contacts(
    connection: Connection, administration_id: int, relation_id: int, relation: Relation, party: CaseParty
) -> CaseParty:
    card = read_card(connection, administration_id, relation_id)
    contacts = read_contacts(connection, administration_id, [relation_id]).get(relation_id, [])
    address = _address(read_addresses(connection, administration_id, [relation_id]).get(relation_id, []))
    mail = email_for("collection", contacts, card)
    person = next((c for c in contacts if "collection" in c.purposes or "reminders" in c.purposes), None)
    emails = tuple(dict.fromkeys(filter(None, (mail.email if mail else "", card.email))))
    phones = tuple(dict.fromkeys(filter(None, (person.telephone if person else "", card.telephone))))
    if address is None:
        return replace(
            party, country=relation.country, emails=emails, telephones=phones, contact=person.name if person else ""
        )
    street, a = street_of(address.address), address.address
    return replace(
        party, street=street.name, house_number=street.number, house_number_addition=street.addition, postcode=a.postcode,
        city=a.city, country=a.country or relation.country, emails=emails, telephones=phones,
        contact=person.name if person else "",
    )  # fmt: skip


def _address(addresses: list[RelationAddress]) -> RelationAddress | None:
    return next((a for kind in _ADDRESSES for a in addresses if a.kind == kind), None)


def payments_on(
    connection: Connection, administration_id: int, items: tuple[int, ...]
) -> dict[int, tuple[CasePayment, ...]]:
    """What lowered each item after it was booked, by entry."""
    o, p, e, j = t.open_item, t.posting, t.entry, t.journal
    lowered = func.sum(case((p.c.side == "credit", p.c.amount), else_=-p.c.amount)).label("lowered")
    query = (
        select(o.c.id, o.c.currency, e.c.booking_date, j.c.kind, lowered)
        .join_from(o, p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .join(e, (e.c.administration_id == p.c.administration_id) & (e.c.id == p.c.entry_id))
        .join(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .where(
            o.c.administration_id == administration_id, keyed(connection, o.c.id, items), p.c.entry_id != o.c.entry_id
        )
        .group_by(o.c.id, o.c.currency, e.c.id, e.c.booking_date, j.c.kind)
        .having(lowered != 0)
        .order_by(o.c.id, e.c.booking_date, e.c.id)
    )
    found: dict[int, list[CasePayment]] = defaultdict(list)
    for row in connection.execute(query):
        amount = from_minor(int(row.lowered), row.currency)
        found[row.id].append(CasePayment(row.booking_date, amount, _KINDS.get(row.kind, "other")))  # type: ignore[arg-type]
    return {key: tuple(paid) for key, paid in found.items()}


def _documents(
    connection: Connection, administration_id: int, items: tuple[int, ...]
) -> dict[int, tuple[CaseDocument, ...]]:
    """The invoice of each: what people can read of it (a PDF inside), else what came in."""
    o, e, d, m, g, a = t.open_item, t.entry, t.document, t.message, t.original, t.attachment
    whole = (
        select(o.c.id, o.c.number, d.c.id.label("document_id"), m.c.file_name, m.c.media_type, m.c.sha256, g.c.size)
        .join_from(o, e, (e.c.administration_id == o.c.administration_id) & (e.c.id == o.c.entry_id))
        .join(d, (d.c.administration_id == e.c.administration_id) & (d.c.id == e.c.document_id))
        .join(m, (m.c.administration_id == d.c.administration_id) & (m.c.uid == d.c.message_uid))
        .join(g, (g.c.administration_id == m.c.administration_id) & (g.c.sha256 == m.c.sha256))
        .where(o.c.administration_id == administration_id, keyed(connection, o.c.id, items))
    )
    rows = connection.execute(whole).all()
    inside = (
        select(a.c.document_id, a.c.file_name, a.c.media_type, a.c.sha256, g.c.size)
        .join(g, (g.c.administration_id == a.c.administration_id) & (g.c.sha256 == a.c.sha256))
        .where(
            a.c.administration_id == administration_id,
            keyed(connection, a.c.document_id, {r.document_id for r in rows}),
        )
        .where(a.c.media_type == "application/pdf")
        .order_by(a.c.document_id, a.c.position)
    )
    pdfs: dict[int, Any] = {}
    for row in connection.execute(inside):
        pdfs.setdefault(row.document_id, row)
    return {row.id: (_document(row.number, pdfs.get(row.document_id, row)),) for row in rows}


def _document(number: str, row: Any) -> CaseDocument:
    media_type = row.media_type or "application/octet-stream"  # a way in may not say what it brings
    ending = {"application/pdf": "pdf", "application/xml": "xml", "text/xml": "xml"}.get(media_type, "bin")
    return CaseDocument(document_name(number, ending), media_type, row.sha256, int(row.size), "invoice")


def letter_name(reference: str) -> str:
    """Of the PDF of a reminder, among the documents of a case."""
    return f"{reference}.pdf"


def _letters(connection: Connection, administration_id: int, items: tuple[int, ...]) -> Iterable[CaseLetter]:
    """What went out for them and arrived as far as we know, the oldest first."""
    i, e, n = t.reminder_item, t.reminder, t.dunning_run
    mine = select(i.c.reminder_id).where(
        i.c.administration_id == administration_id, keyed(connection, i.c.open_item_id, items), i.c.level != ""
    )
    query = (
        select(e, n.c.as_of)
        .join(n, (n.c.administration_id == e.c.administration_id) & (n.c.id == e.c.run_id))
        .where(e.c.administration_id == administration_id, e.c.id.in_(mine), e.c.state.in_(DONE))
        .order_by(n.c.as_of, e.c.id)
    )
    for row in connection.execute(query):
        on = row.sent_on or row.as_of
        yield CaseLetter(
            row.kind, row.level, on, row.channel, row.recipient, row.received_on, row.received_on is None, row.proof,
            letter_name(row.reference) if row.channel in WRITTEN else "",
        )  # fmt: skip


def _received(connection: Connection, books: Books, relation_id: int, items: tuple[int, ...]) -> dict[str, Any]:
    """Of claimed costs and VAT that stand beside these items."""
    m, r, i = t.memo_claim, t.memo_receipt, t.reminder_item
    letters = select(i.c.reminder_id).where(
        i.c.administration_id == books.id, keyed(connection, i.c.open_item_id, items)
    )
    query = (
        select(m.c.kind, func.sum(r.c.amount).label("received"))
        .join(r, (r.c.administration_id == m.c.administration_id) & (r.c.claim_id == m.c.id))
        .where(m.c.administration_id == books.id, m.c.relation_id == relation_id, m.c.kind != "interest")
        .where(m.c.reminder_id.in_(letters))
        .group_by(m.c.kind)
    )
    currency = books.snapshot.currency
    return {row.kind: from_minor(int(row.received), currency) for row in connection.execute(query)}


def _interest(connection: Connection, books: Books, items: tuple[int, ...]) -> dict[int, Any]:
    m, r = t.memo_claim, t.memo_receipt
    query = (
        select(m.c.open_item_id, m.c.currency, func.sum(r.c.amount).label("received"))
        .join(r, (r.c.administration_id == m.c.administration_id) & (r.c.claim_id == m.c.id))
        .where(m.c.administration_id == books.id, m.c.kind == "interest", keyed(connection, m.c.open_item_id, items))
        .group_by(m.c.open_item_id, m.c.currency)
    )
    return {row.open_item_id: from_minor(int(row.received), row.currency) for row in connection.execute(query)}


def items_in_cases(connection: Connection, administration_id: int, items: Iterable[int]) -> dict[int, str]:
    """Numbers of the open cases that these items are in."""
    c, i = t.collection_case, t.case_item
    query = (
        select(i.c.claim, c.c.number)
        .join(c, (c.c.administration_id == i.c.administration_id) & (c.c.id == i.c.case_id))
        .where(i.c.administration_id == administration_id, keyed(connection, i.c.claim, items))
    )
    return {row.claim: row.number for row in connection.execute(query)}
