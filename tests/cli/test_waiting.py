"""What waits: messages, held ones that a person ends, the queue, relations, periods and rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import DOCUMENTS, Cli
from tests.streams import numbered

CROWNS = str(DOCUMENTS / "09-swedish-crowns.xml")
GOOD = str(DOCUMENTS / "01-office-supplies.xml")


def _rates(folder: Path) -> Path:
    path = folder / "rates.csv"
    path.write_text("Date,USD,SEK\n2026-03-26,1.1,11.0\n2026-03-25,1.1,N/A\n", "utf-8")
    return path


def test_held_message_is_posted_once_its_rate_is_there(cli: Cli, tmp_path: Path) -> None:
    [held] = cli("intake", CROWNS, "--json").rows
    assert held["outcome"] == "held"
    assert cli("rates", "import", str(_rates(tmp_path)), "--json").rows[0]["added"] == 3
    assert cli("messages", "release", held["message_id"][:18], "--reason", "koersen binnen").code == 0
    assert cli("relay", "--once", "--json").rows == [{"sent": 1}]
    assert cli("worker", "--lane", "invoice", "--once", "--json").rows == [{"settled": 1}]
    [row] = cli("messages", "show", held["message_id"], "--json").rows
    assert row["outcome"] == "posted"
    assert row["entries"][0]["postings"][0]["currency"] == "SEK"
    assert row["ended"][0]["reason"] == "koersen binnen"
    assert cli("verify").code == 0


def test_release_of_what_is_not_held_is_a_conflict(cli: Cli) -> None:
    [posted] = cli("intake", GOOD, "--json").rows
    ran = cli("messages", "release", posted["message_id"])
    assert ran.code == 5
    assert "posted" in ran.err


def test_message_that_is_not_there_is_not_found(cli: Cli) -> None:
    for command in ("show", "retry", "discard", "refuse", "release"):
        assert cli("messages", command, "0199ffff").code == 4


def test_messages_are_listed_by_outcome(cli: Cli) -> None:
    cli("intake", GOOD, CROWNS)
    [row] = cli("messages", "list", "--outcome", "held", "--json").rows
    assert (row["number"], row["code"]) == ("30447", "HUB-RATE-01")
    assert len(cli("messages", "list", "--json").rows) == 2
    assert cli("messages", "list", "--outcome", "parked", "--json").rows == []


def test_published_documents_are_booked_by_a_worker(cli: Cli) -> None:
    ran = cli("publish", GOOD, "nowhere.xml", "--lane", "invoice", "--json")
    assert ran.code == 7
    assert [bool(row["message_id"]) for row in ran.rows] == [True, False]
    cli("relay", "--once")
    cli("worker", "--once")
    [row] = cli("messages", "list", "--json").rows
    assert (row["message_id"], row["outcome"]) == (ran.rows[0]["message_id"], "posted")


def test_publish_to_unknown_lane_is_not_found(cli: Cli) -> None:
    assert cli("publish", GOOD, "--lane", "nolane").code == 4


def test_fixed_account_is_used_for_the_next_invoice(cli: Cli) -> None:
    cli("intake", GOOD)
    assert cli("relations", "set", "C0001", "--purchase-account", "4530", "--policy", "warn").code == 0
    [row] = cli("intake", str(DOCUMENTS / "03-credit-note.xml"), "--json").rows
    account = next(d for d in row["decisions"] if d["what"] == "contra_account")
    assert (account["value"], account["why"]) == ("4530", "vaste tegenrekening van C0001")
    assert cli("verify").code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--purchase-account", "4711"), 3), (("--purchase-account", "1600"), 3), (("--purchase-term", "X"), 3), ((), 2),
     (("--g-percentage", "120"), 2)],
)  # fmt: skip
def test_relation_takes_only_what_exists(cli: Cli, arguments: tuple[str, ...], code: int) -> None:
    cli("intake", GOOD)
    assert cli("relations", "set", "C0001", *arguments).code == code


def test_confirmed_iban_frees_what_it_blocked(cli: Cli) -> None:
    cli("intake", str(DOCUMENTS / "17-hosting.xml"), str(DOCUMENTS / "18-new-bank-account.xml"))
    assert cli("relations", "show", "C0001", "--json").rows[0]["unconfirmed_ibans"] == ["NL94ASNB0000618330"]
    assert cli("relations", "confirm-iban", "C0001", "NL94ASNB0000618331").code == 2
    ran = cli("relations", "confirm-iban", "C0001", "NL94 ASNB 0000 6183 30", "--json")
    assert ran.rows[0]["items_freed"] == 1
    assert not any(row["blocked"] for row in cli("open-items", "--json").rows)
    assert cli("verify").code == 0


def test_relations_are_found_by_name_and_number(cli: Cli) -> None:
    cli("intake", GOOD, CROWNS)
    [by_name] = cli("relations", "list", "--search", "papierhuis", "--json").rows
    [by_number] = cli("relations", "list", "--search", "00260501", "--json").rows
    assert by_name == by_number
    assert by_name["name"] == "Papierhuis De Gouden Klem B.V."
    assert len(cli("relations", "list", "--json").rows) == 2


def test_closed_period_moves_the_booking_to_the_first_open_day(cli: Cli) -> None:
    assert cli("periods", "close", "2026-01", "--json").rows[0]["changed"]
    [row] = cli("intake", GOOD, "--json").rows
    assert row["entries"][0]["date"] == "2026-02-01"
    assert "HUB-DATE-01" in {f["code"] for f in row["findings"]}
    assert cli("periods", "open", "2026-01").code == 0


def test_locked_period_never_opens(cli: Cli) -> None:
    assert cli("periods", "lock", "2025-12", "--yes").code == 0
    assert cli("periods", "open", "2025-12").code == 5
    assert cli("periods", "close", "2025-13").code == 4
    states = {row["period"]: row["state"] for row in cli("periods", "list", "--json").rows}
    assert states["2025-12"] == "locked"


def test_rates_with_a_wrong_cell_name_row_and_column(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "rates.csv"
    path.write_text("Date,USD\n2026-03-26,one\n", "utf-8")
    ran = cli("rates", "import", str(path))
    assert ran.code == 2
    assert "row 2, column USD" in ran.err


def test_real_rates_replace_those_of_the_demo(empty_home: Cli, tmp_path: Path) -> None:
    empty_home("demo")
    assert empty_home("rates", "import", str(_rates(tmp_path)), "--json").rows[0]["added"] == 3


def test_a_numbered_document_waits_until_its_number_is_skipped(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "late.json"
    path.write_bytes(numbered(2))
    [held] = cli("intake", str(path), "--json").rows
    [listed] = cli("messages", "list", "--outcome", "held", "--json").rows
    assert (listed["message_id"], listed["code"]) == (held["message_id"], "HUB-SEQ-01")
    assert cli("messages", "release", held["message_id"], "--reason", "x").code == 5
    [stream] = cli("streams", "list", "--json").rows
    assert (stream["stream"], stream["state"], stream["next"], stream["waiting"]) == ("erp/stock", "missing", 1, 1)
    assert "nummer ontbreekt" in cli("streams", "list").out
    assert cli("streams", "skip", "erp/stock", "--seq", "1").code == 2
    assert cli("streams", "skip", "erp/nothing", "--seq", "1", "--reason", "x").code == 4
    [skipped] = cli("streams", "skip", "erp/stock", "--seq", "1", "--reason", "vervallen", "--json").rows
    assert skipped == {"stream": "erp/stock", "skipped": 1, "applied": 1}
    assert cli("streams", "skip", "erp/stock", "--seq", "1", "--reason", "x").code == 5
    cli("relay", "--once")
    cli("worker", "--lane", "invoice", "--once")
    states = [(row["seq"], row["state"], row["reason"]) for row in cli("streams", "show", "erp/stock", "--json").rows]
    assert states == [(1, "skipped", "vervallen"), (2, "posted", None)]
    assert cli("verify").code == 0
