"""The figures as a page: printed, and kept in RESULTS.md."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pika
import psycopg
import sqlalchemy
from lxml import etree

from tests.bench.books import Place
from tests.bench.end_to_end import Run, Series

RESULTS = Path(__file__).with_name("RESULTS.md")
PURE = ("parse", "XSD", "rules", "read model")
STORED = ("look up", "book", "record", "floor: inserts", "plain inserts")


@dataclass(slots=True)
class Figures:
    """Everything one run measured; `stages` by name of the installation and batch size."""

    size: int  # bytes of an invoice
    reading: dict[str, float] = field(default_factory=dict)
    stages: dict[tuple[str, int], dict[str, float]] = field(default_factory=dict)
    series: list[Series] = field(default_factory=list)
    backlogs: list[tuple[str, int, Run]] = field(default_factory=list)


def page(figures: Figures, places: Sequence[Place], command: str) -> str:
    """All of it as Markdown."""
    return "\n".join(
        [
            "# How fast it is",
            "",
            f"Measured on {date.today()} by `{command}`, on {os.cpu_count()} cores that servers and worker share:",
            f"{', '.join(versions(places))}.",
            "",
            "The *floor* is what keeping these rows costs anybody: parse the document into the model, and insert the very same rows",
            "into bare copies of the tables (primary keys only; no guards, foreign keys or other indexes), one transaction per",
            "batch, on the same engine: with the hub's own insert helper (COPY on PostgreSQL), and, as *plain*, with one multi-row",
            "INSERT … VALUES for each table. All are measured in turns in the same run; figures are medians.",
            "",
            *_reading(figures),
            *_stages(figures),
            *_series(figures),
            *_memory(figures),
        ]
    )


def _reading(figures: Figures) -> list[str]:
    rows = [(what, f"{figures.reading[what]:,.0f}") for what in PURE]
    total = f"{sum(figures.reading[what] for what in PURE):,.0f}"
    return table(f"Reading an invoice of {figures.size:,} bytes", ("stage", "µs"), [*rows, ("together", total)])


def _stages(figures: Figures) -> list[str]:
    heads = ("installation", "batch", *STORED, "record / inserts", "record / plain")
    rows = [
        (name, str(batch), *(f"{of[what]:,.0f}" for what in STORED), f"{of['record'] / of['floor: inserts']:.2f}",
         f"{of['record'] / of['plain inserts']:.2f}")
        for (name, batch), of in figures.stages.items()
    ]  # fmt: skip
    return table("The rest of the way, in µs per invoice", heads, rows)


def _series(figures: Figures) -> list[str]:
    heads = ("one worker", "batch", "invoices/s", "floor/s", "ratio", "plain floor/s", "ratio", "published/s")
    rows = [
        (s.what, str(s.batch), f"{s.middle('rate'):,.0f}", f"{s.middle('floor_rate'):,.0f}", f"{s.ratio:.2f}",
         f"{s.middle('plain_rate'):,.0f}", f"{s.plain_ratio:.2f}", f"{max(s.published):,.0f}")
        for s in figures.series
    ]  # fmt: skip
    return table("End to end: from the queue to the ledger", heads, rows)


def _memory(figures: Figures) -> list[str]:
    heads = ("installation", "waiting", "peak of the worker, MB", "invoices/s")
    rows = [
        (name, f"{waiting:,}", f"{run.peak_mb:,.0f}", f"{run.rate:,.0f}") for name, waiting, run in figures.backlogs
    ]
    return table("Memory while others wait", heads, rows)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A Markdown table under a heading."""
    widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
    lines = [_line(row, widths) for row in (heads, ["-" * width for width in widths], *rows)]
    return [f"## {title}", "", *lines, ""]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    words = [
        cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)
        for cell, width in zip(cells, widths, strict=True)
    ]
    return f"| {' | '.join(words)} |"


def versions(places: Sequence[Place]) -> list[str]:
    """Name and version of everything that the figures depend on."""
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    for place in places:
        if place.broker_url:
            found += [f"PostgreSQL {_postgres(place.database_url)}", f"RabbitMQ {_rabbit(place.broker_url)}"]
    lxml = ".".join(map(str, etree.LXML_VERSION[:3]))
    return [
        *found,
        f"lxml {lxml}",
        f"psycopg {psycopg.__version__}",
        f"SQLAlchemy {sqlalchemy.__version__}",
        f"pika {pika.__version__}",
    ]


def _postgres(url: str) -> str:
    with psycopg.connect(url) as connection:
        return str(connection.execute("SHOW server_version").fetchone()[0]).split()[0]  # type: ignore[index]


def _rabbit(url: str) -> str:
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        version = connection._impl.server_properties["version"]
        return version.decode() if isinstance(version, bytes) else str(version)
