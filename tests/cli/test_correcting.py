"""`hub validate --mail` and `hub messages mail`: a mail to the sender, shown or as a draft."""

from __future__ import annotations

import email
from pathlib import Path

from tests.cli.conftest import Cli
from tests.rules.documents import totals
from tests.rules.peppol_documents import peppol_invoice

WRONG = peppol_invoice(monetary=totals(lines="100.00", net="100.00", gross="121.00", payable="120.00"))


def test_validate_shows_the_mail_and_writes_it_as_a_draft(empty_home: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WRONG, "utf-8")
    shown = empty_home("validate", str(tmp_path / "a.xml"), "--mail")
    assert shown.code == 0
    assert "Factuur 2026-1 van 02-11-2026: graag verbeteren" in shown.out
    assert "(BR-CO-16)" in shown.out
    written = empty_home("validate", str(tmp_path / "a.xml"), "--mail", "--out", str(tmp_path / "m.eml"), "--json")
    assert written.code == 0
    mail = email.message_from_bytes((tmp_path / "m.eml").read_bytes())
    assert mail["X-Unsent"] == "1"
    assert written.rows[0]["subject"] == "Factuur 2026-1 van 02-11-2026: graag verbeteren"


def test_validate_says_when_there_is_nothing_to_ask(empty_home: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WRONG.replace("120.00", "121.00").replace(">NL<", ">LU<"), "utf-8")
    told = empty_home("validate", str(tmp_path / "a.xml"), "--mail")
    assert told.code == 4
    assert "niets aan de afzender te vragen" in told.err


def test_draft_needs_a_folder_that_is_there(empty_home: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(WRONG, "utf-8")
    told = empty_home("validate", str(tmp_path / "a.xml"), "--mail", "--out", str(tmp_path / "none" / "m.eml"))
    assert told.code == 2


def test_messages_mail_asks_about_what_came_in(demo_cli: Cli) -> None:
    refused = [row for row in demo_cli("messages", "list", "--outcome", "refused", "--json").rows if row["number"]]
    told = [demo_cli("messages", "mail", row["message_id"], "--json") for row in refused]
    mails = [each.rows[0] for each in told if each.code == 0]
    assert mails
    assert all(mail["subject"] and "afzender" not in mail["text"] for mail in mails)
    assert demo_cli("messages", "mail", "nothere").code == 4
