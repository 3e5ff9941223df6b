"""Payments in the books, on both engines: each once, matched where certain, undone by reversal, never a cent twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pytest
from lxml import etree
from sqlalchemy import Connection, insert

from hub.accounting.bank_accounts import bank_account
from hub.errors import Conflict, NotFound
from hub.model.settlement import Allocation, OpenItem
from hub.reports.verify import verify
from hub.store import tables as t
from hub.store.administrations import Books as StoreBooks
from hub.store.administrations import load_books
from hub.store.credit_matches import settle_credit_notes
from hub.store.mandates import add_mandate, collect, list_mandates, revoke_mandate
from hub.store.matches import accept, proposals, reject, settle_certain
from hub.store.open_index import open_index
from hub.store.payment_files import movements_of
from hub.store.payments import BookedMovement, record_movements, record_settlement
from hub.store.proposal_states import confirm, discard, export, remove_line
from hub.store.proposals import propose
from hub.store.settling_items import settling_items
from hub.store.store import now
from hub.store.unmatching import unmatch
from tests.books import Books

DAY = date(2026, 11, 20)
T = TypeVar("T")
SUPPLIER = "NL88ABNA0000220815"  # of the demo's documents 01 and 03


def within(books: Books, work: Callable[[Connection, StoreBooks], T]) -> T:
    """Some work in a transaction of its own."""
    books.hub.ids.reserve(500)
    with books.hub.database.transaction() as connection:
        return work(connection, load_books(connection, ["demo"])["demo"])


def take_lines(books: Books, *lines: str, head: str = "date;amount;iban;name;description") -> list[BookedMovement]:
    """Bank lines through the CSV door."""
    data = "\n".join([head, *lines]).encode()

    def work(connection: Connection, loaded: StoreBooks) -> list[BookedMovement]:
        movements, findings = movements_of(data, "bank.csv", loaded.snapshot)
        assert findings == []
        return record_movements(connection, books.hub.ids, loaded, movements, books.actor_id, now())

    return within(books, work)


def open_now(books: Books) -> dict[str, Decimal]:
    """What is open by number; the part behind it where it is a G-part."""
    with books.hub.database.reading() as connection:
        items = settling_items(connection, books.id, _ids(connection, books))
    return {i.number + (" g" if i.part == "g_account" else ""): i.outstanding.amount for i in items.values()}


def _ids(connection: Connection, books: Books) -> list[int]:
    return [key for keys in open_index(connection, books.id).by_relation.values() for key in keys]


def balance(books: Books, account: str) -> Decimal:
    """Debit less credit, in base."""
    query = """SELECT COALESCE(SUM(CASE WHEN p.side = 'debit' THEN p.base_amount ELSE -p.base_amount END), 0)
        FROM posting p JOIN account a ON a.id = p.account_id WHERE a.code = :c AND a.administration_id = :a"""
    return Decimal(int(books.scalar(query, c=account, a=books.id))) / 100


def holds(books: Books) -> None:
    """Every invariant, those of the report on other people's work included."""
    assert [r for r in verify(books.hub.database, books.hub.sources) if not r.ok] == []


def test_line_settles_what_it_names_and_a_second_time_it_is_a_duplicate(books: Books) -> None:
    books.take("01")
    (number, amount) = next(iter(open_now(books).items()))
    line = f"2026-11-20;-{amount};;Gouden Klem;{number}"
    assert [done.outcome for done in take_lines(books, line)] == ["matched"]
    assert [done.outcome for done in take_lines(books, line)] == ["duplicate"]
    assert open_now(books) == {}
    assert balance(books, "1100") == -amount
    holds(books)


def test_equal_lines_in_one_file_are_different_movements(books: Books) -> None:
    books.take("01")
    line = "2026-11-20;5,00;;Iemand;geen idee"
    assert [d.outcome for d in take_lines(books, line, line)] == ["suspense", "suspense"]
    assert [d.outcome for d in take_lines(books, line, line, line)] == ["duplicate", "duplicate", "suspense"]
    assert balance(books, "1990") == -15


def test_line_with_the_banks_own_id_is_known_by_it(books: Books) -> None:
    head = "date;amount;description;transaction_id"
    assert [d.outcome for d in take_lines(books, "2026-11-20;5;a;T1", head=head)] == ["suspense"]
    again = take_lines(books, "2026-11-20;5;written otherwise;T1", "2026-11-20;5;b;T2", head=head)
    assert [d.outcome for d in again] == ["duplicate", "suspense"]


