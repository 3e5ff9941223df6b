"""Purchases with a question of payment, cost, rounding or period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .case import Case
from .cases_everyday import hosting
from .draft import EXEMPT, GACCOUNT, HIGH, LOW, Draft, Item, Payment
from .parties import CARPENTER, CLEANING, DEMO, HOSTING_NEW_ACCOUNT, INSURANCE, RESTAURANT, STAFFING

PAYMENT_AND_COST = (
    Case(
        "10-g-account.xml",
        "posted",
        "Uitzendkrachten met G-rekening: twee openstaande delen.",
        "Temporary staff with a G-account: two open parts.",
        Draft(
            "VH-26-0301",
            date(2026, 3, 31),
            STAFFING,
            DEMO,
            (Item("Magazijnmedewerkers, uren maart", "160", "42.50", unit="HUR"),),
            due=date(2026, 4, 30),
            specification=GACCOUNT,
            order="PO-2026-007",
            payments=(
                Payment(STAFFING.iban, "VH-26-0301", "BENEFICIARY", Decimal("6171.00")),
                Payment(STAFFING.g_iban, "VH-26-0301", "GACCOUNT", Decimal("2057.00")),
            ),
        ),
        codes=("IH",),
    ),
    Case(
        "12-prepaid.xml",
        "posted",
        "Deel vooruitbetaald (BT-113): de schuld is alleen de rest.",
        "Partly prepaid (BT-113): only the rest is owed.",
        Draft(
            "BE-2604",
            date(2026, 4, 14),
            CLEANING,
            DEMO,
            (Item("Glasbewassing kwartaal 2", "1", "480.00"),),
            due=date(2026, 5, 14),
            prepaid=Decimal("200.00"),
        ),
        codes=("IH",),
    ),
    Case(
        "18-new-bank-account.xml",
        "posted",
        "Bekende leverancier, nieuw rekeningnummer: geboekt, betaling geblokkeerd.",
        "Known supplier, new bank account: booked, payment blocked.",
        hosting(6, HOSTING_NEW_ACCOUNT),
        codes=("IH",),
    ),
    Case(
        "25-restaurant.xml",
        "posted",
        "Horeca (rekening 4340 via BT-19): btw niet aftrekbaar.",
        "Restaurant (account 4340 by BT-19): VAT not deductible.",
        Draft(
            "2026-3301",
            date(2026, 7, 3),
            RESTAURANT,
            DEMO,
            (
                Item("Diner zakelijk", "6", "38.50", LOW),
                Item("Wijn en bier", "1", "74.40", HIGH),
            ),
            due=date(2026, 7, 17),
            accounting_cost="4340",
        ),
        codes=("IH", "IL"),
        deductible=False,
        account="4340",
    ),
    Case(
        "27-rounding.xml",
        "posted",
        "Afgerond op vijf cent (BT-114), op een eigen rekening.",
        "Rounded to five cents (BT-114), on its own account.",
        Draft(
            "OH-0721",
            date(2026, 7, 21),
            CARPENTER,
            DEMO,
            (Item("Reparatie balie", "1", "87.37"),),
            due=date(2026, 8, 4),
            rounding=Decimal("-0.02"),
        ),
        codes=("IH",),
    ),
    Case(
        "28-exempt-and-taxed.xml",
        "posted",
        "Vrijgesteld, laag en hoog tarief op een factuur.",
        "Exempt, low and high rate on one invoice.",
        Draft(
            "WH-55120",
            date(2026, 8, 4),
            INSURANCE,
            DEMO,
            (
                Item("Premie bedrijfsaansprakelijkheid", "1", "612.40", EXEMPT),
                Item("Adviesuren", "2", "95.00", HIGH, unit="HUR"),
                Item("Handboek risico's voor het mkb", "1", "34.86", LOW),
            ),
            due=date(2026, 9, 3),
        ),
        codes=("IVRIJ", "IH", "IL"),
    ),
    Case(
        "30-older-period.xml",
        "posted",
        "Datum voor het eerste boekjaar: geboekt op de eerste open dag, of vastgehouden.",
        "Dated before the first fiscal year: booked on the first open day, or held.",
        Draft(
            "BE-2312",
            date(2023, 12, 28),
            CLEANING,
            DEMO,
            (Item("Eindejaarsschoonmaak", "1", "350.00"),),
            due=date(2024, 1, 27),
        ),
        codes=("IH",),
        also="held",
    ),
)
