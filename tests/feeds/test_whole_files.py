"""`settings.commit = "whole"`: a file of several documents is booked with all of them or with none, whatever they are."""

from __future__ import annotations

from pathlib import Path

from hub.store.held import refuse
from hub.store.store import now
from hub.store.waiting_mappings import can_go_on, waiting_words
from tests.books import Books, message_of
from tests.feeds.test_files_of_several import all_hold

HEAD = b"factuurnummer;factuurdatum;klant;klant_kvk;leverancier_kvk;omschrijving;netto;btw%;btw;totaal\n"
ROW = "V-{n};02-03-2026;Caf\u00e9 {n} B.V.;{kvk};00260412;Koffie;100,00;9;9,00;{total}\n"
RIGHT, WRONG = "109,00", "110,00"


def invoices(*totals: str) -> bytes:
    rows = (ROW.format(n=n, kvk=27364758 + n, total=total) for n, total in enumerate(totals, 1))
    return HEAD + "".join(rows).encode()


def commit(books: Books, source: str, how: str, more: str = "") -> None:
    path = Path(books.hub.settings.home) / "mappings" / f"{source}.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'settings.commit = "{how}"\n{more}', "utf-8")


def codes(result: object) -> list[str]:
    return [f.code for f in result.booking.findings if f.fatal]  # type: ignore[attr-defined]


def test_no_sales_invoice_of_a_file_is_booked_when_one_of_them_does_not_add_up(books: Books) -> None:
    commit(books, "sales_csv", "whole")
    made = books.process([message_of(invoices(RIGHT, WRONG, RIGHT), uid="f")])
    assert [r.outcome for r in made] == ["refused"] * 3
    assert (codes(made[0]), codes(made[2])) == (["HUB-FEED-07"], ["HUB-FEED-07"])
    assert [(f.found, f.expected) for f in made[0].booking.findings if f.code == "HUB-FEED-07"] == [("1", "3")]
    assert books.scalar("SELECT (SELECT COUNT(*) FROM entry) + (SELECT COUNT(*) FROM relation)") == 0
    again = books.process([message_of(invoices(RIGHT, RIGHT, RIGHT), uid="mended")])
    assert [r.outcome for r in again] == ["posted"] * 3
    all_hold(books)


def test_the_mended_file_is_booked_though_it_came_in_the_same_batch_as_the_wrong_one(books: Books) -> None:
    commit(books, "sales_csv", "whole")
    files = [invoices(RIGHT, WRONG), invoices(RIGHT, RIGHT), invoices(RIGHT)]
    made = books.process([message_of(file, uid=f"f{n}") for n, file in enumerate(files)])
    assert [r.outcome for r in made] == ["refused", "refused", "posted", "posted", "duplicate"]
    all_hold(books)


def test_the_right_invoices_of_a_file_are_booked_where_nobody_asked_for_the_whole(books: Books) -> None:
    made = books.process([message_of(invoices(RIGHT, WRONG, RIGHT))])
    assert [r.outcome for r in made] == ["posted", "refused", "posted"]
    all_hold(books)


def test_a_row_that_cannot_be_read_spoils_the_whole_too(books: Books) -> None:
    commit(books, "sales_csv", "whole")
    unread = books.process([message_of(invoices(RIGHT, RIGHT).replace(b";9,00;", b";9,0x;", 1))])
    assert [r.outcome for r in unread] == ["refused", "refused"]
    head = b"bron;nummer;datum;rekening;debet;credit\n"
    rows = [f"erp;{n};0{n}-03-2026;{a}\n".encode() for n in (1, 2) for a in ("3000;5,00;", "7000;;5,00")]
    commit(books, "mutations", "whole", '[account]\n"3000" = "3000"\n"7000" = "7000"\n')
    made = books.process([message_of(head + b"".join(rows).replace(b"02-03-2026", b"31-02-2026"))])
    assert [r.outcome for r in made] == ["refused", "refused"]
    assert books.scalar("SELECT COUNT(*) FROM entry") == 0
    all_hold(books)


def test_what_is_held_with_its_file_goes_on_only_once_the_other_is_solved(books: Books) -> None:
    commit(books, "sales_csv", "whole")
    unknown = invoices(RIGHT, RIGHT).replace(b"27364760", b"")
    made = books.process([message_of(unknown, uid="f")])
    assert [r.outcome for r in made] == ["held", "held"]
    assert codes(made[0]) == ["HUB-FEED-06"]
    with books.hub.database.reading() as connection:
        assert can_go_on(waiting_words(connection, books.id), books.hub.mappings, "demo") == []
    books.hub.ids.reserve(20)
    with books.hub.database.transaction() as connection:
        refuse(connection, books.hub.ids, "f~2", "niet van ons", books.actor_id, now())
        assert can_go_on(waiting_words(connection, books.id), books.hub.mappings, "demo") == ["f"]
