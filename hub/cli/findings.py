"""Findings of a document as a table, one row a cause; of very many the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hub.cli import caused

if TYPE_CHECKING:
    from hub.cli.output import Output

SHOWN = 200  # findings that a person is shown of one document; `--json` has them all


def show_findings(findings: Sequence[dict[str, Any]], output: Output) -> None:
    """What was found, and how many more there are; nothing where nothing was."""
    if not findings:
        return
    rows = caused.rows_by_cause(findings, output.language)
    output.table(rows[:SHOWN], caused.COLUMNS, output.text("title_findings"))
    if len(rows) > SHOWN:
        output.say("more_findings", count=len(rows) - SHOWN)
