"""Reads `mappings/invoice_response.toml`: events to statuses, findings to reasons and actions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from hub.errors import Usage
from hub.model.business_response import RANK

EVENTS = (
    "received", "waiting", "held", "on_hold", "posted", "approved", "approved_conditionally", "rejected", "refused", "conflict",
    "partly_paid", "paid",
)  # fmt: skip
REASONS = ("NON", "REF", "LEG", "REC", "QUA", "DEL", "PRI", "QTY", "ITM", "PAY", "UNR", "FIN", "PPD", "OTH")
ACTIONS = ("NOA", "PIN", "NIN", "CNF", "CNP", "CNA", "OTH")


@dataclass(frozen=True, slots=True)
class Why:
    """A reason and what the sender is asked to do."""

    reason: str
    action: str


@dataclass(frozen=True, slots=True)
class ResponseMapping:
    """The mapping in force."""

    status: Mapping[str, str]  # event -> status, "" = say nothing
    default: Mapping[str, Why]
    findings: tuple[tuple[tuple[str, ...], Why], ...]

    def of_finding(self, code: str) -> Why | None:
        """The reason of a finding: of the first line that it fits."""
        fits = (why for patterns, why in self.findings if any(fnmatchcase(code, pattern) for pattern in patterns))
        return next(fits, None)


def read_response_mapping(data: bytes, name: str = "invoice_response.toml") -> ResponseMapping:
    """Raises `Usage` naming the key that is wrong, and what may stand there."""
    try:
        raw: dict[str, Any] = tomllib.loads(data.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Usage(f"{name} is not valid TOML: {error}") from error
    status = raw.get("status", {})
    for event, code in status.items():
        _one_of(event, EVENTS, f"{name} [status]")
        _one_of(code, ("", *RANK), f"{name} [status] {event}")
    default = {event: _why(why, f"{name} [default] {event}") for event, why in raw.get("default", {}).items()}
    rows = enumerate(raw.get("finding", []), 1)
    findings = tuple((tuple(row.get("codes", ())), _why(row, f"{name} [[finding]] no. {place}")) for place, row in rows)
    return ResponseMapping(status, default, findings)


def _why(row: Mapping[str, Any], where: str) -> Why:
    _one_of(row.get("reason"), REASONS, f"{where} reason")
    _one_of(row.get("action"), ACTIONS, f"{where} action")
    return Why(row["reason"], row["action"])


def _one_of(value: Any, known: tuple[str, ...], where: str) -> None:
    if value not in known:
        raise Usage(f"{where}: {value!r} is unknown; known are {', '.join(filter(None, known))}")
