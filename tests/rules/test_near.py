"""Codes that were probably meant."""

from __future__ import annotations

import time

import pytest

from hub.rules.en16931 import code_lists
from hub.rules.en16931.units import UNITS
from hub.rules.near import nearest


@pytest.mark.parametrize(
    ("text", "allowed", "meant"),
    [
        ("KVK", code_lists.ENDPOINT_SCHEMES, ("0106",)),
        ("NL:KVK", code_lists.ENDPOINT_SCHEMES, ("0106",)),
        ("106", code_lists.ENDPOINT_SCHEMES, ("0106",)),
        ("9999", code_lists.ENDPOINT_SCHEMES, ()),
        ("euro", code_lists.CURRENCIES, ("EUR",)),
        ("EUE", code_lists.CURRENCIES, ("EUR",)),
        ("NLD", code_lists.COUNTRIES, ("NL",)),
        ("stuks", UNITS, ("H87", "C62")),
        ("image/jpg", code_lists.ATTACHMENT_TYPES, ("image/jpeg",)),
        ("s", code_lists.VAT_CATEGORIES, ("S",)),
        ("H", code_lists.VAT_CATEGORIES, ("S",)),
        ("", code_lists.CURRENCIES, ()),
        ("E" * 1000, code_lists.CURRENCIES, ()),
    ],
)
def test_code_that_was_meant(text: str, allowed: frozenset[str], meant: tuple[str, ...]) -> None:
    assert nearest(text, allowed) == meant
    assert set(meant) <= allowed


def test_ten_thousand_other_codes_cost_little() -> None:
    begun = time.process_time()
    for number in range(10_000):
        nearest(f"Q{number}", UNITS)
    assert time.process_time() - begun < 2
