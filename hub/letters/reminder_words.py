"""The text of a reminder: the places of its level's text filled, in the language of the debtor."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from hub.model.money import money_text
from hub.model.reminder import Reminder, ReminderItem
from hub.texts.catalogue import language_of, message
from hub.texts.forms import Reader, money

_PLACE = re.compile(r"\{\{|\}\}|\{(\w+)\}")
SOME = {"subject": 3, "body": 10}  # so many invoices are named one by one; the table names them all
_LANDS = {"nl": "nl", "en": "en_GB"}


def worded(reminder: Reminder) -> tuple[str, str]:
    """Subject and body. Of several invoices the text for many is taken, where the level has one."""
    text, many = reminder.text, len(asked_items(reminder)) > 1
    subject = text.many_subject if many and text.many_subject else text.subject
    body = text.many_body if many and text.many_body else text.body
    return _tidy(filled(subject, places(reminder, "subject"))), _tidy(filled(body, places(reminder)))


def asked_items(reminder: Reminder) -> tuple[ReminderItem, ...]:
    """Those that are asked for, and not only shown."""
    return tuple(item for item in reminder.items if item.level and item.outstanding > 0)


def places(reminder: Reminder, part: str = "body") -> dict[str, str]:
    """What each place of a text becomes."""
    language, items = language_of(reminder.language), asked_items(reminder)
    due = sorted({item.due for item in items})
    return {
        "creditor": reminder.creditor.name,
        "debtor": _called(reminder),
        "invoice": listed([item.invoice for item in items], language, SOME[part]),
        "due_date": _days(due, language),
        "date": day(reminder.dated, language),
        "principal": amount(reminder.principal, reminder),
        "interest": amount(reminder.interest, reminder),
        "costs": amount(reminder.costs, reminder),
        "vat": message("letter_vat_words", language, vat=amount(reminder.vat, reminder)) if reminder.vat else "",
        "total": amount(reminder.total, reminder),
        "term": _term(reminder, language),
        "iban": grouped(reminder.creditor.iban) or message("letter_iban_unknown", language),
        "reference": reminder.reference,
        "signed_by": reminder.signed_by,
    }


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its places; a place that nothing fills stays as it stands. `{{` is a brace."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]) if found[1] else found[0][0], text)


def amount(value: Decimal, reminder: Reminder) -> str:
    """`€ 1.234,56`, in the language of the debtor."""
    return money(money_text(value, reminder.currency), Reader(language_of(reminder.language), reminder.currency, {}))


@lru_cache(maxsize=1024)
def day(on: date, language: str) -> str:
    """`21 november 2026`, as in letters."""
    from babel.dates import format_date

    return format_date(on, "d MMMM yyyy", locale=_LANDS[language])


def grouped(iban: str) -> str:
    """By fours, as people read and type it."""
    plain = re.sub(r"\s", "", iban).upper()
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def listed(names: Sequence[str], language: str, most: int) -> str:
    """`A, B en C`; `A, B, C en 9 andere` of more than are named one by one."""
    if len(names) < 2:
        return "".join(names)
    if len(names) <= most:
        return message("letter_and", language, first=", ".join(names[:-1]), last=names[-1])
    shown = min(3, most) if most > 3 else 1
    return message("letter_and_others", language, first=", ".join(names[:shown]), count=len(names) - shown)


def _days(days: Sequence[date], language: str) -> str:
    words = [day(on, language) for on in days]
    if len(words) <= 3:
        return listed(words, language, 3)
    return message("letter_up_to", language, first=words[0], last=words[-1])


def _term(reminder: Reminder, language: str) -> str:
    """Of a 14-day letter always the words that give the full term, whenever it is delivered (ECLI:NL:HR:2016:2704)."""
    if reminder.kind == "fourteen_days":
        return message("letter_term_words", language)
    if reminder.term_until:
        return message("letter_term_by", language, date=day(reminder.term_until, language))
    return message("letter_term_at_once", language)


def _called(reminder: Reminder) -> str:
    """Whom a letter speaks to: the person where one is known; a task to call names both."""
    debtor = reminder.debtor
    if reminder.kind == "call":
        return f"{debtor.name} ({debtor.contact})" if debtor.contact and debtor.contact != debtor.name else debtor.name
    return debtor.contact or debtor.name


def _tidy(text: str) -> str:
    """Without what a place leaves: blanks at the end of a line, a comma at its beginning, a second full stop (`B.V..`)."""
    text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
    lines = (re.sub(r"^, ", "", re.sub(r"(?<=\S) {2,}", " ", line)) for line in text.splitlines())
    return "\n".join(line.rstrip() for line in lines).strip()
