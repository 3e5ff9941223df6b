"""VAT returns: those that were filed with their figures, and what the next one would declare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, select

from hub.accounting.vat_late import LatePeriod, LateSum, by_period, may_go_along, within_limit
from hub.accounting.vat_period import Length, VatPeriod, period_of, vat_period
from hub.accounting.vat_return import AccountTie, DatedCodes, Effect, Figure, effect, figures, ties
from hub.errors import Conflict, NotFound
from hub.model.finding import asked
from hub.model.money import from_minor
from hub.model.vat_tables import VatTables
from hub.store import tables as t
from hub.store.administrations import Books
from hub.store.vat_lines import Chosen, account_balances, boxed, dated_codes, late_sums, vat_sums


@dataclass(frozen=True, slots=True)
class FiledReturn:
    """A return (`return`), supplement (`supplement`) or OSS return (`oss`) that was filed, and its booking."""

    id: int
    kind: str
    period: VatPeriod
    filed_at: datetime
    actor: str
    lines: int
    digest: str
    entry: str  # MEM 2026/12, or empty where nothing was booked


@dataclass(frozen=True, slots=True)
class Draft:
    """What a return would declare now."""

    period: VatPeriod
    effects: tuple[Effect, ...]
    figures: tuple[Figure, ...]
    along: tuple[LatePeriod, ...]  # earlier periods whose late lines go along
    chosen: tuple[Chosen, ...]  # the VAT lines of it


def filed_returns(connection: Connection, administration_id: int, *kinds: str) -> list[FiledReturn]:
    """Everything of these kinds that was filed, in order of period and instant."""
    r, u, e, j, y = t.vat_return, t.app_user, t.entry, t.journal, t.fiscal_year
    query = (
        select(r, u.c.name.label("actor"), j.c.code.label("journal"), y.c.year, e.c.number)
        .join(u, u.c.id == r.c.actor_id)
        .outerjoin(e, (e.c.administration_id == r.c.administration_id) & (e.c.id == r.c.entry_id))
        .outerjoin(j, (j.c.administration_id == e.c.administration_id) & (j.c.id == e.c.journal_id))
        .outerjoin(y, (y.c.administration_id == e.c.administration_id) & (y.c.id == e.c.fiscal_year_id))
        .where(r.c.administration_id == administration_id, r.c.kind.in_(kinds or ("return", "supplement", "oss")))
        .order_by(r.c.first_day, r.c.last_day, r.c.filed_at, r.c.id)
    )
    return [
        FiledReturn(
            row.id, row.kind, vat_period(row.period), _aware(row.filed_at), row.actor, row.lines, row.digest,
            f"{row.journal} {row.year}/{row.number}" if row.number is not None else "",
        )
        for row in connection.execute(query)
    ]  # fmt: skip


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def figures_of(connection: Connection, administration_id: int, return_ids: Iterable[int]) -> tuple[Figure, ...]:
    """The figures of one filed return, or of several together; a supplement holds what it changed."""
    f = t.vat_figure.c
    summed: dict[str, Figure] = {}
    query = select(f.box, f.base, f.tax, f.declared_base, f.declared_tax)
    mine = (f.administration_id == administration_id) & f.return_id.in_(sorted(return_ids))
    for box, *amounts in connection.execute(query.where(mine).order_by(f.box)):
        old = summed.get(box, Figure(box))
        summed[box] = Figure(
            box,
            old.base + amounts[0],
            old.tax + amounts[1],
            old.declared_base + amounts[2],
            old.declared_tax + amounts[3],
        )
    return tuple(summed.values())


def effects_of(connection: Connection, administration_id: int, codes: DatedCodes, chosen: Chosen) -> list[Effect]:
    """What the chosen lines bring, by code and day of supply."""
    sums = vat_sums(connection, administration_id, chosen)
    return [effect(one, codes.row(one.code, one.supply_date)) for one in sums]


def draft(
    connection: Connection, books: Books, period: VatPeriod, tables: VatTables, along: Sequence[str] = ()
) -> Draft:
    """The return of a period as it would be filed now, with the late lines of the periods named in `along` (or `all`).

    Raises `NotFound` for a period that nothing came late for, and `Conflict` where the net is above the limit.
    """
    codes = dated_codes(connection, books)
    lines = Chosen(period.first, period.last, declared=False, codes=boxed(codes))
    chosen = [lines]
    effects = effects_of(connection, books.id, codes, lines)
    taken = _along(connection, books, codes, period, tables, along)
    for late in taken:
        chosen.append(Chosen(late.period.first, late.period.last, declared=False, codes=boxed(codes)))
        effects += late.effects
    currency = books.snapshot.currency
    return Draft(period, tuple(effects), figures(effects, currency), tuple(taken), tuple(chosen))


def _along(
    connection: Connection, books: Books, codes: DatedCodes, period: VatPeriod, tables: VatTables, names: Sequence[str]
) -> list[LatePeriod]:
    if not names:
        return []
    currency = books.snapshot.currency
    known = {
        one.period.name: one for one in late_periods(connection, books, codes, before=period, length=period.length)
    }
    wanted = sorted(known) if "all" in names else [vat_period(name).name for name in names]
    if missing := [name for name in wanted if name not in known]:
        raise NotFound(asked("HUB-VATR-01", ", ".join(missing)))
    taken = [known[name] for name in wanted]
    for one in taken:
        if not may_go_along(one, tables, currency):
            late, most = str(from_minor(one.net, currency)), str(tables.limit(one.period.last) or 0)
            raise Conflict(asked("HUB-VATR-02", late, most, period=one.period.name, currency=currency))
    net = sum(one.net for one in taken)
    if taken and not within_limit(net, period.last, tables, currency):
        raise Conflict(asked("HUB-VATR-03", str(from_minor(net, currency)), currency=currency))
    return taken


def late_periods(
    connection: Connection,
    books: Books,
    codes: DatedCodes,
    *,
    before: VatPeriod | None = None,
    length: Length | None = None,
) -> list[LatePeriod]:
    """Undeclared lines whose period lies before what was filed last, or before `before`, per original period.

    Periods that were never filed here count too: a return of them may have been filed elsewhere.
    """
    filed = [one.period for one in filed_returns(connection, books.id, "return")]
    last = before.first if before else max((period.last for period in filed), default=None)
    if last is None:
        return []
    until = date.fromordinal(last.toordinal() - 1) if before else last
    chosen = Chosen(None, until, declared=False, codes=boxed(codes))
    sums = [
        LateSum(tax_date, at.date(), count, effect(one, codes.row(one.code, one.supply_date)))
        for tax_date, at, count, one in late_sums(connection, books.id, chosen)
    ]
    usual = length or (filed[-1].length if filed else "quarter")
    return by_period(sums, filed, usual)


def late_of(connection: Connection, books: Books, codes: DatedCodes, period: VatPeriod) -> LatePeriod:
    """What came too late for one period that was filed. Raises `NotFound` when nothing did."""
    for late in late_periods(connection, books, codes):
        if late.period.name == period.name:
            return late
    raise NotFound(asked("HUB-VATR-01", period.name))


def account_ties(connection: Connection, books: Books, period: VatPeriod) -> tuple[AccountTie, ...]:
    """Per VAT account: the ledger against every line that is not declared, in this period and in others."""
    codes = dated_codes(connection, books)
    known = boxed(codes)
    mine = effects_of(connection, books.id, codes, Chosen(period.first, period.last, declared=False, codes=known))
    every = effects_of(connection, books.id, codes, Chosen(declared=False, codes=known))
    accounts = sorted({a for row in codes.all() for a in (row.due_account, row.input_account) if a})
    ledger = account_balances(connection, books, accounts)
    return ties(codes, ledger, mine, [*every, *(_negative(one) for one in mine)])


def _negative(one: Effect) -> Effect:
    return Effect(
        one.box_base, one.box_due, one.box_input, -one.base, -one.due, -one.input, one.due_account, one.input_account
    )


def next_unfiled(connection: Connection, administration_id: int, length: Length, today: date) -> VatPeriod:
    """The period after the last that was filed, else the one before today's."""
    filed = [one.period for one in filed_returns(connection, administration_id, "return")]
    if filed:
        return period_of(date.fromordinal(filed[-1].last.toordinal() + 1), filed[-1].length)
    return period_of(date.fromordinal(period_of(today, length).first.toordinal() - 1), length)
