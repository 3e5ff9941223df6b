"""Values as people read them: amounts, dates, rates and places, in Dutch and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

NOTHING = {"nl": "niets", "en": "nothing"}
_NONE = {"nl": "geen", "en": "none"}
_SIGNS = {"EUR": "€", "GBP": "£"}
_NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?")
_PLACE = re.compile(r"line (\d+), column (\d+)")
_LINE = re.compile(r"(?:(B[TG]-\d+) )?line (.+)")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ORIGINS = ("domestic", "eu", "non_eu")
_WORDS = {
    "posted": {"nl": "geboekt", "en": "posted"},
    "held": {"nl": "vastgehouden", "en": "held"},
    "refused": {"nl": "geweigerd", "en": "refused"},
    "duplicate": {"nl": "dubbel", "en": "duplicate"},
    "conflict": {"nl": "conflict", "en": "conflict"},
    "fatal": {"nl": "fout", "en": "fatal"},
    "warning": {"nl": "waarschuwing", "en": "warning"},
    "information": {"nl": "ter info", "en": "information"},
    "open": {"nl": "open", "en": "open"},
    "closed": {"nl": "gesloten", "en": "closed"},
    "locked": {"nl": "op slot", "en": "locked"},
    "sender": {"nl": "afzender", "en": "sender"},
    "us": {"nl": "wij", "en": "us"},
    "network": {"nl": "netwerk", "en": "network"},
    "domestic": {"nl": "binnenland", "en": "domestic"},
    "eu": {"nl": "EU", "en": "EU"},
    "non_eu": {"nl": "buiten de EU", "en": "outside the EU"},
    "direction": {"nl": "kant", "en": "side"},
    "relation": {"nl": "relatie", "en": "relation"},
    "contra_account": {"nl": "tegenrekening", "en": "contra-account"},
    "vat_code": {"nl": "btw-code", "en": "VAT code"},
    "due_date": {"nl": "vervaldatum", "en": "due date"},
    "booking_date": {"nl": "boekdatum", "en": "booking date"},
    "rate": {"nl": "koers", "en": "rate"},
    "g_account": {"nl": "G-rekening", "en": "G-account"},
    "purchase": {"nl": "inkoop", "en": "purchase"},
    "sales": {"nl": "verkoop", "en": "sales"},
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: the language, the currency of the document ("" = unknown) and the words for business terms."""

    language: str
    currency: str
    terms: Mapping[str, Mapping[str, str]]


def number(text: str, language: str) -> str:
    """`1234.5` as `1.234,5` (Dutch) or `1,234.5`, every decimal kept; anything else as it is."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return text
    sign, whole, decimals = match[1], f"{int(match[2]):,}", match[3]
    if language == "nl":
        whole = whole.replace(",", ".")
    mark = "," if language == "nl" else "."
    return f"{sign}{whole}{mark + decimals if decimals else ''}"


def money(text: str, reader: Reader) -> str:
    """`€ 1.234,56` where the currency is known, else the number alone."""
    shown = number(text, reader.language)
    if not reader.currency or shown == text and not _NUMBER.fullmatch(text):
        return shown
    return f"{_SIGNS.get(reader.currency, reader.currency)} {shown}"


def day(text: str, reader: Reader) -> str:
    """`21-11-2026` in Dutch, `21 November 2026` in English; anything but an ISO date as it is."""
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{on:%d-%m-%Y}" if reader.language == "nl" else f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def rate(text: str, reader: Reader) -> str:
    """`21 %`."""
    return f"{number(text, reader.language)} %" if _NUMBER.fullmatch(text) else text


def group(text: str, reader: Reader) -> str:
    """A VAT category with its rate: `S 21` as `S 21 %`; an origin is named."""
    category, _, rest = text.partition(" ")
    if rest in _ORIGINS:
        return f"{category} ({word(rest, reader)})"
    return f"{category} {rate(rest, reader)}" if rest else category


def term(text: str, reader: Reader) -> str:
    """`totaal met btw (BT-112)`; a term without words as it is."""
    words = reader.terms.get(text)
    return f"{words[reader.language]} ({text})" if words else text


def place(text: str, reader: Reader) -> str:
    """`line 3` as `regel 3`, a business term by its words, anything else as it is."""
    if reader.language == "nl" and (spot := _PLACE.fullmatch(text)):
        return f"regel {spot[1]}, kolom {spot[2]}"
    match = _LINE.fullmatch(text)
    if match is None:
        return term(text, reader)
    line = f"{'regel' if reader.language == 'nl' else 'line'} {match[2]}"
    return f"{line}, {term(match[1], reader)}" if match[1] else line


def listed(text: str, reader: Reader) -> str:
    """The text, or `geen` when there is none."""
    return text or _NONE[reader.language]


def word(text: str, reader: Reader) -> str:
    """`geboekt` for `posted`: outcomes, severities, states, origins and what a decision is about."""
    return _WORDS.get(text, {}).get(reader.language, text)


FORMS: dict[str, Callable[[str, Reader], str]] = {
    "money": money,
    "date": day,
    "rate": rate,
    "group": group,
    "term": term,
    "place": place,
    "list": listed,
    "word": word,
}
