"""What stands on a reminder, as text in the debtor's language: one content for the PDF, the HTML and the plain mail."""

from __future__ import annotations

from dataclasses import dataclass

from hub.letters.epc import epc_payload
from hub.letters.reminder_words import amount, day, grouped, worded
from hub.model.reminder import Creditor, Reminder, ReminderItem
from hub.texts.catalogue import language_of, message, step_text
from hub.texts.forms import Reader
from hub.texts.forms import day as short_day

Rows = tuple[tuple[str, ...], ...]
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Content:
    """All of it. `totals` are label, amount and whether it is the sum; `payload` is what the payment code says, "" = none."""

    language: str
    creditor: Creditor
    registered: str  # Chamber of Commerce and VAT numbers of the creditor, on one line
    address: tuple[str, ...]
    facts: Pairs
    subject: str
    paragraphs: tuple[tuple[str, ...], ...]  # each in lines
    payment: Pairs
    payload: str
    items_title: str
    heads: tuple[str, ...]
    rows: Rows
    totals: tuple[tuple[str, str, bool], ...]
    notes: tuple[str, ...]
    steps: tuple[str, ...]


def content_of(reminder: Reminder) -> Content:
    """The content of a reminder; the same for the same reminder."""
    language = language_of(reminder.language)
    subject, body = worded(reminder)
    steps = (step_text(step, language, reminder.currency) for step in reminder.steps)
    return Content(
        language, reminder.creditor, _registered(reminder.creditor, language), _address(reminder, language),
        _facts(reminder, language), subject, _paragraphs(body), _payment(reminder, language), _payload(reminder),
        message("letter_items_title", language, date=day(reminder.dated, language)), _heads(reminder, language),
        tuple(_row(item, reminder) for item in reminder.items), _totals(reminder, language), _notes(reminder, language),
        tuple(steps),
    )  # fmt: skip


def shows_interest(reminder: Reminder) -> bool:
    """Whether interest has a column."""
    return reminder.interest_is != "none" and bool(reminder.interest)


def _address(reminder: Reminder, language: str) -> tuple[str, ...]:
    """What stands in the window: the name, the person, and the lines, none of them twice."""
    debtor = reminder.debtor
    attention = message("letter_attention", language, name=debtor.contact) if debtor.contact else ""
    said = " ".join(debtor.lines)
    first = [debtor.name] if debtor.name not in debtor.lines else []
    second = [attention] if attention and debtor.contact not in said and debtor.contact != debtor.name else []
    return (*first, *second, *debtor.lines)


def _facts(reminder: Reminder, language: str) -> Pairs:
    return (
        (message("letter_date", language), day(reminder.dated, language)),
        (message("letter_reference", language), reminder.reference),
        (message("letter_customer", language), reminder.relation),
    )


def _registered(creditor: Creditor, language: str) -> str:
    kvk = message("letter_kvk", language, number=creditor.kvk) if creditor.kvk else ""
    vat = message("letter_vat_id", language, number=creditor.vat_id) if creditor.vat_id else ""
    return "  ·  ".join(filter(None, (kvk, vat)))


def _paragraphs(body: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.splitlines()) for part in body.split("\n\n") if part.strip())


def _payment(reminder: Reminder, language: str) -> Pairs:
    """How to pay; nothing for a task to call, and where nothing is to be paid."""
    if reminder.total <= 0 or reminder.kind == "call":
        return ()
    creditor = reminder.creditor
    dated = reminder.term_until and reminder.kind != "fourteen_days"  # there the term is in words: delivery is presumed
    pairs = (
        ("letter_pay_amount", amount(reminder.total, reminder)),
        ("letter_pay_iban", grouped(creditor.iban)),
        ("letter_pay_bic", creditor.bic if creditor.iban else ""),
        ("letter_pay_name", creditor.name),
        ("letter_pay_reference", reminder.reference),
        ("letter_pay_by", day(reminder.term_until, language) if dated and reminder.term_until else ""),
    )
    return tuple((message(key, language), value) for key, value in pairs if value)


def _payload(reminder: Reminder) -> str:
    creditor = reminder.creditor
    if reminder.kind == "call":
        return ""
    return epc_payload(
        creditor.name, creditor.iban, creditor.bic, reminder.total, reminder.currency, reminder.reference
    )


def _heads(reminder: Reminder, language: str) -> tuple[str, ...]:
    names = ("invoice", "date", "due", "original", "paid", "open", *(("interest",) if shows_interest(reminder) else ()))
    return tuple(message(f"letter_items_{name}", language) for name in names)


def _row(item: ReminderItem, reminder: Reminder) -> tuple[str, ...]:
    reader = Reader(language_of(reminder.language), reminder.currency, {})
    later = "" if item.level or item.outstanding < 0 else " *"
    settled = item.original - item.outstanding
    interest = (amount(item.interest, reminder) if item.interest else "",) if shows_interest(reminder) else ()
    return (
        f"{item.invoice}{later}", short_day(str(item.invoice_date), reader), short_day(str(item.due), reader),
        amount(item.original, reminder), amount(settled, reminder) if settled else "", amount(item.outstanding, reminder),
        *interest,
    )  # fmt: skip


def _totals(reminder: Reminder, language: str) -> tuple[tuple[str, str, bool], ...]:
    found = [(message("letter_total_principal", language), amount(reminder.principal, reminder), False)]
    if reminder.interest_is == "claimed" and reminder.interest:
        until = day(reminder.dated, language)
        found.append(
            (message("letter_total_interest", language, date=until), amount(reminder.interest, reminder), False)
        )
    if reminder.costs_are == "claimed":
        for key, value in (("letter_total_costs", reminder.costs), ("letter_total_vat", reminder.vat)):
            if value:
                found.append((message(key, language), amount(value, reminder), False))
    return (*found, (message("letter_total", language), amount(reminder.total, reminder), True))


def _notes(reminder: Reminder, language: str) -> tuple[str, ...]:
    items, until = reminder.items, day(reminder.dated, language)
    words = {"date": until, "amount": amount(reminder.interest, reminder)}
    costs = {"amount": amount(reminder.costs, reminder), "vat": amount(reminder.vat, reminder)}
    announced = reminder.costs_are == "announced" and reminder.costs
    said: tuple[tuple[object, str, dict[str, str]], ...] = (
        (any(not item.level and item.outstanding > 0 for item in items), "letter_items_later", {}),
        (any(item.outstanding < 0 for item in items), "letter_items_credit", {}),
        (reminder.interest_is == "announced" and reminder.interest, "letter_interest_announced", words),
        (
            reminder.interest_is == "claimed" and reminder.per_day, "letter_per_day",
            {"date": until, "amount": amount(reminder.per_day, reminder)},
        ),
        (announced and not reminder.vat, "letter_costs_announced", costs),
        (announced and reminder.vat, "letter_costs_announced_vat", costs),
        (reminder.unconfirmed_rate and shows_interest(reminder), "letter_rate_unconfirmed", {}),
    )  # fmt: skip
    return tuple(message(key, language, **values) for when, key, values in said if when)
