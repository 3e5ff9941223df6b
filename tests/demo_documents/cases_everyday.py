"""Everyday purchase documents: invoices, credit notes, two rates, an attachment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from .case import Case
from .draft import HIGH, LOW, Adjustment, Draft, Item
from .parties import COFFEE, DEMO, FREIGHT, HOSTING, PAPER, PRINTER, Party
from .wrapping import pdf

OFFICE = Draft(
    "GK-2026-0012",
    date(2026, 1, 15),
    PAPER,
    DEMO,
    (
        Item("Kopieerpapier A4, doos van 5 pakken", "10", "24.95"),
        Item("Balpennen blauw, 50 stuks", "3", "12.50"),
    ),
    due=date(2026, 2, 14),
)

BROCHURES = Draft(
    "SL-4410",
    date(2026, 4, 21),
    PRINTER,
    DEMO,
    (Item("Folders drieluik, 1.000 stuks", "2", "189.00"),),
    due=date(2026, 5, 21),
    attachment=("SL-4410.pdf", pdf("Drukkerij De Scheve Letter - factuur SL-4410")),
)

COFFEE_SUMMER = Draft(
    "ZM-26-1388",
    date(2026, 7, 10),
    COFFEE,
    DEMO,
    (
        Item("Espressobonen 1 kg", "40", "16.20", LOW),
        Item("Koffiemachine Maanlicht", "1", "649.00", HIGH),
    ),
    due=date(2026, 8, 9),
    adjustments=(
        Adjustment(False, Decimal("25.00"), "Zomerkorting", LOW),
        Adjustment(True, Decimal("12.50"), "Vrachtkosten", HIGH),
    ),
)


def hosting(month: int, seller: Party = HOSTING) -> Draft:
    """The monthly hosting invoice."""
    first = date(2026, month, 1)
    return Draft(
        f"KB-2026{month:02d}01",
        first,
        seller,
        DEMO,
        (Item("Hosting pakket M", "1", "49.50", seller_item="HOST-M"),),
        due=date(2026, month, 15),
    )


EVERYDAY = (
    Case(
        "01-office-supplies.xml",
        "posted",
        "Gewone kosteninkoop, 21% btw aftrekbaar.",
        "Ordinary cost invoice, 21 % VAT deductible.",
        OFFICE,
        codes=("IH",),
    ),
    Case(
        "02-coffee-two-rates.xml",
        "posted",
        "Twee tarieven op een factuur: 9% en 21%.",
        "Two rates on one invoice: 9 % and 21 %.",
        Draft(
            "ZM-26-1041",
            date(2026, 1, 22),
            COFFEE,
            DEMO,
            (
                Item("Filterkoffie 1 kg", "24", "11.35", LOW),
                Item("Thee assortiment", "6", "8.95", LOW),
                Item("Koffiekopjes, set van 6", "4", "21.00", HIGH),
            ),
            due=date(2026, 2, 21),
        ),
        codes=("IH", "IL"),
    ),
    Case(
        "03-credit-note.xml",
        "posted",
        "Creditnota bij GK-2026-0012: verlaagt kosten, voorbelasting en schuld.",
        "Credit note to GK-2026-0012: lowers cost, input VAT and debt.",
        Draft(
            "GK-2026-C003",
            date(2026, 2, 3),
            PAPER,
            DEMO,
            (Item("Retour kopieerpapier A4, doos van 5 pakken", "2", "24.95"),),
            credit_note=True,
            type_code="381",
            preceding=((OFFICE.number, OFFICE.issued),),
        ),
        codes=("IH",),
    ),
    Case(
        "13-pdf-attached.xml",
        "posted",
        "Factuur met de pdf als bijlage; de bijlage wordt bewaard.",
        "Invoice with its PDF attached; the attachment is kept.",
        BROCHURES,
        codes=("IH",),
    ),
    Case(
        "17-hosting.xml",
        "posted",
        "Maandfactuur van een vaste leverancier.",
        "Monthly invoice of a regular supplier.",
        hosting(5),
        codes=("IH",),
    ),
    Case(
        "24-accounting-cost.xml",
        "posted",
        "De regels noemen zelf de rekening (BT-133): 4530 en 4520.",
        "The lines name the account themselves (BT-133): 4530 and 4520.",
        Draft(
            "GK-2026-0190",
            date(2026, 6, 23),
            PAPER,
            DEMO,
            (
                Item("Ordners en tabbladen", "15", "6.40", cost="4530"),
                Item("Visitekaartjes, 500 stuks", "1", "58.00", cost="4520"),
            ),
            due=date(2026, 7, 23),
        ),
        codes=("IH",),
        account="4530",
    ),
    Case(
        "26-allowance-and-charge.xml",
        "posted",
        "Korting op het lage en vracht op het hoge tarief, op documentniveau.",
        "Allowance at the low and freight at the high rate, on document level.",
        COFFEE_SUMMER,
        codes=("IH", "IL"),
    ),
    Case(
        "29-payment-discount.xml",
        "posted",
        "Betalingskorting: 2% binnen 8 dagen, anders 30 dagen netto.",
        "Early-payment discount: 2 % within 8 days, else 30 days net.",
        Draft(
            "LV-2026-402",
            date(2026, 8, 18),
            FREIGHT,
            DEMO,
            (Item("Transport Rotterdam-Assen", "3", "175.00"),),
            due=date(2026, 9, 17),
            terms="2% betalingskorting bij betaling binnen 8 dagen, anders 30 dagen netto",
        ),
        codes=("IH",),
    ),
    Case(
        "34-negative-invoice.xml",
        "posted",
        "Factuur met negatieve bedragen: werkt als een creditnota.",
        "Invoice with negative amounts: works as a credit note.",
        Draft(
            "ZM-26-1501",
            date(2026, 9, 24),
            COFFEE,
            DEMO,
            (Item("Retour espressobonen 1 kg", "-5", "16.20", LOW),),
            due=date(2026, 10, 24),
            preceding=((COFFEE_SUMMER.number, COFFEE_SUMMER.issued),),
            payments=(),
        ),
        codes=("IL",),
    ),
)
