"""Invoices to measure with: Peppol BIS 3, eight lines, about 9 KB, from twenty suppliers to the starter's administration."""

from __future__ import annotations

from datetime import date
from functools import cache

from tests.demo_documents.draft import LOW, Draft, Item
from tests.demo_documents.parties import DEMO, Party
from tests.demo_documents.ubl import write

SUPPLIERS = 20
_NUMBER = "F-2026-0000000"
_THINGS = (
    ("Kopieerpapier A4 80 grams, houtvrij wit", "12", "21.95"),
    ("Ordner karton A4 rug 75 mm, grijs", "40", "2.15"),
    ("Balpen met vulling, blauw, doos", "3", "18.40"),
    ("Handboek voor de administratie", "2", "49.50"),
    ("Archiefdoos zuurvrij karton, bundel", "4", "33.75"),
    ("Envelop C4 met venster links, doos", "6", "27.10"),
    ("Bureaulamp led met tafelklem", "5", "64.00"),
    ("Bezorging op de werkplek", "1", "17.50"),
)


def invoices(first: int, count: int) -> list[bytes]:
    """Invoices numbered from `first` on, the suppliers in turn; no two are alike."""
    return [_template(i % SUPPLIERS).replace(_NUMBER.encode(), b"F-2026-%07d" % i) for i in range(first, first + count)]


def long_invoice(number: int, lines: int) -> bytes:
    """One invoice with that many lines."""
    return write(_draft(0, f"L-2026-{number:07d}", tuple(_item(i) for i in range(lines))))


@cache
def _template(which: int) -> bytes:
    return write(_draft(which, _NUMBER, tuple(_item(i) for i in range(len(_THINGS)))))


def _item(place: int) -> Item:
    name, quantity, price = _THINGS[place % len(_THINGS)]
    if place % len(_THINGS) == 3:
        return Item(name, quantity, price, LOW)
    return Item(name, quantity, price)


def _draft(which: int, number: str, items: tuple[Item, ...]) -> Draft:
    return Draft(
        number, date(2026, 3, 10), _supplier(which), DEMO, items, due=date(2026, 4, 9), order="INKOOP-4711",
        terms="Betaling binnen 30 dagen onder vermelding van het factuurnummer.",
    )  # fmt: skip


def _supplier(which: int) -> Party:
    """Invented: 0027… is a number no chamber gave out, 9999… is the range for test numbers, and so on."""
    return Party(
        f"Leverancier Nummer {which:02d} B.V.", f"Proefbaan {which + 1}", "1234 XX", "Utrecht", kvk=f"002701{which:02d}",
        vat_id=f"NL9998{which:02d}100B01", iban=_iban(f"PROE00002708{which:02d}"), email=f"rekening{which:02d}@leverancier.example",
    )  # fmt: skip


def _iban(account: str) -> str:
    """A Dutch IBAN with right check digits (ISO 13616: letters count from 10, modulo 97)."""
    digits = "".join(str(int(character, 36)) for character in f"{account}NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"
