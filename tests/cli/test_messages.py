"""`hub messages show`: what it says of a message that booked more than it shows."""

from __future__ import annotations

from typing import Any

import pytest

from hub.cli.messages import _show
from hub.cli.output import Output

POSTINGS = [
    {"account": account, "side": side, "amount": "5.00", "currency": "EUR", "vat_code": "", "relation": None}
    for account, side in (("1100", "debit"), ("1990", "credit"))
]


@pytest.mark.parametrize(("in_all", "said"), [(840, "… and 839 more: `hub entries --journal BNK`"), (1, "")])
def test_entries_that_are_left_out_are_counted(in_all: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    entry = {"journal": "BNK", "number": 1, "date": "2026-11-20", "description": "koffie", "postings": POSTINGS}
    row: dict[str, Any] = {"message_id": "m", "entries": [entry], "entries_in_all": in_all}
    _show(row, Output(False, "en"))
    shown = capsys.readouterr().out
    assert "BNK 1" in shown
    assert said in shown
    assert ("more:" in shown) == bool(said)
