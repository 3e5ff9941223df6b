"""A simulated year of reminding and collecting, with everything that goes wrong in one: nothing twice, nothing wrongly, no cent lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub.cli.rulebook import rulebook_of
from hub.logs import configure
from hub.settings import SinkSettings
from hub.store.administrations import load_books
from tests.agency.running import SECRET, agency
from tests.books import open_books
from tests.collection.checks import at_the_end, of_the_day
from tests.collection.clock import Clock
from tests.collection.company import AGENCY, Company
from tests.collection.crashes import Crashes
from tests.collection.office import WAYS, Office
from tests.collection.world import FATES, Fate, World, iban_of, world
from tests.workers.mail_server import letterbox

START = date(2026, 1, 5)
EVERY_KIND: tuple[tuple[Fate, int], ...] = tuple((fate, 15 if fate == "never" else 10) for fate, _ in FATES)
ACTS = ("429", "503", "500", "reset_before", "reset_after", "garbage", "refuse")
RULE = f"""version = "1"
[[rule]]
name = "collection agency"
iban = "{iban_of(77, "RABO")}"
direction = "in"
account = "1190"
"""


def faults(chance: random.Random, cases: int, share: float) -> list[dict[str, object]]:
    """What goes wrong at the agency's door: at so many of the first requests something, each once."""
    at = sorted(chance.sample(range(cases), int(cases * share)))
    return [{"on": "case", "act": chance.choice(ACTS), "after": after} for after in at]


@contextmanager
def company(home: Path, seed: int, made: World, *, crashes: float, wrong: list[dict[str, object]]) -> Iterator[Company]:
    """A company with its mail server and its agency, from its first day on."""
    (home / "mappings").mkdir()
    (home / "mappings" / "bank.toml").write_text(RULE)
    clock, chance = Clock(START), random.Random(seed)
    with letterbox() as box, agency(state="accepted", fault=wrong) as (url, desk), clock.running():
        mail = {"host": "127.0.0.1", "port": box.port, "sender": "Demo <d@example.nl>", "starttls": False}
        there = {"url": url, "secret": "env:HUB_AGENCY_SECRET", "allow_loopback": True}
        sinks = [
            SinkSettings("mail", "mail", options=mail),
            SinkSettings(AGENCY, "agency", options=there, conditions={"register_number": "WKI-1"}),
        ]
        with open_books(home, sinks=sinks) as books, Crashes(chance, crashes).armed() as cut:
            with books.hub.database.reading() as connection:
                snapshot = load_books(connection, ["demo"])["demo"].snapshot
            book = rulebook_of(books.hub.settings, snapshot)
            one = Company(books, made, clock, box, desk, Office(chance, AGENCY), cut, book)
            one.open_doors()
            yield one


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a lane to stay empty; both sides sign with the same secret."""
    monkeypatch.setenv("HUB_AGENCY_SECRET", SECRET)
    configure("error", json=False)
    monkeypatch.setattr("hub.workers.deliver.EMPTY_SECONDS", 0.0)
    monkeypatch.setattr("hub.workers.intake.EMPTY_SECONDS", 0.0)


def lived(one: Company, days: int) -> None:
    """Day after day, each looked at; and on until every case has come to its end."""
    number = 0
    while number < days or not one.at_rest:
        one.day(START + timedelta(number))
        of_the_day(one)
        number += 1
        assert number < days + 400
    at_the_end(one)


def test_four_months_of_two_dozen_debtors(tmp_path: Path) -> None:
    """Two days a week; every kind of debtor, of agency and of accident."""
    made = world(30, 22, START, 12, bad=0.85, each=(1, 1), fates=EVERY_KIND)
    with company(tmp_path, 30, made, crashes=0.4, wrong=faults(random.Random(30), 5, 0.6)) as one:
        one.weekdays = (0, 3)
        lived(one, 110)
        print(one.counts, one.crashes.seen, one.office.taken)
        assert one.counts["handed over"] >= 5
        assert {"bounced", "matched by hand", "promise kept", "promise broken"} <= set(one.counts)
        assert len(one.crashes.seen) >= 8


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_year_of_two_thousand_debtors(tmp_path: Path) -> None:
    """A year, and as long as it takes until the last case has come to its end."""
    made = world(2026, 2_000, START, 330, bad=0.12, each=(2, 4))
    with company(tmp_path, 2026, made, crashes=0.35, wrong=faults(random.Random(2026), 90, 0.5)) as one:
        lived(one, 365)
        print(dict(one.counts), Counter(one.office.taken.values()), dict(one.crashes.seen), len(one.box.mails))
        assert one.counts["handed over"] > 50
        assert set(one.office.taken.values()) == set(WAYS)
