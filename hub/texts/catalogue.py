"""The catalogue: a sentence in Dutch and English for every finding, decision and message, from the TOML files beside it."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.step import Step
from hub.texts.addressed import to_sender
from hub.texts.exactly_once import once_sentences
from hub.texts.forms import FORMS, NOTHING, Reader, number
from hub.texts.sections import Sections
from hub.texts.unused import unused_sentences

LANGUAGES = ("nl", "en")
_FOLDER = Path(__file__).parent
_NEVER_EMPTY = ("found", "expected")
_WHOLE = {"nl": "het bestand", "en": "the file"}  # where a finding names no place
# Details that rules state as plain amounts; with a difference, found and expected are amounts too.
_AMOUNTS = frozenset(
    ("difference", "taxable", "lines", "allowances", "charges", "net", "vat", "gross", "prepaid", "rounding")
)


class MissingText(KeyError):
    """The catalogue has no sentence for this code, or the sentence names a place that nothing fills."""


def language_of(wanted: str) -> str:
    """`nl` or `en`; Dutch for anything else."""
    return wanted if wanted in LANGUAGES else "nl"


def sentence(
    finding: Finding, language: str = "nl", currency: str = "", *, strict: bool = False, ask: bool = False
) -> str:
    """What a finding says, for people. `currency` is the document's, for its amounts; `ask` = said to the sender.

    A code without sentence is shown by its code, unless `strict`: then `MissingText` is raised.
    """
    entry = findings_catalogue().get(finding.code)
    if entry is None:
        return _without_text(finding.code, strict)
    language = language_of(language)
    details = dict(finding.details)
    special = (f"{language}_{details.get('variant', '')}", f"{language}_{finding.severity}", language)
    template = next(entry[key] for key in special if key in entry)
    if ask:
        template = to_sender(template, language)
    words = {**details, "location": finding.location or _WHOLE[language], "code": finding.code, "who": finding.who}
    for name in _NEVER_EMPTY:
        value = getattr(finding, name)
        words[name] = "" if value is None else value
    reader = Reader(language, currency, terms())
    return _filled(template, _readable(words, finding, reader), reader, strict)


def why(decision: Decision, language: str = "nl", currency: str = "", *, strict: bool = False) -> str:
    """Why a choice was made, as half a sentence."""
    entry = decisions_catalogue().get(decision.why)
    if entry is None:
        return _without_text(decision.why, strict)
    language = language_of(language)
    words = {"value": decision.value, "line": decision.line or "", **dict(decision.words)}
    return _filled(entry[language], words, Reader(language, currency, terms()), strict, capital=False)


def message(key: str, language: str = "nl", **values: object) -> str:
    """A message of the hub itself. Raises `MissingText` for an unknown key."""
    return _message(key, language_of(language), **values) if values else _plain_message(key, language_of(language))


@lru_cache(maxsize=1024)
def _plain_message(key: str, language: str) -> str:
    return _message(key, language)


def _message(key: str, language: str, **values: object) -> str:
    entry = messages_catalogue().get(key)
    if entry is None:
        raise MissingText(key)
    words = {name: str(value) for name, value in values.items()}
    return _filled(entry[language], words, Reader(language, "", terms()), strict=True, capital=False)


def step_text(step: Step, language: str = "nl", currency: str = "EUR", *, strict: bool = False) -> str:
    """What one step of a calculation or choice says; its `amount` is a place of the sentence."""
    entry = steps_catalogue().get(step.code)
    if entry is None:
        return _without_text(step.code, strict)
    language = language_of(language)
    words = {**dict(step.words), "amount": "" if step.amount is None else f"{step.amount:f}"}
    return _filled(entry[language], words, Reader(language, currency, terms()), strict)


def explained(code: str, language: str = "nl") -> str:
    """The sentence of a code without a document: every place shows as `…`. Raises `MissingText`."""
    entry = findings_catalogue().get(code)
    if entry is None:
        raise MissingText(code)
    language = language_of(language)
    return _filled(entry[language], {}, Reader(language, "", terms()))


def _without_text(code: str, strict: bool) -> str:
    if strict:
        raise MissingText(code)
    return code


def _readable(words: dict[str, str], finding: Finding, reader: Reader) -> dict[str, str]:
    """Amounts and terms that a rule states as plain values, as people write them."""
    if finding.layer == "hub":
        return words
    amounts = _AMOUNTS | ({"found", "expected"} if "difference" in words else frozenset())
    shown = {name: FORMS["money"](value, reader) if name in amounts else value for name, value in words.items()}
    if "rate" in shown:
        shown["rate"] = number(shown["rate"], reader.language)
    return shown


class _Fill(string.Formatter):
    """Fills `{name}` and `{name:form}`; a provisional relation code loses its star."""

    def __init__(self, reader: Reader, strict: bool) -> None:
        self._reader = reader
        self._strict = strict

    def get_value(self, key: int | str, args: Any, kwargs: Mapping[str, Any]) -> Any:
        if key not in kwargs:
            if self._strict:
                raise MissingText(str(key))
            return "…"
        value = str(kwargs[str(key)])
        if key in ("term", "location"):
            return FORMS["place"](value, self._reader)
        return value.removeprefix("*")

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return FORMS[format_spec](str(value), self._reader)
        return str(value) or NOTHING[self._reader.language]


def _filled(
    template: str, words: Mapping[str, str], reader: Reader, strict: bool = False, *, capital: bool = True
) -> str:
    text = _Fill(reader, strict).vformat(template, (), words)
    return text[:1].upper() + text[1:] if capital else text


def places(template: str) -> set[str]:
    """The names of the places in a sentence."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@lru_cache(maxsize=1)
def findings_catalogue() -> Mapping[str, dict[str, str]]:
    """Every finding code with its sentences. Raises ValueError when two files have the same code.

    What EN 16931 does not use, and what must stand once, has its sentences from the tables of those rules, unless a file has
    better ones.
    """
    return Sections(sorted(_FOLDER.glob("findings_*.toml")), _of_tables)


@lru_cache(maxsize=1)
def _of_tables() -> dict[str, dict[str, str]]:
    from hub.rules.en16931.unused import rows  # the rules are loaded only by who wants to tell a finding
    from hub.rules.peppol.exactly_once import table

    words = _read("fields.toml")
    once = once_sentences(((each.code, each.shown, each.term) for each in table()), words)
    return {**unused_sentences(((path.code, path.shown) for path in rows()), words), **once}


@lru_cache(maxsize=1)
def decisions_catalogue() -> Mapping[str, dict[str, str]]:
    """Every `why` with its sentences."""
    return Sections(sorted(_FOLDER.glob("decisions*.toml")))


@lru_cache(maxsize=1)
def messages_catalogue() -> Mapping[str, dict[str, str]]:
    """Every message of the hub's doors."""
    return Sections(sorted(_FOLDER.glob("messages*.toml")))


@lru_cache(maxsize=1)
def steps_catalogue() -> Mapping[str, dict[str, str]]:
    """Every step of a calculation or choice with its sentences."""
    return Sections(sorted(_FOLDER.glob("steps*.toml")))


@lru_cache(maxsize=1)
def terms() -> dict[str, dict[str, str]]:
    """Business terms in words."""
    return _read("terms.toml")


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text("utf-8"))
