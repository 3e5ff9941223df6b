"""Findings of a document as a table; of very many the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hub.cli.output import Column

if TYPE_CHECKING:
    from hub.cli.output import Output

SHOWN = 200  # findings that a person is shown of one document; `--json` has them all
_COLUMNS = (Column("code"), Column("severity", "word"), Column("location", "place"), Column("message"))


def show_findings(findings: Sequence[dict[str, Any]], output: Output) -> None:
    """What was found, and how many more there are; nothing where nothing was."""
    if not findings:
        return
    output.table(findings[:SHOWN], _COLUMNS, output.text("title_findings"))
    if len(findings) > SHOWN:
        output.say("more_findings", count=len(findings) - SHOWN)
