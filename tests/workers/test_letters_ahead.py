"""Letters made ahead: those of frozen runs, the very same as would be made when they leave, and none longer than they are asked for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from hub.letters.reminder import reminder_pdf
from hub.letters.reminder_content import content_of
from hub.letters.reminder_mail import begun_mail
from hub.reports.reminder_letters import reminders_in_run
from hub.settings import SinkSettings
from hub.store.dunning_runs import KEYS, freeze
from hub.store.letters import drop_letters
from hub.store.reminders import reminder_of
from hub.workers.deliver import deliver
from hub.workers.letters_ahead import CHUNK, letters_of, make_all
from hub.workers.relay import relay
from hub.workers.rendering_reminder import mail_ahead
from tests import services
from tests.books import Books, open_books
from tests.debtors import AT, TODAY, Debtors
from tests.workers.mail_server import Letterbox, letterbox

LATE = TODAY - timedelta(days=20)
MADE = "SELECT reference FROM letter JOIN reminder ON reminder.id = reminder_id ORDER BY position"


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with letterbox() as made:
        yield made


@pytest.fixture(params=["embedded", pytest.param("production", marks=[pytest.mark.postgres, pytest.mark.rabbit])])
def books(request: pytest.FixtureRequest, tmp_path: Path, box: Letterbox) -> Iterator[Books]:
    options = {"host": "127.0.0.1", "port": box.port, "sender": "Demo <books@example.nl>", "starttls": False}
    sinks = [SinkSettings("mail", "mail", options=options)]
    if request.param == "embedded":
        with open_books(tmp_path, sinks=sinks) as made:
            yield made
        return
    url = request.getfixturevalue("postgres_tables_url")
    request.getfixturevalue("broker_url")  # where there is none, skips
    with services.fresh_vhost() as broker, open_books(tmp_path, url, sinks=sinks, broker_url=broker) as made:
        yield made


@pytest.fixture
def debtors(books: Books) -> Debtors:
    """Three debtors who are late: two who are mailed, one who is written to by post."""
    made = Debtors(books)
    made.bank_read_until()
    for n, email in enumerate(("a@example.org", "b@example.org", "")):
        made.invoice(made.add(f"Debiteur {n}", email=email), f"F{n}", f"{100 + n}.00", LATE)
    return made


def kept(books: Books) -> list[str]:
    return [str(row[0]) for row in books.rows(MADE)]


def letter(books: Books, reference: str) -> bytes:
    return bytes(
        books.scalar(
            "SELECT letter.body FROM letter JOIN reminder ON reminder.id = reminder_id WHERE reference = :r",
            r=reference,
        )
    )


def sent_out(books: Books) -> None:
    relay(books.hub, once=True)
    assert deliver(books.hub, ["mail"], once=True) == 2


def attached(box: Letterbox) -> dict[str, bytes]:
    """The letter of each mail, by its file name."""
    found = {}
    for _, mail in box.mails:
        for part in mail.iter_attachments():
            found[str(part.get_filename())] = part.get_content()
    return found


def test_letters_are_made_when_their_run_is_frozen_and_not_before(debtors: Debtors) -> None:
    """Mail and post; what a debtor may be taken out of is not made yet."""
    number, hub = debtors.concept(), debtors.books.hub
    assert make_all(hub) == 0
    hub.ids.reserve(KEYS)
    with hub.database.transaction() as connection:
        freeze(connection, hub.ids, debtors.books.id, number, debtors.books.actor_id, AT)
    assert make_all(hub) == 3


def test_what_is_kept_is_what_would_be_made_to_the_byte(debtors: Debtors) -> None:
    """Of who is mailed all that the mail has of its reminder, the letter among it; of who is written to, the letter."""
    books = debtors.books
    debtors.frozen()
    assert make_all(books.hub) == 3
    assert kept(books) == ["H-1-1", "H-1-2", "H-1-3"]
    with books.hub.database.reading() as connection:
        mailed, other, posted = (reminder_of(connection, books.id, reference)[1] for reference in kept(books))
    assert (letter(books, "H-1-1"), letter(books, "H-1-2")) == (mail_ahead(mailed), mail_ahead(other))
    assert letter(books, "H-1-3") == reminder_pdf(posted)
    assert make_all(books.hub) == 0


def test_mail_carries_the_letter_that_was_made_ahead(debtors: Debtors, box: Letterbox) -> None:
    """Seen by what no letter would be made of: the bytes that are kept."""
    books = debtors.books
    number = debtors.frozen()
    make_all(books.hub)
    (mark,) = {len(str(row[0])) for row in books.rows("SELECT made_of FROM letter")}
    assert mark == 64
    with books.hub.database.reading() as connection:
        told = [reminder_of(connection, books.id, reference) for reference in ("H-1-1", "H-1-2")]
    for row, one in told:
        body = begun_mail(one, content_of(one), b"%PDF kept")
        books.execute("UPDATE letter SET body = :b WHERE reminder_id = :r", b=body, r=row.id)
    debtors.send(number)
    sent_out(books)
    assert attached(box) == {"H-1-1.pdf": b"%PDF kept", "H-1-2.pdf": b"%PDF kept"}


def test_posted_letter_is_the_one_that_was_made_ahead(debtors: Debtors) -> None:
    books = debtors.books
    number = debtors.frozen()
    make_all(books.hub)
    debtors.send(number)
    books.execute("UPDATE letter SET body = :b", b=b"%PDF kept")
    with books.hub.database.reading() as connection:
        (waiting,) = reminders_in_run(connection, books.id, number, channel="letter", state="staged")
        assert list(letters_of(connection, books.id, {waiting.key: waiting.reminder})) == [b"%PDF kept"]


def test_kept_letter_of_anything_else_is_not_used(debtors: Debtors, box: Letterbox) -> None:
    """Another edition of the template, or other data: the mark differs, and the letter is made of what is true now."""
    books = debtors.books
    number = debtors.frozen()
    make_all(books.hub)
    books.execute("UPDATE letter SET body = :b, made_of = :m", b=b"%PDF old", m="0" * 64)
    debtors.send(number)
    sent_out(books)
    with books.hub.database.reading() as connection:
        for reference in ("H-1-1", "H-1-2"):
            assert attached(box)[f"{reference}.pdf"] == reminder_pdf(reminder_of(connection, books.id, reference)[1])


def test_letters_that_have_left_are_dropped_and_those_that_wait_stay(debtors: Debtors, box: Letterbox) -> None:
    """The one that is to be printed waits for its printer."""
    books = debtors.books
    number = debtors.frozen()
    make_all(books.hub)
    debtors.send(number)
    sent_out(books)
    with books.hub.database.transaction() as connection:
        assert drop_letters(connection) == 2
    assert kept(books) == ["H-1-3"]
    assert len(box.mails) == 2


def test_letters_of_a_cancelled_run_are_dropped(debtors: Debtors) -> None:
    books = debtors.books
    debtors.frozen()
    make_all(books.hub)
    books.execute("UPDATE dunning_run SET state = 'cancelled'")
    with books.hub.database.transaction() as connection:
        assert drop_letters(connection) == 3


def test_several_at_once_make_each_letter_as_one_would(debtors: Debtors) -> None:
    """Nobody waits for another; one that two have made is kept once."""
    books = debtors.books
    for n in range(3, 3 * CHUNK):
        debtors.invoice(debtors.add(f"Debiteur {n}", email=f"d{n}@example.org"), f"F{n}", "50.00", LATE)
    debtors.frozen()
    with ThreadPoolExecutor(3) as pool:
        made = list(pool.map(lambda _: make_all(books.hub), range(3)))
    assert sum(made) >= 3 * CHUNK
    assert len(set(kept(books))) == len(kept(books)) == 3 * CHUNK


def test_idle_mail_worker_makes_letters_and_still_sends(debtors: Debtors, box: Letterbox) -> None:
    """As `hub run` has it: nobody asks for it."""
    books = debtors.books
    number = debtors.frozen()
    ended = threading.Event()
    worker = threading.Thread(target=deliver, args=(books.hub, ["mail"]), kwargs={"stop": ended})
    worker.start()
    try:
        _until(lambda: len(kept(books)) == 3)
        debtors.send(number)
        relay(books.hub, once=True)
        _until(lambda: len(box.mails) == 2)
    finally:
        ended.set()
        worker.join(20)


def test_hub_without_typesetter_makes_none_ahead_and_goes_on(debtors: Debtors, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends is told; a worker that only could have helped is not in the way."""
    debtors.frozen()
    monkeypatch.setitem(sys.modules, "typst", None)
    assert make_all(debtors.books.hub) == 0
    assert kept(debtors.books) == []


def _until(is_so: Callable[[], bool]) -> None:
    waited = threading.Event()
    for _ in range(400):
        if is_so():
            return
        waited.wait(0.05)
    raise AssertionError("did not happen within 20 s")
