"""`hub dunning preview|print|letter|templates|bounces`: what leaves on paper, and what comes back by mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.books import open_books
from tests.cli.conftest import Cli, empty_home
from tests.debtors import TODAY, Debtors
from tests.formats.test_delivery_status import FAILED, report

__all__ = ["empty_home"]
LATE = TODAY - timedelta(days=20)


@pytest.fixture
def debtors(tmp_path: Path) -> Iterator[Debtors]:
    """One debtor by post, one by mail, and their frozen run."""
    with open_books(tmp_path / "home") as books:
        made = Debtors(books)
        made.bank_read_until()
        for number, email in (("F1", ""), ("F2", "bea@example.org")):
            made.invoice(made.add(f"Debiteur {number}", email=email), number, "100.00", LATE)
        yield made


def codes(debtors: Debtors) -> list[str]:
    return [str(code) for (code,) in debtors.books.rows("SELECT code FROM relation ORDER BY id")]


def test_preview_shows_the_text_or_writes_the_letter(debtors: Debtors, empty_home: Cli, tmp_path: Path) -> None:
    run, (by_post, _) = debtors.concept(), codes(debtors)
    (row,) = empty_home("dunning", "preview", str(run), by_post, "--json").rows
    assert (row["relation"], row["state"], row["channel"]) == (by_post, "concept", "letter")
    assert "F1" in row["subject"]
    assert "100,00" in row["text"]
    assert row["text"] in empty_home("dunning", "preview", str(run), by_post).out
    out = tmp_path / "letter.pdf"
    assert empty_home("dunning", "preview", str(run), by_post, "--out", str(out)).code == 0
    assert "F1" in PdfReader(out).pages[0].extract_text()
    assert empty_home("dunning", "preview", str(run), "C9999").code == 4


def test_letters_are_printed_then_posted_and_can_be_had_again(
    debtors: Debtors, empty_home: Cli, tmp_path: Path
) -> None:
    run = debtors.frozen()
    debtors.send(run)
    folder = tmp_path / "letters"
    first = empty_home("dunning", "print", str(run), "--out", str(folder), "--json")
    [row] = first.rows
    assert (first.code, row["state"]) == (0, "staged")
    assert debtors.states()[row["reference"]] == "staged"
    letter = (folder / row["file"]).read_bytes()
    assert len(PdfReader(folder / f"run-{run}.pdf").pages) == len(PdfReader(BytesIO(letter)).pages)
    [posted] = empty_home("dunning", "print", str(run), "--out", str(folder), "--posted", "2026-11-24", "--json").rows
    assert posted["state"] == "printed"
    assert (folder / row["file"]).read_bytes() == letter
    assert debtors.states()[row["reference"]] == "printed"
    assert str(debtors.books.scalar("SELECT sent_on FROM reminder WHERE state = 'printed'")) == "2026-11-24"
    assert empty_home("dunning", "print", str(run), "--out", str(folder), "--posted", "2026-11-24").code == 4
    again = tmp_path / "again.pdf"
    assert empty_home("dunning", "letter", row["reference"], "--out", str(again)).code == 0
    assert again.read_bytes() == letter
    assert empty_home("dunning", "letter", "H-99-1").code == 4


def test_two_letters_begin_on_sheets_of_their_own(debtors: Debtors, empty_home: Cli, tmp_path: Path) -> None:
    debtors.invoice(debtors.add("Derde", email=""), "F3", "70.00", LATE)
    run = debtors.frozen()
    debtors.send(run)
    rows = empty_home("dunning", "print", str(run), "--out", str(tmp_path / "l"), "--json").rows
    assert len(rows) == 2
    whole = PdfReader(tmp_path / "l" / f"run-{run}.pdf")
    begins = [
        n
        for n, page in enumerate(whole.pages)
        if any(r["reference"] in page.extract_text() for r in rows) and "1 / " in page.extract_text()
    ]
    assert all(n % 2 == 0 for n in begins)
    assert len(begins) == 2


def test_bounces_of_files_are_told_one_by_one(debtors: Debtors, empty_home: Cli, tmp_path: Path) -> None:
    debtors.send(debtors.frozen())
    debtors.mark_all("", TODAY)
    [(uid,)] = debtors.books.rows("SELECT uid FROM dispatch")
    files = {
        "back": report(FAILED).replace(b"0191-abc", str(uid).encode()),
        "away": b"Auto-Submitted: auto-replied\r\n\r\nweg", "other": report(FAILED), "none": b"Subject: hallo\r\n\r\nhallo",
    }  # fmt: skip
    for name, data in files.items():
        (tmp_path / f"{name}.eml").write_bytes(data)
    ran = empty_home("dunning", "bounces", *(str(tmp_path / f"{name}.eml") for name in files), "--json")
    assert [row["found"] for row in ran.rows] == ["bounced", "auto_reply", "unknown", "no_report"]
    assert ran.code == 7
    assert debtors.states()[ran.rows[0]["reference"]] == "bounced"
    ran = empty_home("dunning", "bounces", str(tmp_path / "back.eml"), "--language", "en")
    assert (ran.code, "nothing new" in ran.out) == (0, True)


def test_own_template_is_checked_and_looked_at_before_it_is_used(empty_home: Cli, tmp_path: Path) -> None:
    assert empty_home("init").code == 0
    assert len(empty_home("dunning", "templates", "check", "--json").rows) >= 32
    own = tmp_path / "own.toml"
    text = 'subject = "S {invoice}"\nbody = "Beste {debtor}, {principal}"\n'
    own.write_text(
        '[[policy]]\ncode = "mine"\n[[policy.level]]\ncode = "zacht"\nkind = "reminder"\ndays = "1"\nchannel = "email"\n'
        f"[policy.level.nl]\n{text}[policy.level.en]\n{text}"
    )
    (row,) = empty_home("dunning", "templates", "preview", "zacht", "--file", str(own), "--json").rows
    assert row["subject"] == "S 2026-0101"
    assert row["text"].startswith("Beste A. de Wit, € 1.000,00")
    out = tmp_path / "demand.pdf"
    asked = (
        "dunning",
        "templates",
        "preview",
        "demand",
        "--policy",
        "business",
        "--many",
        "--language",
        "en",
        "--out",
        str(out),
    )
    assert empty_home(*asked).code == 0
    assert "2026-0117" in PdfReader(out).pages[0].extract_text()
    own.write_text(own.read_text().replace("{principal}", "{principle}"))
    refused = empty_home("dunning", "templates", "check", "--file", str(own))
    assert refused.code != 0
    assert "principle" in refused.out + refused.err
    assert "demand" in empty_home("dunning", "templates", "preview", "nothing").err
