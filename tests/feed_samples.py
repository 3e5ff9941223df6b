"""Samples of feeds and what we expect of them: `python -m tests.feed_samples --write NAME` rewrites the expectations of a connector.

Each sample is read by its connector and booked, purely, in the starter administration by the mapping that ships. Beside it stands what
came out: documents, findings, decisions and postings. Read the difference before you keep it.
"""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from hub.accounting.desk import Desk
from hub.accounting.mutation_entry import book_mutation
from hub.accounting.payroll_entry import book_payroll
from hub.accounting.sales_day_entry import book_sales_day
from hub.bootstrap import data_folder
from hub.formats.content import Content
from hub.model.booking import Facts
from hub.model.feed import FeedDocument, FeedFacts
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.mapping import Mapping
from hub.ports import Reading, Source
from hub.steps.book import book as book_invoice
from hub.texts.catalogue import sentence
from tests.builders import starter

RECEIVED = date(2026, 4, 1)
FOLDER = Path(__file__).parent / "connectors"
SUFFIXES = (".json", ".csv", ".xml", ".txt", ".edi")
BOOK: dict[str, Callable[[Any, Desk], JournalEntry | None]] = {
    "sales_day": book_sales_day,
    "payroll_journal": book_payroll,
    "mutation": book_mutation,
}


def source_of(name: str) -> Source:
    """The connector of that name."""
    found: Source = importlib.import_module(f"connectors.{name}").source
    return found


def mapping_of(name: str) -> Mapping:
    """The mapping that ships for a source."""
    file = data_folder("mappings") / f"{name}.toml"
    return mapping(name, file.read_text("utf-8"))


def mapping(name: str, text: str) -> Mapping:
    """A mapping from its TOML."""
    read = tomllib.loads(text)
    tables = {
        table: {key.casefold(): str(v) for key, v in rows.items()}
        for table, rows in read.items()
        if isinstance(rows, dict)
    }
    return Mapping(name, str(read.get("version", "")), tables, f"mappings/{name}.toml")


def changed(base: Mapping, **tables: dict[str, str]) -> Mapping:
    """A mapping with rows added."""
    return replace(
        base, tables={**base.tables, **{t: {**base.tables.get(t, {}), **rows} for t, rows in tables.items()}}
    )


@dataclass
class Booked:
    """What became of a document at the desk."""

    entry: JournalEntry | None
    findings: list[Finding] = field(default_factory=list)
    decisions: list[Any] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """Codes of the findings, in order."""
        return [f.code for f in self.findings]

    @property
    def lines(self) -> dict[str, Decimal]:
        """Sum per account, debit positive."""
        sums: dict[str, Decimal] = {}
        for p in self.entry.postings if self.entry else ():
            sums[p.account] = sums.get(p.account, Decimal(0)) + (
                p.amount.amount if p.side == "debit" else -p.amount.amount
            )
        return sums


def book(document: FeedDocument, by: Mapping, **facts: Any) -> Booked:
    """The entry of a document in the starter administration."""
    administration = facts.pop("administration", starter())
    desk = Desk(document, FeedFacts(administration, by, facts.pop("received_on", RECEIVED), **facts))
    entry = BOOK[document.kind](document, desk)
    return Booked(entry, desk.findings, desk.decisions)


def readings(name: str, data: bytes, file: str = "") -> list[Reading]:
    """Every document of a file."""
    source, content = source_of(name), Content(data, file)
    assert source.recognise(content), f"{name} does not know {file}"
    first = source.read(content)
    return [first, *first.rest]


def outcome(name: str, sample: Path) -> list[dict[str, Any]]:
    """What the expectation beside a sample holds."""
    by = mapping_of(name)
    return [_told(reading, by) for reading in readings(name, sample.read_bytes(), sample.name)]


def _told(reading: Reading, by: Mapping) -> dict[str, Any]:
    if reading.feed is None and (reading.document or reading.format.startswith("invoice")):
        return _invoice(reading)
    document = reading.feed
    booked = book(document, by) if document and not any(f.fatal for f in reading.findings) else Booked(None)
    return {
        "document": None if document is None else {"identity": document.identity, **document.summary()},
        "findings": [_finding(f) for f in (*reading.findings, *booked.findings)],
        "entry": _entry(booked.entry),
    }


def _invoice(reading: Reading) -> dict[str, Any]:
    """An invoice that a feed brought, by the way of all invoices."""
    invoice, booked = reading.document, book_invoice(reading, Facts(starter(), RECEIVED))
    parts = booked.entry.open_items if booked.entry else ()
    return {
        "document": None
        if invoice is None
        else {"kind": invoice.kind, "number": invoice.number, "date": str(invoice.issue_date)},
        "outcome": booked.outcome,
        "direction": booked.direction,
        "relation": booked.relation.key if booked.relation else None,
        "findings": [_finding(f) for f in booked.findings],
        "entry": _entry(booked.entry),
        "open_items": [f"{item.side} {item.number} due {item.due_date}" for item in parts],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "location": finding.location,
        "nl": sentence(finding, "nl", "EUR", strict=True),
    }


def _entry(entry: JournalEntry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "journal": entry.journal,
        "date": str(entry.booking_date),
        "postings": [
            " ".join(
                filter(None, (p.account, p.side, str(p.amount), p.vat_code, p.cost_center, p.project, p.description))
            )
            for p in entry.postings
        ],
        "vat": [f"{v.code} {v.base} {v.tax}" for v in entry.vat_lines],
    }


def samples(name: str) -> Iterator[Path]:
    """The samples of a connector."""
    for path in sorted((FOLDER / name / "samples").iterdir()):
        if path.suffix in SUFFIXES and not path.name.endswith(".expected.json"):
            yield path


def expected_of(sample: Path) -> Path:
    """Where the expectation of a sample stands."""
    return sample.with_name(sample.name + ".expected.json")


def main(arguments: list[str]) -> None:
    """`--write NAME`."""
    if len(arguments) != 2 or arguments[0] != "--write":
        raise SystemExit("python -m tests.feed_samples --write NAME")
    for sample in samples(arguments[1]):
        text = json.dumps(outcome(arguments[1], sample), indent=1, ensure_ascii=False)
        expected_of(sample).write_text(text + "\n", "utf-8")
        print(sample.name)


if __name__ == "__main__":
    main(sys.argv[1:])
