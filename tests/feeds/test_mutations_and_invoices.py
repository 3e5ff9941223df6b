"""Mutations and invoices as tables, through the pipeline on both engines: entries, open items, repetitions, faults beside each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hub.reports.verify import verify
from tests.books import Books, message_of

SAMPLES = Path(__file__).parents[1] / "connectors"
MUTATIONS = b"""source;number;date;account;debit;credit
erp;1;2026-03-02;cost of sales;10.00;
erp;1;2026-03-02;stock;;10.00
erp;2;2026-03-02;cost of sales;5.00;
erp;2;2026-03-02;stock;;4.00
erp;3;2026-03-02;cost of sales;7.00;
erp;3;2026-03-02;stock;;7.00
"""


def balance(books: Books, account: str) -> int:
    query = """SELECT COALESCE(SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END), 0)
               FROM posting p JOIN account a ON a.id = p.account_id AND a.administration_id = p.administration_id WHERE a.code = :c"""
    return int(books.scalar(query, c=account))


def all_hold(books: Books) -> None:
    assert [(c.check, c.failures) for c in verify(books.hub.database, books.hub.sources) if not c.ok] == []


def test_each_mutation_is_booked_for_itself_and_once(books: Books) -> None:
    first = books.process([message_of(MUTATIONS)])
    assert [r.outcome for r in first] == ["posted", "refused", "posted"]
    again = books.process([message_of(MUTATIONS)])
    assert [r.outcome for r in again] == ["duplicate", "refused", "duplicate"]
    assert (balance(books, "7000"), balance(books, "3000")) == (1700, -1700)
    all_hold(books)


def test_a_mutation_with_other_contents_is_a_conflict(books: Books) -> None:
    books.process([message_of(MUTATIONS)])
    other = books.process([message_of(MUTATIONS.replace(b"7.00", b"8.00"))])
    assert [r.outcome for r in other] == ["duplicate", "refused", "conflict"]
    assert balance(books, "7000") == 1700
    all_hold(books)


def test_every_sample_of_other_administrations_is_booked_and_verified(books: Books) -> None:
    for name in ("erp.json", "logistics.csv", "crm.csv", "hrm.csv", "projects.csv", "service.json"):
        results = books.process([message_of(SAMPLES / "mutations" / "samples" / name)])
        assert {r.outcome for r in results} == {"posted"}, name
    all_hold(books)


def test_invoices_of_a_table_open_items_of_known_relations(books: Books) -> None:
    results = books.process([message_of(SAMPLES / "sales_csv" / "samples" / "wholesale.csv")])
    assert [r.outcome for r in results] == ["posted", "posted"]
    assert books.rows("SELECT name FROM relation WHERE name LIKE 'Caf%'") == [("Café de Brug B.V.",)]
    items = books.rows("SELECT number, side FROM open_item ORDER BY number")
    assert items == [("V-2026-0101", "receivable"), ("V-2026-0102", "receivable")]
    assert balance(books, "1300") == 57650 - 6050
    again = books.process([message_of(SAMPLES / "sales_csv" / "samples" / "wholesale.csv")])
    assert [r.outcome for r in again] == ["duplicate", "duplicate"]
    all_hold(books)


def test_invoices_of_an_interchange_are_booked_once(books: Books) -> None:
    file = (SAMPLES / "edifact" / "samples" / "wholesale.edi").read_bytes()
    results = books.process([message_of(file)])
    assert [r.outcome for r in results] == ["posted", "posted"]
    assert (balance(books, "1600"), balance(books, "1520")) == (-49225 + 2420, 5325 - 420)
    codes = [f.code for r in results for f in r.booking.findings]
    assert codes == ["HUB-EDI-12"]  # the credit note finds its invoice
    again = books.process([message_of(file.replace(b"REF7", b"REF8"))])
    assert [r.outcome for r in again] == ["duplicate", "duplicate"]
    other = books.process([message_of(file.replace(b"MOA+8:25.00", b"MOA+8:26.00"))])
    assert [r.outcome for r in other] == ["refused", "duplicate"]
    all_hold(books)


def test_wrong_invoices_of_a_table_stop_no_right_one(books: Books) -> None:
    right = b"W-0;2026-03-02;factuur;A;27364758;00260412;100,00;21;21,00;121,00\n"
    head, _, rest = (SAMPLES / "sales_csv" / "samples" / "wrong.csv").read_bytes().partition(b"\n")
    results = books.process([message_of(head + b"\n" + rest + right)])
    assert [r.outcome for r in results] == ["refused"] * 7 + ["held", "refused", "posted"]
    assert balance(books, "1300") == 12100
    all_hold(books)


def test_which_side_is_ours_may_be_said_when_it_is_handed_in(books: Books) -> None:
    table = b"number;date;buyer_name;buyer_kvk;net;vat_rate;vat;total\n7;2026-03-02;Bakker;30112233;100;21;21;121\n"
    results = books.process([replace(message_of(table), wished="sales")])
    assert [(r.outcome, r.booking.direction) for r in results] == [("posted", "sales")]
    all_hold(books)
