"""A made-up reminder of a level, so that a text can be seen before anybody gets it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hub.model.dunning import Level
from hub.model.reminder import Addressee, Creditor, Reminder, ReminderItem
from hub.model.step import step

DATED = date(2026, 11, 30)
_CREDITOR = Creditor(
    "Voorbeeld Installatietechniek B.V.", ("Havenstraat 12", "3011 AB Rotterdam"), "NL91ABNA0417164300", "ABNANL2A", "12345678",
    "NL001234567B01", "debiteuren@voorbeeld.example", "010 000 00 00",
)  # fmt: skip
_DEBTOR = Addressee(
    "Bakkerij De Korenaar",
    "A. de Wit",
    ("Kerkstraat 8", "1017 GC Amsterdam"),
    "NL",
    "inkoop@korenaar.example",
    "020 000 00 00",
)
_OPEN = (
    ("2026-0101", date(2026, 9, 1), "1210.00", "1000.00", "17.25", "0.29"),
    ("2026-0117", date(2026, 9, 12), "605.00", "605.00", "8.62", "0.17"),
)


def sample_reminder(level: Level, language: str, *, many: bool = False, vat: bool = False) -> Reminder:
    """One invoice, or with `many` two and a credit; with `vat` of a creditor who cannot deduct it. Raises KeyError without such a text."""
    items = [
        ReminderItem(
            number, invoice, on, date(on.year, on.month + 1, on.day), Decimal(original), Decimal(left), level.code, level.kind,
            Decimal(interest), Decimal(daily),
        )
        for number, (invoice, on, original, left, interest, daily) in enumerate(_OPEN[: 2 if many else 1], 1)
    ]  # fmt: skip
    principal = sum((item.outstanding for item in items), Decimal("0.00"))
    credit = ReminderItem(
        3, "C-2026-0007", DATED.replace(day=3), DATED.replace(day=3), Decimal("-55.00"), Decimal("-55.00")
    )
    if many:
        items, principal = [*items, credit], principal + credit.outstanding
    costs = (principal * 15 / 100).quantize(Decimal("0.01"))  # all of it is in the first slice of the scale
    named = level.costs != "none"
    made = Reminder(
        "", "H-0-0", "C0000", level.code, level.kind, level.channel, DATED, language, level.texts[language], level.signed_by,
        _CREDITOR, _DEBTOR, tuple(items), "EUR", principal, level.costs, level.interest,
    )  # fmt: skip
    if named:
        tax = (costs * 21 / 100).quantize(Decimal("0.01")) if vat else Decimal("0.00")
        sliced = step("costs_slice", costs, percentage="15", part=principal, above="0.00")
        taxed = step("costs_vat", tax, percentage="21", costs=costs) if vat else step("costs_without_vat")
        made = replace(made, costs=costs, vat=tax, steps=(sliced, taxed))
    if level.interest != "none":
        interest = sum((item.interest for item in items), Decimal("0.00"))
        made = replace(made, interest=interest, per_day=sum((item.per_day for item in items), Decimal("0.00")))
    return made
