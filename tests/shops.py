"""Orders and pay-outs for tests: read by their connector and booked purely in the starter administration.

`python -m tests.shops --write NAME` rewrites the expectations beside the samples of a connector. Read the difference before you keep it.
"""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hub.accounting.desk import Desk
from hub.accounting.payout_entry import book_payout
from hub.accounting.shop_entry import book_shop_order
from hub.bootstrap import data_folder
from hub.formats.content import Content
from hub.model.decision import Decision
from hub.model.feed import FeedDocument, FeedFacts
from hub.model.finding import Finding
from hub.model.journal import JournalEntry
from hub.model.mapping import Mapping
from hub.ports import Reading, Source
from hub.texts.catalogue import sentence, why
from tests.builders import starter

ZERO = Decimal(0)
RECEIVED = date(2026, 4, 1)
FOLDER = Path(__file__).parent / "connectors"
BOOK: dict[str, Any] = {"shop_order": book_shop_order, "payout": book_payout}


def source_of(name: str) -> Source:
    """The connector of that name."""
    found: Source = importlib.import_module(f"connectors.{name}").source
    return found


@cache
def mapping_of(name: str) -> Mapping:
    """The mapping that ships for a source."""
    read = tomllib.loads((data_folder("mappings") / f"{name}.toml").read_text("utf-8"))
    tables = {t: {k.casefold(): str(v) for k, v in rows.items()} for t, rows in read.items() if isinstance(rows, dict)}
    return Mapping(name, str(read["version"]), tables, f"mappings/{name}.toml")


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
    decisions: list[Decision] = field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        """Codes of the findings, in order."""
        return [f.code for f in self.findings]

    @property
    def why(self) -> set[str]:
        """Reasons of the decisions."""
        return {d.why for d in self.decisions}

    @property
    def lines(self) -> dict[str, str]:
        """What each account moved by, debit positive; accounts that were moved up and down by the same are 0.00."""
        return {account: f"{amount:.2f}" for account, amount in sums([self.entry]).items()}

    @property
    def vat(self) -> list[str]:
        """VAT lines as `code country rate base tax`."""
        lines = self.entry.vat_lines if self.entry else ()
        return [" ".join(filter(None, (v.code, v.country, str(v.rate or ""), str(v.base), str(v.tax)))) for v in lines]


def sums(entries: Iterable[JournalEntry | None]) -> dict[str, Decimal]:
    """What each account moved by, debit positive."""
    found: dict[str, Decimal] = {}
    for p in (p for entry in entries if entry for p in entry.postings):
        found[p.account] = found.get(p.account, ZERO) + (p.amount.amount if p.side == "debit" else -p.amount.amount)
    return found


def book(document: FeedDocument, by: Mapping, **facts: Any) -> Booked:
    """The entry of a document in the starter administration."""
    desk = Desk(
        document, FeedFacts(facts.pop("administration", starter()), by, facts.pop("received_on", RECEIVED), **facts)
    )
    entry = BOOK[document.kind](document, desk)
    return Booked(entry, desk.findings, desk.decisions)


def readings(name: str, data: bytes | Any, file: str = "") -> list[Reading]:
    """Every document of a file; what is no bytes is written as JSON."""
    content = Content(data if isinstance(data, bytes) else json.dumps(data, default=str).encode(), file)
    source = source_of(name)
    assert source.recognise(content), f"{name} does not know {file}"
    first = source.read(content)
    return [first, *first.rest]


def booked(name: str, data: bytes | Any, by: Mapping | None = None, **facts: Any) -> list[Booked]:
    """What became of every document of a file: refused while reading, or booked."""
    return [_booked(reading, by or mapping_of(name), facts) for reading in readings(name, data)]


def _booked(reading: Reading, by: Mapping, facts: dict[str, Any]) -> Booked:
    if reading.feed is None or any(f.fatal for f in reading.findings):
        return Booked(None, list(reading.findings))
    made = book(reading.feed, by, **facts)
    return Booked(made.entry, [*reading.findings, *made.findings], made.decisions)


def outcome(name: str, sample: Path) -> list[dict[str, Any]]:
    """What the expectation beside a sample holds."""
    return [_told(name, reading) for reading in readings(name, sample.read_bytes(), sample.name)]


def _told(name: str, reading: Reading) -> dict[str, Any]:
    made, document = _booked(reading, mapping_of(name), {}), reading.feed
    money = document.currency if document else "EUR"
    return {
        "document": document and {"kind": document.kind, "identity": document.identity, **document.summary()},
        "findings": [
            {
                "code": f.code,
                "severity": f.severity,
                "location": f.location,
                "nl": sentence(f, "nl", money, strict=True),
            }
            for f in made.findings
        ],
        "decisions": [f"{d.what} {d.value}: {why(d, 'en')}" for d in made.decisions],
        "entry": _entry(made),
    }


def _entry(made: Booked) -> dict[str, Any] | None:
    if made.entry is None:
        return None
    return {
        "journal": made.entry.journal,
        "date": str(made.entry.booking_date),
        "description": made.entry.description,
        "postings": [f"{p.account} {p.side} {p.amount} {p.vat_code}".strip() for p in made.entry.postings],
        "vat": made.vat,
        "open_items": [f"{i.side} {i.number} due {i.due_date}" for i in made.entry.open_items],
    }


def samples(name: str) -> Iterator[Path]:
    """The samples of a connector."""
    for path in sorted((FOLDER / name / "samples").iterdir()):
        if not path.name.endswith(".expected.json"):
            yield path


def expected_of(sample: Path) -> Path:
    """Where the expectation of a sample stands."""
    return sample.with_name(sample.name + ".expected.json")


def main(arguments: list[str]) -> None:
    """`--write NAME`."""
    if len(arguments) != 2 or arguments[0] != "--write":
        raise SystemExit("python -m tests.shops --write NAME")
    for sample in samples(arguments[1]):
        text = json.dumps(outcome(arguments[1], sample), indent=1, ensure_ascii=False, default=str)
        expected_of(sample).write_text(text + "\n", "utf-8")
        print(sample.name)


if __name__ == "__main__":
    main(sys.argv[1:])
