"""`hub demo --feeds`: every connector shows itself, money comes to rest, and a second run changes nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, run_command
from tests.make_demo_feeds import FEEDS, FOLDER, write


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A home in which it ran once, and what it said."""
    folder = tmp_path_factory.mktemp("feeds")
    return folder, run_command(folder, "demo", "--feeds", "--json")


def _feeds(ran: Ran) -> list[dict[str, Any]]:
    return [row for row in ran.rows if "connector" in row]


def test_every_document_of_a_feed_has_the_outcome_that_the_story_wants(home: tuple[Path, Ran]) -> None:
    rows = _feeds(home[1])
    assert {row["connector"] for row in rows} == {path.parent.name for path in FOLDER.glob("*/*")}
    others = {(row["file"], row["outcome"]) for row in rows if row["outcome"] != "posted"}
    assert others == {
        ("woocommerce/5105-unknown-gateway.json", "held"), ("woocommerce/5101-with-its-refund.json", "duplicate"),
        ("debitura/case-created.json", "held"), ("collection_batch/statuses.csv", "held"),  # of cases that the demo has not
    }  # fmt: skip
    assert Counter(row["outcome"] for row in rows)["posted"] >= 19


def test_refunds_come_after_orders_and_bank_statements_last(home: tuple[Path, Ran]) -> None:
    kinds = [(row["document"] or {}).get("kind") for row in _feeds(home[1])]
    order = [kinds.index(kind) for kind in ("shop_order", "payout", "bank_statement")]
    assert order == sorted(order)
    assert set(kinds[kinds.index("bank_statement") :]) == {"bank_statement"}


def test_clearing_accounts_hold_what_is_not_paid_out_yet_and_say_so(home: tuple[Path, Ran]) -> None:
    left = {row["account"]: row for row in home[1].rows if "left" in row}
    nothing = {code for code, row in left.items() if row["balance"] == "0.00"}
    assert nothing >= {"1190", "1700"}
    for code, balance, number in (("1900", "60.50", "5104"), ("1050", "24.20", "702"), ("1990", "-150.00", "Onbekend")):
        (posting,) = left[code]["left"]
        assert left[code]["balance"] == balance
        assert number in posting["description"]
    assert all((row["left"] == []) == (row["balance"] == "0.00") for row in left.values())


def test_bank_statements_pay_invoices_and_orders(home: tuple[Path, Ran]) -> None:
    items = {row["invoice"] for row in run_command(home[0], "open-items", "--json").rows}
    assert not {"5103", "AFR-2026-0077", "KB-20260501", "KB-20261110", "SL-4410"} & items
    assert "GK-2026-0012" in items
    (bank,) = [row for row in run_command(home[0], "trial-balance", "--json").rows if row.get("account") == "1100"]
    last = next(row for row in reversed(_feeds(home[1])) if row["document"]["kind"] == "bank_statement")
    assert bank["balance"] == last["document"]["closing"]


def test_vat_abroad_is_declared_there(home: tuple[Path, Ran]) -> None:
    (row,) = [row for row in home[1].rows if row.get("box") == "OSS DE"]
    assert (row["base"], row["tax"]) == ("80.00", "15.20")


def test_books_are_proved(home: tuple[Path, Ran]) -> None:
    assert home[1].code == 0
    assert all(row["ok"] for row in home[1].rows if "check" in row)


def test_second_run_changes_nothing(home: tuple[Path, Ran]) -> None:
    before = [
        run_command(home[0], *command, "--json").out
        for command in (("entries",), ("open-items",), ("messages", "list"))
    ]
    again = run_command(home[0], "demo", "--feeds", "--json")
    after = [
        run_command(home[0], *command, "--json").out
        for command in (("entries",), ("open-items",), ("messages", "list"))
    ]
    assert (again.code, after) == (0, before)
    told = [[(row["message_id"], row["outcome"]) for row in _feeds(ran)] for ran in (home[1], again)]
    assert told[0] == told[1]


def test_rules_that_a_bookkeeper_changed_stay_as_they_are(home: tuple[Path, Ran]) -> None:
    file = home[0] / "mappings" / "demo" / "bank.toml"
    file.write_text(file.read_text("utf-8") + "# mine\n", "utf-8")
    assert run_command(home[0], "demo", "--feeds", "--json").code == 0
    assert file.read_text("utf-8").endswith("# mine\n")


def test_program_writes_the_samples_that_ship(tmp_path: Path) -> None:
    write(tmp_path)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in tmp_path.glob("*/*")}
    assert made == {p.relative_to(FOLDER): p.read_bytes() for p in FOLDER.glob("*/*") if p.parent.name in FEEDS}


def test_it_reads_in_dutch_and_english(home: tuple[Path, Ran]) -> None:
    dutch, english = (run_command(home[0], "demo", "--feeds", "--language", language) for language in ("nl", "en"))
    assert "Tussenrekeningen" in dutch.out
    assert "Clearing accounts" in english.out
