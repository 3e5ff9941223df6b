"""Approval in an administration file: read whole, and every fault named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.errors import Usage
from hub.formats.administration_file import read_administration
from hub.model.approval import ApprovalStep, Substitute

STARTER = (Path(__file__).resolve().parents[2] / "mappings/starter.toml").read_text("utf-8")
FLOW = """
[[approval_flow]]
code = "two"
name = "Budget en directie"
steps = [{approvers = ["anna", "bert"]}, {approvers = ["cor"], above = "1000.00"}, {above = 0}]

[[approval_substitute]]
user = "dirk"
replaces = "anna"
from = "2026-08-01"
to = 2026-08-21
"""


def _read(text: str, method: str = "direct", flow: str = "") -> object:
    own = STARTER.replace('purchase_method = "direct"', f'purchase_method = "{method}"')
    return read_administration((own.replace('approval_flow = ""', f'approval_flow = "{flow}"') + text).encode())


def test_flows_and_substitutes_are_read() -> None:
    made = read_administration((STARTER + FLOW).encode())
    (flow,) = made.approval_flows
    assert (flow.code, flow.name) == ("two", "Budget en directie")
    assert flow.steps == (
        ApprovalStep(("anna", "bert")),
        ApprovalStep(("cor",), Decimal("1000.00")),
        ApprovalStep((), Decimal(0)),
    )
    assert made.approval_substitutes == (Substitute("dirk", "anna", date(2026, 8, 1), date(2026, 8, 21)),)


def test_file_of_before_has_no_approval() -> None:
    old = "\n".join(
        line for line in STARTER.splitlines() if "purchase_method" not in line and "approval_flow =" not in line
    )
    made = read_administration(old.encode())
    assert (made.purchase_method, made.approval_flow, made.approval_flows) == ("direct", "", ())


@pytest.mark.parametrize(
    ("text", "method", "flow", "named"),
    [
        ("", "sometimes", "", "sometimes"),
        ("", "register_first", "nobody", "nobody"),
        ("[[approval_flow]]\ncode = 'a'\nsteps = []\n", "direct", "", "approval_flow a"),
        ("[[approval_flow]]\ncode = 'a'\nsteps = [{approvers = 'anna'}]\n", "direct", "", "list of names"),
        ("[[approval_flow]]\ncode = 'a'\nsteps = [{above = 'veel'}]\n", "direct", "", "Invalid"),
        (FLOW + FLOW, "direct", "", "code of its own"),
        ("[[approval_substitute]]\nuser = 'a'\nreplaces = 'b'\nfrom = 2026-08-02\nto = 2026-08-01\n", "direct", "", "2026-08-02"),
        ("[[approval_substitute]]\nuser = 'a'\n", "direct", "", "replaces"),
    ],
)  # fmt: skip
def test_fault_is_named(text: str, method: str, flow: str, named: str) -> None:
    with pytest.raises(Usage, match=named):
        _read(text, method, flow)


def test_book_at_once_needs_its_account() -> None:
    without = "\n".join(line for line in STARTER.splitlines() if "invoices_awaiting_approval" not in line)
    with pytest.raises(Usage, match="invoices_awaiting_approval"):
        read_administration(without.replace('purchase_method = "direct"', 'purchase_method = "book_at_once"').encode())
