"""The VAT return on paper: every box, every line behind a box, the tie to the ledger, what came late, what was filed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from hub.accounting.vat_late import LatePeriod, may_go_along
from hub.accounting.vat_period import VatPeriod
from hub.accounting.vat_pro_rata import pro_rata
from hub.accounting.vat_return import BOXES, DatedCodes, Figure, effect, figures
from hub.errors import NotFound
from hub.model.finding import asked
from hub.model.vat_tables import VatTables
from hub.reports.selection import text_of
from hub.store.administrations import Books
from hub.store.vat_lines import Chosen, boxed, dated_codes, line_sum, vat_rows, vat_sums
from hub.store.vat_returns import (
    FiledReturn,
    account_ties,
    draft,
    effects_of,
    figures_of,
    filed_returns,
    late_periods,
)

Json = dict[str, Any]


def vat_return(
    connection: Connection, books: Books, period: VatPeriod, tables: VatTables, along: Sequence[str] = ()
) -> list[Json]:
    """A row per box: as filed when the period was filed, else as it would be filed now.

    A period that was filed in other pieces (a year of four quarters) is shown by tax date, whatever was declared when.
    """
    filed = filed_of(connection, books.id, period)
    currency = books.snapshot.currency
    if filed is not None:
        known = {one.box: one for one in figures_of(connection, books.id, [filed.id])}
        return [box_row(known.get(box, Figure(box)), currency) for box in BOXES]
    if _pieces(connection, books.id, period):
        codes = dated_codes(connection, books)
        every = effects_of(connection, books.id, codes, Chosen(period.first, period.last, codes=boxed(codes)))
        return [box_row(one, currency) for one in figures(every, currency)]
    return [box_row(one, currency) for one in draft(connection, books, period, tables, along).figures]


def box_row(one: Figure, currency: str) -> Json:
    """A figure as the contract shows it; declared amounts are whole."""
    return {
        "box": one.box,
        "base": text_of(one.base, currency),
        "tax": text_of(one.tax, currency),
        "declared_base": _whole(one.declared_base, currency),
        "declared_tax": _whole(one.declared_tax, currency),
    }


def _whole(minor: int, currency: str) -> str:
    return text_of(minor, currency).split(".")[0]


def filed_of(connection: Connection, administration_id: int, period: VatPeriod) -> FiledReturn | None:
    """The return of exactly this period, when it was filed."""
    found = (f for f in filed_returns(connection, administration_id, "return") if f.period == period)
    return next(found, None)


def _pieces(connection: Connection, administration_id: int, period: VatPeriod) -> bool:
    return any(
        f.period.first <= period.last and period.first <= f.period.last
        for f in filed_returns(connection, administration_id, "return")
    )


def state_of(connection: Connection, books: Books, period: VatPeriod) -> Json:
    """Whether a period was filed, its supplements, and how much came late since."""
    filed = filed_of(connection, books.id, period)
    supplements = [f for f in filed_returns(connection, books.id, "supplement") if f.period == period]
    late = [one for one in late_periods(connection, books, dated_codes(connection, books)) if one.period == period]
    return {
        "period": period.name,
        "filed_at": str(filed.filed_at.date()) if filed else None,
        "entry": filed.entry if filed else None,
        "supplements": len(supplements),
        "late_lines": sum(one.lines for one in late) if filed else 0,
    }


def details(
    connection: Connection, books: Books, period: VatPeriod, tables: VatTables, *, box: str = "", along: Sequence[str] = ()
) -> Iterator[Json]:  # fmt: skip
    """Every VAT line behind the boxes (or one of them): its entry, document and relation, base and tax.

    Summed per box they are the exact figures. Raises `NotFound` for what is no box.
    """
    if box and box not in BOXES:
        raise NotFound(asked("HUB-VATR-06", box, ", ".join(BOXES)))
    codes = dated_codes(connection, books)
    for chosen in _behind(connection, books, codes, period, tables, along):
        for row in vat_rows(connection, books.id, chosen):
            for one in _of_line(row, codes):
                if not box or box in (one["box"], *_sums_of(one)):
                    yield _with_text(one, row, books.snapshot.currency)


def _behind(
    connection: Connection, books: Books, codes: DatedCodes, period: VatPeriod, tables: VatTables, along: Sequence[str]
) -> tuple[Chosen, ...]:
    filed = filed_of(connection, books.id, period)
    if filed is not None:
        return (Chosen(returns=(filed.id,)),)
    if _pieces(connection, books.id, period):
        return (Chosen(period.first, period.last, codes=boxed(codes)),)
    return draft(connection, books, period, tables, along).chosen


def _of_line(row: Any, codes: DatedCodes) -> Iterator[Json]:
    """A line once for each box that has it: turnover and tax due together, input tax apart."""
    one = effect(line_sum(row), codes.row(row.code, row.supply_date))
    supply = one.box_base or one.box_due
    if supply:
        yield {"box": supply, "base": one.base, "tax": one.due if one.box_due else 0}
    if one.box_input:
        yield {"box": one.box_input, "base": 0, "tax": one.input}


def _sums_of(one: Json) -> tuple[str, ...]:
    """The totals that a line of a box goes into."""
    return ("5c", "5g") if one["box"] == "5b" else ("5a", "5c", "5g")


def _shown(row: Any, currency: str) -> Json:
    one = row._mapping
    return {
        "journal": one["journal"], "number": one["number"], "year": one["year"], "date": str(one["booking_date"]),
        "tax_date": str(one["tax_date"]), "supply_date": str(one["supply_date"]), "document": one["document"],
        "relation": one["relation"], "relation_name": one["relation_name"], "code": one["code"],
        "non_deductible": text_of(one["non_deductible_in_base"], currency), "reverse_charge": bool(one["reverse_charge"]),
        "message_id": one["message_uid"], "description": one["description"], "entry_id": one["entry_id"], "line": one["line"],
    }  # fmt: skip


def _with_text(one: Json, row: Any, currency: str) -> Json:
    return {
        "box": one["box"], "base": text_of(one["base"], currency), "tax": text_of(one["tax"], currency), **_shown(row, currency)
    }  # fmt: skip


def tie_rows(connection: Connection, books: Books, period: VatPeriod) -> list[Json]:
    """Per VAT account: the ledger's balance, what is in this return and in others, and what is in none."""
    currency = books.snapshot.currency
    names = {account.code: account.name for account in books.snapshot.accounts.values()}
    return [
        {
            "account": tie.account,
            "name": names.get(tie.account, ""),
            "ledger": text_of(tie.ledger, currency),
            "this_return": text_of(tie.this_return, currency),
            "other_periods": text_of(tie.other_periods, currency),
            "difference": text_of(tie.difference, currency),
        }
        for tie in account_ties(connection, books, period)
    ]


