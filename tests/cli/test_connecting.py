"""Dispatches, responses and access points on the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import DOCUMENTS, Cli
from tests.far_side import FarSide, Reply, far_side

ENVELOPE = (DOCUMENTS / "31-peppol-envelope.xml").read_bytes()


@pytest.fixture
def partner() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


@pytest.fixture
def connected(cli: Cli, partner: FarSide, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The starter's books with a subscriber, and an access point for channel `peppol`."""
    home = Path(os.environ["HUB_HOME"])
    monkeypatch.setenv("WEBHOOK_KEY", "s1")
    (home / "hub.toml").write_text(
        f'[sink.hook]\nkind = "webhook"\nurl = "{partner.url}"\nsecret = "env:WEBHOOK_KEY"\nallow_loopback = true\n'
        'events = ["relation.held", "relation.released"]\n'
        f'[sink.ap]\nkind = "peppol-folder"\npath = "{home / "outbound"}"\nresponses = ["peppol"]\n'
    )
    return cli


def run_all(cli: Cli) -> None:
    assert cli("relay", "--once").code == 0
    assert cli("worker", "--lane", "invoice", "--once").code == 0
    for _ in range(2):
        assert cli("relay", "--once").code == 0
        assert cli("worker", "--lane", "dispatch.hook", "--lane", "dispatch.ap", "--once").code == 0


def test_hold_reaches_the_subscriber_and_is_listed(connected: Cli, partner: FarSide) -> None:
    connected("relations", "add", "Klant B.V.", "--json")
    code = connected("relations", "list", "--json").rows[0]["code"]
    assert connected("relations", "hold", code, "--reason", "x").code == 0
    assert [row["state"] for row in connected("dispatches", "list", "--json").rows] == ["waiting"]
    run_all(connected)
    (row,) = connected("dispatches", "list", "--sink", "hook", "--json").rows
    assert (row["type"], row["state"], row["subject"]) == ("relation.held", "sent", code)
    assert connected("dispatches", "list", "--state", "parked", "--json").rows == []
    shown = connected("dispatches", "show", row["id"], "--json").rows[0]
    assert json.loads(shown["body"])["data"]["relation"] == code
    assert len(partner.asked) == 1
    assert "relation.held" in connected("dispatches", "show", row["id"]).out


def test_invoice_from_an_access_point_is_booked_and_answered(connected: Cli, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound" / "i-1"
    inbound.mkdir(parents=True)
    (inbound / "sbd.xml").write_bytes(ENVELOPE)
    (inbound / "metadata.json").write_text('{"sbdhInstanceID": "i-1"}')
    ran = connected("peppol", "take", str(inbound.parent), "--product", "phoss-ap", "--json")
    assert ran.code == 0
    uid = ran.rows[0]["message_id"]
    run_all(connected)
    run_all(connected)
    assert sorted(row["status"] for row in connected("responses", "list", "--json").rows) == ["AB", "AP"]
    shown = connected("responses", "show", uid, "--json").rows
    assert [row["status"] for row in shown] == ["AB", "AP"]
    assert {row["state"] for row in shown} == {"sent"}
    assert len(list((Path(os.environ["HUB_HOME"]) / "outbound").glob("*.xml"))) == 2
    assert "ApplicationResponse" in connected("responses", "show", uid).out


def test_stranger_exits_with_the_reason(connected: Cli, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    inbound.mkdir()
    (inbound / "i-2.xml").write_bytes(ENVELOPE.replace(b"0106:00260412", b"0106:99999999"))
    (inbound / "i-2.json").write_text('{"sbdhInstanceID": "i-2"}')
    ran = connected("peppol", "take", str(inbound), "--product", "phoss-ap", "--json", "--language", "en")
    assert ran.code == 3
    assert "0106:99999999" in ran.rows[0]["reason"]
    again = connected("peppol", "take", str(inbound), "--product", "phoss-ap")
    assert (again.code, again.out) == (0, "")


def test_parked_dispatch_is_sent_again_by_a_person(connected: Cli, partner: FarSide) -> None:
    connected("relations", "add", "Klant B.V.", "--json")
    code = connected("relations", "list", "--json").rows[0]["code"]
    partner.script.append(Reply(410))
    connected("relations", "hold", code)
    run_all(connected)
    (row,) = connected("dispatches", "list", "--state", "parked", "--json").rows
    assert connected("dispatches", "show", row["id"], "--json").rows[0]["failures"][0]["class"] == "Permanent"
    assert connected("messages", "retry", row["id"]).code == 0
    run_all(connected)
    assert [row["state"] for row in connected("dispatches", "list", "--json").rows] == ["sent"]


def test_doctor_opens_every_sink(connected: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {row["check"]: row for row in connected("doctor", "--json").rows}
    assert (found["sinks"]["ok"], found["sinks"]["found"]) == (True, "hook (webhook), ap (peppol-folder)")
    home = Path(os.environ["HUB_HOME"])
    (home / "hub.toml").write_text('[sink.hook]\nkind = "webhook"\nurl = "x"\nsecret = "env:A"\n')
    assert not {row["check"]: row for row in connected("doctor", "--json").rows}["sinks"]["ok"]


def test_wrong_names_are_told(connected: Cli, tmp_path: Path) -> None:
    assert connected("peppol", "take", str(tmp_path), "--product", "nobody").code == 2
    assert connected("peppol", "fetch", "nobody").code == 4
    assert connected("peppol", "fetch", "hook").code == 2
    assert connected("worker", "--lane", "dispatch.nobody", "--once").code == 4
    assert connected("worker", "--lane", "dispatch.hook", "--lane", "invoice", "--once").code == 2
    assert connected("dispatches", "show", "nobody").code == 4
    assert connected("responses", "show", "nobody-at-all").code == 4


def test_connectors_list_names_what_goes_out_and_how_access_points_hand_over(cli: Cli) -> None:
    rows = cli("connectors", "list", "--json").rows
    out = {row["name"] for row in rows if row["direction"] == "out"}
    assert {"webhook", "woocommerce-tags", "shopify-tags", "phoss-ap", "recommand", "peppol-folder"} <= out
    assert {"oxalis", "phoss-ap", "recommand", "ubl"} <= {row["name"] for row in rows if row["direction"] == "in"}
    assert all(row["what"] and row["kinds"] and row["forms"] and row["lane"] for row in rows)
    lanes = {row["name"]: row["lane"] for row in rows if row["way"] == "document"}
    assert (lanes["ubl"], lanes["camt"], lanes["payroll"], lanes["woocommerce"]) == (
        "invoice",
        "bank",
        "payroll",
        "mutation",
    )
    assert {row["way"] for row in rows} == {"document", "fetcher", "folder", "http", "inbox", "sink"}
