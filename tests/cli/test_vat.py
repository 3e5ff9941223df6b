"""VAT on the command line: shapes of the contract, drill-down, filing, and what is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.cli.conftest import DOCUMENTS, Cli


def test_return_has_every_box_and_ties_to_its_details(demo_cli: Cli) -> None:
    rows = demo_cli("vat-return", "--period", "2026-Q4", "--json").rows
    assert [row["box"] for row in rows] == [
        "1a", "1b", "1c", "1d", "1e", "2a", "3a", "3b", "3c", "4a", "4b", "5a", "5b", "5c", "5d", "5e", "5f", "5g"
    ]  # fmt: skip
    assert set(rows[0]) == {"box", "base", "tax", "declared_base", "declared_tax"}
    lines = demo_cli("vat-return", "--period", "2026-Q4", "--details", "--json").rows
    for row in rows[:11]:
        mine = [line for line in lines if line["box"] == row["box"]]
        assert sum(Decimal(line["tax"]) for line in mine) == Decimal(row["tax"])
    one = demo_cli("vat-return", "--period", "2026-Q4", "--box", "5b", "--json").rows
    assert {line["box"] for line in one} == {"5b"}
    assert set(one[0]) >= {"journal", "number", "document", "relation", "base", "tax", "message_id"}


def test_vat_accounts_tie_to_the_return(demo_cli: Cli) -> None:
    rows = demo_cli("vat-return", "--period", "2026-Q4", "--accounts", "--json").rows
    assert {row["difference"] for row in rows} == {"0.00"}


def test_icp_ties_to_box_3b(demo_cli: Cli) -> None:
    *rows, last = demo_cli("icp", "--period", "2026-Q4", "--json").rows
    assert set(rows[0]) >= {"vat_id", "goods", "services"}
    assert sum(Decimal(row["goods"]) + Decimal(row["services"]) for row in rows) == Decimal(last["total"])
    assert (last["box_3b"], last["difference"]) == (last["total"], "0.00")
    assert all(finding["message"] for finding in last["findings"])


def test_oss_ends_with_the_threshold(demo_cli: Cli) -> None:
    last = demo_cli("oss", "--period", "2026-Q4", "--json").rows[-1]
    assert (last["threshold"], last["exceeded"]) == ("10000.00", False)
    assert demo_cli("oss", "--period", "2026-10").code == 2


def test_dry_runs_show_and_record_nothing(demo_cli: Cli) -> None:
    ran = demo_cli("vat-return", "file", "--period", "2026-Q3", "--dry-run", "--json")
    assert ran.code == 0
    assert ran.rows[-1]["dry_run"] is True
    assert ran.rows[0]["box"] == "1a"
    assert demo_cli("vat-return", "list", "--json").rows == []
    booked = demo_cli("vat-due", "own-unpaid", "--as-of", "2027-12-31", "--book", "--dry-run", "--json").rows
    assert booked
    assert demo_cli("vat-due", "own-unpaid", "--as-of", "2027-12-31", "--json").rows[0]["entry"] is None


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("vat-return",), 2),
        (("vat-return", "--period", "2026-Q7"), 2),
        (("vat-return", "--period", "2026-Q4", "--box", "9z"), 4),
        (("vat-return", "supplement", "--period", "2026-Q1"), 4),
        (("icp", "--period", "maart"), 2),
        (("vat-due", "certain", "NO-SUCH", "--since", "2026-01-01"), 4),
        (("vat-due", "certain", "VF-2026-0101", "--since", "1 mei"), 2),
    ],
)
def test_bad_input_is_named(demo_cli: Cli, arguments: tuple[str, ...], code: int) -> None:
    ran = demo_cli(*arguments)
    assert ran.code == code
    assert ran.err.strip()


def test_filing_a_late_invoice_and_a_supplement(cli: Cli) -> None:
    assert cli("intake", str(next(DOCUMENTS.glob("01-*")))).code == 0  # a purchase of January 2026
    filed = cli("vat-return", "file", "--period", "2026-Q1", "--yes", "--json").rows[-1]
    assert (filed["kind"], filed["lines"], filed["dry_run"]) == ("return", 1, False)
    assert cli("vat-return", "file", "--period", "2026-Q1", "--yes").code == 5
    assert "locked" in {row["state"] for row in cli("periods", "list", "--json").rows if row["period"] == "2026-03"}
    cli("intake", str(next(DOCUMENTS.glob("02-*"))))
    (late,) = cli("vat-return", "late", "--json").rows
    assert (late["period"], late["filed"], late["may_go_along"]) == ("2026-Q1", True, True)
    assert "2026-Q1" in cli("vat-return", "late").out
    assert cli("vat-return", "supplement", "--period", "2026-Q1", "--json").rows[-1]["kind"] == "supplement"
    assert cli("vat-return", "late", "--json").rows == []
    assert [row["kind"] for row in cli("vat-return", "list", "--json").rows] == ["return", "supplement"]
    assert cli("vat-return", "--period", "2026-Q1", "--language", "en").out.count("supplements of this period") == 1
    assert cli("verify").code == 0
