"""A reminder from its row to the letterbox: made when it leaves, with the letter and the invoices, and once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from hub import failpoints
from hub.letters.reminder import reminder_pdf
from hub.model.arrangement import Arrangement
from hub.model.reminder import Reminder
from hub.settings import Settings, SinkSettings, load_settings, with_mail
from hub.store.arrangements import add_arrangement
from tests.books import Books, document, open_books
from tests.letters.reminders import reminder
from tests.store.cases import changing, pay
from tests.workers.dispatching import let_time_pass, send, states
from tests.workers.mail_server import Letterbox, letterbox
from tests.workers.reminding import staged

OWED = Decimal("896.61")  # of demo document 36


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture
def books(tmp_path: Path, box: Letterbox) -> Iterator[Books]:
    options = {"host": "127.0.0.1", "port": box.port, "sender": "Demo <books@example.nl>", "starttls": False}
    with open_books(tmp_path, sinks=[SinkSettings("mail", "mail", options=options)]) as made:
        yield made


def own_sale(books: Books, with_pdf: bytes = b"") -> Reminder:
    """A reminder of an invoice of ours that was taken in, with a PDF within it where one is given."""
    source = document("36").read_bytes()
    if with_pdf:
        import base64

        mark = b"<cac:AccountingSupplierParty>"
        embedded = (
            b"<cac:AdditionalDocumentReference><cbc:ID>pdf</cbc:ID><cac:Attachment>"
            b'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="factuur.pdf">'
            + base64.b64encode(with_pdf)
            + b"</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
        )
        source = source.replace(mark, embedded + mark, 1)
    from tests.books import message_of

    [result] = books.process([message_of(source)])
    assert result.outcome == "posted", result.findings
    [(key, number, invoiced, due)] = books.rows("SELECT id, number, invoice_date, due_date FROM open_item")
    one = reminder()
    dates = (date.fromisoformat(str(invoiced)), date.fromisoformat(str(due)))
    item = replace(
        one.items[0], key=int(key), invoice=str(number), invoice_date=dates[0], due=dates[1], outstanding=OWED
    )
    return replace(one, items=(item,))


def attached(mail: EmailMessage) -> dict[str, Any]:
    return {str(one.get_filename()): one.get_payload(decode=True) for one in mail.iter_attachments()}


def test_reminder_arrives_with_its_letter_and_the_invoice(books: Books, box: Letterbox) -> None:
    """The invoice as it was taken in; the dispatch is sent, and a second ticket sends nothing."""
    one = own_sale(books)
    staged(books, one)
    assert send(books) == 1
    assert states(books) == [("reminder.mail", "sent")]
    assert books.rows("SELECT state, proof FROM reminder") == [("sent", "250 taken")]
    [(address, mail)] = box.mails
    assert address == one.debtor.email
    assert mail["Message-ID"] == "<d-1@example.nl>"
    assert "€ 1.808,37" in mail.get_body(("plain",)).get_content()
    assert attached(mail) == {
        "H-7-12.pdf": reminder_pdf(one), f"{one.items[0].invoice}.xml": document("36").read_bytes(),
    }  # fmt: skip
    assert send(books) == 0
    assert len(box.mails) == 1


def test_pdf_within_the_invoice_goes_before_its_xml(books: Books, box: Letterbox) -> None:
    """It is what the debtor once got."""
    staged(books, own_sale(books, b"%PDF-1.7 ours"))
    send(books)
    assert attached(box.mails[0][1]) == {
        "H-7-12.pdf": reminder_pdf(reminder_of(books)),
        "factuur.pdf": b"%PDF-1.7 ours",
    }


def reminder_of(books: Books) -> Reminder:
    from hub.model.codec import restore
    from hub.store.packing import unpacked

    restored: Reminder = restore(Reminder, unpacked(books.scalar("SELECT body FROM reminder")))
    return restored


@pytest.mark.parametrize("option", [{"attach_invoices": False}, {"max_bytes": 60_000}])
def test_invoices_stay_behind_where_they_are_not_wanted_or_too_large(
    books: Books, box: Letterbox, option: dict[str, Any]
) -> None:
    """The letter itself always goes."""
    table = books.hub.settings.sinks["mail"]
    sinks = {"mail": replace(table, options={**table.options, **option})}
    books.hub.settings = replace(books.hub.settings, sinks=sinks)
    staged(books, own_sale(books, b"%PDF-1.7" + b"x" * 60_000))
    send(books)
    assert set(attached(box.mails[0][1])) == {"H-7-12.pdf"}


def test_server_that_hangs_up_after_the_mail_leaves_it_to_a_person(books: Books, box: Letterbox) -> None:
    """It may have arrived: no second one goes out by itself."""
    one = own_sale(books)
    box.after_data[one.debtor.email] = ["hang up"]
    staged(books, one)
    send(books)
    assert states(books) == [("reminder.mail", "sending")]
    let_time_pass(books)
    send(books)
    assert states(books) == [("reminder.mail", "parked")]
    assert len(box.mails) == 1
    assert "ask" in str(books.scalar("SELECT note FROM dispatch"))


def test_refused_address_is_parked_with_the_servers_words(books: Books, box: Letterbox) -> None:
    """A person sees what the server said."""
    one = own_sale(books)
    box.answers[one.debtor.email] = ["550 5.1.1 no such user"]
    staged(books, one)
    send(books)
    assert states(books) == [("reminder.mail", "parked")]
    assert "5.1.1 no such user" in str(books.scalar("SELECT note FROM dispatch"))
    [(state, reason)] = books.rows("SELECT state, reason FROM reminder")
    assert (state, "5.1.1 no such user" in str(reason)) == ("failed", True)


def test_reminder_without_address_is_parked(books: Books, box: Letterbox) -> None:
    """Never silence."""
    one = own_sale(books)
    staged(books, replace(one, debtor=replace(one.debtor, email="")))
    send(books)
    assert states(books) == [("reminder.mail", "parked")]
    assert box.mails == []


def test_reminder_that_a_person_let_be_made_anew_does_not_leave(books: Books, box: Letterbox) -> None:
    """Its ticket may still be under way."""
    staged(books, own_sale(books))
    books.execute("UPDATE reminder SET state = 'dropped'")
    send(books)
    assert states(books) == [("reminder.mail", "parked")]
    assert box.mails == []


def test_mail_does_not_leave_when_its_invoice_was_paid_while_it_waited(books: Books, box: Letterbox) -> None:
    """The server was away, and the debtor paid: what would come now is a demand for nothing."""
    one = own_sale(books)
    staged(books, one)
    pay(books, "", one.items[0].key, str(OWED))
    send(books)
    assert states(books) == [("reminder.mail", "parked")]
    assert box.mails == []
    [(state, reason)] = books.rows("SELECT state, reason FROM reminder")
    assert (state, "0.00 of invoice VF-2026-0101 is open now" in str(reason)) == ("failed", True)


def test_mail_does_not_leave_when_its_invoice_was_disputed_while_it_waited(books: Books, box: Letterbox) -> None:
    """He said so by telephone, before the mail was out."""
    one = own_sale(books)
    staged(books, one)
    [(code,)] = books.rows("SELECT code FROM relation")
    with changing(books) as (change, _):
        add_arrangement(
            change, Arrangement("dispute", str(code), date(2026, 1, 5), invoice=one.items[0].invoice), "EUR"
        )
    send(books)
    assert states(books) == [("reminder.mail", "parked")]
    assert "dispute" in str(books.scalar("SELECT reason FROM reminder"))
    assert box.mails == []


def test_error_after_the_server_took_it_is_no_reason_to_send_it_again(books: Books, box: Letterbox) -> None:
    """Whatever fails when it is recorded: it is there, and a person decides."""
    staged(books, own_sale(books))
    failpoints.arm("deliver:accepted:1:raise")
    send(books)
    failpoints.arm("")
    assert (states(books), len(box.mails)) == ([("reminder.mail", "sending")], 1)
    let_time_pass(books)
    send(books)
    assert (states(books), len(box.mails)) == ([("reminder.mail", "parked")], 1)


def test_one_that_cannot_be_recorded_keeps_no_other_from_it(books: Books, box: Letterbox) -> None:
    """They are recorded together; then each alone, and the one that fails is in doubt: it is not sent again by itself."""
    one = own_sale(books)
    staged(books, one, "d-1")
    staged(books, replace(one, reference="H-7-13"), "d-2")
    books.execute(
        "CREATE TRIGGER never BEFORE UPDATE ON reminder WHEN NEW.state = 'sent' AND NEW.reference = 'H-7-13' "
        "BEGIN SELECT RAISE(ABORT, 'never'); END"
    )
    send(books)
    assert states(books) == [("reminder.mail", "sent"), ("reminder.mail", "sending")]
    let_time_pass(books)
    send(books)
    assert states(books) == [("reminder.mail", "sent"), ("reminder.mail", "parked")]
    assert len(box.mails) == 2


def test_of_several_only_what_changed_stays(books: Books, box: Letterbox) -> None:
    """They are looked at together when they leave: one was dropped, one has no address, the third goes."""
    one = own_sale(books)
    staged(books, one, "d-1")
    staged(books, replace(one, reference="H-7-13", debtor=replace(one.debtor, email="")), "d-2")
    staged(books, replace(one, reference="H-7-14"), "d-3")
    books.execute("UPDATE reminder SET state = 'dropped' WHERE reference = 'H-7-14'")
    send(books)
    assert [state for _, state in states(books)] == ["sent", "parked", "parked"]
    assert [mail["Message-ID"] for _, mail in box.mails] == ["<d-1@example.nl>"]


def test_mail_server_of_the_installation_is_a_sink_without_a_table(tmp_path: Path) -> None:
    """And a table says only what differs; one with a server of its own gets no login of another's."""
    base = Settings(
        smtp_host="mail.example.nl", smtp_port=25, smtp_user="u", smtp_password="p", smtp_sender="D <d@example.nl>"
    )
    made = with_mail(base).sinks["mail"]
    assert made.kind == "mail"
    assert made.options == {
        "host": "mail.example.nl", "port": 25, "user": "u", "smtp_password": "p", "starttls": True, "sender": "D <d@example.nl>",
    }  # fmt: skip
    tables = {
        "mail": SinkSettings("mail", "mail", options={"receipts": True}),
        "b": SinkSettings("b", "mail", options={"host": "b"}),
    }
    both = with_mail(replace(base, sinks=tables)).sinks
    assert both["mail"].options["receipts"] is True
    assert both["mail"].options["user"] == "u"
    assert both["b"].options == {"host": "b", "sender": "D <d@example.nl>"}
    assert with_mail(Settings()).sinks == {}
    (tmp_path / "hub.toml").write_text('smtp_host = "m.example.nl"\n')
    assert (
        load_settings({"HUB_SMTP_SENDER": "D <d@example.nl>"}, home=tmp_path).sinks["mail"].options["host"]
        == "m.example.nl"
    )
