"""Purchases with reverse-charged or foreign VAT, and purchases in another currency."""

from __future__ import annotations

from datetime import date

from .case import Case
from .draft import GERMAN_HIGH, GERMAN_LOW, INTRA_EU, NLCIUS, REVERSE_CHARGE, REVERSED, Draft, Item
from .parties import ANALYTICS, BUILDER, CLOUD, DEMO, HOTEL, LAMPS, SCREWS

REVERSE_CHARGE_AND_ABROAD = (
    Case(
        "04-construction-reverse-charge.xml",
        "posted",
        "Onderaanneming: btw verlegd (2a), af te dragen en aftrekbaar.",
        "Subcontracting: reverse charge (2a), due and deductible.",
        Draft(
            "KD-26031",
            date(2026, 2, 12),
            BUILDER,
            DEMO,
            (Item("Verbouwing magazijn, termijn 1", "1", "8400.00", REVERSED),),
            due=date(2026, 3, 14),
            specification=NLCIUS,
            notes=("Btw verlegd naar afnemer.",),
            order="PO-2026-004",
        ),
        codes=("IVERLH",),
    ),
    Case(
        "05-german-goods.xml",
        "posted",
        "Goederen uit Duitsland: intracommunautaire verwerving (4b).",
        "Goods from Germany: intra-community acquisition (4b).",
        Draft(
            "RE-2026-00417",
            date(2026, 2, 19),
            SCREWS,
            DEMO,
            (
                Item("Torx-schroeven RVS 5x60, doos", "80", "14.10", INTRA_EU),
                Item("Slotbouten M10, doos", "25", "22.75", INTRA_EU),
            ),
            due=date(2026, 3, 21),
            delivered=date(2026, 2, 17),
            delivered_country="NL",
        ),
        codes=("IEUGH",),
    ),
    Case(
        "06-irish-software.xml",
        "posted",
        "Softwaredienst uit Ierland: btw verlegd (4b).",
        "Software service from Ireland: reverse charge (4b).",
        Draft(
            "INV-88213",
            date(2026, 3, 1),
            CLOUD,
            DEMO,
            (Item("Project board, 12 seats", "12", "9.90", REVERSE_CHARGE),),
            due=date(2026, 3, 31),
            period=(date(2026, 3, 1), date(2026, 3, 31)),
            notes=("VAT reverse charge",),
        ),
        codes=("IEUDH",),
    ),
    Case(
        "07-american-services.xml",
        "posted",
        "Dienst uit de Verenigde Staten: btw verlegd (4a).",
        "Service from the United States: reverse charge (4a).",
        Draft(
            "SA-1007",
            date(2026, 3, 9),
            ANALYTICS,
            DEMO,
            (Item("Market report, Benelux", "1", "1250.00", REVERSE_CHARGE),),
            due=date(2026, 4, 8),
        ),
        codes=("INEDH",),
    ),
    Case(
        "08-dollar-invoice.xml",
        "posted",
        "Factuur in dollars op een zaterdag: de koers van vrijdag 15 mei geldt.",
        "Invoice in dollars on a Saturday: the rate of Friday 15 May applies.",
        Draft(
            "SA-1019",
            date(2026, 5, 16),
            ANALYTICS,
            DEMO,
            (Item("Market report, Nordics", "1", "1480.00", REVERSE_CHARGE),),
            due=date(2026, 6, 15),
            currency="USD",
        ),
        codes=("INEDH",),
        base_total="1275.86",
    ),
    Case(
        "09-swedish-crowns.xml",
        "held",
        "Geen koers bekend voor Zweedse kronen.",
        "No rate known for Swedish crowns.",
        Draft(
            "30447",
            date(2026, 3, 26),
            LAMPS,
            DEMO,
            (Item("Bureaulamp Norrsken", "10", "495.00", INTRA_EU),),
            due=date(2026, 4, 25),
            currency="SEK",
            delivered=date(2026, 3, 24),
            delivered_country="NL",
        ),
        codes=("IEUGH",),
    ),
    Case(
        "35-german-hotel.xml",
        "posted",
        "Duitse btw: nooit voorbelasting, hoort bij de kosten.",
        "German VAT: never input VAT, part of the cost.",
        Draft(
            "RG-7781",
            date(2026, 10, 2),
            HOTEL,
            DEMO,
            (
                Item("Überlassung Zimmer, Nacht", "2", "118.00", GERMAN_LOW, unit="DAY"),
                Item("Parkplatz", "2", "12.00", GERMAN_HIGH, unit="DAY"),
            ),
            due=date(2026, 10, 16),
            accounting_cost="4350",
            delivered=date(2026, 10, 1),
        ),
        codes=("FOREIGN", "FOREIGN"),
        deductible=False,
        account="4350",
    ),
)
