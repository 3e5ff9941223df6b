"""`hub costs`, `hub interest` and `hub dunning policy` on the command line: shapes of the contract, and what is refused."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from hub.cli.main import main
from tests.cli.conftest import Cli, run_command


def test_costs_have_the_shape_of_the_contract(cli: Cli) -> None:
    (row,) = cli("costs", "--principal", "1000.00", "--vat-not-deductible", "--json").rows
    assert {name: row[name] for name in ("principal", "costs", "vat", "total")} == {
        "principal": "1000.00", "costs": "150.00", "vat": "31.50", "total": "181.50"
    }  # fmt: skip
    assert [step["step"] for step in row["steps"]] == ["costs_slice", "costs_vat"]
    assert all(step["text"] for step in row["steps"])


def test_costs_of_one_letter_and_of_a_clause(cli: Cli) -> None:
    (row,) = cli("costs", "--principal", "2000", "--principal", "1000,00", "--json").rows
    assert row["costs"] == "425.00"
    (row,) = cli("costs", "--principal", "1000", "--clause", "20", "--clause-minimum", "75", "--json").rows
    assert row["costs"] == "200.00"


def test_interest_has_the_shape_of_the_contract(cli: Cli) -> None:
    (row,) = cli(
        "interest", "--principal", "10000.00", "--kind", "trade", "--from", "2025-03-01", "--to", "2026-11-21", "--json"
    ).rows
    assert (row["interest"], row["unconfirmed"], row["next_anniversary"]) == ("1873.42", True, "2027-03-01")
    parts = [Decimal(step["amount"]) for step in row["steps"] if step["step"].startswith("interest_days")]
    assert abs(sum(parts) - Decimal(row["interest"])) <= Decimal("0.0051")


def test_interest_with_a_part_payment(cli: Cli) -> None:
    arguments = (
        "interest",
        "--principal",
        "1000",
        "--kind",
        "consumer",
        "--from",
        "2026-01-01",
        "--to",
        "2026-07-01",
        "--json",
    )
    (row,) = cli(*arguments, "--paid", "2026-02-01=1000").rows
    assert (row["interest"], row["principal"], row["per_day"]) == ("3.40", "0.00", "0.00")


def test_people_read_sentences_in_their_language(cli: Cli) -> None:
    assert "Incassokosten 150,00" in cli("costs", "--principal", "1000", "--language", "nl").out
    english = cli(
        "interest",
        "--principal",
        "1000",
        "--kind",
        "consumer",
        "--from",
        "2026-06-01",
        "--to",
        "2026-08-01",
        "--language",
        "en",
    )
    assert "not confirmed" in english.out


def test_law_needs_no_database(tmp_path: Path) -> None:
    ran = run_command(tmp_path / "nothing", "costs", "--principal", "50", "--json")
    assert ran.rows[0]["costs"] == "40.00"
    assert not (tmp_path / "nothing").exists()


def test_own_rate_counts_at_once(cli: Cli) -> None:
    home = Path(os.environ["HUB_HOME"])
    (home / "mappings").mkdir(exist_ok=True)
    own = '[[rate]]\nkind = "trade"\nfrom = "2026-07-01"\npercentage = "20"\n'
    (home / "mappings" / "interest.toml").write_text(own, "utf-8")
    arguments = (
        "interest",
        "--principal",
        "36500",
        "--kind",
        "trade",
        "--from",
        "2026-07-01",
        "--to",
        "2026-07-02",
        "--json",
    )
    assert cli(*arguments).rows[0]["interest"] == "20.00"
    (home / "mappings" / "interest.toml").write_text("rate = [", "utf-8")
    ran = cli(*arguments)
    assert ran.code == 2
    assert ran.rows[0]["findings"][0]["code"] == "HUB-TOML-01"


_INTEREST = ("interest", "--principal", "1000", "--kind", "trade", "--from", "2026-01-01", "--to")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("costs",), 2),
        (("costs", "--principal", "-5"), 3),
        (("costs", "--principal", "veel"), 3),
        (("costs", "--principal", "5", "--on", "2012-06-30"), 3),
        (("interest", "--principal", "5", "--kind", "friends", "--from", "2026-01-01", "--to", "2026-02-01"), 2),
        ((*_INTEREST, "2025-12-31"), 2),
        ((*_INTEREST, "2026-02-01", "--paid", "2026-01-05=1000.01"), 2),
        ((*_INTEREST, "2026-02-01", "--paid", "soon=5"), 2),
        (("interest", "--principal", "5", "--kind", "trade", "--from", "1999-01-01", "--to", "2026-01-01"), 3),
        (("dunning", "policy", "C9999"), 4),
    ],
)
def test_bad_input_is_named(demo_cli: Cli, arguments: tuple[str, ...], code: int) -> None:
    ran = demo_cli(*arguments)
    assert ran.code == code
    assert ran.err.strip()


def test_every_policy_is_shown(cli: Cli) -> None:
    rows = cli("dunning", "policy", "--json").rows
    assert {row["policy"] for row in rows} == {"never", "consumer", "business"}
    assert next(row for row in rows if row["policy"] == "never")["level"] is None
    assert "14-dagenbrief" in cli("dunning", "policy", "--language", "nl").out


def test_policy_of_a_relation_and_of_an_invoice_says_why(demo_copy: Cli) -> None:
    item = demo_copy("open-items", "--side", "receivable", "--json").rows[0]
    relation, invoice = item["relation"], item["invoice"]
    rows = demo_copy("dunning", "policy", relation, "--json").rows
    assert {row["code"] for row in rows} <= {"policy_of_unknown", "policy_of_business", "policy_of_consumer"}
    assert rows[0]["relation"] == relation
    home = Path(os.environ["HUB_HOME"]) / "mappings"
    home.mkdir(exist_ok=True)
    (home / "dunning.toml").write_text(f'[[assign]]\ninvoice = "{invoice}"\npolicy = "never"\n', "utf-8")
    (row,) = demo_copy("dunning", "policy", invoice, "--json").rows
    assert (row["code"], row["level"], row["invoice"]) == ("policy_of_invoice", None, invoice)
    (home / "dunning.toml").write_text('[[assign]]\nrelation = "x"\npolicy = "nevre"\n', "utf-8")
    assert demo_copy("dunning", "policy", invoice).code == 2


def test_dunning_is_never_taken_for_a_mapping_of_words(cli: Cli) -> None:
    sources = {row["source"] for row in cli("mappings", "list", "--json").rows}
    assert not sources & {"dunning", "interest", "collection_costs"}
    assert main(["costs", "--principal", "1", "--on", str(date.today())]) == 0


def test_terms_of_one_contract_are_one_claim(cli: Cli) -> None:
    """Two terms of 150: 15 % of 300 is 45, of which 40 was charged with the first."""
    asked = ("costs", "--principal", "150", "--on", "2026-11-30")
    assert cli(*asked, "--json").rows[0]["costs"] == "40.00"
    assert cli(*asked, "--earlier", "2026-10-01=150=40", "--json").rows[0]["costs"] == "5.00"
    assert (
        cli(*asked, "--earlier", "2026-05-01=150=40", "--json").rows[0]["costs"] == "40.00"
    )  # longer than six months ago
    assert cli(*asked, "--earlier", "2026-10-01=150=40", "--clause", "15").code == 2
    assert cli(*asked, "--earlier", "gisteren=150").code == 2
