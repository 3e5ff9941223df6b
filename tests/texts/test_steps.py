"""Every step of a calculation or choice has a sentence in both languages, and its places are what the code gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import hub
from hub.model.dunning import SCOPES, STOP_KINDS
from hub.texts import catalogue

SOURCES = sorted((Path(hub.__file__).parent / "credit").glob("*.py"))
# What the places in a code that is put together may be.
_PARTS = {
    "scope": SCOPES, "said": ("consumer", "business", "unknown"), "kind": STOP_KINDS, "until": ("", "_until"),
    "state": ("bounced", "failed"), "why": ("named", "oldest"),
}  # fmt: skip
# Codes that stand in a variable, with the words that the call gives.
_NAMED = {
    **dict.fromkeys(("letter_received", "letter_presumed_by_post", "letter_handed_over", "letter_presumed_online"), {"date", "proof"}),
    **dict.fromkeys(("interest_days", "interest_days_unconfirmed"), {"first", "until", "days", "rate", "base"}),
    "default_after_due": {"date", "last"}, "default_without_term": {"date", "last", "days"},
    "default_term_void": {"date", "last", "days", "due"}, "next_on_its_way": {"level", "date", "channel"},
    "next_bounced": {"level", "date", "channel"}, "next_failed": {"level", "date", "channel"},
    "next_paid": set(), "next_credit": set(),
}  # fmt: skip


def _calls() -> Iterator[tuple[ast.expr, set[str]]]:
    """First argument and names of the words of every `step(…)` and `till.say(…)`."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("step", "till.say"):
                yield node.args[0], {keyword.arg for keyword in node.keywords if keyword.arg}


def _codes(node: ast.expr) -> list[str]:
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if not isinstance(node, ast.JoinedStr):
        return []
    parts = [
        (str(value.value),) if isinstance(value, ast.Constant) else _PARTS[ast.unparse(value.value).rpartition(".")[2]]  # type: ignore[attr-defined]
        for value in node.values
    ]
    return ["".join(chosen) for chosen in product(*parts)]


def _given() -> dict[str, set[str]]:
    """Words by code; those that every place that makes the step gives."""
    found: dict[str, set[str]] = {}
    for node, words in _calls():
        for code in _codes(node):
            found[code] = found.get(code, words) & words
    return {**found, **_NAMED}


def test_every_step_has_a_sentence_and_none_is_left_over() -> None:
    assert len(_given()) > 70
    assert set(_given()) == set(catalogue.steps_catalogue())


@pytest.mark.parametrize("code", sorted(catalogue.steps_catalogue()))
def test_sentences_of_a_step_are_whole(code: str) -> None:
    entry = catalogue.steps_catalogue()[code]
    assert set(entry) == set(catalogue.LANGUAGES)
    assert catalogue.places(entry["nl"]) == catalogue.places(entry["en"])
    assert catalogue.places(entry["nl"]) <= _given()[code] | {"amount"}
    assert all(text.endswith(".") for text in entry.values())
