"""`hub dunning` from concept to sent on the command line: what it shows, what it leaves alone, and what it refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from hub.workers.letters_ahead import make_all
from tests.books import open_books
from tests.cli.conftest import Cli
from tests.debtors import Debtors

LATE = date.today() - timedelta(days=20)
ALWAYS = '[settings]\nworking_days = "no"\nbank_days = ""\n'  # the tests run on any day


@pytest.fixture
def debtors(empty_home: Cli) -> Iterator[Debtors]:
    """Three debtors: by mail, by post, and one who is nowhere to be reached."""
    home = Path(os.environ["HUB_HOME"])
    (home / "mappings").mkdir(parents=True)
    (home / "mappings" / "dunning.toml").write_text(ALWAYS, "utf-8")
    with open_books(home) as books:
        made = Debtors(books)
        for number, (email, street) in enumerate(
            [("anna@example.org", "Kerkstraat 1"), ("", "Dorpsstraat 2"), ("", "")], 1
        ):
            made.invoice(made.add(f"Debiteur {number}", email=email, street=street), f"F{number}", "100.00", LATE)
        yield made


def test_dry_run_records_nothing(empty_home: Cli, debtors: Debtors) -> None:
    (shown,) = empty_home("dunning", "run", "--dry-run", "--json").rows
    assert [(row["relation"], row["channel"], row["principal"]) for row in shown["reminders"]] == [
        ("C0001", "email", "100.00"), ("C0002", "letter", "100.00"),
    ]  # fmt: skip
    assert shown["rested"]["reasons"]["next_unreachable"]["relations"] == ["C0003"]
    assert shown["rested"]["other_channel"]["count"] == 1
    assert (shown["recorded"], debtors.states()) == (False, {})


def test_from_concept_to_sent(empty_home: Cli, debtors: Debtors) -> None:
    made = empty_home("dunning", "run", "--language", "nl")
    assert "Conceptrun 1 met 2 brieven" in made.out
    assert "1 zonder e-mailadres gaan per brief" in made.out
    assert "1 posten wachten op u (EUR 100,00)" in made.out
    assert empty_home("dunning", "send", "1").code == 5
    assert empty_home("dunning", "exclude", "1", "C0002", "--reason", "belt morgen").code == 0
    assert empty_home("dunning", "exclude", "1", "C0003").code == 4
    assert empty_home("dunning", "freeze", "1", "--json").rows == [{"run": 1, "state": "frozen", "reminders": 1}]
    (sent,) = empty_home("dunning", "send", "1", "--json").rows
    assert sent == {"run": 1, "mails": 1, "letters": 0, "calls": 0, "dropped": []}
    (shown,) = empty_home("dunning", "show", "1", "--json").rows
    assert [(row["reference"], row["state"], row["reason"]) for row in shown["reminders"]] == [
        ("H-1-1", "staged", ""), ("H-1-2", "excluded", "belt morgen"),
    ]  # fmt: skip
    (listed,) = empty_home("dunning", "list", "--json").rows
    assert (listed["run"], listed["state"], listed["states"]) == (1, "sent", {"excluded": 1, "staged": 1})
    assert "1 klaargezet" in empty_home("dunning", "list", "--language", "nl").out


def test_frozen_run_says_how_many_of_its_letters_are_made(empty_home: Cli, debtors: Debtors) -> None:
    """Nothing before the first is made, and nothing once it has left."""
    empty_home("dunning", "run")
    empty_home("dunning", "freeze", "1")
    assert "PDF" not in empty_home("dunning", "show", "1", "--language", "nl").out
    make_all(debtors.books.hub)
    assert "Van 2 van de 2 brieven is de PDF al gemaakt" in empty_home("dunning", "show", "1", "--language", "nl").out
    empty_home("dunning", "send", "1")
    assert "PDF" not in empty_home("dunning", "show", "1", "--language", "nl").out


def test_what_changed_since_is_shown_and_dropped_with_its_reason(empty_home: Cli, debtors: Debtors) -> None:
    empty_home("dunning", "run")
    empty_home("dunning", "freeze", "1")
    debtors.pay(int(debtors.books.scalar("SELECT id FROM open_item WHERE number = 'F1'")), "100.00", date.today())
    (shown,) = empty_home("dunning", "show", "1", "--json", "--language", "nl").rows
    assert [(row["changed"], row["reason"]) for row in shown["reminders"]] == [
        (True, "Factuur F1 is betaald sinds het concept."), (False, ""),
    ]  # fmt: skip
    (sent,) = empty_home("dunning", "send", "1", "--json").rows
    assert (sent["letters"], [row["code"] for row in sent["dropped"]]) == (1, ["dropped_paid"])
    (row,) = empty_home("dunning", "history", "C0001", "--json", "--language", "en").rows
    assert (row["state"], row["reason"]) == ("dropped", "Invoice F1 was paid since the concept.")


def test_what_needs_no_person_is_sent_at_once(empty_home: Cli, debtors: Debtors) -> None:
    rows = empty_home("dunning", "run", "--send", "--json").rows
    assert rows[0] == {"run": 1, "mails": 1, "letters": 1, "calls": 0, "dropped": []}
    assert (rows[1]["run"], rows[1]["reminders"]) == (None, [])
    assert debtors.states() == {"H-1-1": "staged", "H-1-2": "staged"}


def test_person_says_what_became_of_it(empty_home: Cli, debtors: Debtors) -> None:
    empty_home("dunning", "run", "--send")
    debtors.mark_all("", date.today())
    done = empty_home("dunning", "mark", "H-1-2", "--delivered", str(date.today()), "--proof", "3SABCD", "--json")
    assert done.rows == [{"reference": "H-1-2", "state": "delivered", "before": "printed"}]
    assert empty_home("dunning", "mark", "H-1-1", "--bounced", "--reason", "vol").code == 0
    assert empty_home("dunning", "mark", "H-1-1", "--again").code == 0
    assert empty_home("dunning", "called", "H-1-1").code == 5
    assert empty_home("dunning", "mark", "H-1-1").code == 2
    assert empty_home("dunning", "mark", "H-9-9", "--bounced").code == 4
    (shown,) = empty_home("dunning", "run", "--dry-run", "--json").rows
    assert [row["relation"] for row in shown["reminders"]] == ["C0001"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("run", "--level", "tenth"), 4), (("run", "--relation", "C9999"), 4), (("show", "9"), 4), (("freeze", "9"), 4),
        (("cancel", "9"), 4), (("send", "9"), 4), (("history", "C9999"), 4),
    ],
)  # fmt: skip
def test_what_is_not_there_is_said(empty_home: Cli, debtors: Debtors, arguments: tuple[str, ...], code: int) -> None:
    ran = empty_home("dunning", *arguments)
    assert ran.code == code
    assert ran.err.strip()


def test_run_of_one_debtor_or_level_and_cancel(empty_home: Cli, debtors: Debtors) -> None:
    (shown,) = empty_home("dunning", "run", "--relation", "C0002", "--json").rows
    assert [row["relation"] for row in shown["reminders"]] == ["C0002"]
    assert empty_home("dunning", "run", "--level", "demand", "--json").rows[0]["reminders"] == []
    assert empty_home("dunning", "cancel", "1", "--reason", "toch niet", "--json").rows == [{"run": 1, "left_out": 1}]
    assert debtors.states() == {"H-1-1": "excluded"}


def test_call_brings_a_promise_or_nothing(empty_home: Cli, debtors: Debtors) -> None:
    rules = Path(os.environ["HUB_HOME"]) / "mappings" / "dunning.toml"
    call = '[[policy.level]]\ncode = "call"\nkind = "call"\ndays = "3"\nchannel = "phone"\n'
    texts = "".join(f'{one}.subject = "Bel"\n{one}.body = "Bel"\n' for one in ("nl", "en"))
    policy = '[[policy]]\ncode = "consumer"\ntreats = "consumer"\nname.nl = "C"\nname.en = "C"\n'
    rules.write_text(rules.read_text("utf-8") + policy + call + texts, "utf-8")
    until = str(date.today() + timedelta(days=5))
    empty_home("dunning", "run", "--relation", "C0001")
    empty_home("dunning", "freeze", "1")
    empty_home("dunning", "send", "1")
    assert empty_home("dunning", "called", "H-1-1", "--amount", "50").code == 2
    refused = empty_home("dunning", "called", "H-1-1", "--promise", until, "--amount", "500.00")
    assert refused.code == 3  # more than he owes
    assert debtors.states() == {"H-1-1": "staged"}
    (done,) = empty_home("dunning", "called", "H-1-1", "--promise", until, "--amount", "50.00", "--json").rows
    (promise,) = empty_home("promises", "list", "--json").rows
    assert (done["state"], done["promise"]) == ("called", promise["id"])
    assert (promise["relation"], promise["until"], promise["amount"]) == ("C0001", until, "50.00")


def test_group_is_a_value_of_a_field_of_ones_own(empty_home: Cli, debtors: Debtors) -> None:
    rules = Path(os.environ["HUB_HOME"]) / "mappings" / "dunning.toml"
    rules.write_text(rules.read_text("utf-8") + '[[assign]]\ngroup = "soort=zorg"\npolicy = "never"\n', "utf-8")
    empty_home("fields", "add", "soort", "--kind", "choice", "--choice", "zorg", "--choice", "overig")
    empty_home("relations", "fill", "C0001", "soort=zorg")
    empty_home("relations", "fill", "C0002", "soort=overig")
    (shown,) = empty_home("dunning", "run", "--dry-run", "--json").rows
    assert [row["relation"] for row in shown["reminders"]] == ["C0002"]
    (policy,) = empty_home("dunning", "policy", "C0001", "--json").rows
    assert (policy["policy"], policy["code"]) == ("never", "policy_of_group")


def test_who_cannot_be_reached_is_a_task(empty_home: Cli, debtors: Debtors) -> None:
    found = [row for row in empty_home("tasks", "--json").rows if row["task"] == "unreachable"]
    assert [(row["relation"], row["reference"], row["amount"]) for row in found] == [("C0003", "F3", "100.00")]
    empty_home("relations", "set", "C0003", "--email", "drie@example.org")
    assert empty_home("tasks", "--json").rows == []
