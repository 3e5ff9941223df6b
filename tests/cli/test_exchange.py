"""`hub export` and `hub import` as their users call them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
import pyxaf

from tests.cli.conftest import Cli
from tests.formats.audit_files import audit_file, journal, line, saved, sound, transaction


@pytest.mark.parametrize("version", ["3.2", "4.0"])
def test_audit_file_of_the_demo_has_no_errors(demo_cli: Cli, tmp_path: Path, version: str) -> None:
    out = tmp_path / "demo.xaf"
    ran = demo_cli("export", "xaf", "--version", version, "--year", "2026", "--out", str(out), "--json")
    (row,) = ran.rows
    assert (ran.code, row["debit"], row["findings"]) == (0, row["credit"], [])
    assert list(pyxaf.validate(str(out), xsd=True).errors) == []


def test_export_says_what_is_wrong_before_it_begins(demo_cli: Cli, tmp_path: Path) -> None:
    assert demo_cli("export", "xaf", "--year", "2026", "--out", str(tmp_path / "no" / "a.xaf")).code == 4
    assert demo_cli("export", "xaf", "--year", "1999", "--out", str(tmp_path / "a.xaf")).code == 4
    assert demo_cli("export", "xaf", "--year", "2026", "--version", "9", "--out", str(tmp_path / "a.xaf")).code == 2
    assert demo_cli("export", "entries", "--out", str(tmp_path / "a.doc")).code == 2
    assert list(tmp_path.iterdir()) == []


def test_audit_file_is_taken_over_and_a_broken_one_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = str(saved(tmp_path, sound()))
    tried = cli("import", "xaf", path, "--dry-run", "--json")
    assert (tried.code, tried.rows[0]["administration"], tried.rows[0]["entries"]) == (0, "oud-pakket-b-v", 3)
    done = cli("import", "xaf", path, "--administration", "old", "--json")
    assert (done.code, done.rows[0]["receivable"], done.rows[0]["payable"]) == (0, "21.00", "50.00")
    assert cli("import", "xaf", path, "--administration", "old").code == 5
    bad = audit_file([journal("MEM", "M", [transaction(1, "2025-03-01", [line("1100", 100), line("8000", -99)])])])
    refused = cli("import", "xaf", str(saved(tmp_path, bad, "bad.xaf")), "--language", "en")
    assert (refused.code, "Transaction MEM 1 does not balance" in refused.out) == (3, True)
    assert cli("import", "xaf", str(tmp_path / "none.xaf")).code == 4


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["relations", "accounts"])
def test_master_data_that_was_exported_is_the_same_when_imported(
    demo_cli: Cli, tmp_path: Path, kind: str, ending: str
) -> None:
    out = str(tmp_path / f"a.{ending}")
    (written,) = demo_cli("export", kind, "--out", out, "--json").rows
    ran = demo_cli("import", kind, out, "--dry-run", "--json")
    *_, summary = ran.rows
    assert written["rows"] > 10
    assert (ran.code, summary["same"], summary["new"], summary["changed"], summary["failed"]) == (
        0,
        written["rows"],
        0,
        0,
        0,
    )
    assert summary["findings"] == []


def test_opening_balance_of_a_closed_period_is_refused_and_books_nothing(cli: Cli, tmp_path: Path) -> None:
    cli("init")
    cli("periods", "close", "2026-01")
    file = tmp_path / "balance.csv"
    file.write_text("account;debit;credit\n1100;100,00;\n0620;;100,00\n", "utf-8")
    ran = cli("import", "opening-balance", str(file), "--year", "2026")
    assert ran.code == 5
    assert "Periode 2026-01 is niet open. De eerste open dag daarna is 01-02-2026" in ran.err
    assert cli("trial-balance", "--json").rows == []


def test_failed_rows_and_kept_mapping(cli: Cli, tmp_path: Path) -> None:
    source, failed = tmp_path / "in.csv", tmp_path / "failed.csv"
    source.write_text("Klantnr;Naam;KvK;Kleur\nK1;Een;00260501;rood\nK2;Twee;123;blauw\n", "utf-8")
    ran = cli("import", "relations", str(source), "--map", "Klantnr=code", "--map", "Kleur=-", "--mapping", "old",
              "--out-failed", str(failed), "--json")  # fmt: skip
    *rows, summary = ran.rows
    assert (ran.code, [row["outcome"] for row in rows], summary["failed"]) == (7, ["new", "failed"], 1)
    assert rows[1]["findings"][0]["code"] == "HUB-TAB-14"
    with failed.open(encoding="utf-8", newline="") as handle:
        assert [row["Klantnr"] for row in csv.DictReader(handle)] == ["K2"]
    failed.write_text(failed.read_text("utf-8").replace(",123,", ",00260502,"), "utf-8")
    again = cli("import", "relations", str(failed), "--mapping", "old", "--json")
    assert (again.code, again.rows[-1]["new"], again.rows[-1]["findings"]) == (0, 1, [])
    assert cli("import", "relations", str(failed), "--mapping", "old", "--json").rows[-1]["same"] == 1
    assert cli("import", "relations", str(failed), "--mapping", "other").code == 4


def test_refused_table_says_why_and_exits_with_three(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("rekening;saldo\n1100;1.234,56\n0620;-1,234.56\n", "utf-8")
    ran = cli("import", "opening-balance", str(source), "--year", "2026", "--language", "en")
    assert (ran.code, "We do not guess" in ran.err or "we do not guess" in ran.err) == (3, True)
    source.write_bytes(b"\x00")
    assert cli("import", "relations", str(source)).code == 3
    assert cli("import", "relations", str(tmp_path / "none.csv")).code == 4
    assert cli("import", "relations", str(source), "--map", "x").code == 2
    assert cli("import", "open-items", str(source), "--year", "2026", "--decimal", "dot").code == 2


def test_entries_have_the_columns_of_the_schema(demo_cli: Cli, tmp_path: Path) -> None:
    schema = json.loads((Path(__file__).parents[2] / "schemas" / "entry-line.schema.json").read_text("utf-8"))
    for ending in ("csv", "jsonl"):
        assert demo_cli("export", "entries", "--from", "2026-01-01", "--out", str(tmp_path / f"e.{ending}")).code == 0
    with (tmp_path / "e.csv").open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        rows = list(reader)
    lines = [json.loads(text) for text in (tmp_path / "e.jsonl").read_text("utf-8").splitlines()]
    assert list(reader.fieldnames or ()) == list(schema["properties"]) == list(lines[0])
    assert [{name: str(value) for name, value in each.items()} for each in lines] == rows
    assert all(bool(row["debit"]) != bool(row["credit"]) for row in rows)
