"""The given bank statements of others read as their manifest says: account, balances, entries, sums, who and what for."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from hub.model.bank_statement import BankEntry, BankStatement
from tests.corpus import CORPUS
from tests.feeds.bank.dump import readings

FOLDER = CORPUS / "feeds" / "bank"
MANIFEST = FOLDER / "manifest.jsonl"
ROWS = [json.loads(line) for line in MANIFEST.read_text("utf-8").splitlines()] if MANIFEST.is_file() else []
NONE_GIVEN = "NOTPROVIDED"
NO_SUCH_DAY = {"2016-02-30": "2016-02-29"}

pytestmark = pytest.mark.skipif(not ROWS, reason="the feeds of the corpus are not on this machine")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_statement_reads_as_the_manifest_says(row: dict[str, Any]) -> None:
    read = readings((FOLDER / row["file"]).read_bytes())
    expected = row["expect"].get("statements", [])
    if not expected:
        assert [r.feed for r in read] == [None]
        assert any(f.fatal for f in read[0].findings)
    else:
        assert len(read) == len(expected)
    for reading, wanted in zip(read, expected, strict=False):
        if reading.feed is None:
            assert wanted["closing"] is None
            assert any(f.fatal for f in reading.findings)
            continue
        assert isinstance(reading.feed, BankStatement)
        _compare(reading.feed, wanted)


def _compare(statement: BankStatement, wanted: dict[str, Any]) -> None:
    shown = statement.summary()
    assert statement.currency == wanted["currency"]
    assert shown["entries"] == wanted["entries"]
    assert Decimal(shown["credit"]) == Decimal(wanted["sum_credit"])
    assert Decimal(shown["debit"]) == Decimal(wanted["sum_debit"])
    for name, value in (("opening", statement.opening), ("closing", statement.closing)):
        assert value == (Decimal(wanted[name]["amount"]) if wanted[name] else None)
    adds_up = None if statement.imbalance is None else statement.imbalance == 0
    assert adds_up == wanted["opening_plus_entries_equals_closing"]
    account = wanted.get("iban") or wanted.get("other_account")
    assert account is None or statement.account == account
    lines: dict[int, BankEntry] = {}
    for entry in statement.entries:
        lines.setdefault(entry.line, entry)
    for number, first in enumerate(wanted["first"], 1):
        _compare_entry(lines[number], first)


def _compare_entry(entry: BankEntry, wanted: dict[str, Any]) -> None:
    said = {**wanted, **wanted.get("own_reading_of_86", {})}
    remittance = said.get("remittance")
    pairs = (
        (said.get("counterparty_name"), entry.name),
        (said.get("counterparty_account"), entry.iban),
        (said.get("structured_reference"), entry.reference),
        (said.get("end_to_end_id"), entry.end_to_end_id or NONE_GIVEN),
        (" ".join(remittance) if isinstance(remittance, list) else remittance, entry.description),
        (said.get("booking_date"), str(entry.on)),
        (said.get("value_date"), str(entry.value_date)),
    )
    for given, found in pairs:
        if given:
            assert _plain(found) == _plain(NO_SUCH_DAY.get(given, given))
    assert (entry.amount >= 0) == (said["sign"] == "CRDT")


def _plain(text: str) -> str:
    return "".join(text.split())
