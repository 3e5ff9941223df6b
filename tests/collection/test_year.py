"""A simulated year of reminding and collecting, with everything that goes wrong in one: nothing twice, nothing wrongly, no cent lost."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub.cli.rulebook import rulebook_of
from hub.settings import SinkSettings
from hub.store.administrations import load_books
from tests.agency.running import SECRET, agency
from tests.books import open_books
from tests.collection.checks import at_the_end, of_the_day
from tests.collection.clock import Clock
from tests.collection.company import AGENCY, Company
from tests.collection.crashes import Crashes
from tests.collection.office import Office
from tests.collection.world import World, iban_of, world
from tests.workers.mail_server import letterbox

START = date(2026, 1, 5)
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
        sinks = [
            SinkSettings("mail", "mail", options={"host": "127.0.0.1", "port": box.port, "sender": "Demo <d@example.nl>", "starttls": False}),
            SinkSettings(
                AGENCY, "agency", options={"url": url, "secret": "env:HUB_AGENCY_SECRET", "allow_loopback": True},
                conditions={"register_number": "WKI-1"},
            ),
        ]  # fmt: skip
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
    monkeypatch.setattr("hub.workers.deliver.EMPTY_SECONDS", 0.0)
    monkeypatch.setattr("hub.workers.intake.EMPTY_SECONDS", 0.0)


def test_three_months_of_fifty_debtors(tmp_path: Path) -> None:
    made = world(7, 50, START, 40, bad=0.5, each=(1, 1))
    with company(tmp_path, 7, made, crashes=0.4, wrong=faults(random.Random(7), 6, 0.5)) as one:
        for number in range(190):
            one.day(START + timedelta(number))
            of_the_day(one)
        at_the_end(one)
        print(dict(one.counts), dict(one.office.ways), dict(one.crashes.seen), len(one.box.mails))
