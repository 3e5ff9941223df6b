"""Bank statements in the books, on both engines: each movement once, whatever format, overlap or order it comes in."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from hub.bootstrap import data_folder
from hub.errors import Conflict, NotFound
from hub.model.bank_statement import BankEntry, BankStatement
from hub.model.mapping import Mapping
from hub.store.administrations import Books as StoreBooks
from hub.store.proposal_states import confirm
from hub.store.statements import RecordedStatement, record_statement, statement_keys
from hub.store.store import now
from tests.books import Books
from tests.store.test_payments import _propose, balance, holds, open_now, take_lines, within

D = Decimal
DAY = date(2026, 11, 20)
OURS = "NL92RABO0000104711"
SUPPLIER = "NL88ABNA0000220815"


def mapping() -> Mapping:
    """The shipped mapping of bank lines."""
    raw = tomllib.loads((data_folder("mappings") / "bank.toml").read_text("utf-8"))
    rules = tuple({k: "|".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in raw["rule"])
    return Mapping("bank", raw["version"], {"accounts": raw["accounts"]}, "mappings/bank.toml", {"rule": rules})


def line(amount: str, text: str = "", **more: Any) -> BankEntry:
    """An entry of DAY."""
    return BankEntry(more.pop("on", DAY), D(amount), description=text, **more)


def statement(opening: str, *entries: BankEntry, number: str = "1", day: date = DAY, **more: Any) -> BankStatement:
    """A statement that adds up."""
    closing = D(opening) + sum((e.amount for e in entries), D(0))
    more.setdefault("format", "camt.053")
    return BankStatement(
        more.pop("account", OURS), "EUR", number, D(opening), closing, entries, more.pop("opening_date", day), day,
        sequence=int(number) if number.isdigit() else 0, **more,
    )  # fmt: skip


def record(books: Books, given: BankStatement) -> RecordedStatement:
    """A statement into the books."""
    books.hub.ids.reserve(statement_keys(given))

    def work(connection: Connection, loaded: StoreBooks) -> RecordedStatement:
        return record_statement(
            connection, books.hub.ids, loaded, given, mapping(), None, "m", books.actor_id, now()
        )  # fmt: skip

    return within(books, work)


def outcomes(done: RecordedStatement) -> list[str]:
    """What became of each movement."""
    return [b.outcome for b in done.movements]


def test_statement_settles_invoices_and_the_bank_account_is_its_closing(books: Books) -> None:
    books.take("01")
    ((number, amount),) = open_now(books).items()
    done = record(books, statement("0.00", line(f"-{amount}", f"factuur {number}"), line("5.00", "geen idee")))
    assert outcomes(done) == ["matched", "suspense"]
    assert open_now(books) == {}
    assert balance(books, "1100") == D("5.00") - amount
    holds(books)


def test_equal_lines_of_one_statement_are_different_movements(books: Books) -> None:
    done = record(books, statement("0.00", line("5.00", "koffie"), line("5.00", "koffie")))
    assert outcomes(done) == ["suspense", "suspense"]
    holds(books)


def test_equal_lines_on_statements_that_follow_each_other_are_different_movements(books: Books) -> None:
    record(books, statement("0.00", line("5.00", "koffie"), page=True))
    again = record(books, statement("5.00", line("5.00", "koffie"), number="2"))
    assert (outcomes(again), again.findings) == (["suspense"], ())
    assert balance(books, "1100") == 10
    holds(books)


def test_the_same_statement_in_another_format_is_known(books: Books) -> None:
    iban = "NL02ABNA0123456789"
    camt = statement(
        "0.00",
        line("5.00", "Factuur 1, met dank", iban=iban, bank_reference="R1"),
        line("5.00", "koffie", bank_reference="R2"),
    )
    record(books, camt)
    mt940 = statement(
        "0.00", line("5.00", "FACTUUR1 MET DANK"), line("5.00", "koffie", bank_reference="Z9"), format="mt940", number="00335/1"
    )  # fmt: skip
    done = record(books, mt940)
    assert outcomes(done) == ["duplicate", "duplicate"]
    assert balance(books, "1100") == 10
    holds(books)


def test_overlapping_statement_adds_only_what_is_new(books: Books) -> None:
    record(books, statement("0.00", line("5.00", "a"), line("5.00", "a")))
    wider = statement("0.00", *[line("5.00", "a")] * 3, line("7.00", "b"), number="9", day=DAY + timedelta(days=1))
    assert outcomes(record(books, wider)) == ["duplicate", "duplicate", "suspense", "suspense"]
    assert balance(books, "1100") == 22
    holds(books)


def test_banks_reference_tells_equal_payments_apart_and_knows_them_again(books: Books) -> None:
    first = line("5.00", "a", bank_reference="R1")
    record(books, statement("0.00", first))
    other = statement("0.00", line("5.00", "a", bank_reference="R2"), first, number="9", day=DAY + timedelta(days=1))
    assert outcomes(record(books, other)) == ["suspense", "duplicate"]
    holds(books)


def test_lines_that_came_by_csv_are_known(books: Books) -> None:
    take_lines(books, "2026-11-20;5,00;;Iemand;koffie")
    assert outcomes(record(books, statement("0.00", line("5.00", "koffie"), line("6.00", "thee")))) == [
        "duplicate",
        "suspense",
    ]
    holds(books)


def test_gap_is_told_and_booked_all_the_same(books: Books) -> None:
    record(books, statement("0.00", line("5.00"), number="335"))
    later = DAY + timedelta(days=4)
    done = record(
        books,
        statement("9.00", line("1.00", on=later), number="338", day=later, opening_date=later - timedelta(days=1)),
    )
    (gap,) = done.findings
    assert (gap.code, gap.severity, gap.found, gap.expected) == ("HUB-BANK-20", "warning", "9.00", "5.00")
    assert dict(gap.details) == {
        "from": "2026-11-21", "to": "2026-11-23", "numbers": "336–337", "difference": "4.00", "number": "338", "earlier": "335",
    }  # fmt: skip
    assert outcomes(done) == ["suspense"]
    between = DAY + timedelta(days=2)
    filled = record(books, statement("5.00", line("4.00", on=between), number="336", day=between))
    assert (outcomes(filled), filled.findings) == (["suspense"], ())
    holds(books)


def test_pages_of_one_day_in_any_order_have_no_gap_once_both_are_there(books: Books) -> None:
    record(books, statement("0.00", line("1.00", "x"), number="1", page=True))
    assert record(books, statement("1.00", line("2.00", "y"), number="2", page=True)).findings == ()
    assert record(books, statement("3.00", line("1.00", "x"), number="3")).findings == ()
    assert balance(books, "1100") == 4
    holds(books)


def test_batch_of_our_own_file_settles_all_its_lines(books: Books) -> None:
    books.take("01", "02")
    owed = sum(open_now(books).values())
    number = _propose(books)
    within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now()))
    batch = books.scalar("SELECT message_id FROM payment_proposal")
    done = record(books, statement("0.00", line(f"-{owed}", "batch", batch=batch, batch_count=2)))
    assert outcomes(done) == ["matched"]
    assert open_now(books) == {}
    holds(books)


def test_returned_transfer_opens_again_what_it_paid_once(books: Books) -> None:
    books.take("01")
    ((number, amount),) = open_now(books).items()
    paid = line(f"-{amount}", number, end_to_end_id="E2E-1", iban=SUPPLIER)
    back = line(f"{amount}", "", end_to_end_id="E2E-1", return_reason="AC04")
    done = record(books, statement("0.00", back, paid))
    assert outcomes(done) == ["matched", "matched"]
    decision = done.movements[0].matching.certain.decision  # type: ignore[union-attr]
    assert (decision.why, decision.value) == ("match_returned", number)
    assert open_now(books) == {number: amount}
    assert balance(books, "1100") == 0
    again = record(
        books, statement("0.00", line(f"{amount}", "nogmaals", end_to_end_id="E2E-1", return_reason="AC04"), number="2")
    )
    assert outcomes(again) == ["suspense"]
    assert open_now(books) == {number: amount}
    holds(books)


def test_returned_line_of_a_batch_opens_again_what_it_paid(books: Books) -> None:
    books.take("01", "02")
    before = open_now(books)
    number = _propose(books)
    within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now(), in_transit=True))
    assert open_now(books) == {}
    batch = books.scalar("SELECT message_id FROM payment_proposal")
    key, amount = books.rows("SELECT end_to_end_id, amount FROM payment_line ORDER BY position")[0]
    back = line(str(D(amount) / 100), "", end_to_end_id=key, return_reason="MS03")
    done = record(books, statement("0.00", line(f"-{sum(before.values())}", "", batch=batch), back))
    assert outcomes(done) == ["matched", "matched"]
    assert sum(open_now(books).values()) == D(amount) / 100
    holds(books)


def test_return_never_pays_an_invoice_of_the_same_amount(books: Books) -> None:
    books.take("01")
    ((number, amount),) = open_now(books).items()
    done = record(books, statement("0.00", line(f"-{amount}", number, iban=SUPPLIER, reversal=True)))
    assert outcomes(done) == ["on_account"]
    assert open_now(books)[number] == amount
    holds(books)


def test_charges_interest_and_own_transfers_get_their_account_by_rule(books: Books) -> None:
    done = record(books, statement(
        "0.00", line("-3.50", "Kosten betalingsverkeer oktober"), line("-1.00", code="PMNT/MDOP/CHRG"), line("2.00", code="NINT"),
        line("-100.00", "naar spaarpot", iban="NL91RABO0990000011"),
    ))  # fmt: skip
    assert outcomes(done) == ["matched"] * 4
    assert [balance(books, a) for a in ("4640", "9000", "1190")] == [D("4.50"), D("-2.00"), D("100.00")]
    holds(books)


def test_entries_of_nothing_are_left_out(books: Books) -> None:
    assert outcomes(record(books, statement("0.00", line("0.00", "informatie"), line("1.00")))) == ["suspense"]
    holds(books)


@pytest.mark.parametrize("account", ["0000104711", "104711", "NL92 RABO 0000 1047 11", "1100"])
def test_our_account_is_known_without_its_iban_too(books: Books, account: str) -> None:
    assert outcomes(record(books, statement("0.00", line("1.00"), account=account))) == ["suspense"]


def test_what_is_not_ours_or_does_not_add_up_is_not_recorded(books: Books) -> None:
    with pytest.raises(NotFound):
        record(books, statement("0.00", line("1.00"), account="NL02ABNA0123456789"))
    wrong = BankStatement(OURS, "EUR", "1", D(0), D(2), (line("1.00"),), DAY, DAY)
    with pytest.raises(Conflict):
        record(books, wrong)
    assert books.scalar("SELECT COUNT(*) FROM payment") == 0
