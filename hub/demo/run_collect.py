"""The demo of collecting: one invoice from its due date to a closed case, through the same functions as on any day.

Every step is done once: what an earlier run did is found in the books and left alone, so that a second run changes nothing
and one that was cut off goes on. The story has days of its own; only what an agency is told over the line bears today's instant.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from hub.bootstrap import Hub
from hub.credit.account import Rulebook
from hub.demo.run import FOLDER
from hub.demo.run_agency import NAME, TRANSFERRED, agency_does
from hub.letters.reminder import reminder_pdf
from hub.model.agency import Agency
from hub.model.message import Message
from hub.pipeline import process
from hub.reports.reminder_letters import LetterRow, reminders_in_run
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.cases import hand_over, prepare
from hub.store.dunning_runs import KEYS, Prepared, freeze, record_run
from hub.store.dunning_runs import prepare as prepare_run
from hub.store.messages import find_outcomes
from hub.store.relation_cards import change_card
from hub.store.relation_changes import Changing
from hub.store.reminders import mark, reminder_of
from hub.store.store import SqlStore
from hub.workers.reminding import send_run

CODE, CHANNEL = "incassodemo", "demo"
COLLECT = FOLDER / "collect"
INVOICE, DUE = "VF-2026-0301", date(2026, 6, 15)
AGENCY = Agency(NAME, "WKI-0000")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:demo:collect")
_MOST_DAYS = 150


@dataclass(frozen=True, slots=True)
class Play:
    """What a step needs: the hub, whose books, who acts, the rules, and where letters are written."""

    hub: Hub
    books: Books
    actor_id: int
    book: Rulebook
    letters: Path

    def at(self, day: date) -> datetime:
        """Nine in the morning."""
        return datetime.combine(day, time(9), UTC)

    @contextmanager
    def changing(self, day: date, keys: int = 500) -> Iterator[Changing]:
        """One transaction on a day of the story."""
        self.hub.ids.reserve(keys)
        with self.hub.database.transaction() as connection:
            yield Changing(connection, self.hub.ids, self.books.id, self.actor_id, self.at(day))

    def ask(self, query: Callable[[Connection], Any]) -> Any:
        """One question."""
        with self.hub.database.reporting() as connection:
            return query(connection)


def put_mappings(hub: Hub) -> None:
    """The rows that its company needs of its own; what somebody changed since stays."""
    for file in sorted((COLLECT / "mappings").glob("*.toml")):
        target = hub.mappings.files(file.stem, CODE)[-1]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def play(it: Play, done: Callable[[int], None] = lambda _count: None) -> None:
    """All of it; `done` is told after each step."""
    relation = _sell(it)
    done(1)
    case = it.ask(lambda connection: _case(connection, it.books.id))
    if case is None:
        day = _remind(it, relation, done)
        _hand_over(it, relation, day)
        case = it.ask(lambda connection: _case(connection, it.books.id))
    _write_letters(it)
    done(1)
    if case.state not in ("closed", "rejected"):
        agency_does(it.hub, it.books.snapshot.code, case)
    done(1)
    _bank(it)
    done(1)


def _sell(it: Play) -> str:
    """The sales invoice, as a web shop sends it; its buyer is a consumer, as somebody noted. His code."""
    body = (COLLECT / f"{INVOICE}.xml").read_bytes()
    _take(it, f"{INVOICE}.xml", body, DUE - timedelta(28))
    o, r, k = t.open_item, t.relation, t.relation_card
    query = (
        select(r.c.code, k.c.customer_type)
        .join_from(o, r, (r.c.administration_id == o.c.administration_id) & (r.c.id == o.c.relation_id))
        .outerjoin(k, (k.c.administration_id == r.c.administration_id) & (k.c.relation_id == r.c.id))
        .where(o.c.administration_id == it.books.id, o.c.number == INVOICE)
    )
    code, known = it.ask(lambda connection: tuple(connection.execute(query).one()))
    if known != "consumer":
        with it.changing(DUE) as change:
            change_card(change, code, {"customer_type": "consumer"})
    return str(code)


def _take(it: Play, name: str, body: bytes, day: date, channel: str = CHANNEL) -> None:
    """A file through the pipeline, once."""
    uid = str(uuid.uuid5(_NAMESPACE, f"{it.books.snapshot.code}|{name}"))
    if it.ask(lambda connection: find_outcomes(connection, [uid])):
        return
    digest = hashlib.sha256(body).hexdigest()
    message = Message(uid, it.books.snapshot.code, channel, uid, "application/xml", body, digest, it.at(day), name)
    store = SqlStore(
        it.hub.database,
        it.hub.ids,
        it.hub.actor,
        clock=lambda: it.at(day),
        mappings=it.hub.mappings,
    )
    process([message], it.hub.sources, store)


def _remind(it: Play, relation: str, done: Callable[[int], None]) -> date:
    """Day after day, as the nightly run would: until the next step is the agency. That day."""
    day = it.ask(lambda connection: _last_sent(connection, it.books.id)) or DUE
    for number in range(1, _MOST_DAYS):
        today = day + timedelta(number)
        made = it.ask(partial(_prepared, it, relation, today))
        if made.ready:
            return today
        if made.drafts:
            with it.changing(today) as change:
                run = record_run(change.connection, change.ids, it.books.id, made, change.actor_id, change.at)
            with it.changing(today, KEYS) as change:
                freeze(change.connection, change.ids, it.books.id, run, change.actor_id, change.at)
            send_run(it.hub, it.books.id, run, it.book, today, it.actor_id, it.at(today))
            _post(it, run, today)
            done(1)
    raise AssertionError("the policy of the demo ends at the agency")


def _prepared(it: Play, relation: str, today: date, connection: Connection) -> Prepared:
    return prepare_run(connection, it.books.id, it.book, today, relation=relation)


def _last_sent(connection: Connection, administration_id: int) -> date | None:
    r = t.reminder
    found: date | None = connection.execute(
        select(func.max(r.c.sent_on)).where(r.c.administration_id == administration_id)
    ).scalar()
    return found


def _post(it: Play, run: int, today: date) -> None:
    """Printed and posted the same day; what is claimed is claimed from then on."""
    for row in it.ask(lambda connection: reminders_in_run(connection, it.books.id, run, state="staged")):
        with it.changing(today) as change:
            mark(
                change.connection,
                it.books.id,
                row.key,
                "printed",
                on=today,
                at=change.at,
                actor_id=change.actor_id,
            )


def _write_letters(it: Play) -> None:
    """Each letter as PDF, the same bytes each time."""
    it.letters.mkdir(parents=True, exist_ok=True)
    numbers = select(t.dunning_run.c.number).where(t.dunning_run.c.administration_id == it.books.id)
    for run in it.ask(lambda connection: list(connection.execute(numbers.order_by(t.dunning_run.c.number)).scalars())):
        for row in it.ask(partial(_letters_of, it, run)):
            (it.letters / f"{row.reference}.pdf").write_bytes(reminder_pdf(row.reminder))


def _letters_of(it: Play, run: int, connection: Connection) -> list[LetterRow]:
    return reminders_in_run(connection, it.books.id, run)


def _hand_over(it: Play, relation: str, day: date) -> None:
    """The case is made, looked at, and handed over."""
    with it.changing(day) as change:
        made = prepare(change, it.books, relation, AGENCY, it.book, day, render=_letter)
    with it.changing(day) as change:
        hand_over(change, it.books, made.number, AGENCY, it.book, day)


def _letter(connection: Connection, administration_id: int, reference: str) -> bytes:
    return reminder_pdf(reminder_of(connection, administration_id, reference)[1])


def _case(connection: Connection, administration_id: int) -> Any:
    c = t.collection_case
    query = select(c).where(c.c.administration_id == administration_id, c.c.handed_over_at.is_not(None))
    return connection.execute(query.order_by(c.c.id.desc()).limit(1)).first()


def _bank(it: Play) -> None:
    """The transfer of the agency on our statement: a rule of mappings/bank.toml sends it to money in transit."""
    m = t.case_money
    query = select(func.sum(m.c.amount)).where(m.c.administration_id == it.books.id, m.c.what == "remitted")
    cents = -int(it.ask(lambda connection: connection.execute(query).scalar()) or 0)
    case = it.ask(lambda connection: _case(connection, it.books.id))
    day = case.handed_over_at.date() + timedelta(TRANSFERRED)
    amount = f"{Decimal(cents).scaleb(-2):.2f}"
    body = (COLLECT / "statement.xml").read_text("utf-8").format(amount=amount, day=day, case=case.number)
    if cents > 0:
        _take(it, "statement.xml", body.encode(), day)
