"""The summary of many judged documents: per rule and per sender. Grows with the rules and the senders, not with the documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.cli.output import Column, Output

MOST_SENDERS = 5_000  # kept apart; those after them are counted together
MOST_SHOWN = 50  # rows of each table on paper; JSON has all
_BY_RULE = (
    Column("code"), Column("severity", "word"), Column("documents", "count"), Column("findings", "count"), Column("message"),
)  # fmt: skip
_BY_SENDER = (Column("sender"), Column("documents", "count"), Column("valid", "count"), Column("most_frequent"))
_SHORT = 110


@dataclass(slots=True)
class _Sender:
    documents: int = 0
    valid: int = 0
    codes: Counter[str] = field(default_factory=Counter)


class Tally:
    """Counts of what was judged."""

    def __init__(self) -> None:
        self.documents = self.valid = self.unjudged = 0
        self._findings: Counter[tuple[str, str]] = Counter()
        self._documents: Counter[tuple[str, str]] = Counter()
        self._senders: dict[str, _Sender] = {}

    def add(self, row: Mapping[str, Any]) -> None:
        """Count one document as `hub validate --json` shows it."""
        found = Counter((finding["code"], finding["severity"]) for finding in row["findings"])
        fatal = any(severity == "fatal" for _, severity in found)
        self.documents += 1
        self.valid += row["valid"]
        self.unjudged += not row["valid"] and not fatal
        self._findings.update(found)
        self._documents.update(found.keys())
        sender = self._sender(row.get("sender") or "")
        sender.documents += 1
        sender.valid += row["valid"]
        sender.codes.update({code for code, _ in found})

    def _sender(self, name: str) -> _Sender:
        if name not in self._senders and len(self._senders) >= MOST_SENDERS:
            name = "…"
        return self._senders.setdefault(name, _Sender())

    def summary(self, language: str) -> dict[str, Any]:
        """As `hub validate --summary --json` prints it: most documents first."""
        counts = {"documents": self.documents, "valid": self.valid, "unjudged": self.unjudged}
        return {**counts, "rules": self._rules(language), "senders": self._by_sender()}

    def _rules(self, language: str) -> list[dict[str, Any]]:
        rows = [
            {
                "code": code, "severity": severity, "message": _short(code, language),
                "documents": self._documents[code, severity], "findings": count,
            }
            for (code, severity), count in self._findings.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-row["documents"], -row["findings"], row["code"]))

    def _by_sender(self) -> list[dict[str, Any]]:
        rows = [
            {
                "sender": name, "documents": sender.documents, "valid": sender.valid,
                "most_frequent": min(sender.codes, key=lambda code: (-sender.codes[code], code), default=None),
            }
            for name, sender in self._senders.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda row: (-row["documents"], row["valid"], row["sender"]))

    def show(self, output: Output) -> None:
        """One JSON object, or two tables."""
        found = self.summary(output.language)
        if output.as_json:
            output.line(found)
            return
        invalid = self.documents - self.valid - self.unjudged
        output.say(
            "validate_summary", documents=self.documents, valid=self.valid, invalid=invalid, unjudged=self.unjudged
        )
        nameless = output.text("validate_no_sender")
        headings = {"documents": output.text("validate_documents")}
        senders = [{**row, "sender": row["sender"] or nameless} for row in found["senders"]]
        for key, rows, columns in (("rules", found["rules"], _BY_RULE), ("senders", senders, _BY_SENDER)):
            if rows:
                output.table(rows[:MOST_SHOWN], columns, output.text(f"validate_by_{key}"), headings)
            if len(rows) > MOST_SHOWN:
                output.say("validate_more_rows", count=len(rows) - MOST_SHOWN)


def _short(code: str, language: str) -> str:
    """The first sentence of what the catalogue says of a code, its places open."""
    from hub.texts.catalogue import MissingText, explained

    try:
        said = explained(code, language)
    except MissingText:
        return ""
    first = said.partition(". ")[0]
    return first if len(first) <= _SHORT else first[: _SHORT - 1].rstrip() + "…"
