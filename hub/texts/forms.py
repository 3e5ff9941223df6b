"""Values as people read them: amounts, dates, rates and places, in Dutch and English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from hub.texts.places import place_of
from hub.texts.words import CARD_WORDS
from hub.texts.words_collection import COLLECTION_WORDS
from hub.texts.words_kinds import KIND_WORDS

NOTHING = {"nl": "niets", "en": "nothing"}
_NONE = {"nl": "geen", "en": "none"}
_SIGNS = {"EUR": "€", "GBP": "£"}
_NUMBER = re.compile(r"(-?)(\d+)(?:\.(\d+))?")
_PART = re.compile(r"(line|allowance|charge|rate) ([^=]*)=(.*)")
_PARTS = {
    "line": {"nl": "regel", "en": "line"},
    "allowance": {"nl": "korting", "en": "allowance"},
    "charge": {"nl": "toeslag", "en": "charge"},
}
_MORE = {"nl": "en nog", "en": "and"}
_OTHERS = {"nl": "", "en": " more"}
_ELSEWHERE = {"nl": "elders op de factuur", "en": "elsewhere on the invoice"}
_PLACE = re.compile(r"line (\d+), column (\d+)")
_ROW = re.compile(r"(row|entry) (\d+)(?:, (.+))?")
_ROW_WORDS = {"row": "rij", "entry": "boeking"}
_SEGMENT = re.compile(r"(?:message (\d+), )?(segment [\w ()]+, )?position (\d+)")
_LINE = re.compile(r"(?:(B[TG]-\d+) )?line (.+)")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
_ORIGINS = ("domestic", "eu", "non_eu")
_WORDS = {
    "concept": {"nl": "concept", "en": "concept"},
    "frozen": {"nl": "vastgelegd", "en": "frozen"},
    "cancelled": {"nl": "geannuleerd", "en": "cancelled"},
    "excluded": {"nl": "uitgesloten", "en": "left out"},
    "dropped": {"nl": "vervallen", "en": "dropped"},
    "staged": {"nl": "klaargezet", "en": "staged"},
    "printed": {"nl": "afgedrukt", "en": "printed"},
    "delivered": {"nl": "bezorgd", "en": "delivered"},
    "called": {"nl": "gebeld", "en": "called"},
    "bounced": {"nl": "teruggekomen", "en": "bounced"},
    "sent": {"nl": "verzonden", "en": "sent"},
    "posted": {"nl": "geboekt", "en": "posted"},
    "held": {"nl": "vastgehouden", "en": "held"},
    "refused": {"nl": "geweigerd", "en": "refused"},
    "duplicate": {"nl": "dubbel", "en": "duplicate"},
    "conflict": {"nl": "conflict", "en": "conflict"},
    "fatal": {"nl": "fout", "en": "fatal"},
    "warning": {"nl": "waarschuwing", "en": "warning"},
    "information": {"nl": "ter info", "en": "information"},
    "open": {"nl": "open", "en": "open"},
    "partly": {"nl": "deels gesloten", "en": "partly closed"},
    "receivable": {"nl": "debiteuren", "en": "debtors"},
    "payable": {"nl": "crediteuren", "en": "creditors"},
    "closed": {"nl": "gesloten", "en": "closed"},
    "locked": {"nl": "op slot", "en": "locked"},
    "accepted": {"nl": "aangenomen", "en": "accepted"},
    "created": {"nl": "nieuw", "en": "created"},
    "changed": {"nl": "gewijzigd", "en": "changed"},
    "merged": {"nl": "samengevoegd", "en": "merged"},
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
    "new": {"nl": "nieuw", "en": "new"},
    "same": {"nl": "gelijk", "en": "the same"},
    "failed": {"nl": "fout", "en": "failed"},
    "purchase": {"nl": "inkoop", "en": "purchase"},
    "with": {"nl": "met btw", "en": "with VAT"},
    "without": {"nl": "zonder btw", "en": "without VAT"},
    "reverse_charge": {"nl": "btw verlegd", "en": "VAT reverse-charged"},
    "intra_community": {"nl": "intracommunautair", "en": "intra-Community"},
    "outside_eu": {"nl": "buiten de EU", "en": "outside the EU"},
    "return": {"nl": "aangifte", "en": "return"},
    "supplement": {"nl": "suppletie", "en": "supplement"},
    "oss": {"nl": "OSS-aangifte", "en": "OSS return"},
    "goods": {"nl": "goederen", "en": "goods"},
    "services": {"nl": "diensten", "en": "services"},
    "reclaim": {"nl": "terugvragen", "en": "reclaim"},
    "pay_back": {"nl": "alsnog afdragen", "en": "pay after all"},
    "give_back": {"nl": "teruggeven", "en": "give back"},
    "deduct_again": {"nl": "opnieuw aftrekken", "en": "deduct again"},
    "sales": {"nl": "verkoop", "en": "sales"},
    "transfer": {"nl": "overboeking", "en": "transfer"},
    "collection": {"nl": "incasso", "en": "collection"},
    "confirmed": {"nl": "bevestigd", "en": "confirmed"},
    "exported": {"nl": "verstuurd", "en": "exported"},
    "discarded": {"nl": "vervallen", "en": "discarded"},
    "removed": {"nl": "weggehaald", "en": "removed"},
    "answered": {"nl": "uitgevoerd", "en": "carried out"},
    "matched": {"nl": "afgeletterd", "en": "matched"},
    "on_account": {"nl": "op de relatie", "en": "on account"},
    "suspense": {"nl": "vraagpost", "en": "suspense account"},
    "purchase_method": {"nl": "manier van boeken", "en": "way of booking"},
    "cost_after_approval": {"nl": "kosten na akkoord", "en": "cost after approval"},
    "direct": {"nl": "direct", "en": "direct"},
    "register_first": {"nl": "eerst akkoord", "en": "approval first"},
    "book_at_once": {"nl": "direct, akkoord later", "en": "at once, approval later"},
    "credit": {"nl": "creditnota", "en": "credit note"},
    "debit": {"nl": "debet", "en": "debit"},
    "waiting": {"nl": "wacht op akkoord", "en": "waits for approval"},
    "on_hold": {"nl": "aangehouden", "en": "on hold"},
    "approved": {"nl": "akkoord", "en": "approved"},
    "rejected": {"nl": "afgewezen", "en": "rejected"},
    "credited": {"nl": "gecrediteerd", "en": "credited"},
    "wait_for_credit": {"nl": "wacht op creditnota", "en": "waits for credit note"},
    "approve": {"nl": "akkoord", "en": "approve"},
    "reject": {"nl": "afgewezen", "en": "reject"},
    "hold": {"nl": "aangehouden", "en": "hold"},
    "resume": {"nl": "hervat", "en": "resume"},
    "forward": {"nl": "doorgestuurd", "en": "forward"},
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


def instant(text: str, reader: Reader) -> str:
    """`21-11-2026 14:02 UTC`, to the minute; anything but an ISO instant as it is. Without a zone it is UTC already."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    at = at.astimezone(UTC) if at.tzinfo else at
    return f"{day(str(at.date()), reader)} {at:%H:%M} UTC"


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
    """`totaal met btw (BT-112)`; a term without words as it is. Several stand with a comma between them."""
    if ", " in text:
        return ", ".join(term(one, reader) for one in text.split(", "))
    words = reader.terms.get(text)
    return f"{words[reader.language]} ({text})" if words else text