def test_two_lines_of_one_file_share_an_invoice(books: Books) -> None:
    books.take("01")
    (number, amount) = next(iter(open_now(books).items()))
    take_lines(books, f"2026-11-19;-100,00;;x;{number}", f"2026-11-20;-{amount - 100};;x;{number}")
    assert open_now(books) == {}
    holds(books)


def test_too_much_goes_on_account_of_the_relation_and_is_matched_when_its_invoice_comes(books: Books) -> None:
    books.take("01")
    (number, amount) = next(iter(open_now(books).items()))
    take_lines(books, f"2026-11-20;-{amount + 50};{SUPPLIER};x;{number}")
    assert list(open_now(books).values()) == [Decimal("-50.00")]
    holds(books)


def _proposals(books: Books) -> list[Any]:
    with books.hub.database.reading() as connection:
        loaded = load_books(connection, ["demo"])["demo"]
        return list(proposals(connection, loaded))


def test_proposal_is_accepted_from_the_suspense_account(books: Books) -> None:
    books.take("01")
    (number, amount) = next(iter(open_now(books).items()))
    take_lines(books, f"2026-11-20;-{amount};;Onbekend;niets")
    assert balance(books, "1990") == amount
    ((_, made),) = _proposals(books)
    assert made[0].match.decision.why == "propose_same_amount"
    posted, chosen, items = within(
        books, lambda c, b: accept(c, books.hub.ids, b, made[0].key, "gebeld", books.actor_id, now())
    )
    assert posted.journal == "MEM"
    assert [items[i].number for i in chosen.match.items] == [number]
    assert balance(books, "1990") == 0
    assert open_now(books) == {}
    holds(books)
    with pytest.raises(NotFound, match="HUB-ASK-30"):
        within(books, lambda c, b: accept(c, books.hub.ids, b, made[0].key, "", books.actor_id, now()))


def test_refused_proposal_is_not_made_again(books: Books) -> None:
    books.take("01")
    amount = next(iter(open_now(books).values()))
    take_lines(books, f"2026-11-20;-{amount};;Onbekend;niets")
    ((_, made),) = _proposals(books)
    within(books, lambda c, b: reject(c, books.hub.ids, b, made[0].key, "nee", books.actor_id, now()))
    ((_, left),) = _proposals(books)
    assert made[0].key not in {p.key for p in left}


def _at_once(count: int, work: Callable[[int], None]) -> list[Exception]:
    failures: list[Exception] = []

    def run(n: int) -> None:
        try:
            work(n)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_two_at_once_cannot_accept_the_same_money(books: Books) -> None:
    books.take("01")
    amount = next(iter(open_now(books).values()))
    take_lines(books, f"2026-11-20;-{amount};;Onbekend;niets")
    ((_, made),) = _proposals(books)
    failures = _at_once(
        4, lambda _: within(books, lambda c, b: accept(c, books.hub.ids, b, made[0].key, "", books.actor_id, now())) and None
    )  # fmt: skip
    assert len(failures) == 3
    assert all(isinstance(f, NotFound | Conflict) for f in failures), failures
    assert balance(books, "1990") == 0
    holds(books)


def test_two_payments_at_once_cannot_settle_the_same_cent(books: Books) -> None:
    books.take("01")
    amount = next(iter(open_now(books).values()))
    take_lines(books, f"2026-11-20;-{amount};;A;niets", f"2026-11-20;-{amount};;B;niets")
    keys = [made[0].key for _, made in _proposals(books)]
    assert len(keys) == 2
    failures = _at_once(
        2, lambda n: within(books, lambda c, b: accept(c, books.hub.ids, b, keys[n], "", books.actor_id, now())) and None
    )  # fmt: skip
    assert len(failures) == 1
    assert isinstance(failures[0], Conflict)
    assert open_now(books) == {}
    assert balance(books, "1990") == amount
    holds(books)


def test_undone_match_leaves_the_bank_line_and_is_not_made_again_by_machine(books: Books) -> None:
    books.take("01")
    (number, amount) = next(iter(open_now(books).items()))
    (done,) = take_lines(books, f"2026-11-20;-{amount};{SUPPLIER};x;{number}")
    assert done.posted is not None
    at = done.posted
    undone = within(
        books,
        lambda c, b: unmatch(c, books.hub.ids, b, at.journal, 2026, at.number, DAY, "verkeerd", books.actor_id, now()),
    )
    assert undone.again is not None
    assert balance(books, "1100") == -amount
    assert sorted(open_now(books).values()) == [-amount, amount]
    assert within(books, lambda c, b: settle_certain(c, books.hub.ids, b, books.actor_id, now())) == []
    holds(books)
    ((_, made),) = _proposals(books)
    assert made[0].key
    within(books, lambda c, b: accept(c, books.hub.ids, b, made[0].key, "toch wel", books.actor_id, now()))
    assert open_now(books) == {}
    holds(books)


