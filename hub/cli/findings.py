"""Findings of a document as a table, one row a cause; of very many the first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hub.cli import caused

if TYPE_CHECKING:
    from hub.cli.output import Output


def show_findings(findings: Sequence[dict[str, Any]], output: Output) -> None:
    """What was found, and how many more there are; nothing where nothing was."""
    if not findings:
        return
    rows, left = caused.first_causes(findings, output.language)
    output.table(rows, caused.COLUMNS, output.text("title_findings"))
    if left:
        output.say("more_findings", count=left)
