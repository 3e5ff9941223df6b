"""Numbered mutations for tests: small files, each mutation of another amount, so that the books tell which were booked."""

from __future__ import annotations

import json
from collections.abc import Sequence


def numbered(
    *numbers: int, stream: str = "stock", account: str = "cost of sales", first: int = 0, blanks: int = 0, source: str = "erp"
) -> bytes:  # fmt: skip
    """A file of mutations with these numbers in a stream; their own numbers count from `first`. `blanks` make other bytes of it."""
    rows = [_mutation(source, stream, number, account, first) for number in numbers]
    return json.dumps({"format": "boekhub-mutations", "version": 1, "mutations": rows}).encode() + b" " * blanks


def _mutation(source: str, stream: str, number: int, account: str, first: int) -> dict[str, object]:
    amount = f"{number}.{number % 100:02}"
    lines: Sequence[dict[str, str]] = ({"account": account, "debit": amount}, {"account": "stock", "credit": amount})
    named = {"stream": stream, "seq": number} if stream else {}
    return {
        "source": source,
        "number": f"{stream}-{first + number}",
        "date": "2026-03-02",
        "lines": list(lines),
        **named,
    }
