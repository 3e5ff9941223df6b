"""The payment code: what a bank's app reads is exactly what the standard says, and there is none where it allows none."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import zxingcpp
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hub.letters.epc import MOST_BYTES, QUIET, drawn, epc_payload

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


def test_no_code_when_the_text_leaves_no_room_for_the_name() -> None:
    """Text is what the payment is found by, so it is never cut for the name."""
    assert epc_payload("Van Dijk B.V.", IBAN, "", Decimal("12.00"), "EUR", "株" * 140) == ""


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


@pytest.mark.parametrize("name", ["Van Dijk B.V.", "Café Übergröße", "Łódź", "Софија", "株式会社"])
def test_reader_of_codes_reads_the_payload_off_the_drawing(name: str) -> None:
    """Byte for byte as UTF-8, at level M; nothing stands in the quiet zone."""
    payload = epc_payload(name, IBAN, "", Decimal("12.00"), "EUR", "H-7-12")
    found = _read(drawn(payload))
    assert found.bytes == payload.encode()
    assert found.extra["ECLevel"] == "M"


@given(st.text(min_size=40, max_size=200), st.text(min_size=140, max_size=300))
@settings(max_examples=60, deadline=None)
def test_drawing_is_no_larger_than_the_standard_allows_whatever_the_names(name: str, text: str) -> None:
    """Version 13 has 69 modules a side."""
    payload = epc_payload(name, IBAN, "ABNANL2A", Decimal("999999999.99"), "EUR", text)
    assume(payload)
    assert _side(drawn(payload)) <= 69 + 2 * QUIET


@pytest.mark.parametrize("character", ["a", "é", "株", "7", "Z"])
def test_largest_payload_fits_the_largest_symbol(character: str) -> None:
    """As bytes, and as anything that is written shorter."""
    payload = character * (MOST_BYTES // len(character.encode()))
    assert _side(drawn(payload)) <= 69 + 2 * QUIET
    assert _read(drawn(payload)).bytes == payload.encode()


def _side(svg: str) -> int:
    return int(svg.partition('width="')[2].partition('"')[0])


def _read(svg: str) -> zxingcpp.Barcode:
    """What a reader of codes makes of it, at eight dots a module."""
    side, dots = _side(svg), 8
    sheet = bytearray(b"\xff" * (side * dots) ** 2)
    for x, y, wide, back in re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", svg):
        assert wide == back
        for row in range(int(y) * dots, (int(y) + 1) * dots):
            at = row * side * dots + int(x) * dots
            sheet[at : at + int(wide) * dots] = bytes(int(wide) * dots)
    view = memoryview(sheet).cast("B", shape=[side * dots, side * dots])
    (found,) = zxingcpp.read_barcodes(view, formats=zxingcpp.BarcodeFormat.QRCode)
    return found
