"""`hub cases` on the command line: what is ready, looked at, handed over, shown and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.agency.running import SECRET, agency, incasso
from tests.books import Books, open_books
from tests.cli.conftest import Cli
from tests.store.cases import ON, debtor, invoice, letter
from tests.workers.dispatching import send

DAY = str(ON)


@pytest.fixture
def home(cli: Cli, tmp_path: Path) -> Path:
    """Where the command keeps everything."""
    return tmp_path / "home"


@pytest.fixture
def books(home: Path) -> Iterator[Books]:
    """A debtor who was sent a demand, and an agency that is not there yet."""
    toml = '[sink.incasso]\nkind = "agency"\nurl = "http://127.0.0.1:9"\nsecret = "env:HUB_AGENCY_SECRET"\nallow_loopback = true\n'
    (home / "hub.toml").write_text(toml + "[sink.incasso.conditions]\n")
    rules = home / "mappings"
    rules.mkdir(exist_ok=True)
    (rules / "dunning.toml").write_text('version = "test"\n[settings]\nbank_days = ""\n')
    with open_books(home, sinks=[incasso("http://127.0.0.1:9")]) as made:
        code = debtor(made)
        item = invoice(made, code, "VF-1")
        letter(made, code, {item: "1000.00"})
        (home / "VF-1.pdf").write_bytes(b"%PDF VF-1")
        yield made


def document(home: Path) -> str:
    return f"VF-1={home / 'VF-1.pdf'}"


def test_case_from_ready_to_withdrawn(cli: Cli, books: Books, home: Path) -> None:
    [ready] = cli("cases", "ready", "--on", DAY, "--json").rows
    assert (ready["invoices"], ready["principal"], ready["confirm"], ready["complete"]) == (
        ["VF-1"],
        "1000.00",
        "person",
        False,
    )
    assert [f["code"] for f in ready["findings"]] == ["HUB-INC-04"]
    refused = cli("cases", "preview", ready["relation"], "--on", DAY, "--json")
    assert refused.code == 3
    assert [f["code"] for f in refused.rows[0]["findings"]] == ["HUB-INC-04"]

    [seen] = cli(
        "cases", "preview", ready["relation"], "--on", DAY, "--document", document(home), "--json", "--dry-run"
    ).rows
    assert seen["totals"]["principal"] == "1000.00"
    assert cli("cases", "list", "--json").rows == []
    cli("cases", "preview", ready["relation"], "--on", DAY, "--document", document(home))
    [listed] = cli("cases", "list", "--state", "prepared", "--json").rows
    assert (listed["number"], listed["open"]) == ("I2026-0001", "1000.00")

    [handed] = cli("cases", "hand-over", "I2026-0001", "--on", DAY, "--json").rows
    assert handed["state"] == "offered"
    assert cli("cases", "hand-over", "I2026-0001", "--on", DAY).code == 5
    [page] = cli("cases", "show", "I2026-0001", "--as-of", DAY, "--json").rows
    balance = {row["component"]: row["outstanding"] for row in page["balance"]}
    assert balance["principal"] == "1000.00"
    assert float(balance["total"]) > 1150
    assert [event["type"] for event in page["events"]] == ["prepared", "handed_over"]
    assert [one["what"] for one in page["next"]] == ["sending"]
    assert [one["about"] for one in page["documents"]] == ["invoice", "letter"]
    assert page["letters"][0]["document"] == page["documents"][1]["name"]
    shown = cli("cases", "show", "I2026-0001", "--as-of", DAY, "--language", "nl").out
    assert "Hierna: het dossier wordt aan incasso verzonden." in shown

    [back] = cli("cases", "withdraw", "I2026-0001", "--why", "arrangement", "--json").rows
    assert back["withdrawn"] == "unsent"
    [page] = cli("cases", "show", "I2026-0001", "--json").rows
    assert (page["state"], page["close_reason"], page["next"]) == ("closed", "withdrawn", [])


def automatic(home: Path) -> None:
    """A policy for businesses that hands over without asking anybody."""
    rules = home / "mappings" / "dunning.toml"
    level = '[[policy.level]]\ncode = "{0}"\nkind = "{0}"\ndays = "{1}"\nchannel = "{2}"\ncosts = "{3}"\n{4}\n'
    texts = 'nl.subject = "x"\nnl.body = "{debtor}"\nen.subject = "x"\nen.body = "{debtor}"'
    policy = '[[policy]]\ncode = "business"\ntreats = "business"\nname.nl = "B"\nname.en = "B"\n'
    levels = level.format("demand", 5, "letter", "claimed", texts) + level.format(
        "hand_off", 20, "agency", "claimed", 'confirm = "automatic"'
    )
    rules.write_text(rules.read_text() + policy + levels)


def test_policy_that_asks_nobody_hands_over_by_itself(cli: Cli, books: Books, home: Path) -> None:
    automatic(home)
    refused = cli("cases", "hand-over", "--automatic", "--on", DAY, "--json")
    assert refused.code == 7
    assert [f["code"] for f in refused.rows[0]["findings"]] == ["HUB-INC-04"]
    assert books.scalar("SELECT COUNT(*) FROM collection_case") == 0


def test_what_an_agency_gave_back_is_not_handed_over_again_by_itself(cli: Cli, books: Books, home: Path) -> None:
    """Else it would go to and fro every night; a person writes it off, or tries another way."""
    automatic(home)
    code = books.scalar("SELECT code FROM relation WHERE name = 'Klant B.V.'")
    assert [row["confirm"] for row in cli("cases", "ready", "--on", DAY, "--json").rows] == ["automatic"]
    cli("cases", "preview", code, "--on", DAY, "--document", document(home))
    cli("cases", "hand-over", "I2026-0001", "--on", DAY)
    cli("cases", "withdraw", "I2026-0001", "--json")
    again = cli("cases", "hand-over", "--automatic", "--on", DAY, "--json")
    assert (again.code, again.rows) == (0, [])
    assert [row["confirm"] for row in cli("cases", "ready", "--on", DAY, "--json").rows] == ["person"]


def test_page_tells_of_the_agencys_reference_and_link(
    cli: Cli, books: Books, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_AGENCY_SECRET", SECRET)
    code = books.scalar("SELECT code FROM relation WHERE name = 'Klant B.V.'")
    cli("cases", "preview", code, "--on", DAY, "--document", document(home))
    cli("cases", "hand-over", "I2026-0001", "--on", DAY)
    with agency() as (url, _):
        from dataclasses import replace

        books.hub.settings = replace(books.hub.settings, sinks={"incasso": incasso(url)})
        send(books, "incasso")
    [page] = cli("cases", "show", "T-1-0001", "--json").rows
    assert (page["number"], page["state"], page["agency_reference"]) == ("I2026-0001", "received", "T-1-0001")
    assert [one["what"] for one in page["next"]] == ["judged"]
    assert cli("cases", "show", "I2026-0099").code == 4


def test_hand_over_needs_a_number_or_automatic(cli: Cli, books: Books) -> None:
    assert cli("cases", "hand-over").code == 2
    assert cli("cases", "hand-over", "I2026-0001", "--automatic").code == 2


def test_sync_says_when_nobody_can_be_asked(cli: Cli, books: Books) -> None:
    assert cli("cases", "sync", "--json").rows == [{"agencies": [], "fetched": 0}]
