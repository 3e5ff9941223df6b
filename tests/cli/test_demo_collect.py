"""`hub demo --collect`: an invoice from its due date to a closed case, told from the books; a second run changes nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, run_command

STEPS = [
    "due", "reminder", "second_reminder", "fourteen_days", "demand", "handed_over", "held", "accepted", "status", "payment",
    "remittance", "bank", "closed", "free",
]  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A home in which it ran once, and what it said."""
    folder = tmp_path_factory.mktemp("collect")
    return folder, run_command(folder, "demo", "--collect", "--json")


def _letters(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "demo-letters").glob("*.pdf")
    }


def test_story_goes_from_due_to_closed_and_the_books_hold(home: tuple[Path, Ran]) -> None:
    folder, ran = home
    assert ran.code == 0
    told = [row for row in ran.rows if "step" in row]
    assert [row["step"] for row in told] == STEPS
    assert [row["day"] for row in told] == sorted(row["day"] for row in told)
    said = {row["step"]: row["text"] for row in told}
    assert "526,35" in said["due"]
    assert "78,95" in said["fourteen_days"]  # 15% of the principal (Besluit BIK)
    assert "2 van 2" in said["free"]
    checks = [row for row in ran.rows if "check" in row]
    assert len(checks) > 40
    assert all(row["ok"] for row in checks)
    assert sorted(_letters(folder)) == ["H-1-1.pdf", "H-2-1.pdf", "H-3-1.pdf", "H-4-1.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in (folder / "demo-letters").iterdir())


def test_money_is_where_it_belongs(home: tuple[Path, Ran]) -> None:
    rows = run_command(home[0], "trial-balance", "--administration", "incassodemo", "--json").rows
    balances = {row["account"]: row["balance"] for row in rows if row.get("account")}
    assert {code: balances[code] for code in ("1300", "1360", "1190", "1100")} == {
        "1300": "0.00", "1360": "0.00", "1190": "0.00", "1100": "498.03",
    }  # fmt: skip
    cases = run_command(home[0], "cases", "list", "--administration", "incassodemo", "--json").rows
    assert [(row["state"], row["close_reason"], row["open"]) for row in cases] == [("closed", "paid", "0.00")]
    assert run_command(home[0], "tasks", "--administration", "incassodemo", "--json").rows == []


def test_second_run_tells_the_same_and_changes_nothing(home: tuple[Path, Ran]) -> None:
    folder, first = home
    letters = _letters(folder)
    before = run_command(folder, "entries", "--administration", "incassodemo", "--json").rows
    again = run_command(folder, "demo", "--collect", "--json")
    assert again.rows == first.rows
    assert run_command(folder, "entries", "--administration", "incassodemo", "--json").rows == before
    assert _letters(folder) == letters
