"""Cases as they stand: the list, and the page of each with its balance by component, what happened and what comes next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, case, func, select

from hub.credit.case_balance import Balance, balance_of
from hub.model.case_file import ENDED, CaseFile, CasePayment
from hub.model.codec import plain
from hub.model.collection_tables import InterestTables
from hub.model.money import from_minor, money_text
from hub.reports.messages import instant_text
from hub.store import tables as t
from hub.store.case_material import payments_on
from hub.store.case_rows import file_of, find_case
from hub.store.keyed import keyed
from hub.store.messages import as_instant

_WHICH = {"prepared": ("prepared",), "ended": ENDED}


def list_cases(
    connection: Connection, administration_id: int, which: str = "all", relation: str = ""
) -> Iterator[dict[str, Any]]:  # fmt: skip
    """The latest first: what each claimed when it was handed over, and what of its principal is open now."""
    c, r = t.collection_case, t.relation
    query = (
        select(c, r.c.code, r.c.name)
        .join(r, (r.c.administration_id == c.c.administration_id) & (r.c.id == c.c.relation_id))
        .where(c.c.administration_id == administration_id)
        .order_by(c.c.id.desc())
    )
    if which in _WHICH:
        query = query.where(c.c.state.in_(_WHICH[which]))
    elif which == "open":
        query = query.where(c.c.state.not_in((*ENDED, "prepared")))
    if relation:
        query = query.where(r.c.code == relation)
    rows = connection.execute(query).all()
    left = _left(connection, administration_id, {row.id for row in rows})
    for row in rows:
        total = row.principal + row.interest + row.costs + row.vat
        yield {
            **_head(row), "relation": row.code, "relation_name": row.name, "total": _text(total, row.currency),
            "open": _text(left.get(row.id, 0), row.currency),
        }  # fmt: skip


def case_page(
    connection: Connection, administration_id: int, number: str, as_of: date, interest: InterestTables
) -> dict[str, Any]:
    """Everything about one case, by our number or the agency's reference. Raises `NotFound`."""
    row = find_case(connection, administration_id, number)
    made = file_of(row)
    payments = payments_on(connection, administration_id, tuple(claim.key for claim in made.claims))
    money = _money(connection, administration_id, row.id, row.currency)
    balance = balance_of(
        made, payments, money.get("interest", Decimal(0)), money.get("costs", Decimal(0)), as_of, interest,
        as_instant(row.ended_at).date() if row.ended_at else None, row.close_reason == "paid",
    )  # fmt: skip
    dispatches = _dispatches(connection, administration_id, row.number, row.agency)
    return {
        **_head(row), "as_of": str(as_of), "treated": made.treated, "language": made.language, "mandate": made.mandate,
        "creditor": plain(made.creditor), "debtors": [plain(one) for one in made.debtors],
        "claims": [_claim(made, balance, claim.key) for claim in made.claims], "balance": _balance(balance, made.currency),
        "agency_money": {name: money_text(amount, row.currency) for name, amount in money.items() if name not in ("interest", "costs")},
        "letters": [plain(one) for one in made.letters], "documents": [plain(one) for one in made.documents],
        "steps": [plain(one) for one in made.steps], "note": made.note,
        "events": list(_events(connection, administration_id, row.id)), "sent": dispatches, "next": _next(row, dispatches),
    }  # fmt: skip


def _head(row: Any) -> dict[str, Any]:
    return {
        "number": row.number, "agency": row.agency, "state": row.state, "raw_status": row.raw_status or None,
        "close_reason": row.close_reason or None, "agency_reference": row.agency_reference or None, "link": row.link or None,
        "currency": row.currency, "prepared_on": str(row.prepared_on),
        "handed_over_at": row.handed_over_at and instant_text(row.handed_over_at),
        "ended_at": row.ended_at and instant_text(row.ended_at),
    }  # fmt: skip


def _left(connection: Connection, administration_id: int, cases: set[int]) -> dict[int, int]:
    i, p = t.case_item, t.posting
    rest = func.sum(case((p.c.side == "debit", p.c.amount), else_=-p.c.amount))
    query = (
        select(i.c.case_id, rest.label("rest"))
        .join(p, (p.c.administration_id == i.c.administration_id) & (p.c.open_item_id == i.c.open_item_id))
        .where(i.c.administration_id == administration_id, keyed(connection, i.c.case_id, cases))
        .group_by(i.c.case_id)
    )
    return {row.case_id: int(row.rest) for row in connection.execute(query)}


