"""`hub intake`: shapes, order, exit codes, dry runs."""

from __future__ import annotations

import shutil
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DOCUMENTS, Cli

GOOD, WRONG, UNKNOWN = "01-office-supplies.xml", "14-wrong-total.xml", "16-unknown-supplier.xml"


def _path(name: str) -> str:
    return str(DOCUMENTS / name)


def _only(cli: Cli, *arguments: str) -> dict[str, Any]:
    [row] = cli("intake", *arguments, "--json").rows
    return row


def test_posted_invoice_has_the_contract_shape(cli: Cli) -> None:
    row = _only(cli, _path(GOOD))
    assert row["file"] == _path(GOOD)
    assert row["outcome"] == "posted"
    document = row["document"]
    assert (document["kind"], document["direction"], document["number"]) == ("invoice", "purchase", "GK-2026-0012")
    assert (document["total"], document["due"], document["currency"]) == ("347.27", "347.27", "EUR")
    [entry] = row["entries"]
    assert (entry["journal"], entry["number"], entry["period"]) == ("INK", 1, "2026-01")
    signed = [Decimal(p["amount"]) * (1 if p["side"] == "debit" else -1) for p in entry["postings"]]
    assert sum(signed) == 0
    assert [p["relation"] for p in entry["postings"] if p["relation"]] == ["C0001"]
    assert entry["vat_lines"][0]["tax"] == "60.27"
    account = next(d for d in row["decisions"] if d["what"] == "contra_account")
    assert (account["line"], account["value"], account["code"]) == (1, "4990", "default_account")
    assert account["why"] == "standaardrekening van de administratie"


def test_dry_run_shows_the_same_and_records_nothing(cli: Cli) -> None:
    dry = _only(cli, _path(GOOD), "--dry-run")
    assert dry["outcome"] == "posted"
    assert dry["message_id"] is None
    assert dry["entries"][0]["number"] is None
    assert [p["relation"] for p in dry["entries"][0]["postings"] if p["relation"]] == ["new"]
    assert cli("messages", "list", "--json").rows == []
    assert cli("trial-balance", "--json").rows == []


def test_dry_run_judges_each_file_alone(cli: Cli) -> None:
    ran = cli("intake", _path(GOOD), _path("19-same-file-again.xml"), "--dry-run", "--json")
    assert [row["outcome"] for row in ran.rows] == ["posted", "posted"]


def test_same_file_twice_is_a_duplicate(cli: Cli) -> None:
    first = _only(cli, _path(GOOD))
    ran = cli("intake", _path(GOOD), "--json")
    assert ran.code == 0
    assert ran.rows[0]["outcome"] == "duplicate"
    assert ran.rows[0]["earlier"] == first["message_id"]
    assert ran.rows[0]["entries"] == []


def test_bad_file_does_not_stop_the_others(cli: Cli) -> None:
    names = ("39-not-xml.xml", GOOD, "41-truncated.xml", "02-coffee-two-rates.xml")
    ran = cli("intake", *map(_path, names), "--json")
    assert ran.code == 7
    assert [row["outcome"] for row in ran.rows] == ["refused", "posted", "refused", "posted"]
    assert [row["file"] for row in ran.rows] == [_path(name) for name in names]


@pytest.mark.parametrize(
    ("names", "code"), [((GOOD,), 0), ((WRONG,), 3), ((UNKNOWN,), 7), ((GOOD, WRONG), 7), (("nowhere.xml",), 4)]
)
def test_exit_code_by_outcomes(cli: Cli, names: tuple[str, ...], code: int) -> None:
    assert cli("intake", *map(_path, names)).code == code


def test_folder_is_taken_sorted_without_hidden_files_and_links(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "b").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    for target in ("z.xml", "b/y.xml", ".x.xml", ".hidden/w.xml"):
        shutil.copy(DOCUMENTS / GOOD, folder / target)
    secret = tmp_path / "secret.xml"
    shutil.copy(DOCUMENTS / GOOD, secret)
    (folder / "link.xml").symlink_to(secret)
    rows = cli("intake", str(folder), "--dry-run", "--json").rows
    assert [Path(row["file"]).relative_to(folder).as_posix() for row in rows] == ["b/y.xml", "link.xml", "z.xml"]
    assert rows[1]["outcome"] == "refused"
    assert rows[1]["findings"][0]["code"] == "HUB-FILE-02"


def test_zip_gives_a_line_per_member(cli: Cli) -> None:
    path = _path("42-two-invoices.zip")
    rows = cli("intake", path, "--json").rows
    assert [row["file"] for row in rows] == [f"{path}/LV-2026-511.xml", f"{path}/KB-20261101.xml"]
    assert {row["outcome"] for row in rows} == {"posted"}


def test_empty_zip_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "none.zip"
    zipfile.ZipFile(path, "w").close()
    assert _only(cli, str(path))["findings"][0]["code"] == "HUB-FILE-05"


def test_side_that_was_given_decides_where_nobody_is_us(cli: Cli) -> None:
    stranger = _path("43-wrong-addressee.xml")
    assert _only(cli, stranger, "--dry-run")["findings"][0]["code"] == "HUB-SIDE-01"
    row = _only(cli, stranger, "--as", "purchase")
    assert row["outcome"] == "posted"
    assert row["decisions"][0]["code"] == "side_was_given"


def test_sentences_follow_the_language(cli: Cli) -> None:
    dutch = _only(cli, _path(WRONG), "--dry-run")["findings"][0]
    english = _only(cli, _path(WRONG), "--dry-run", "--language", "en")["findings"][0]
    assert "€ 332,75" in dutch["message"]
    assert "€ 332.75" in english["message"]
    assert dutch["found"] == english["found"] == "332.76"


def test_batch_gives_the_same_relation_one_code(cli: Cli) -> None:
    rows = cli("intake", _path(GOOD), _path("03-credit-note.xml"), _path("24-accounting-cost.xml"), "--json").rows
    assert {row["document"]["relation"] for row in rows} == {"C0001"}
    assert not any("*" in str(d["value"]) + d["why"] for row in rows for d in row["decisions"])


def test_table_shows_outcome_and_reason(cli: Cli) -> None:
    ran = cli("intake", _path(GOOD), _path(WRONG))
    assert "geboekt" in ran.out
    assert "verschil € 0,01" in ran.out
    assert ran.err == ""


def test_actor_is_recorded(cli: Cli) -> None:
    uid = _only(cli, _path(UNKNOWN))["message_id"]
    cli("messages", "refuse", uid, "--reason", "privé", "--actor", "Anna")
    [row] = cli("messages", "show", uid, "--json").rows
    assert row["outcome"] == "refused"
    assert row["ended"][0]["actor"] == "Anna"
