"""`hub relations`, `orders`, `fields` and `changes` as a bookkeeper types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import DOCUMENTS, Cli

SALE = str(DOCUMENTS / "36-own-sale.xml")


def test_card_is_filled_and_shown(cli: Cli) -> None:
    ran = cli("relations", "add", "Bakkerij De Korenaar B.V.", "--role", "prospect", "--kvk", "68750110", "--json")
    assert (ran.code, ran.rows[0]["code"], ran.rows[0]["roles"]) == (0, "C0001", ["prospect"])
    for arguments in (
        (
            "set",
            "C0001",
            "--customer-type",
            "business",
            "--sales-channel",
            "peppol",
            "--sales-endpoint",
            "0106:68750110",
        ),
        ("set", "C0001", "--email", "info@korenaar.example", "--sales-vat", "reverse_charge", "--sales-term", "30"),
        ("identify", "C0001", "VAT", "NL123456782B01"),
        ("address", "C0001", "--kind", "invoice", "--line", "Postbus 12", "--postcode", "3500aa", "--city", "Utrecht"),
        (
            "contact",
            "C0001",
            "Crediteuren",
            "--kind",
            "department",
            "--email",
            "ap@korenaar.example",
            "--for",
            "reminders",
        ),
        ("note", "C0001", "Belt maandag terug"),
        ("vat-answer", "C0001", "NL123456782B01", "valid", "--on", "2026-01-05"),
        ("limit", "C0001", "5000"),
    ):
        assert cli("relations", *arguments).code == 0, arguments
    [card] = cli("relations", "show", "C0001", "--json").rows
    assert card["keys"] == ["0106:68750110", "VAT:NL123456782B01"]
    assert card["addresses"][0]["postcode"] == "3500 AA"
    assert card["emails"]["reminders"]["email"] == "ap@korenaar.example"
    assert card["credit"]["credit_limit"] == "5000.00"
    assert (card["settings"]["sales_term"], card["settings"]["sales_vat"]) == ("30", "reverse_charge")
    assert card["notes"][0]["at"].endswith("Z")
    shown = cli("relations", "show", "C0001", "--language", "en")
    assert (shown.code, "Postbus 12" in shown.out, "Belt maandag terug" in shown.out) == (0, True, True)
    log = cli("relations", "log", "C0001").out
    assert "limiet gezet" in log
    assert "betalingsconditie verkoop: - → 30" in log
    assert "bedrag: 5.000,00" in log
    assert "payment term of sales: - → 30" in cli("relations", "log", "C0001", "--language", "en").out
    assert [row["what"] for row in cli("relations", "log", "C0001", "--json").rows][0] == "relation.created"


@pytest.mark.parametrize(
    ("arguments", "codes"),
    [
        (("identify", "C0001", "KVK", "123"), ["HUB-ID-01"]),
        (("identify", "C0001", "ENDPOINT", "1234:1"), ["HUB-ID-08"]),
        (("set", "C0001", "--email", "x", "--g-iban", "NL91ABNA0417164300", "--sales-endpoint", "1"),
         ["HUB-ID-10", "HUB-ID-08", "HUB-ID-07"]),
        (("address", "C0001", "--line", "Kade 1", "--postcode", "0711 AA"), ["HUB-ID-11"]),
        (("contact", "C0001", "J", "--for", "invoices"), ["HUB-REL-09"]),
        (("vat-answer", "C0001", "NL1", "valid"), ["HUB-ID-04"]),
        (("vat-answer", "C0001", "DE136695976", "valid", "--on", "2999-01-01"), ["HUB-REL-10"]),
        (("set", "C0001", "--sales-account", "9999", "--purchase-account", "1300", "--sales-term", "99", "--approval-flow", "x"),
         ["HUB-ASK-03", "HUB-ASK-02", "HUB-ASK-49", "HUB-ASK-50"]),
        (("limit", "C0001", "1.234"), ["HUB-ORDER-08"]),
        (("limit", "C0001", "vijf"), ["HUB-ORDER-07"]),
        (("fill", "C0001", "rayon=Noord"), ["HUB-FIELD-08"]),
        (("merge", "C0001", "C0001"), ["HUB-MERGE-01"]),
        (("add", "X", "--kvk", "00260601", "--code", "C0001"), ["HUB-REL-03", "HUB-REL-04"]),
    ],
)  # fmt: skip
def test_every_fault_is_a_finding_and_nothing_is_recorded(
    cli: Cli, arguments: tuple[str, ...], codes: list[str]
) -> None:
    cli("intake", SALE)
    before = cli("relations", "show", "C0001", "--json").out
    ran = cli("relations", *arguments, "--json")
    assert ran.code == 3
    assert [finding["code"] for finding in ran.rows[0]["findings"]] == codes
    assert all(finding["message"] and "{" not in finding["message"] for finding in ran.rows[0]["findings"])
    assert cli("relations", "show", "C0001", "--json").out == before
    plain = cli("relations", *arguments)
    assert (plain.code, plain.out) == (3, "")
    assert codes[0] in plain.err


def test_orders_go_through_the_gate(cli: Cli, tmp_path: Path) -> None:
    cli("intake", SALE)
    cli("relations", "limit", "C0001", "2000")
    file = tmp_path / "orders.csv"
    file.write_text(
        "nummer;relatie;datum;bedrag\nSO-1;KVK:00260601;20-11-2026;1.000,00\nSO-2;C0001;20-11-2026;1000,00\n", "utf-8"
    )
    trial = cli("orders", "import", str(file), "--dry-run", "--json")
    assert (trial.code, [row["outcome"] for row in trial.rows]) == (7, ["accepted", "held"])
    assert cli("orders", "list", "--json").rows == []
    assert cli("orders", "import", str(file)).code == 7
    assert [row["state"] for row in cli("orders", "list", "--json").rows] == ["accepted", "held"]
    assert cli("orders", "release", "SO-2").code == 7
    assert cli("orders", "release", "SO-2", "--over-limit").code == 0
    assert cli("relations", "list", "--over-limit", "--json").rows[0]["code"] == "C0001"
    assert cli("orders", "close", "SO-2", "--invoiced", "250").code == 0
    assert cli("orders", "close", "SO-2").code == 0
    assert cli("orders", "close", "SO-2").code == 5
    assert cli("orders", "close", "SO-9").code == 4
    assert cli("relations", "hold", "C0001", "--reason", "incasso").code == 0
    file.write_text("number,relation,date,amount\nSO-3,C0001,2026-11-20,1.00\n", "utf-8")
    [row] = cli("orders", "import", str(file), "--json").rows
    assert (row["outcome"], row["findings"][0]["code"]) == ("refused", "HUB-CREDIT-01")
    assert [row["code"] for row in cli("relations", "list", "--on-hold", "--json").rows] == ["C0001"]
    lifted = cli("relations", "lift", "C0001", "--reason", "betaald", "--json").rows[0]
    assert (lifted["lifted"], lifted["on_hold"]) == (1, False)
    assert cli("relations", "limit", "C0001", "--none").code == 0
    assert cli("relations", "credit", "C0001", "--json").rows[0]["credit_limit"] is None


def test_file_with_faults_is_refused_whole(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("number;relation;date;amount\n1;C9999;2026-11-20;1\n2;C9999;morgen;1\n", "utf-8")
    ran = cli("orders", "import", str(file), "--json")
    assert (ran.code, [finding["code"] for finding in ran.rows[0]["findings"]]) == (3, ["HUB-ORDER-16"])
    assert cli("orders", "list").err.startswith("Geen orders")


def test_doubles_are_merged_and_the_old_code_goes_on(cli: Cli) -> None:
    cli("intake", SALE)
    cli("relations", "add", "Koffiehuis Noorderzon")
    [pair] = cli("relations", "doubles", "--json").rows
    assert (pair["code"], pair["other"]) == ("C0001", "C0002")
    assert cli("relations", "merge", "C0001", "C0002", "--dry-run").code == 0
    assert len(cli("relations", "list", "--json").rows) == 2
    assert cli("relations", "merge", "C0001", "C0002", "--reason", "dubbel").code == 0
    [row] = cli("relations", "show", "C0001", "--json").rows
    assert (row["code"], row["aliases"]) == ("C0002", ["C0001"])
    assert cli("relations", "merge", "C0001", "C0002").code == 3
    assert cli("relations", "doubles").out == ""
    assert cli("verify").code == 0


def test_fields_of_your_own(cli: Cli) -> None:
    cli("intake", SALE)
    assert cli("fields", "add", "rayon", "--kind", "choice", "--choice", "Noord").code == 0
    assert cli("fields", "add", "rayon", "--kind", "choice", "--choice", "Noord").code == 3
    assert cli("relations", "fill", "C0001", "rayon=noord").code == 0
    [field] = cli("fields", "list", "--json").rows
    assert (field["field"], field["choices"], field["filled"]) == ("rayon", ["Noord"], 1)
    assert cli("fields", "end", "rayon").code == 0
    assert cli("fields", "end", "rayon").code == 4
    assert cli("fields", "list").err.startswith("Nog geen")


def test_feed_goes_on_from_the_last_version(cli: Cli) -> None:
    cli("intake", SALE)
    cli("relations", "add", "Nieuw")
    rows = cli("changes", "--json").rows
    assert [row["relation"] for row in rows] == ["C0001", "C0002"]
    assert cli("changes", "--since", str(rows[0]["version"]), "--json").rows == rows[1:]
    assert cli("changes", "--since", rows[0]["changed_at"], "--json").rows == rows
    assert cli("changes", "--since", "2999-01-01T00:00:00Z", "--json").rows == []
    assert cli("changes", "--since", "gisteren").code == 2
    assert "Nieuw" in cli("changes").out


def test_rejected_account_is_kept_from_payment(cli: Cli) -> None:
    cli("intake", str(DOCUMENTS / "17-hosting.xml"), str(DOCUMENTS / "18-new-bank-account.xml"))
    ran = cli("relations", "confirm-iban", "C0001", "NL94ASNB0000618330", "--reject", "--json")
    assert (ran.code, ran.rows[0]["items_blocked"]) == (0, 1)
    [card] = cli("relations", "show", "C0001", "--json").rows
    assert (card["unconfirmed_ibans"], card["rejected_ibans"]) == ([], ["NL94ASNB0000618330"])
    assert any(row["blocked"] for row in cli("open-items", "--json").rows)
    assert cli("verify").code == 0