def test_credit_note_is_matched_with_the_invoice_it_names(books: Books) -> None:
    books.take("01", "03")
    before = sum(open_now(books).values())
    done = within(books, lambda c, b: settle_credit_notes(c, books.hub.ids, b, books.actor_id, now()))
    assert len(done) == 1
    assert list(open_now(books).values()) == [before]
    assert within(books, lambda c, b: settle_credit_notes(c, books.hub.ids, b, books.actor_id, now())) == []
    holds(books)


def test_dollar_invoice_paid_in_two_parts_leaves_nothing_in_base(books: Books) -> None:
    books.take("08")
    items = _items(books)
    dollar = next(i for i in items if i.outstanding.currency == "USD")
    half = Allocation(dollar.id, Decimal("333.33"), paid=Decimal("-301.11"))
    _pay(books, half)
    rest = next(i for i in _items(books) if i.id == dollar.id).outstanding.amount
    _pay(books, Allocation(dollar.id, rest, paid=Decimal("-1000.00")))
    assert dollar.number not in open_now(books)
    assert balance(books, "1100") == Decimal("-1301.11")
    holds(books)


def _items(books: Books) -> list[OpenItem]:
    with books.hub.database.reading() as connection:
        return list(settling_items(connection, books.id, _ids(connection, books)).values())


def _pay(books: Books, allocation: Allocation) -> None:
    from hub.model.money import Money
    from hub.model.movement import Movement
    from hub.model.payment import Payment
    from hub.model.settlement import Settlement
    from hub.store.payments import record_by_hand

    money = Payment(DAY, Money(allocation.paid or allocation.amount, "EUR"), "1100", "BNK")
    movement = Movement(money, f"hand:{allocation}")
    settled = Settlement(money, (allocation,))
    within(books, lambda c, b: record_by_hand(c, books.hub.ids, b, movement, settled, "", books.actor_id, now()))


def _propose(books: Books) -> int:
    own = bank_account(load(books).snapshot)
    until = date(2026, 12, 31)
    return within(
        books, lambda c, b: propose(c, books.hub.ids, b, own, DAY, until, books.actor_id, now())
    ).number  # fmt: skip


def load(books: Books) -> StoreBooks:
    """The books as the store has them."""
    with books.hub.database.reading() as connection:
        return load_books(connection, ["demo"])["demo"]


def test_payment_file_settles_when_the_bank_answers_line_by_line(books: Books) -> None:
    books.take("01", "03", "10")
    number = _propose(books)
    assert within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now())) is None
    made = within(books, lambda c, b: export(c, books.hub.ids, b, number, books.actor_id, now()))
    again = within(books, lambda c, b: export(c, books.hub.ids, b, number, books.actor_id, now()))
    assert again.data == made.data
    root = etree.fromstring(made.data)
    ids = [e.text for e in root.iter("{*}EndToEndId")]
    amounts = [e.text for e in root.iter("{*}InstdAmt")]
    assert balance(books, "1100") == 0
    lines = [f"2026-11-21;-{a};;x;;{i}" for i, a in zip(ids, amounts, strict=True)]
    head = "date;amount;iban;name;description;end_to_end_id"
    assert {d.outcome for d in take_lines(books, *lines, head=head)} == {"matched"}
    assert open_now(books) == {}
    assert balance(books, "1100") == -made.total
    assert [d.outcome for d in take_lines(books, *lines, head=head)] == ["duplicate"] * len(lines)
    holds(books)


def test_batch_total_clears_payments_in_transit(books: Books) -> None:
    books.take("01", "10")
    number = _propose(books)
    within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now(), in_transit=True))
    assert open_now(books) == {}
    made = within(books, lambda c, b: export(c, books.hub.ids, b, number, books.actor_id, now()))
    assert balance(books, "1620") == -made.total
    message_id = etree.fromstring(made.data).findtext(".//{*}MsgId")
    assert [d.outcome for d in take_lines(books, f"2026-11-21;-{made.total};;bank;{message_id}")] == ["matched"]
    assert balance(books, "1620") == 0
    holds(books)


