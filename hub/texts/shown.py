"""Findings and decisions as the JSON contract shows them: data with its sentence."""

from __future__ import annotations

from typing import Any

from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.step import Step
from hub.texts.catalogue import sentence, step_text, why


def finding_json(finding: Finding, language: str = "nl", currency: str = "") -> dict[str, Any]:
    """One finding; `found` and `expected` stay as the document has them, the message is for people."""
    return {
        "code": finding.code,
        "layer": finding.layer,
        "severity": finding.severity,
        "location": finding.location,
        "message": sentence(finding, language, currency),
        "found": finding.found,
        "expected": finding.expected,
        "who": finding.who,
    }


def decision_json(decision: Decision, language: str = "nl", currency: str = "", relation: str = "") -> dict[str, Any]:
    """One decision. `relation` is the code of a relation that had none yet when the decision was made."""
    value = relation or decision.value.removeprefix("*") if decision.value.startswith("*") else decision.value
    return {
        "what": decision.what,
        "line": _line(decision.line),
        "value": value,
        "why": why(decision, language, currency),
        "code": decision.why,
    }


def step_json(step: Step, language: str = "nl", currency: str = "EUR") -> dict[str, Any]:
    """One step of a calculation: code, amount, its words as data, and the sentence."""
    amount = None if step.amount is None else f"{step.amount:f}"
    return {"step": step.code, "amount": amount, **dict(step.words), "text": step_text(step, language, currency)}


def _line(line: str | None) -> int | str | None:
    """A line id that is a plain number is shown as one; other ids (`BG-21`, `001`) stay text."""
    return int(line) if line is not None and line.isascii() and line.isdigit() and str(int(line)) == line else line
