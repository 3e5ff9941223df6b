"""Documents in any number: small, valid, all different, addressed to the starter administration, good for one posting each."""

from __future__ import annotations

import re
from functools import cache

from stdnum import iban
from stdnum.nl import btw

from tests.books import document

# Invoices at one and two rates, credit notes, reverse charge, from the EU, G-account, allowances, exempt, own sales.
TEMPLATES = ("01", "02", "03", "04", "05", "06", "10", "24", "26", "28", "36", "38")
NEW_SUPPLIERS_EVERY = 3  # every third document comes from somebody the books do not know yet
DOCUMENTS_PER_SUPPLIER = 4  # so that the same stranger comes in several documents of a batch
_NUMBER = re.compile(rb"<cbc:ID>([^<]+)</cbc:ID>")


def documents(count: int, first: int = 0) -> list[bytes]:
    """`count` documents from number `first` on; the same numbers give the same bytes."""
    return [_document(number) for number in range(first, first + count)]


def with_number(body: bytes, number: str) -> bytes:
    """The same document under another number."""
    found = _NUMBER.search(body)
    assert found is not None
    return body.replace(found.group(1), number.encode())


def _document(number: int) -> bytes:
    name = f"F-2026-{number:06d}"
    if number % NEW_SUPPLIERS_EVERY:
        return with_number(_template(TEMPLATES[number % len(TEMPLATES)]), name)
    return _from_stranger(with_number(_template("01"), name), number // NEW_SUPPLIERS_EVERY // DOCUMENTS_PER_SUPPLIER)


def _from_stranger(body: bytes, number: int) -> bytes:
    """The supplier of document 01 becomes another: registration, VAT number, account and name."""
    for old, new in (
        ("00260501", f"0099{number:04d}"),
        ("NL999991322B01", _vat_number(number)),
        ("NL88ABNA0000220815", _account(number)),
        ("Papierhuis De Gouden Klem B.V.", f"Leverancier {number:04d} B.V."),
    ):
        assert old.encode() in body
        body = body.replace(old.encode(), new.encode())
    return body


@cache
def _template(number: str) -> bytes:
    return document(number).read_bytes()


@cache
def _vat_number(number: int) -> str:
    """A VAT number that adds up, in the range of the made-up ones."""
    candidates = (f"NL9998{number:05d}B{suffix:02d}" for suffix in range(1, 100))
    return next(candidate for candidate in candidates if btw.is_valid(candidate))


@cache
def _account(number: int) -> str:
    bank = f"ABNA00099{number:05d}"
    return f"NL{iban.calc_check_digits('NL00' + bank)}{bank}"
