"""`hub demo`: every document ends as a bookkeeper expects, the books hold, and a second run changes nothing."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DOCUMENTS, Cli, Ran, run_command

EXPECTED: list[dict[str, Any]] = tomllib.loads((DOCUMENTS / "EXPECTED.toml").read_text("utf-8"))["document"]


def _name(row: dict[str, Any]) -> str:
    return f"{row['file']}/{row['member']}" if "member" in row else str(row["file"])


def _documents(ran: Ran) -> dict[str, dict[str, Any]]:
    return {row["file"]: row for row in ran.rows if "file" in row}


def test_demo_takes_every_document(demo_home: tuple[Path, Ran]) -> None:
    _, ran = demo_home
    assert ran.code == 0, ran.err
    assert set(_documents(ran)) == {_name(row) for row in EXPECTED}
    assert len(EXPECTED) >= 25


@pytest.mark.parametrize("expected", EXPECTED, ids=_name)
def test_demo_outcome_is_as_expected(demo_home: tuple[Path, Ran], expected: dict[str, Any]) -> None:
    row = _documents(demo_home[1])[_name(expected)]
    assert row["outcome"] in (expected["outcome"], expected.get("also"))
    if row["outcome"] == "posted":
        document = row["document"]
        assert document["due"] == expected["due"]
        assert (document["direction"], document["number"]) == (expected["direction"], expected["number"])
        codes = {v["code"] for entry in row["entries"] for v in entry["vat_lines"]}
        assert codes == {group["code"] for group in expected["vat"]}


def test_demo_proves_its_books(demo_home: tuple[Path, Ran]) -> None:
    checks = [row for row in demo_home[1].rows if "check" in row]
    assert len(checks) > 10
    assert all(check["ok"] for check in checks)


def test_demo_when_run_again_changes_nothing(demo_home: tuple[Path, Ran]) -> None:
    home, first = demo_home
    before = run_command(home, "entries", "--json").out, run_command(home, "trial-balance", "--json").out
    second = run_command(home, "demo", "--json")
    after = run_command(home, "entries", "--json").out, run_command(home, "trial-balance", "--json").out
    assert second.code == 0
    assert after == before
    assert {k: v["outcome"] for k, v in _documents(second).items()} == {
        k: v["outcome"] for k, v in _documents(first).items()
    }
    assert [r["message_id"] for r in second.rows if "file" in r] == [r["message_id"] for r in first.rows if "file" in r]


def test_demo_for_people_gives_each_its_reason(demo_cli: Cli) -> None:
    ran = demo_cli("demo")
    lines = {line.split()[0]: line for line in ran.out.splitlines() if line[:2].isdigit()}
    assert set(lines) >= {_name(row) for row in EXPECTED}
    assert "betaling is geblokkeerd" in lines["18-new-bank-account.xml"]
    assert "21-11-2026" in ran.out
    assert "hub history" in ran.out
    assert demo_cli("demo", "--language", "en").out.count("payment is blocked") >= 1


def test_demo_leaves_somebodys_own_documents_alone(cli: Cli) -> None:
    cli("intake", str(DOCUMENTS / "01-office-supplies.xml"))
    assert cli("demo", "--json").code == 0
    assert len(cli("entries", "--administration", "demo", "--json").rows) == 1
    assert len(cli("entries", "--administration", "voorbeeld", "--json").rows) > 25
