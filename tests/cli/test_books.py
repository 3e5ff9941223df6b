"""The books on the command line: shapes of the contract, dates, and that they tie."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from tests.cli.conftest import Cli, Ran


def test_trial_balance_balances(demo_cli: Cli) -> None:
    rows = demo_cli("trial-balance", "--json").rows
    assert set(rows[0]) >= {"account", "name", "debit", "credit", "balance"}
    assert sum(Decimal(row["balance"]) for row in rows) == 0
    assert sum(Decimal(row["debit"]) for row in rows) > 0


def test_trial_balance_as_of_leaves_out_what_came_later(demo_cli: Cli) -> None:
    before = demo_cli("trial-balance", "--as-of", "2026-01-31", "--json").rows
    assert 0 < len(before) < len(demo_cli("trial-balance", "--json").rows)
    assert demo_cli("trial-balance", "--known-at", "2026-01-01T00:00:00Z", "--json").rows == []


def test_open_items_tie_to_the_control_account(demo_cli: Cli) -> None:
    items = demo_cli("open-items", "--side", "receivable", "--json").rows
    balance = next(r["balance"] for r in demo_cli("trial-balance", "--json").rows if r["account"] == "1300")
    assert sum(Decimal(item["outstanding"]) for item in items) == Decimal(balance)
    wanted = {"relation", "invoice", "date", "due_date", "currency", "original", "settled", "outstanding", "blocked"}
    assert set(items[0]) >= wanted


def test_new_iban_blocks_its_open_item(demo_cli: Cli) -> None:
    blocked = {row["invoice"]: row["blocked"] for row in demo_cli("open-items", "--json").rows}
    assert blocked["KB-20260601"]
    assert not blocked["KB-20260501"]


def test_ageing_ends_with_its_tie(demo_cli: Cli) -> None:
    for side in ("receivable", "payable", "both"):
        rows = demo_cli("ageing", "--side", side, "--buckets", "14,30", "--as-of", "2026-11-21", "--json").rows
        assert rows[-1]["difference"] == "0.00"
        assert sum(Decimal(row["total"]) for row in rows[:-1]) == Decimal(rows[-1]["total"])
        assert {len(row["buckets"]) for row in rows} == {3}


def test_ageing_with_wrong_buckets_is_usage(demo_cli: Cli) -> None:
    assert demo_cli("ageing", "--buckets", "60,30").code == 2


def test_history_of_an_invoice_runs_to_its_balance(demo_cli: Cli) -> None:
    rows = demo_cli("history", "--invoice", "gk 2026 0012", "--json").rows
    assert rows[-1]["balance"] == "347.27"
    assert rows[0]["source"]["file"] == "01-office-supplies.xml"


def test_history_of_unknown_invoice_is_not_found(demo_cli: Cli) -> None:
    assert demo_cli("history", "--invoice", "no such").code == 4


def test_entries_are_picked_by_journal_and_date(demo_cli: Cli) -> None:
    rows = demo_cli("entries", "--journal", "VRK", "--from", "2026-10-01", "--to", "2026-10-31", "--json").rows
    assert [row["number"] for row in rows] == [2, 3, 4]
    assert {row["journal"] for row in rows} == {"VRK"}
    assert set(rows[0]) >= {"message_id", "reversal_of", "postings", "vat_lines"}


def test_verify_holds_and_says_what_it_proves(demo_cli: Cli) -> None:
    ran = demo_cli("verify", "--json")
    assert ran.code == 0
    assert all(row["ok"] and row["proves"] for row in ran.rows)


def test_tables_are_plain_where_nobody_watches(demo_cli: Cli) -> None:
    ran = demo_cli("trial-balance")
    assert "Totaal" in ran.out
    assert "\x1b" not in ran.out
    assert ran.err == ""


def test_wrong_date_is_usage(demo_home: tuple[Path, Ran], demo_cli: Cli) -> None:
    ran = demo_cli("trial-balance", "--as-of", "21-11-2026")
    assert ran.code == 2
    assert "YYYY-MM-DD" in ran.err


def test_trial_balance_of_a_year_begins_with_what_the_year_opened_with(demo_cli: Cli) -> None:
    opened = {r["account"]: r["balance"] for r in demo_cli("years", "opening", "2027", "--json").rows}
    rows = demo_cli("trial-balance", "--year", "2027", "--json").rows
    assert opened
    assert {r["account"]: r["opening"] for r in rows} == opened
    assert "Beginsaldo" in demo_cli("trial-balance", "--year", "2026").out
    for wrong in (("--from", "2026-02-01"), ("--as-of", "2027-01-01")):
        assert demo_cli("trial-balance", "--year", "2026", *wrong).code == 2
