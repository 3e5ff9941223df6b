"""The payment code: what a bank's app reads is exactly what the standard says, and there is none where it allows none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.letters.epc import MASK, MOST_BYTES, QUIET, drawn, epc_payload

IBAN = "NL91 ABNA 0417 1643 00"


def test_payload_has_the_lines_of_the_standard_in_order() -> None:
    """EPC069-12: service, version, characters, identification, BIC, name, IBAN, amount, purpose, structured, text."""
    made = epc_payload("Van Dijk B.V.", IBAN, "abnanl2a", Decimal("1808.37"), "EUR", "H-7-12")
    assert made.split("\n") == [
        "BCD", "002", "1", "SCT", "ABNANL2A", "Van Dijk B.V.", "NL91ABNA0417164300", "EUR1808.37", "", "", "H-7-12",
    ]  # fmt: skip


def test_version_2_needs_no_bic() -> None:
    """Within the EEA the field may be empty; its line stays."""
    assert epc_payload("X", IBAN, "", Decimal("0.01"), "EUR", "").split("\n")[4:8] == [
        "",
        "X",
        "NL91ABNA0417164300",
        "EUR0.01",
    ]


@pytest.mark.parametrize(
    ("name", "iban", "amount", "currency"),
    [
        ("X", IBAN, "10.00", "GBP"), ("X", "", "10.00", "EUR"), ("", IBAN, "10.00", "EUR"), ("X", IBAN, "0.00", "EUR"),
        ("X", IBAN, "-5.00", "EUR"), ("X", IBAN, "1000000000.00", "EUR"),
    ],
)  # fmt: skip
def test_no_code_where_the_standard_allows_none(name: str, iban: str, amount: str, currency: str) -> None:
    """No code is better than one that pays the wrong thing."""
    assert epc_payload(name, iban, "", Decimal(amount), currency, "ref") == ""


@given(st.text(min_size=1, max_size=200), st.text(max_size=300), st.decimals("0.01", "999999999.99", places=2))
def test_every_payload_fits_whatever_the_names(name: str, text: str, amount: Decimal) -> None:
    """Eleven lines and no more, within the bytes that the largest symbol holds."""
    made = epc_payload(name, IBAN, "", amount, "EUR", text)
    if made:
        lines = made.split("\n")
        assert len(lines) == 11
        assert len(made.encode()) <= MOST_BYTES
        assert Decimal(lines[7].removeprefix("EUR")) == amount
        assert len(lines[5]) <= 70


def test_drawing_has_the_modules_of_the_symbol_and_a_quiet_zone() -> None:
    """Row by row the dark modules of what another call of the library makes, at the place that they belong."""
    import re

    import segno

    payload = epc_payload("Van Dijk B.V.", IBAN, "", Decimal("12.00"), "EUR", "H-7-12")
    code = segno.make(payload, error="m", encoding="utf-8", mode="byte", micro=False, boost_error=False, mask=MASK)
    assert code.error == "M"
    assert int(code.version) <= 13
    dark = {(x, y) for y, row in enumerate(code.matrix) for x, bit in enumerate(row) if bit}
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", drawn(payload))
    assert all(there == back for _, _, there, back in runs)
    assert {
        (int(x) - QUIET + step, int(y) - QUIET) for x, y, wide, _ in runs for step in range(int(wide))
    } == dark  # fmt: skip
    assert f'viewBox="0 0 {len(code.matrix) + 8} {len(code.matrix) + 8}"' in drawn(payload)
