"""Values that no reader expects: whatever a file of any feed holds, it has an outcome with findings, and stops no other file."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from tests.books import Books, message_of

SAMPLES = Path(__file__).resolve().parents[1]
AMOUNT, DAY = re.compile(rb"(?<![\d-])(\d+)([.,]\d\d)\b"), re.compile(rb"20\d\d-\d\d-\d\d")
JSON_TEXT = re.compile(rb'(?<=: ")[^"\n]{1,40}(?=")')
ODD: dict[str, Callable[[bytes], bytes]] = {
    "half": lambda b: b[: len(b) // 2],
    "utf-16": lambda b: b.decode("utf-8", "replace").encode("utf-16"),
    "nul": lambda b: b[: len(b) // 2] + b"\0" + b[len(b) // 2 :],
    "first day": lambda b: DAY.sub(b"0001-01-01", b),
    "first day, foreign": lambda b: DAY.sub(b"0001-01-01", b).replace(b"EUR", b"USD"),
    "last day": lambda b: DAY.sub(b"9999-12-31", b),
    "no such day": lambda b: DAY.sub(b"2026-02-30", b),
    "huge": lambda b: AMOUNT.sub(rb"99999999999999999999\2", b),
    "negative": lambda b: AMOUNT.sub(rb"-\1\2", b),
    "exponent": lambda b: AMOUNT.sub(b"1e999999", b),
    "formula": lambda b: AMOUNT.sub(b"=1+1", b),
    "no currency": lambda b: b.replace(b"EUR", b"X!1"),
    "half a character": lambda b: JSON_TEXT.sub(rb"\\ud800", b),
    "written nul": lambda b: JSON_TEXT.sub(rb"\\u0000", b),
    "endless": lambda b: re.sub(rb'[A-Za-z]{5,}(?=[<;"])', lambda m: m[0] * 300, b),
}
FEW, ALL = 1, 1_000  # samples of each connector


def _samples(most: int) -> list[Path]:
    folders = [*sorted((SAMPLES / "connectors").glob("*/samples")), SAMPLES / "feeds" / "bank" / "samples"]
    return [file for folder in folders for file in islice(_files(folder), most)]


def _files(folder: Path) -> list[Path]:
    found = [f for f in sorted(folder.iterdir()) if f.is_file() and not f.name.endswith(".expected.json")]
    return [f for f in found if f.stat().st_size < 100_000]


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_an_outcome_of_every_feed(books: Books, odd: str) -> None:
    assert _tried(books, odd, FEW) > 0


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD)
def test_odd_values_are_an_outcome_in_every_sample(books: Books, odd: str) -> None:
    assert _tried(books, odd, ALL) > 10


def _tried(books: Books, odd: str, most: int) -> int:
    tried = 0
    for file in _samples(most):
        plain = file.read_bytes()
        made = ODD[odd](plain)
        if made == plain:
            continue
        tried += 1
        for result in books.process([message_of(made, name=file.name)]):
            bugs = [f.found for f in result.booking.findings if f.code == "HUB-BUG"]
            assert not bugs, (file.name, bugs)
    return tried
