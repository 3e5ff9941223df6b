"""Filing a VAT return: its lines are declared once and for ever, its balances move, its periods are locked.

There is no un-filing. What comes after it is late, and goes along in the next return or in a supplement.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, insert, or_, select

from hub.accounting.vat_period import VatPeriod
from hub.accounting.vat_return import (
    DatedCodes,
    Effect,
    Figure,
    VatSum,
    correction,
    effect,
    figure,
    figures,
    filing_entry,
    moved,
)
from hub.errors import Conflict, Usage
from hub.model.decision import Decision
from hub.model.finding import asked
from hub.model.journal import JournalEntry
from hub.model.plan import PlannedEntry
from hub.model.vat_tables import VatTables
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.booking import first_open_day, post
from hub.store.ids import Ids
from hub.store.periods import set_state
from hub.store.rows import insert_rows
from hub.store.vat_lines import Chosen, boxed, dated_codes, line_sum
from hub.store.vat_returns import FiledReturn, draft, figures_of, filed_returns, late_of

PAGE = 5000  # lines that are declared at a time


def file_return(
    connection: Connection,
    ids: Ids,
    books: Books,
    period: VatPeriod,
    tables: VatTables,
    actor_id: int,
    at: datetime,
    *,
    along: Sequence[str] = (),
    on: date | None = None,
) -> FiledReturn:
    """File the return of a period, with the late lines of earlier periods named in `along`.

    Its booking is dated on the last day of the period, or on the first open day after it (or after `on`).
    Raises `Conflict` when any of its days was filed already, and as `hub.store.vat_returns.draft`.
    """
    lock_administration(connection, books.id)
    for filed in filed_returns(connection, books.id, "return"):
        if filed.period.first <= period.last and period.first <= filed.period.last:
            raise Conflict(asked("HUB-VATR-04", filed.period.name, date=f"{filed.filed_at:%Y-%m-%d}"))
    planned = draft(connection, books, period, tables, along)
    codes = dated_codes(connection, books)
    return_id = ids.take()
    declared = declare(connection, books.id, codes, return_id, planned.chosen)
    made = figures(declared.effects, books.snapshot.currency)
    day = first_open_day(connection, books.id, on or period.last)
    entry = _entry(books, declared.effects, figure(made, "5g").declared_tax, day, f"Btw-aangifte {period.name}")
    filed = record_filed(
        connection, ids, books, "return", period, return_id, made, declared, entry, actor_id, at,
        {"along": [late.period.name for late in planned.along]},
    )  # fmt: skip
    for month in period.months:
        if _state(connection, books.id, month) != "locked":
            set_state(connection, ids, books.id, month, "locked", actor_id, at, f"VAT return {period.name} was filed")
    return filed


def file_supplement(
    connection: Connection, ids: Ids, books: Books, period: VatPeriod, actor_id: int, at: datetime, *, on: date | None = None
) -> FiledReturn:  # fmt: skip
    """File what came too late for a period as a correction of its own (suppletie).

    It declares the figures of the period as they are now less those that were declared, so that rounding to
    whole euros is done on the period as a whole. Booked on `on`, else on the day of `at`, but never before what it
    declares was booked. Raises `NotFound` when nothing came too late.
    """
    lock_administration(connection, books.id)
    codes = dated_codes(connection, books)
    late = late_of(connection, books, codes, period)
    earlier = [f.id for f in filed_returns(connection, books.id, "return", "supplement") if f.period == period]
    before = figures_of(connection, books.id, earlier)
    return_id = ids.take()
    chosen = Chosen(late.period.first, late.period.last, declared=False, codes=boxed(codes))
    declared = declare(connection, books.id, codes, return_id, [chosen])
    declared_before = _effects_of_figures(before)
    after = figures([*declared_before, *declared.effects], books.snapshot.currency)
    made = correction(before, after)
    day = first_open_day(connection, books.id, max(on or at.date(), declared.last_booking or date.min))
    entry = _entry(books, declared.effects, figure(made, "5g").declared_tax, day, f"Suppletie btw {period.name}")
    return record_filed(
        connection, ids, books, "supplement", period, return_id, made, declared, entry, actor_id, at, {"found": str(late.found_on)}
    )  # fmt: skip


def _effects_of_figures(before: Iterable[Figure]) -> list[Effect]:
    """Boxes that were declared, as if they were lines: so that they can be added up with what came later."""
    made = []
    for one in before:
        if one.box == "5b":
            made.append(Effect("", "", "5b", 0, 0, one.tax, "", ""))
        elif not one.box.startswith("5"):
            made.append(Effect(one.box, one.box, "", one.base, one.tax, 0, "", ""))
    return made


class Declared:
    """VAT lines that are being declared: what they bring, summed by code and day, and their digest."""

    def __init__(self, codes: DatedCodes) -> None:
        self.count = 0
        self.last_booking: date | None = None
        self._codes = codes
        self._sums: dict[tuple[str, date], list[int]] = {}

    def add(self, row: Any) -> Effect:
        """Take one line in."""
        sums = self._sums.setdefault((row.code, row.supply_date), [0, 0, 0])
        for place, amount in enumerate((row.base_in_base, row.tax_in_base, row.non_deductible_in_base)):
            sums[place] += amount
        self.count += 1
        self.last_booking = max(self.last_booking or row.booking_date, row.booking_date)
        return effect(line_sum(row), self._codes.row(row.code, row.supply_date))

    @property
    def effects(self) -> list[Effect]:
        """By code and day of supply."""
        return [
            effect(VatSum(code, day, *sums), self._codes.row(code, day))
            for (code, day), sums in sorted(self._sums.items())
        ]


def return_digest(connection: Connection, administration_id: int, return_id: int) -> str:
    """sha256 over the lines and figures of a return as they are stored; `hub verify` computes it again."""
    x, f = t.vat_declared.c, t.vat_figure.c
    lines = select(x.entry_id, x.line, x.box_base, x.box_due, x.box_input, x.base, x.due, x.input).where(
        x.administration_id == administration_id, x.return_id == return_id
    )
    boxes = select(f.box, f.base, f.tax, f.declared_base, f.declared_tax).where(
        f.administration_id == administration_id, f.return_id == return_id
    )
    digest, after = hashlib.sha256(), (-1, -1)
    while page := connection.execute(
        lines.where(or_(x.entry_id > after[0], and_(x.entry_id == after[0], x.line > after[1])))
        .order_by(x.entry_id, x.line)
        .limit(PAGE)
    ).all():
        digest.update("".join("|".join(map(str, line)) + "\n" for line in page).encode())
        after = (page[-1].entry_id, page[-1].line)
    for figures_line in sorted(tuple(row) for row in connection.execute(boxes)):
        digest.update(("|".join(map(str, figures_line)) + "\n").encode())
    return digest.hexdigest()


def declare(
    connection: Connection, administration_id: int, codes: DatedCodes, return_id: int, chosen: Iterable[Chosen]
) -> Declared:
    """Mark every chosen line as declared by a return; the key of the table refuses a second time."""
    declared = Declared(codes)
    for lines in chosen:
        after = (-1, -1)
        while page := _page(connection, administration_id, lines, after):
            rows = []
            for row in page:
                one = declared.add(row)
                rows.append((administration_id, row.entry_id, row.line, return_id, one.box_base, one.box_due, one.box_input,
                             one.base, one.due, one.input))  # fmt: skip
            insert_rows(connection, t.vat_declared, rows)
            after = (page[-1].entry_id, page[-1].line)
    return declared


def _page(connection: Connection, administration_id: int, chosen: Chosen, after: tuple[int, int]) -> Sequence[Any]:
    v, e = t.vat_line.c, t.entry.c
    query = (
        select(
            v.entry_id, v.line, v.code, v.supply_date, v.base_in_base, v.tax_in_base, v.non_deductible_in_base,
            e.booking_date,
        )
        .join(t.entry, (e.administration_id == v.administration_id) & (e.id == v.entry_id))
        .where(*chosen.conditions(administration_id))
        .where(or_(v.entry_id > after[0], and_(v.entry_id == after[0], v.line > after[1])))
        .order_by(v.entry_id, v.line)
        .limit(PAGE)
    )  # fmt: skip
    return connection.execute(query).all()


def _entry(books: Books, effects: Iterable[Effect], declared: int, on: date, text: str) -> JournalEntry | None:
    try:
        return filing_entry(books.snapshot, moved(effects), declared, on, text)
    except LookupError as error:
        raise Usage(str(error)) from error


def record_filed(
    connection: Connection, ids: Ids, books: Books, kind: str, period: VatPeriod, return_id: int, made: Sequence[Figure],
    declared: Declared, entry: JournalEntry | None, actor_id: int, at: datetime, details: dict[str, Any],
) -> FiledReturn:  # fmt: skip
    """The booking, the figures and last the return itself, with a line in the activity."""
    decision = Decision("vat_return", period.name, "vat_filed", words=(("kind", kind),))
    facts = {"return": return_id, "period": period.name, "kind": kind}
    plans = [PlannedEntry(entry, (decision,), facts)] if entry else []
    posted = post(connection, ids, books, plans, actor_id, at)
    rows = [(books.id, return_id, f.box, f.base, f.tax, f.declared_base, f.declared_tax) for f in made]
    insert_rows(connection, t.vat_figure, rows)
    digest = return_digest(connection, books.id, return_id)
    connection.execute(
        insert(t.vat_return).values(
            administration_id=books.id, id=return_id, kind=kind, period=period.name, first_day=period.first,
            last_day=period.last, filed_at=at, actor_id=actor_id, entry_id=posted[0].id if posted else None,
            lines=declared.count, digest=digest,
        )
    )  # fmt: skip
    connection.execute(
        insert(t.activity).values(
            administration_id=books.id, id=ids.take(), at=at, actor_id=actor_id, what=f"vat_{kind}.filed", subject=period.name,
            details=json.dumps({**details, "return": return_id, "lines": declared.count}, sort_keys=True),
        )
    )  # fmt: skip
    return next(one for one in filed_returns(connection, books.id, kind) if one.id == return_id)


def lock_administration(connection: Connection, administration_id: int) -> None:
    """Whoever files waits for whoever files: what is declared is decided by one at a time."""
    if connection.dialect.name == "postgresql":
        a = t.administration.c
        connection.execute(select(a.id).where(a.id == administration_id).with_for_update(key_share=True)).all()


def _state(connection: Connection, administration_id: int, month: str) -> str | None:
    p = t.period.c
    found = connection.execute(select(p.state).where(p.administration_id == administration_id, p.name == month))
    return found.scalar()
