"""Reports, labels and mailings on the command line: every report in every form, and what they lead on to."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.cli.conftest import DOCUMENTS, Cli
from tests.workers.mail_server import letterbox

REPORTS = [
    ("entries",), ("trial-balance",), ("open-items",), ("ageing", "--as-of", "2026-11-21"), ("ageing", "--items", "--side", "both"),
    ("history", "--invoice", "GK-2026-0012"), ("general-ledger",), ("journal-report",), ("balance-list",), ("statement", "C0001"),
]  # fmt: skip


@pytest.mark.parametrize("report", REPORTS, ids=" ".join)
def test_every_report_comes_in_every_form_and_language(demo_cli: Cli, tmp_path: Path, report: tuple[str, ...]) -> None:
    assert demo_cli(*report, "--json").rows
    assert "Totaal" in demo_cli(*report).out or "saldo" in demo_cli(*report).out or report[0] in ("entries", "history")
    for ending, begins in ((".csv", b""), (".xlsx", b"PK"), (".pdf", b"%PDF")):
        file = tmp_path / f"report{ending}"
        ran = demo_cli(*report, "--out", str(file), "--json", "--language", "en")
        assert ran.rows == [{"file": str(file), "rows": ran.rows[0]["rows"]}]
        assert file.read_bytes().startswith(begins)
    lines = list(csv.reader(io.StringIO((tmp_path / "report.csv").read_text("utf-8"), newline="")))
    assert len(lines) == ran.rows[0]["rows"] + 1


def _csv(cli: Cli, file: Path, *report: str) -> list[dict[str, str]]:
    assert cli(*report, "--out", str(file)).code == 0
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8"), newline="")))


def test_open_items_of_both_sides_have_a_total_a_side_and_tie_to_the_ledger(demo_cli: Cli, tmp_path: Path) -> None:
    rows = _csv(demo_cli, tmp_path / "open.csv", "open-items")
    items, totals = [r for r in rows if r["item"]], [r for r in rows if not r["item"]]
    assert {(r["side"], r["currency"]) for r in totals} == {
        ("receivable", "EUR"),
        ("payable", "EUR"),
        ("payable", "USD"),
    }
    for total in totals:
        mine = [r for r in items if (r["side"], r["currency"]) == (total["side"], total["currency"])]
        assert Decimal(total["outstanding"]) == sum(Decimal(r["outstanding"]) for r in mine)
    balance = {r["account"]: Decimal(r["balance"]) for r in demo_cli("trial-balance", "--json").rows}
    base = {
        side: sum(Decimal(r["outstanding_base"]) for r in items if r["side"] == side)
        for side in ("receivable", "payable")
    }
    assert base == {"receivable": balance["1300"], "payable": -balance["1600"]}
    shown = demo_cli("open-items", "--language", "en").out
    for side in ("debtors", "creditors"):
        assert f"Control account {side}: " in shown
    assert shown.count("difference with this list: 0.00") == 2
    assert "Control account" not in demo_cli("open-items", "--relation", "C0001", "--language", "en").out


def test_a_file_names_on_every_line_what_one_goes_down_by(demo_cli: Cli, tmp_path: Path) -> None:
    entries = _csv(demo_cli, tmp_path / "entries.csv", "entries")
    assert all(row["journal"] and row["number"] and row["date"] and row["period"] for row in entries)
    assert any(row["message_id"] for row in entries)
    foreign = [row for row in entries if row["currency"] == "USD"]
    assert foreign
    assert all(row["base"] != (row["debit"] or row["credit"]) for row in foreign)
    ledger = _csv(demo_cli, tmp_path / "ledger.csv", "general-ledger", "--account", "1600")
    assert all(row["item"] and row["entry"] and row["relation"] for row in ledger if row["date"])
    history = _csv(demo_cli, tmp_path / "history.csv", "history", "--invoice", "GK-2026-0012")
    assert all(row["entry"] and row["message_id"] for row in history)
    assert all(row["item"] for row in _csv(demo_cli, tmp_path / "statement.csv", "statement", "C0001") if row["date"])


def test_a_choice_that_finds_nothing_does_not_say_that_the_books_are_empty(demo_cli: Cli) -> None:
    for report in (
        ("trial-balance", "--as-of"),
        ("entries", "--to"),
        ("general-ledger", "--to"),
        ("journal-report", "--to"),
    ):
        ran = demo_cli(*report, "2019-01-01")
        assert (ran.code, ran.out) == (0, "")
        assert "Binnen deze keuze" in ran.err


def test_a_report_says_of_which_days_it_is_also_when_nobody_chose(demo_cli: Cli, tmp_path: Path) -> None:
    for asked, said in (
        ((), "alles wat geboekt is"),
        (("--as-of", "2026-06-30"), "30-06-2026"),
        (("--from", "2026-01-01"), "01-01-2026 - heden"),
    ):
        file = tmp_path / "t.xlsx"
        assert demo_cli("trial-balance", *asked, "--out", str(file)).code == 0
        head = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()[:6]
        assert said in {row[1] for row in head}


def test_dutch_csv_has_dutch_headings_and_figures(demo_cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    assert demo_cli("trial-balance", "--out", str(file), "--csv", "dutch").code == 0
    text = file.read_text("utf-8-sig")
    assert text.startswith("Rekening;Naam;Debet;Credit;Saldo")
    assert ",00" in text


def test_a_form_that_does_not_exist_is_usage(demo_cli: Cli, tmp_path: Path) -> None:
    for name in ("a.docx", "no/folder/a.csv"):
        assert demo_cli("trial-balance", "--out", str(tmp_path / name)).code == 2


def test_one_may_go_from_an_account_down_to_the_bytes(demo_cli: Cli, tmp_path: Path) -> None:
    account = next(r["account"] for r in demo_cli("trial-balance", "--json").rows if r["account"] == "1600")
    line = next(
        r for r in demo_cli("general-ledger", "--account", account, "--json").rows if r.get("invoice") == "GK-2026-0012"
    )
    items = demo_cli("open-items", "--relation", line["relation"], "--json").rows
    assert line["item"] in {item["item"] for item in items}
    history = demo_cli("history", "--invoice", line["invoice"], "--json").rows
    assert {row["entry"] for row in history} >= {line["entry"]}
    file = tmp_path / "invoice.xml"
    ran = demo_cli("original", "--entry", line["entry"], "--out", str(file), "--json").rows[0]
    assert ran["message_id"] == line["message_id"]
    assert file.read_bytes() == (DOCUMENTS / ran["file"]).read_bytes()


def test_the_pdf_inside_an_invoice_is_given(demo_cli: Cli, tmp_path: Path) -> None:
    listed = next(r for r in demo_cli("messages", "list", "--json").rows if str(r.get("file", "")).startswith("13-"))
    shown = demo_cli("original", "--message", listed["message_id"], "--json").rows[0]
    assert [a["media_type"] for a in shown["attachments"]] == ["application/pdf"]
    file = tmp_path / "in.pdf"
    assert demo_cli("original", "--message", listed["message_id"], "--attachment", "1", "--out", str(file)).code == 0
    assert file.read_bytes().startswith(b"%PDF")
    assert demo_cli("original", "--message", listed["message_id"], "--attachment", "2").code == 4
    assert demo_cli("original").code == 2


def test_ageing_takes_its_limits_from_the_settings(demo_cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_AGEING_BUCKETS", "7,14")
    assert len(demo_cli("ageing", "--json").rows[-1]["buckets"]) == 3
    assert len(demo_cli("ageing", "--buckets", "30", "--json").rows[-1]["buckets"]) == 2


def test_balance_list_ties_to_the_trial_balance(demo_cli: Cli) -> None:
    balance = {r["account"]: Decimal(r["balance"]) for r in demo_cli("trial-balance", "--json").rows}
    ties = {r["side"]: r for r in demo_cli("balance-list", "--json").rows if "control_account" in r}
    assert Decimal(ties["receivable"]["closing"]) == balance["1300"]
    assert Decimal(ties["payable"]["closing"]) == -balance["1600"]


def test_labels_are_made_for_a_selection(demo_cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "labels.pdf"
    ran = demo_cli("labels", "--select", "role=debtor", "--out", str(file), "--json")
    assert ran.rows[0]["labels"] == len(
        {r["relation"] for r in demo_cli("open-items", "--side", "receivable", "--json").rows}
    )
    assert file.read_bytes().startswith(b"%PDF")
    assert demo_cli("labels", "--select", "code=NOBODY", "--out", str(file)).code == 4
    assert demo_cli("labels", "--select", "colour=red", "--out", str(file)).code == 2
    assert demo_cli("labels", "--out", str(tmp_path / "labels.xlsx")).code == 2
    assert demo_cli("labels", "--sheets", "--json").rows[0]["sheet"] == "3x8"


def test_a_mailing_from_selection_to_letterbox(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        assert cli("relations", "add", f"Firma {name}", "--role", "debtor", "--email", f"{name}@example.nl").code == 0
    letter = tmp_path / "letter.txt"
    letter.write_text("Beste {{name}},\n\nWij zijn dicht.\n", "utf-8")
    new = ("mailings", "new", "--subject", "Dicht", "--template", str(letter), "--select", "role=debtor")
    assert cli(*new, "--dry-run", "--json").rows[0]["email"] == "a@example.nl"
    assert cli("mailings", "list", "--json").rows == []
    made = cli(*new, "--json").rows[0]
    assert (made["queued"], made["skipped"]) == (2, 0)
    number = str(made["mailing"])
    assert "Beste Firma b" in cli("mailings", "preview", number, "--relation", "C0002").out
    assert cli("mailings", "send", number).code == 2  # no mail server is set
    assert cli("mailings", "opt-out", "--email", "b@example.nl").code == 0
    with letterbox() as box:
        for name, value in {
            "HOST": "127.0.0.1",
            "PORT": str(box.port),
            "SENDER": "books@example.nl",
            "STARTTLS": "no",
        }.items():
            monkeypatch.setenv(f"HUB_SMTP_{name}", value)
        assert cli("mailings", "test", number, "--to", "me@example.nl").code == 0
        sent = cli("mailings", "send", number, "--json")
        assert (sent.code, sent.rows[0]["sent"], sent.rows[0]["skipped"]) == (0, 1, 1)
        assert box.addresses == ["me@example.nl", "a@example.nl"]
        assert box.mails[0][1]["subject"] == "[TEST] Dicht"
    states = {r["email"]: (r["state"], r["reason"]) for r in cli("mailings", "show", number, "--json").rows}
    assert states == {"a@example.nl": ("sent", None), "b@example.nl": ("skipped", "opted_out")}
    assert cli("mailings", "opt-outs", "--json").rows[0]["email"] == "b@example.nl"
    assert cli("mailings", "show", "999999").code == 4


def test_a_mailing_with_a_field_that_nobody_fills_is_refused(cli: Cli, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Beste {{naam}}", "utf-8")
    ran = cli("mailings", "new", "--subject", "x", "--template", str(letter), "--json")
    assert (ran.code, ran.rows[0]["findings"][0]["code"]) == (3, "HUB-MAIL-01")
    letter.write_bytes(b"\xff\xfe")
    assert cli("mailings", "new", "--subject", "x", "--template", str(letter)).code == 2