def test_item_is_in_one_proposal_at_a_time(books: Books) -> None:
    books.take("01")
    number = _propose(books)
    assert _propose(books) == 0
    within(books, lambda c, b: discard(c, books.hub.ids, b, number, "fout", books.actor_id, now()))
    assert _propose(books) > number
    holds(books)


def test_database_refuses_an_item_in_two_proposals(books: Books) -> None:
    books.take("01", "02")
    _propose(books)
    row = books.rows("SELECT line_id, open_item_id FROM payment_line_item ORDER BY line_id")
    values = {
        "administration_id": books.id,
        "line_id": row[0][0],
        "open_item_id": row[-1][1],
        "amount": 1,
        "discount": 0,
        "active": True,
    }
    with pytest.raises(Exception, match=r"(?i)unique"):
        within(books, lambda c, b: c.execute(insert(t.payment_line_item).values(values)))


def test_confirming_is_refused_when_something_was_paid_since(books: Books) -> None:
    books.take("01")
    number = _propose(books)
    invoice = next(iter(open_now(books)))
    take_lines(books, f"2026-11-20;-10,00;;x;{invoice}")
    with pytest.raises(Conflict, match="no longer holds"):
        within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now()))
    within(books, lambda c, b: remove_line(c, books.hub.ids, b, number, 1, "betaald", books.actor_id, now()))
    with pytest.raises(Conflict, match="HUB-ASK-41"):
        within(books, lambda c, b: confirm(c, books.hub.ids, b, number, books.actor_id, now()))
    with pytest.raises(Conflict, match="HUB-ASK-42"):
        within(books, lambda c, b: export(c, books.hub.ids, b, number, books.actor_id, now()))
    holds(books)


def test_collection_goes_first_then_recurs_and_stops_when_revoked(books: Books, tmp_path: Path) -> None:
    books.take("36")
    item = next(i for i in _items(books) if i.side == "receivable")
    mandate = ("M-1", "CORE", date(2026, 1, 5), "NL91ABNA0417164300", "")
    within(books, lambda c, b: add_mandate(c, books.hub.ids, b, item.relation, *mandate, books.actor_id, now()))
    with pytest.raises(Conflict, match="M-1"):
        within(books, lambda c, b: add_mandate(c, books.hub.ids, b, item.relation, *mandate, books.actor_id, now()))
    own = bank_account(load(books).snapshot)
    made = within(books, lambda c, b: collect(c, books.hub.ids, b, own, DAY, date(2026, 12, 31), books.actor_id, now()))
    assert [line.amount for line in made.lines] == [item.outstanding.amount]
    assert _sequence(books) == "FRST"
    within(books, lambda c, b: confirm(c, books.hub.ids, b, made.number, books.actor_id, now()))
    exported = within(books, lambda c, b: export(c, books.hub.ids, b, made.number, books.actor_id, now()))
    assert etree.fromstring(exported.data).findtext(".//{*}SeqTp") == "FRST"
    assert _sequence(books) == "RCUR"
    end_to_end = etree.fromstring(exported.data).findtext(".//{*}EndToEndId")
    (done,) = take_lines(books, f"2026-11-21;{exported.total};;x;{end_to_end}")
    assert done.outcome == "matched"
    within(books, lambda c, b: revoke_mandate(c, books.hub.ids, b, "M-1", "opgezegd", books.actor_id, now()))
    again = within(
        books, lambda c, b: collect(c, books.hub.ids, b, own, DAY, date(2026, 12, 31), books.actor_id, now())
    )
    assert again.lines == ()
    holds(books)


def _sequence(books: Books) -> str:
    with books.hub.database.reading() as connection:
        return str(list_mandates(connection, books.id)[0]["sequence"])


def test_settlement_without_money_is_undone_by_reversal(books: Books) -> None:
    from hub.accounting.credit_notes import set_off

    books.take("01", "03")
    before = open_now(books)
    settled = set_off(_items(books))
    posted = within(books, lambda c, b: record_settlement(c, books.hub.ids, b, settled, DAY, "", books.actor_id, now()))
    assert len(open_now(books)) == 1
    within(
        books,
        lambda c, b: unmatch(c, books.hub.ids, b, "MEM", 2026, posted.number, DAY, "toch niet", books.actor_id, now()),
    )
    assert open_now(books) == before
    holds(books)
