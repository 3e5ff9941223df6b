"""Dated VAT tables: TOML as in `mappings/vat_corrections.toml`."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.errors import Usage
from hub.model.vat_tables import VatTables


def read_vat_tables(data: bytes, name: str = "VAT tables") -> VatTables:
    """The tables in `data`. Raises `Usage` naming what is wrong."""
    try:
        raw = tomllib.loads(data.decode("utf-8-sig"))
        return VatTables(
            _rows(raw, "correction_limit", "amount"),
            tuple((since, int(value)) for since, value in _rows(raw, "supplement_weeks", "weeks")),
            _rows(raw, "distance_threshold", "amount"),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError, TypeError, InvalidOperation) as error:
        raise Usage(f"{name}: {type(error).__name__}: {error}; see mappings/vat_corrections.toml") from error


def _rows(raw: dict[str, Any], table: str, key: str) -> tuple[tuple[date, Decimal], ...]:
    return tuple(sorted((date.fromisoformat(row["from"]), Decimal(row[key])) for row in raw.get(table, ())))
