"""Options that commands share, each with one meaning everywhere."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Language(StrEnum):
    """Languages that sentences come in."""

    nl = "nl"
    en = "en"


class WhichSide(StrEnum):
    """Sides of the sub-ledger."""

    receivable = "receivable"
    payable = "payable"
    both = "both"


class CsvDialect(StrEnum):
    """Ways to write CSV."""

    plain = "plain"
    dutch = "dutch"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write YYYY-MM-DD") from None


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no instant; write 2026-11-21T12:00:00Z") from None


AsJson = Annotated[bool, typer.Option("--json", help="One JSON object per line on stdout, and nothing else.")]
InLanguage = Annotated[Language | None, typer.Option("--language", help="Language of sentences.", show_default=False)]
ForAdministration = Annotated[
    str, typer.Option("--administration", metavar="CODE", help="Whose books; needless where there is one.")
]
ByActor = Annotated[str, typer.Option("--actor", metavar="NAME", help="Who acts; else HUB_ACTOR, else your login.")]
AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=_day, metavar="DATE", help="Reference date.", show_default=False),
]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at", parser=_instant, metavar="INSTANT", help="As known at this instant.", show_default=False
    ),
]
From = Annotated[
    date | None, typer.Option("--from", parser=_day, metavar="DATE", help="First day.", show_default=False)
]
To = Annotated[date | None, typer.Option("--to", parser=_day, metavar="DATE", help="Last day.", show_default=False)]
OutFile = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Write a .csv, .xlsx or .pdf instead; the ending chooses.", show_default=False
    ),
]
CsvFor = Annotated[CsvDialect, typer.Option("--csv", help="Who reads a .csv: programs, or a Dutch spreadsheet.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept with the decision.")]
