"""Bank statements through the door, on both engines: booked once, held, refused, and proved by `hub verify`."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.model.result import Result
from hub.reports import entries as entries_module
from hub.reports.entries import entries_json
from hub.reports.messages import show_message
from hub.reports.verify import verify
from tests.books import Books, message_of
from tests.feeds.bank.dump import SAMPLES
from tests.store.test_payments import balance, open_now

OPENING = "C261130EUR1000,00"


def take(books: Books, *files: Path | bytes) -> list[Result]:
    """Files one after the other, each in a commit of its own."""
    return [result for file in files for result in books.process([message_of(file, name="bank.sta")])]


def mt940(amount: str, text: str, *, account: str = "NL92RABO0000104711", closing: str = "") -> bytes:
    """A statement of 1 December 2026 with one line that came in."""
    closing = closing or f"{1000 + int(amount)},00"
    return (
        f":20:X\n:25:{account}\n:28C:335\n:60F:{OPENING}\n:61:2612011201D{amount},00NTRFNONREF//R1\n:86:{text}\n"
        f":62F:C261201EUR{closing}\n"
    ).encode()


def holds(books: Books) -> None:
    """Every invariant."""
    assert [r for r in verify(books.hub.database, books.hub.sources) if not r.ok] == []


def test_statement_pays_the_invoice_that_it_names(books: Books) -> None:
    books.take("01")
    ((number, amount),) = open_now(books).items()
    whole = f"{amount:.2f}".replace(".", ",")
    rest = f"{1000 - amount:.2f}".replace(".", ",").replace("-", "")
    mark = "C" if amount <= 1000 else "D"
    data = (
        f":20:X\n:25:NL92RABO0000104711\n:28C:335\n:60F:{OPENING}\n:61:2612011201D{whole}NTRFNONREF//R1\n:86:/REMI/{number}/\n"
        f":62F:{mark}261201EUR{rest}\n"
    ).encode()
    (result,) = take(books, data)
    assert (result.outcome, len(result.posted)) == ("posted", 1)
    assert open_now(books) == {}
    assert balance(books, "1100") == -amount
    holds(books)


def test_file_of_several_statements_is_booked_once_and_known_again(books: Books) -> None:
    results = take(books, SAMPLES / "everything.xml", SAMPLES / "everything.xml")
    assert [r.outcome for r in results] == ["posted", "posted", "duplicate", "duplicate"]
    assert [len(r.posted) for r in results] == [5, 0, 0, 0]
    assert books.scalar("SELECT COUNT(*) FROM bank_statement") == 2
    holds(books)


def test_gap_is_a_finding_of_the_message_and_stays_with_it(books: Books) -> None:
    first = (SAMPLES / "rabobank-structured.sta").read_bytes()
    later = first.replace(b"261201", b"261208").replace(b"261130", b"261207").replace(b"000001000,00", b"000002000,00")
    later = later.replace(b"000001071,00", b"000002071,00").replace(b"261202", b"261209").replace(b"1201", b"1208")
    take(books, first)
    results = take(books, later)
    assert [[f.code for f in r.booking.findings] for r in results] == [["HUB-BANK-20"], []]
    assert books.scalar("SELECT COUNT(*) FROM finding WHERE code = 'HUB-BANK-20'") == 1
    holds(books)


@pytest.mark.parametrize(
    ("data", "outcome", "code"),
    [
        (mt940("5", "x", closing="995,01"), "refused", "HUB-FEED-01"),
        (mt940("5", "x", account="NL02ABNA0123456789", closing="995,00"), "held", "HUB-BANK-21"),
        (mt940("5", "x", closing="995,00").split(b":62F:")[0], "refused", "HUB-BANK-03"),
        ((SAMPLES / "interim-report.xml").read_bytes(), "refused", "HUB-BANK-06"),
        ((SAMPLES / "notification.xml").read_bytes(), "refused", "HUB-BANK-07"),
    ],
)
def test_what_is_wrong_is_not_booked(books: Books, data: bytes, outcome: str, code: str) -> None:
    (result,) = take(books, data)
    assert (result.outcome, [f.code for f in result.booking.findings if f.fatal]) == (outcome, [code])
    assert books.scalar("SELECT COUNT(*) FROM payment") == 0
    holds(books)


def test_message_shows_the_entries_that_its_movements_booked(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    first, *_, again = take(books, SAMPLES / "everything.xml", SAMPLES / "everything.xml")[:3]
    with books.hub.database.reading() as connection:
        shown = show_message(connection, books.id, first.message.id)
        duplicate = show_message(connection, books.id, again.message.id)
    told = sorted(((e["journal"], e["number"], e["postings"]) for e in entries_json(first)), key=lambda entry: entry[1])
    assert [(e["journal"], e["number"], e["postings"]) for e in shown["entries"]] == told
    assert (len(told), shown["entries_in_all"]) == (5, 5)
    assert (duplicate["entries"], duplicate["entries_in_all"]) == ([], 0)
    monkeypatch.setattr(entries_module, "MOST_OF_MESSAGE", 2)
    with books.hub.database.reading() as connection:
        shown = show_message(connection, books.id, first.message.id)
    assert ([e["number"] for e in shown["entries"]], shown["entries_in_all"]) == ([told[0][1], told[1][1]], 5)
