"""Documents that need a person, are refused, or come twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lxml import etree

from .case import Case
from .cases_everyday import BROCHURES, OFFICE
from .draft import NLCIUS, Draft, Item
from .parties import DEMO, FREIGHT, PAPER, PLUMBER, PRINTER, STRANGER
from .ubl import write

CORE = "urn:cen.eu:en16931:2017"

_FREIGHT = Draft(
    "LV-2026-210",
    date(2026, 4, 28),
    FREIGHT,
    DEMO,
    (Item("Transport Rotterdam-Zwolle", "2", "137.50"),),
    due=date(2026, 5, 28),
)
_TOTAL, _VAT = Decimal("332.75"), Decimal("57.75")  # what _FREIGHT rightly comes to

WRONG = (
    Case(
        "14-wrong-total.xml",
        "refused",
        "Totaal inclusief btw is een cent te hoog (BR-CO-15).",
        "Total including VAT is one cent too high (BR-CO-15).",
        replace(_FREIGHT, wrong={"with_vat": _TOTAL + Decimal("0.01"), "due": _TOTAL + Decimal("0.01")}),
        findings=("BR-CO-15",),
    ),
    Case(
        "15-wrong-vat-sum.xml",
        "refused",
        "Het btw-totaal is niet de som van de btw-groepen (BR-CO-14).",
        "The VAT total is not the sum of the VAT groups (BR-CO-14).",
        replace(_FREIGHT, number="LV-2026-214", wrong={"vat": _VAT + 1, "with_vat": _TOTAL + 1, "due": _TOTAL + 1}),
        findings=("BR-CO-14",),
    ),
)

HELD = (
    Case(
        "16-unknown-supplier.xml",
        "held",
        "Leverancier met alleen een naam: geen KVK, btw-nummer of rekening.",
        "Supplier with a name only: no KVK number, VAT id or bank account.",
        Draft(
            "2026-17",
            date(2026, 5, 6),
            PLUMBER,
            DEMO,
            (Item("Lekkage verholpen", "1", "145.00"),),
            due=date(2026, 5, 20),
            specification="",
            process="",
        ),
    ),
    Case(
        "22-pro-forma.xml",
        "held",
        "Pro-formafactuur (325): wordt nooit geboekt.",
        "Pro forma invoice (325): is never booked.",
        Draft(
            "PF-118",
            date(2026, 6, 9),
            PRINTER,
            DEMO,
            (Item("Jaarkalenders, 250 stuks", "1", "720.00"),),
            due=date(2026, 7, 9),
            type_code="325",
            specification=CORE,
        ),
    ),
    Case(
        "23-replacement.xml",
        "held",
        "Vervangt de al geboekte SL-4410 (type 384): terugboeken en opnieuw, na akkoord.",
        "Replaces SL-4410, already booked (type 384): reverse and book again, once approved.",
        replace(
            BROCHURES,
            number="SL-4410-B",
            issued=date(2026, 6, 16),
            due=date(2026, 7, 16),
            type_code="384",
            specification=NLCIUS,
            attachment=None,
            items=(Item("Folders drieluik, 1.000 stuks", "2", "178.00"),),
            preceding=((BROCHURES.number, None),),
        ),
    ),
    Case(
        "43-wrong-addressee.xml",
        "held",
        "De factuur is aan een ander bedrijf gericht.",
        "The invoice is addressed to another company.",
        Draft(
            "GK-2026-0311",
            date(2026, 11, 10),
            PAPER,
            STRANGER,
            (Item("Enveloppen C5, 500 stuks", "4", "19.95"),),
            due=date(2026, 12, 10),
        ),
    ),
)


def _other_bytes(document: bytes) -> bytes:
    """The same document, written without indentation and with a comment."""
    root = etree.fromstring(document, etree.XMLParser(remove_blank_text=True))
    root.insert(0, etree.Comment(" opnieuw verzonden "))
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return text


_CONFLICT = replace(OFFICE, items=(replace(OFFICE.items[0], quantity="12"), OFFICE.items[1]))

AGAIN = (
    Case(
        "19-same-file-again.xml",
        "duplicate",
        "Byte voor byte hetzelfde bestand als 01.",
        "Byte for byte the same file as 01.",
        OFFICE,
    ),
    Case(
        "20-same-invoice-resent.xml",
        "duplicate",
        "Dezelfde factuur als 01, anders opgemaakt.",
        "The same invoice as 01, laid out differently.",
        OFFICE,
        content=_other_bytes(write(OFFICE)),
    ),
    Case(
        "21-same-number-other-amount.xml",
        "conflict",
        "Het nummer van 01, maar een ander bedrag.",
        "The number of 01 with another amount.",
        _CONFLICT,
    ),
)

_LATE = write(replace(OFFICE, number="GK-2026-0299", issued=date(2026, 10, 27), due=date(2026, 11, 26)))

UNREADABLE = (
    Case(
        "39-not-xml.xml",
        "refused",
        "Geen XML.",
        "Not XML.",
        content=b"Beste administratie,\n\nHierbij onze factuur van 350 euro.\n\nGroet, Piet\n",
    ),
    Case(
        "40-doctype.xml",
        "refused",
        "Een DOCTYPE wordt om veiligheid geweigerd.",
        "A DOCTYPE is refused, for safety.",
        content=_LATE.replace(b"?>\n", b'?>\n<!DOCTYPE Invoice [<!ENTITY naam "Papierhuis">]>\n', 1),
    ),
    Case(
        "41-truncated.xml",
        "refused",
        "Het bestand breekt halverwege af.",
        "The file breaks off halfway.",
        content=_LATE[: len(_LATE) * 3 // 5],
    ),
)