def _claim(made: CaseFile, balance: Balance, key: int) -> dict[str, Any]:
    claim = next(one for one in made.claims if one.key == key)
    now = balance.claims[key]
    amounts = {
        "original": claim.original, "principal": claim.outstanding, "outstanding": now.outstanding, "interest": now.interest,
        "per_day": now.per_day,
    }  # fmt: skip
    return {
        "invoice": claim.invoice, "invoice_date": str(claim.invoice_date), "due": str(claim.due),
        **{name: money_text(amount, made.currency) for name, amount in amounts.items()},
        "paid": [_paid(one, made.currency) for one in now.paid],
    }  # fmt: skip


def _paid(one: CasePayment, currency: str) -> dict[str, str]:
    return {"on": str(one.on), "amount": money_text(one.amount, currency), "kind": one.kind}


def _balance(balance: Balance, currency: str) -> list[dict[str, str]]:
    """A row a component, and their sum."""
    return [
        {
            "component": part.name, "claimed": money_text(part.claimed, currency), "received": money_text(part.received, currency),
            "outstanding": money_text(part.outstanding, currency),
        }
        for part in balance.parts
    ]  # fmt: skip


def _money(connection: Connection, administration_id: int, case_id: int, currency: str) -> dict[str, Decimal]:
    """What the agency said it received, passed on and kept; and what of it was interest and costs."""
    m = t.case_money
    query = (
        select(m.c.what, func.sum(m.c.amount).label("amount"), func.sum(m.c.interest).label("interest"), func.sum(m.c.costs).label("costs"))
        .where(m.c.administration_id == administration_id, m.c.case_id == case_id)
        .group_by(m.c.what)
    )  # fmt: skip
    found: dict[str, Decimal] = {}
    for row in connection.execute(query):
        found[row.what] = from_minor(int(row.amount), currency)
        if row.what in ("payment", "direct"):
            for name in ("interest", "costs"):
                found[name] = found.get(name, Decimal(0)) + from_minor(int(getattr(row, name)), currency)
    return found


def _events(connection: Connection, administration_id: int, case_id: int) -> Iterator[dict[str, Any]]:
    e, u = t.case_event, t.app_user
    query = (
        select(e, u.c.name)
        .join(u, u.c.id == e.c.actor_id)
        .where(e.c.administration_id == administration_id, e.c.case_id == case_id)
        .order_by(e.c.at, e.c.id)
    )
    for row in connection.execute(query):
        amount = None if row.amount is None else _text(row.amount, row.currency)
        yield {
            "at": instant_text(row.at), "happened_at": instant_text(row.happened_at), "source": row.source, "type": row.type,
            "state": row.state, "raw_status": row.raw_status or None, "applied": bool(row.applied), "amount": amount,
            "text": row.text or None, "by": row.name, "message": row.message_uid or None, "details": json.loads(row.details),
        }  # fmt: skip


def _dispatches(connection: Connection, administration_id: int, number: str, agency: str) -> list[dict[str, Any]]:
    """What we sent the agency about it, and how each stands; `in_doubt`: nobody knows yet whether it arrived."""
    d = t.dispatch
    mine = (d.c.administration_id == administration_id) & (d.c.sink == agency) & (d.c.subject == number)
    query = select(d).where(mine, d.c.type.startswith("collection.")).order_by(d.c.created_at, d.c.id)
    return [
        {
            "id": row.uid, "type": row.type, "state": row.state, "attempts": row.attempts, "note": row.note or None,
            "in_doubt": row.state == "sending" and bool(row.note), "at": instant_text(row.changed_at),
        }
        for row in connection.execute(query)
    ]  # fmt: skip


def _next(row: Any, dispatches: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What comes next, and who must act: keys `case_next_…` of the catalogue."""
    if row.state in ENDED:
        return []
    if row.state == "prepared":
        return [{"what": "hand_over", "by": "us"}]
    stuck = [{"what": "parked", "by": "us", "dispatch": one["id"]} for one in dispatches if one["state"] == "parked"]
    stuck += [{"what": "in_doubt", "by": "hub", "dispatch": one["id"]} for one in dispatches if one["in_doubt"]]
    if row.state == "offered" and not stuck:
        return [{"what": "sending", "by": "hub"}]
    return [
        *stuck,
        *(
            []
            if row.state == "offered"
            else [{"what": "judged" if row.state == "received" else "collected", "by": "agency"}]
        ),
    ]


def _text(minor: int, currency: str) -> str:
    return money_text(from_minor(int(minor), currency), currency)
