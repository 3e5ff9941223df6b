"""What may stand in an element: right, wrong, and at the edge of a rule. The pools are in `values.toml`."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from hub.rules.en16931 import code_lists as core
from hub.rules.peppol import code_lists as network

_POOLS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("values.toml").read_text(encoding="utf-8"))
_LISTS = [
    sorted(codes)
    for module in (core, network)
    for name, codes in vars(module).items()
    if name.isupper() and isinstance(codes, (set, frozenset))
]
KINDS: dict[str, list[str]] = _POOLS["kinds"]
ELEMENTS: dict[str, list[str]] = _POOLS["elements"]
NATIONAL: dict[str, Any] = _POOLS["national"]
NAMES: dict[str, list[str]] = _POOLS["names"]
CATEGORIES: list[str] = _POOLS["children"]["TaxCategory/ID"]
ATTRIBUTES = tuple(_POOLS["attributes"])
REQUIRED = {
    "Amount": {"currencyID": "EUR"},
    "Measure": {"unitCode": "KGM"},
    "BinaryObject": {"mimeCode": "application/pdf", "filename": "a.pdf"},
}
"""Attributes the schema demands of a kind of value."""
USUAL = {
    "Quantity": "unitCode",
    "Identifier": "schemeID",
    "Code": "listID",
    "Amount": "currencyID",
    "BinaryObject": "mimeCode",
}
_NUMERIC = ("Amount", "Quantity", "Numeric", "Percent", "Rate", "Measure")
_PLAIN = {
    "Numeric": "1",
    "Percent": "21",
    "Rate": "1.1",
    "Measure": "2",
    "Time": "12:00:00",
    "BinaryObject": "QUJD",
}


def _pool(name: str, parent: str) -> list[str]:
    if name == "EndpointID":
        return [*KINDS["identifiers"], *KINDS["vat_numbers"]]
    if name == "CompanyID":
        return KINDS["vat_numbers" if parent == "PartyTaxScheme" else "identifiers"]
    found: list[str] = _POOLS["children"].get(f"{parent}/{name}") or ELEMENTS.get(name, [])
    return found


def for_element(chance: Random, name: str, parent: str, kind: str) -> str:
    """A value for an element: of a pool of its own name, of a code list, or of its kind."""
    pool = _pool(name, parent)
    if pool and chance.random() < 0.92:
        return chance.choice(pool)
    if kind == "Code" and chance.random() < 0.3:
        return str(chance.choice(chance.choice(_LISTS)))
    return _of_kind(chance, kind)


def _of_kind(chance: Random, kind: str) -> str:
    if kind in _NUMERIC:
        return chance.choice(KINDS["numbers"]) if chance.random() < 0.5 else str(amount(chance))
    pools = {"Date": "dates", "Indicator": "indicators", "Identifier": "identifiers"}
    if kind in pools:
        return chance.choice(KINDS[pools[kind]])
    if kind == "Time":
        return chance.choice(("12:00:00", "12:00:00Z", "24:00:00", "", "noon"))
    if kind == "BinaryObject":
        return chance.choice(("AAAA", "", "QUJD", "not base64!"))
    return chance.choice((*KINDS["texts"], *KINDS["identifiers"][:8]))


def any_text(chance: Random) -> str:
    """Some text of whatever kind."""
    return chance.choice(KINDS[chance.choice(list(KINDS))])


def amount(chance: Random) -> Decimal:
    """Some amount, mostly of two decimals."""
    return Decimal(chance.randint(-500, 20000)) / (100 if chance.random() < 0.8 else 1000)


def right(chance: Random, name: str, parent: str, kind: str) -> str:
    """A value the schema accepts, mostly sensible."""
    pool = _pool(name, parent)
    if pool:
        return chance.choice(pool[: max(3, len(pool) // 3)]) or "x"
    made = {
        "Amount": f"{chance.randint(0, 300)}.{chance.randint(0, 99):02}",
        "Quantity": str(chance.randint(1, 9)),
        "Date": f"2026-11-{chance.randint(1, 30):02}",
        "Indicator": chance.choice(("true", "false")),
        "Identifier": chance.choice(KINDS["identifiers"][:14]),
    }
    return made.get(kind) or _PLAIN.get(kind) or chance.choice(KINDS["texts"][:2])


def attribute(chance: Random, name: str) -> str:
    """A value for an attribute."""
    return str(chance.choice(_POOLS["attributes"].get(name, ("x", ""))))
