"""Approval at the command line: what waits, who acts, and what people are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.approvals import bill, credit_for
from tests.cli.conftest import Cli
from tests.demo_documents.draft import Draft
from tests.demo_documents.ubl import write

FLOWS = """
[[approval_flow]]
code = "budget"
name = "Budgethouder, en boven 1.000 de directie"
steps = [{approvers = ["anna", "bert"]}, {approvers = ["cor"], above = "1000.00"}]

[[approval_substitute]]
user = "dirk"
replaces = "anna"
from = "2020-01-01"
to = "2099-12-31"
"""


def _file(folder: Path, draft: Draft) -> str:
    path = folder / f"{draft.number}.xml"
    path.write_bytes(write(draft))
    return str(path)


@pytest.fixture
def office(cli: Cli, tmp_path: Path) -> Cli:
    """The starter with an approval flow, and a supplier whose purchases are booked at once."""
    starter = (Path(__file__).resolve().parents[2] / "mappings/starter.toml").read_text("utf-8")
    starter = starter.replace('purchase_method = "direct"', 'purchase_method = "book_at_once"')
    starter = starter.replace('approval_flow = ""', 'approval_flow = "budget"')
    (tmp_path / "own.toml").write_text(starter + FLOWS, "utf-8")
    assert cli("init", "--administration", str(tmp_path / "own.toml")).code == 0
    return cli


def test_purchase_is_approved_by_two_and_ends_at_zero(office: Cli, tmp_path: Path) -> None:
    [row] = office("intake", _file(tmp_path, bill("F1", "1000.00")), "--actor", "kees", "--json").rows
    assert row["outcome"] == "posted"
    [waiting] = office("approvals", "list", "--json").rows
    assert (waiting["number"], waiting["state"], waiting["approvers"], waiting["steps"]) == (
        "F1",
        "waiting",
        ["anna", "bert"],
        2,
    )
    assert office("approvals", "list", "--approver", "cor", "--json").rows == []
    [on, total] = office("approvals", "suspense", "--json").rows
    assert (on["amount"], total["total"], total["other"], total["balance"]) == ("1000.00", "1000.00", "0.00", "1000.00")
    assert office("approve", "F1", "--actor", "kees").code == 5
    [first] = office("approve", "F1", "--actor", "dirk", "--comment", "order 4711", "--json").rows
    assert (first["state"], first["step"], first["entry"]) == ("waiting", 2, None)
    [last] = office("approve", row["message_id"][:18], "--actor", "cor", "--json").rows
    assert (last["state"], last["entry"]["journal"]) == ("approved", "MEM")
    [shown] = office("approvals", "show", "F1", "--json").rows
    assert [(act["who"], act["on_behalf_of"]) for act in shown["acts"]] == [("dirk", "anna"), ("cor", None)]
    assert office("approvals", "list", "--json").rows == []
    assert office("approvals", "suspense", "--json").rows[-1]["balance"] == "0.00"
    assert office("verify").code == 0


def test_what_waits_is_summed_per_approver_and_age(office: Cli, tmp_path: Path) -> None:
    for number in ("F1", "F2"):
        office("intake", _file(tmp_path, bill(number)), "--actor", "kees")
    office("forward", "F2", "--to", "els", "--actor", "anna")  # nobody knows els
    office("forward", "F2", "--to", "cor", "--actor", "anna")
    rows = office("approvals", "list", "--by", "approver", "--json").rows
    assert [(row["approver"], row["documents"], row["buckets"]) for row in rows] == [
        ("anna", 1, [1, 0, 0, 0]), ("bert", 1, [1, 0, 0, 0]), ("cor", 1, [1, 0, 0, 0])
    ]  # fmt: skip
    assert office("approvals", "list", "--as-of", "2020-01-01", "--json").rows == []
    later = office("approvals", "list", "--by", "approver", "--as-of", "2099-01-01", "--json").rows
    assert later[0]["buckets"] == [0, 0, 0, 1]


def test_rejection_says_why_and_how(office: Cli, tmp_path: Path) -> None:
    office("intake", _file(tmp_path, bill("F1")), "--actor", "kees")
    assert office("reject", "F1", "--actor", "anna").code == 2
    assert office("reject", "F1", "--ending", "returned", "--actor", "anna").code == 2
    [row] = office(
        "reject", "F1", "--ending", "wait_for_credit", "--reason", "te duur", "--actor", "anna", "--json"
    ).rows
    assert row["state"] == "wait_for_credit"
    [waiting] = office("approvals", "list", "--json").rows
    assert (waiting["state"], waiting["reason"]) == ("wait_for_credit", "te duur")
    [note] = office("intake", _file(tmp_path, credit_for("C1", "F1")), "--actor", "kees", "--json").rows
    assert note["outcome"] == "posted"
    assert office("approvals", "list", "--json").rows == []
    assert office("open-items", "--json").rows == []
    assert office("verify").code == 0


def test_registered_purchase_goes_through_its_lane_once_it_is_approved(office: Cli, tmp_path: Path) -> None:
    office("intake", _file(tmp_path, bill("F0")), "--actor", "kees")
    office("relations", "set", "C0001", "--purchase-method", "register_first")
    [held] = office("intake", _file(tmp_path, bill("F1")), "--actor", "kees", "--json").rows
    assert held["outcome"] == "held"
    assert "wacht op akkoord" in held["findings"][-1]["message"]
    assert office("messages", "release", held["message_id"], "--accept", "HUB-APPR-01").code == 5
    [row] = office("approve", "F1", "--actor", "bert", "--json").rows
    assert row["released"] is True
    office("relay", "--once")
    office("worker", "--lane", "invoice", "--once")
    [shown] = office("messages", "show", held["message_id"], "--json").rows
    assert shown["outcome"] == "posted"
    assert office("verify").code == 0


def test_people_are_told_in_both_languages(office: Cli, tmp_path: Path) -> None:
    office("intake", _file(tmp_path, bill("F1")), "--actor", "kees")
    assert "F1" in office("approvals", "list").out
    assert "anna" in office("approvals", "list", "--by", "approver").out
    assert "aangehouden" in office("hold-invoice", "F1", "--reason", "bon", "--actor", "anna", "--language", "nl").out
    assert "waits for approval again" in office("resume-invoice", "F1", "--actor", "bert", "--language", "en").out
    assert "Account 1610" in office("approvals", "suspense", "--language", "en").out
    assert "bon" in office("approvals", "show", "F1").out
    assert "MEM 1" in office("approve", "F1", "--actor", "bert").out


def test_unknown_invoice_is_not_found(office: Cli) -> None:
    for command in (
        ["approve", "X"],
        ["approvals", "show", "X"],
        ["reject", "X", "--ending", "returned", "--reason", "x"],
    ):
        assert office(*command).code == 4


def test_unknown_flow_of_a_relation_is_not_found(office: Cli, tmp_path: Path) -> None:
    office("intake", _file(tmp_path, bill("F0")), "--actor", "kees")
    ran = office("relations", "set", "C0001", "--approval-flow", "nobody")
    assert ran.code == 3
    assert "HUB-ASK-50" in ran.err
    assert "budget" in ran.err
