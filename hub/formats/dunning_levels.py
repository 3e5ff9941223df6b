"""One level of a dunning policy: its values, its texts in both languages, and the places that a text must and may name."""

from __future__ import annotations

import string
from collections.abc import Mapping
from typing import Any, cast

from hub.formats.dunning_words import Faults, allowed, days, known_keys, text
from hub.model.dunning import (
    CHANNELS,
    CLAIMED,
    CONFIRMS,
    COUNTS,
    LEVEL_KINDS,
    Claimed,
    Confirm,
    CountFrom,
    DunningChannel,
    Level,
    LevelKind,
    LevelText,
)
from hub.model.finding import asked

LANGUAGES = ("nl", "en")
LEVEL_KEYS = (
    "code", "kind", "days", "count_from", "channel", "otherwise", "costs", "interest", "signed_by", "confirm", *LANGUAGES,
)  # fmt: skip
PLACES = frozenset((
    "creditor", "debtor", "invoice", "due_date", "date", "principal", "interest", "costs", "vat", "total", "term", "iban",
    "reference", "signed_by",
))  # fmt: skip
# What art. 6:96 lid 6 BW asks of the letter: the sum, the costs that follow, VAT where it is charged, and the full term.
LETTER_PLACES = ("principal", "costs", "vat", "term")
_WAYS = {"call": ("phone",), "hand_off": ("agency",)}
_LETTERS = ("email", "letter")
_TEXT_KEYS = ("subject", "body", "many_subject", "many_body")


def made_level(raw: Mapping[str, Any], place: str, faults: Faults) -> Level:
    """The level as it stands in the file; what is wrong is added to the faults."""
    known_keys(raw, LEVEL_KEYS, place, faults)
    return Level(
        text(raw, "code", place, faults),
        cast(LevelKind, allowed(raw, "kind", LEVEL_KINDS, place, faults, None)),
        days(raw, "days", place, faults),
        cast(CountFrom, allowed(raw, "count_from", COUNTS, place, faults, "due")),
        cast(DunningChannel, allowed(raw, "channel", CHANNELS, place, faults, None)),
        cast("DunningChannel", allowed(raw, "otherwise", ("", *CHANNELS), place, faults, "")),
        cast(Claimed, allowed(raw, "costs", CLAIMED, place, faults, "none")),
        cast(Claimed, allowed(raw, "interest", CLAIMED, place, faults, "none")),
        str(raw.get("signed_by", "")),
        cast(Confirm, allowed(raw, "confirm", CONFIRMS, place, faults, "person")),
        _texts(raw, place, faults),
    )


def level_faults(level: Level, place: str, faults: Faults) -> None:
    """What the values of one level must be together."""
    ways = _WAYS.get(level.kind, _LETTERS)
    for way in filter(None, (level.channel, level.otherwise)):
        if way not in ways:
            faults.append(asked("HUB-DUN-09", way, ", ".join(ways), place))
    if level.kind == "fourteen_days":
        if level.costs != "announced":
            faults.append(asked("HUB-DUN-10", level.costs, "announced", place))
        for language, said in level.texts.items():
            for body in filter(None, (said.body, said.many_body)):
                missing = [name for name in LETTER_PLACES if name not in _places(body)]
                faults += [
                    asked("HUB-DUN-02", location=f"{place}, {language}", place=f"{{{name}}}") for name in missing
                ]


def _texts(raw: Mapping[str, Any], place: str, faults: Faults) -> dict[str, LevelText]:
    if raw.get("kind") == "hand_off":
        return {}
    made = {}
    for language in LANGUAGES:
        where = f"{place}, {language}"
        said = raw.get(language)
        if not isinstance(said, dict):
            faults.append(asked("HUB-TOML-03", language, location=place))
            continue
        known_keys(said, _TEXT_KEYS, where, faults)
        many = (text(said, key, where, faults) if key in said else "" for key in ("many_subject", "many_body"))
        made[language] = LevelText(text(said, "subject", where, faults), text(said, "body", where, faults), *many)
        _known_places(" ".join(map(str, (said.get(key, "") for key in _TEXT_KEYS))), where, faults)
    return made


def _known_places(template: str, where: str, faults: Faults) -> None:
    try:
        unknown = sorted(_places(template) - PLACES)
    except ValueError as error:
        faults.append(asked("HUB-TOML-04", str(error), location=where))
        return
    faults += [asked("HUB-DUN-03", f"{{{name}}}", ", ".join(sorted(PLACES)), where) for name in unknown]


def _places(template: str) -> set[str]:
    """The names of the places in a text. Raises ValueError for braces that are none."""
    parsed = list(string.Formatter().parse(template))
    if any(form or conversion for _, _, form, conversion in parsed):
        raise ValueError("a place is a name in braces, and nothing else")
    return {name for _, name, _, _ in parsed if name is not None}
