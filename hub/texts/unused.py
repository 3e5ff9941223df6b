"""Sentences about what EN 16931 does not use of UBL: seven hundred rules that say the same of seven hundred places.

They are made from the rules' own table of paths, in the words of `fields.toml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_SENTENCES = {
    "nl": "De factuur bevat iets dat de e-factuurstandaard (EN 16931) niet gebruikt: {what}. Een ontvanger mag eroverheen "
    "lezen: u hoeft niets te doen. De afzender kan het weglaten ({{location}}).",
    "en": "The invoice contains something that the e-invoice standard (EN 16931) does not use: {what}. A receiver may "
    "read past it: you need do nothing. The sender can leave it out ({{location}}).",
}
_PART = {"nl": "het onderdeel {name}", "en": "the group {name}"}
_FIELD = {"nl": "het veld {name}", "en": "the field {name}"}
_ATTRIBUTE = {"nl": "het attribuut {name}", "en": "the attribute {name}"}
_OF = {"nl": " van ", "en": " of "}
_AT = {"nl": ", bij ", "en": ", under "}
_TELLS_NOTHING = "cac:Party"  # who it is says the element above it
_DELIVERY = "cac:Delivery"


def unused_sentences(
    rows: Iterable[tuple[str, str]], words: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, str]]:
    """The entry of each (code, path). `words` are those of `fields.toml`."""
    return {code: _entry(path, words) for code, path in rows}


def _entry(path: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    made = {language: text.format(what=what_at(path, language, words)) for language, text in _SENTENCES.items()}
    return {"severity": "warning", "who": "sender", **made}


def what_at(path: str, language: str, words: Mapping[str, Mapping[str, str]]) -> str:
    """`cac:Item/cbc:Keyword` of a line as `een trefwoord, bij het artikel van een factuurregel`."""
    steps = _telling(path.removeprefix("//").split("/"))
    named = [_named(step, language, words) for step in steps]
    own = [named.pop()]
    if steps[-1].startswith("@") and named:
        own.append(named.pop())
    where = _OF[language].join(reversed(named))
    return _OF[language].join(own) + (_AT[language] + where if where else "")


def _telling(steps: list[str]) -> list[str]:
    """Without steps that their neighbour already implies: a party, and a delivery above its own place or recipient."""
    pairs = zip(steps, [*steps[1:], ""], strict=True)
    return [
        one for one, below in pairs if one != _TELLS_NOTHING and not (one == _DELIVERY and below.startswith(_DELIVERY))
    ]


def _named(step: str, language: str, words: Mapping[str, Mapping[str, str]]) -> str:
    name = step.rpartition(":")[2]
    if name in words:
        return words[name][language]
    kind = _ATTRIBUTE if step.startswith("@") else _PART if step.startswith("cac:") else _FIELD
    return kind[language].format(name=name.removeprefix("@"))
