"""Samples of bank statements beside what they must read as."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from connectors.camt import source as camt
from connectors.mt940 import source as mt940
from hub.formats.content import Content
from hub.model.bank_statement import BankEntry, BankStatement
from hub.ports import Reading

SAMPLES = Path(__file__).parent / "samples"
SUFFIX = ".expected.json"


def files() -> list[Path]:
    """The samples, without their twins."""
    return sorted(path for path in SAMPLES.iterdir() if not path.name.endswith(SUFFIX))


def twin(sample: Path) -> Path:
    """What the sample must read as."""
    return sample.with_name(sample.name + SUFFIX)


def readings(data: bytes) -> list[Reading]:
    """All documents of a file, by the source that recognises it."""
    content = Content(data)
    source = next(source for source in (camt, mt940) if source.recognise(content))
    first = source.read(content)
    return [first, *first.rest]


def statements(data: bytes) -> list[BankStatement]:
    """The statements that could be read."""
    return [reading.feed for reading in readings(data) if isinstance(reading.feed, BankStatement)]


def shown(sample: Path) -> list[dict[str, Any]]:
    """The readings of a sample as JSON."""
    return [_reading(reading) for reading in readings(sample.read_bytes())]


def _reading(reading: Reading) -> dict[str, Any]:
    made: dict[str, Any] = {"format": reading.format, "findings": [[f.code, f.location] for f in reading.findings]}
    if isinstance(reading.feed, BankStatement):
        statement = reading.feed
        made |= {"statement": statement.summary(), "page": statement.page, "owner": statement.owner}
        made["imbalance"] = str(statement.imbalance)
        made["entries"] = [_entry(entry) for entry in statement.entries]
    return made


def _entry(entry: BankEntry) -> dict[str, Any]:
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    return {name: value if isinstance(value, bool | int) else str(value) for name, value in values.items() if value}
