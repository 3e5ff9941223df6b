"""What will be said of a document from a later day on, for people: a line a day, and each new finding with its sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from hub.errors import Usage

if TYPE_CHECKING:
    from hub.cli.output import Output
    from hub.validation import Validation


class When(NamedTuple):
    """By which releases documents are judged: those of a day, or named ones; `ahead` asks what later ones will say."""

    on: date | None = None
    rules_version: str = ""
    ahead: bool = False

    def row(self, judged: Validation) -> dict[str, Any]:
        """What was judged as its JSON, with the later days where they were asked for."""
        row = asdict(judged)
        return row if self.ahead else {key: value for key, value in row.items() if key != "ahead"}


def day_of(text: str) -> date | None:
    """The day in `--on`; None when none was given. Raises `Usage` for what is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Usage(f"--on {text!r} is no date; write it as 2026-11-30", say="no_such_day", named=text) from None


def show(output: Output, row: Mapping[str, Any]) -> None:
    """Print what changes for one judged document; nothing where nothing does."""
    from hub.cli.judged import harmless

    for line in lines(output, row):
        sys.stdout.write(harmless(line) + "\n")


def lines(output: Output, row: Mapping[str, Any]) -> Iterator[str]:
    """`a.xml: not valid any more from 24-02-2027 on (…): new PEPPOL-COMMON-R054`, and below it the new findings."""
    valid = row["valid"]
    for each in row.get("ahead", ()):
        key = "still" if each["valid"] == valid else "valid" if each["valid"] else "invalid"
        yield output.text(
            f"validate_ahead_{key}",
            file=row["file"],
            since=each["since"],
            layers=_layers(output, each),
            what="; ".join(_what(output, each)),
        )
        for finding in each["findings"]:
            yield f"  {finding['code']} {output.cell(finding['severity'], 'word')}: {finding['message']}"
        valid = each["valid"]


def _layers(output: Output, ahead: Mapping[str, Any]) -> str:
    named = ", ".join(f"{layer['layer']} {layer['version']}" for layer in ahead["layers"] if layer["layer"] != "xsd")
    return f"{named}, {output.text('rule_draft')}" if ahead["draft"] else named


def _what(output: Output, ahead: Mapping[str, Any]) -> Iterator[str]:
    if ahead["findings"]:
        yield output.text("validate_ahead_new", codes=", ".join(dict.fromkeys(f["code"] for f in ahead["findings"])))
    if ahead["gone"]:
        yield output.text("validate_ahead_gone", codes=", ".join(ahead["gone"]))
