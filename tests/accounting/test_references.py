"""References in a payer's text."""

from __future__ import annotations

import pytest
from stdnum import iso11649

from hub.accounting.references import is_creditor_reference, is_payment_reference, is_strong, keys_in


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("factuur F-2026-1042", "F20261042"), ("2026 1042", "20261042"), ("/INV/2026-1042/", "20261042"),
        ("F1,F2", "F2"), ("RF18 5390 0754 7034", "RF18539007547034"), ("betr.: 2026/1042.", "20261042"),
    ],
)  # fmt: skip
def test_reference_is_found_however_it_is_written(text: str, key: str) -> None:
    assert key in keys_in(text)


@pytest.mark.parametrize(("text", "key"), [("2026-10421", "10421"), ("F20261042X", "F20261042"), ("", "")])
def test_part_of_a_token_is_not_a_reference(text: str, key: str) -> None:
    assert key not in keys_in(text)


def test_long_text_gives_tokens_and_no_explosion() -> None:
    assert len(keys_in("a1 " * 5000)) < 100


def test_creditor_reference_has_its_check() -> None:
    assert is_creditor_reference("RF18539007547034") == iso11649.is_valid("RF18539007547034")
    assert not is_creditor_reference("RF19539007547034")


def test_payment_reference_has_its_check_digit() -> None:
    assert is_payment_reference("1000000000000006")
    assert not any(is_payment_reference(f"{d}000000000000006") for d in "023456789")
    assert not is_payment_reference("100000000000000")


def test_short_numbers_are_weak() -> None:
    assert [is_strong(key) for key in ("12", "2026", "A201", "10421")] == [False, False, True, True]