def late_rows(connection: Connection, books: Books, tables: VatTables) -> list[Json]:
    """What came too late, per original period, with the limit and what may be done."""
    currency = books.snapshot.currency
    found = late_periods(connection, books, dated_codes(connection, books))
    return [_late_row(one, tables, currency) for one in found]


def _late_row(one: LatePeriod, tables: VatTables, currency: str) -> Json:
    limit, deadline = tables.limit(one.period.last), tables.deadline(one.found_on)
    return {
        "period": one.period.name,
        "filed": one.filed,
        "lines": one.lines,
        "due": text_of(one.due, currency),
        "input": text_of(one.input, currency),
        "net": text_of(one.net, currency),
        "limit": None if limit is None else str(limit),
        "may_go_along": may_go_along(one, tables, currency),
        "found_on": str(one.found_on),
        "deadline": None if deadline is None else str(deadline),
    }


def late_details(connection: Connection, books: Books) -> Iterator[Json]:
    """Every line that came too late, with its entry."""
    codes = dated_codes(connection, books)
    for late in late_periods(connection, books, codes):
        chosen = Chosen(late.period.first, late.period.last, declared=False, codes=boxed(codes))
        for row in vat_rows(connection, books.id, chosen):
            for one in _of_line(row, codes):
                yield {"period": late.period.name, **_with_text(one, row, books.snapshot.currency)}


def pro_rata_rows(connection: Connection, books: Books, year: VatPeriod) -> list[Json]:
    """What the turnover of a year allows to deduct, against what was deducted; a row per figure."""
    codes, currency = dated_codes(connection, books), books.snapshot.currency
    sums = vat_sums(connection, books.id, Chosen(year.first, year.last))
    found = pro_rata(sums, codes, books.snapshot.deduction_percentage)
    amounts = {
        "taxed": found.taxed, "exempt": found.exempt, "input_vat": found.input_vat, "deducted": found.deducted,
        "allowed": found.allowed, "correction": found.correction,
    }  # fmt: skip
    return [
        {"what": "applied", "value": str(found.applied)},
        {"what": "percentage", "value": str(found.percentage)},
        *({"what": what, "value": text_of(amount, currency)} for what, amount in amounts.items()),
    ]


def filed_rows(connection: Connection, books: Books) -> list[Json]:
    """Everything that was filed, with what it came to."""
    made = []
    for one in filed_returns(connection, books.id, "return", "supplement"):
        known = {f.box: f for f in figures_of(connection, books.id, [one.id])}
        total = known.get("5g", Figure("5g"))
        made.append({**filed_row(one), "exact": text_of(total.tax, books.snapshot.currency),
                     "declared": _whole(total.declared_tax, books.snapshot.currency)})  # fmt: skip
    return made


def filed_row(one: FiledReturn) -> Json:
    """A filed return."""
    return {
        "period": one.period.name, "kind": one.kind, "filed_at": one.filed_at.isoformat().replace("+00:00", "Z"),
        "actor": one.actor, "lines": one.lines, "entry": one.entry, "digest": one.digest,
    }  # fmt: skip
