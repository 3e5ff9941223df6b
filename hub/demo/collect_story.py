"""What the demo of collecting came to, read from the books: a line for each thing that happened, with its day and its figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from hub.demo.run_agency import TRANSFERRED
from hub.demo.run_collect import INVOICE
from hub.model.codec import restore
from hub.model.money import from_minor, money_text
from hub.model.reminder import Reminder
from hub.store import tables as t
from hub.store.messages import as_instant
from hub.store.packing import unpacked


@dataclass(frozen=True, slots=True)
class Happened:
    """`what` names its sentence in the catalogue: `collect_<what>`; `words` fill it."""

    day: date
    what: str
    words: dict[str, Any]


def story(connection: Connection, administration_id: int) -> Iterator[Happened]:
    """In order of days."""
    o, r, p = t.open_item, t.relation, t.posting
    query = (
        select(o.c.due_date, r.c.code, r.c.name, func.max(p.c.base_amount).label("amount"))
        .join_from(o, r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .join(p, (p.c.administration_id == o.c.administration_id) & (p.c.open_item_id == o.c.id))
        .where(o.c.administration_id == administration_id, o.c.number == INVOICE)
        .group_by(o.c.due_date, r.c.code, r.c.name)
    )
    sold = connection.execute(query).one()
    yield Happened(
        sold.due_date, "due", {"invoice": INVOICE, "name": sold.name, "code": sold.code, "amount": _text(sold.amount)}
    )
    yield from _letters(connection, administration_id)
    yield from _collected(connection, administration_id)


def _letters(connection: Connection, administration_id: int) -> Iterator[Happened]:
    r = t.reminder
    query = select(r).where(r.c.administration_id == administration_id, r.c.sent_on.is_not(None))
    for row in connection.execute(query.order_by(r.c.sent_on, r.c.id)):
        one = restore(Reminder, unpacked(row.body))
        words = {
            "reference": row.reference, "principal": _text(row.principal), "interest": _text(row.interest),
            "costs": _text(row.costs), "total": money_text(one.total, one.currency), "term": one.term_until, "level": row.level,
        }  # fmt: skip
        yield Happened(row.sent_on, row.level if row.level == "second_reminder" else row.kind, words)


def _collected(connection: Connection, administration_id: int) -> Iterator[Happened]:
    c = t.collection_case
    query = select(c).where(c.c.administration_id == administration_id, c.c.handed_over_at.is_not(None))
    for row in connection.execute(query.order_by(c.c.id)):
        total = row.principal + row.interest + row.costs + row.vat
        amounts = {name: _text(getattr(row, name)) for name in ("principal", "interest", "costs")}
        words = {"case": row.number, "agency": row.agency, "total": _text(total), **amounts}
        yield Happened(as_instant(row.handed_over_at).date(), "handed_over", words)
        held = _reasons(connection, administration_id, row)
        if held["set"]:
            yield Happened(as_instant(row.handed_over_at).date(), "held", held)
        yield from _told(connection, administration_id, row)


def _told(connection: Connection, administration_id: int, case: Any) -> Iterator[Happened]:
    e = t.case_event
    query = select(e).where(e.c.administration_id == administration_id, e.c.case_id == case.id, e.c.source == "agency")
    money = _money(connection, administration_id, case.id)
    for row in connection.execute(query.order_by(e.c.happened_at, e.c.id)):
        day = as_instant(row.happened_at).date()
        words = {
            "case": case.number,
            "agency": case.agency,
            "reference": case.agency_reference,
            "link": case.link,
            **money,
        }
        if row.type == "status":
            words["state"] = row.state
        yield Happened(day, row.type, words)
        if row.type == "remittance":
            yield Happened(
                date.fromordinal(as_instant(case.handed_over_at).date().toordinal() + TRANSFERRED), "bank", words
            )
        if row.type == "closed":
            yield Happened(day, "free", _reasons(connection, administration_id, case))


def _money(connection: Connection, administration_id: int, case_id: int) -> dict[str, str]:
    """What the agency received and how that was divided, what it kept, and what it passed on."""
    m = t.case_money
    sums = [func.sum(getattr(m.c, name)).label(name) for name in ("amount", "principal", "interest", "costs")]
    query = (
        select(m.c.what, *sums)
        .where(m.c.administration_id == administration_id, m.c.case_id == case_id)
        .group_by(m.c.what)
    )
    found = {row.what: row for row in connection.execute(query)}
    got = found.get("payment")
    words = {
        name: _text(int(getattr(got, name))) if got else "" for name in ("amount", "principal", "interest", "costs")
    }
    words |= {name: _text(-int(found[name].amount)) if name in found else "" for name in ("fee", "fee_vat", "remitted")}
    return words


def _reasons(connection: Connection, administration_id: int, case: Any) -> dict[str, Any]:
    """How many holds and limits the case had set, and how many of them still stand."""
    e = t.relation_reason
    mine = (e.c.administration_id == administration_id) & (e.c.cause == "case") & (e.c.reference == case.number)
    [(was, lifted)] = connection.execute(select(func.count(), func.count(e.c.lifted_at)).where(mine)).all()
    return {"case": case.number, "set": was, "lifted": lifted}


def _text(minor: int) -> str:
    return money_text(from_minor(int(minor), "EUR"), "EUR")
