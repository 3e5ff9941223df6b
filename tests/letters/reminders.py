"""Made-up reminders for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hub.bootstrap import data_folder
from hub.formats.dunning_file import read_dunning
from hub.model.reminder import Addressee, Creditor, Reminder, ReminderItem
from hub.model.step import step

CREDITOR = Creditor(
    "Van Dijk Installatietechniek B.V.", ("Havenstraat 12", "3011 AB Rotterdam"), "NL91ABNA0417164300", "ABNANL2A", "24123456",
    "NL001234567B01", "debiteuren@vandijk.example", "010 123 45 67",
)  # fmt: skip
DEBTOR = Addressee(
    "Bakkerij De Korenaar V.O.F.",
    "mevrouw A. de Wit",
    ("Kerkstraat 8", "1017 GC Amsterdam"),
    "NL",
    "inkoop@korenaar.example",
)
FIRST = ReminderItem(
    11, "VF-2026-0101", date(2026, 9, 1), date(2026, 10, 1), Decimal("1210.00"), Decimal("1000.00"), "demand", "demand",
    Decimal("17.25"), Decimal("0.29"),
)  # fmt: skip
SECOND = ReminderItem(
    12, "VF-2026-0117", date(2026, 9, 12), date(2026, 10, 12), Decimal("605.00"), Decimal("605.00"), "demand", "demand",
    Decimal("8.62"), Decimal("0.17"),
)  # fmt: skip
LATER = ReminderItem(13, "VF-2026-0130", date(2026, 11, 20), date(2026, 12, 20), Decimal("121.00"), Decimal("121.00"))
CREDIT = ReminderItem(14, "CN-2026-0007", date(2026, 10, 3), date(2026, 10, 3), Decimal("-55.00"), Decimal("-55.00"))


def level(policy: str, code: str) -> Any:
    """A level as it is shipped."""
    path = data_folder("mappings") / "dunning.toml"
    rules = read_dunning([(path.name, path.read_bytes())])
    return next(one for one in rules.policies[policy].levels if one.code == code)


def reminder(policy: str = "business", code: str = "demand", language: str = "nl", **changes: Any) -> Reminder:
    """A demand for two invoices, less a credit; with changes."""
    chosen = level(policy, code)
    items = tuple(replace(item, level=code, kind=chosen.kind) for item in (FIRST, SECOND))
    made = Reminder(
        "demo", "H-7-12", "C0007", code, chosen.kind, chosen.channel, date(2026, 11, 30), language, chosen.texts[language],
        chosen.signed_by, CREDITOR, DEBTOR, (*items, CREDIT, LATER), "EUR", Decimal("1550.00"), chosen.costs, chosen.interest,
        Decimal("232.50"), Decimal("0.00"), Decimal("25.87"), Decimal("0.46"),
        steps=(
            step("costs_sum", Decimal("1550.00"), count=2),
            step("costs_slice", Decimal("232.50"), percentage="15", part="1550.00", above="0.00"),
            step("costs_without_vat"),
            step("interest_days", Decimal("17.25"), days=60, first="2026-10-02", until="2026-12-01", rate="10.15", base="1000.00"),
        ),
    )  # fmt: skip
    return replace(made, **changes)
