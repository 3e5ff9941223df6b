"""Party: who a document names. (Who *we* know is a `Relation`.)"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identifier:
    """A value and the ICD/EAS scheme it belongs to (`0106` KVK, `0190` OIN, `9944` Dutch VAT …).

    `scheme` is empty where the document gave none; such a value is only unique within a country.
    """

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Address:
    """Postal address: BG-5, BG-8, BG-12, BG-15."""

    line_1: str = ""  # BT-35, BT-50, BT-64, BT-75
    line_2: str = ""  # BT-36 …
    line_3: str = ""  # BT-162 …
    city: str = ""  # BT-37 …
    postcode: str = ""  # BT-38 …
    subdivision: str = ""  # BT-39 …
    country: str = ""  # BT-40 …, ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Contact:
    """Contact point: BG-6, BG-9."""

    name: str = ""  # BT-41, BT-56
    telephone: str = ""  # BT-42, BT-57
    email: str = ""  # BT-43, BT-58


@dataclass(frozen=True, slots=True)
class Party:
    """Seller BG-4, buyer BG-7, payee BG-10 or tax representative BG-11, as the document names it."""

    name: str = ""  # BT-27, BT-44, BT-59, BT-62: the legal name; the trading name where that is all there is
    trading_name: str = ""  # BT-28, BT-45
    identifiers: tuple[Identifier, ...] = ()  # BT-29 (several), BT-46, BT-60
    legal_id: Identifier | None = None  # BT-30, BT-47, BT-61
    vat_id: str = ""  # BT-31, BT-48, BT-63
    tax_registration_id: str = ""  # BT-32, a local tax number that is no VAT id
    legal_form: str = ""  # BT-33
    endpoint: Identifier | None = None  # BT-34, BT-49: electronic address
    address: Address = Address()
    contact: Contact = Contact()

    @property
    def country(self) -> str:
        """Country of the address; of the VAT id where the address has none (EL is Greece)."""
        prefix = self.vat_id[:2].upper()
        return self.address.country or ({"EL": "GR", "XI": "GB"}.get(prefix, prefix) if prefix.isalpha() else "")