def place(text: str, reader: Reader) -> str:
    """A path on an invoice in words, `line 3` as `regel 3`, a business term by its words, anything else as it is."""
    if text.startswith("/"):
        return place_of(text, reader.language)
    if reader.language == "nl" and (spot := _PLACE.fullmatch(text)):
        return f"regel {spot[1]}, kolom {spot[2]}"
    if reader.language == "nl" and (spot := _SEGMENT.fullmatch(text)):
        return f"{f'bericht {spot[1]}, ' if spot[1] else ''}{spot[2] or ''}positie {spot[3]}"
    if row := _ROW.fullmatch(text):
        named = f"{_ROW_WORDS[row[1]] if reader.language == 'nl' else row[1]} {row[2]}"
        return f"{named}, {row[3]}" if row[3] else named
    match = _LINE.fullmatch(text)
    if match is None:
        return term(text, reader)
    line = f"{'regel' if reader.language == 'nl' else 'line'} {match[2]}"
    return f"{line}, {term(match[1], reader)}" if match[1] else line


def listed(text: str, reader: Reader) -> str:
    """The text, or `geen` when there is none."""
    return text or _NONE[reader.language]


def parts(text: str, reader: Reader) -> str:
    """`line 1=100.00; rate 21=5.00; +12` as `regel 1: € 100,00, 21 %: € 5,00 en nog 12`; nothing as `niets`."""
    return _row_of_parts(text, reader, amounts=True) or NOTHING[reader.language]


def used(text: str, reader: Reader) -> str:
    """The same without amounts: `regel 1, korting 2 en nog 12`; nothing is somewhere else."""
    return _row_of_parts(text, reader, amounts=False) or _ELSEWHERE[reader.language]


def _row_of_parts(text: str, reader: Reader, *, amounts: bool) -> str:
    shown, more = [], ""
    for part in text.split("; ") if text else ():
        if match := _PART.fullmatch(part):
            kind = _PARTS.get(match[1])
            name = f"{kind[reader.language]} {match[2]}" if kind else rate(match[2], reader)
            shown.append(f"{name}: {money(match[3], reader)}" if amounts else name)
        elif not part.startswith("+"):
            shown.append(part)
        else:
            more = f" {_MORE[reader.language]} {part.removeprefix('+')}{_OTHERS[reader.language]}"
    return ", ".join(shown) + more


def word(text: str, reader: Reader) -> str:
    """`geboekt` for `posted`: outcomes, severities, states, origins and what a decision is about."""
    if ", " in text:  # several of them
        return ", ".join(word(one, reader) for one in text.split(", "))
    found = _WORDS.get(text) or COLLECTION_WORDS.get(text) or CARD_WORDS.get(text) or KIND_WORDS.get(text, {})
    return found.get(reader.language, text)


def worded(text: str, form: str, language: str) -> str:
    """For files that keep figures and dates as such: only states and instants become what a person reads."""
    return FORMS[form](text, Reader(language, "", {})) if form in WORDED else text


WORDED = ("word", "instant")  # forms of which a file too holds the words
FORMS: dict[str, Callable[[str, Reader], str]] = {
    "money": money,
    "number": lambda text, reader: number(text, reader.language),
    "date": day,
    "instant": instant,
    "rate": rate,
    "group": group,
    "term": term,
    "place": place,
    "list": listed,
    "parts": parts,
    "used": used,
    "word": word,
}
