"""Parties, addresses and contacts: BG-4 to BG-12."""

from __future__ import annotations

from lxml import etree

from connectors.cii.log import Log
from connectors.cii.values import fill
from hub.formats.terms import Table, Values, identifier, identifiers, one, text, text_of
from hub.model.party import Address, Contact, Party

_VAT = ("VA", "VAT")  # UNTDID 1153 VA; FC is the local tax number (BT-32)

_ADDRESS: Table = {
    "PostcodeCode": (text, "postcode"),
    "LineOne": (text, "line_1"),
    "LineTwo": (text, "line_2"),
    "LineThree": (text, "line_3"),
    "CityName": (text, "city"),
    "CountryID": (text, "country"),
    "CountrySubDivisionName": (text, "subdivision"),
}
_CONTACT: Table = {
    "PersonName": (text, "name"),
    "DepartmentName": (text, "name"),  # BT-41 is either; the second is kept
    "TelephoneUniversalCommunication": {"CompleteNumber": (text, "telephone")},
    "EmailURIUniversalCommunication": {"URIID": (text, "email")},
}


def read_address(element: etree._Element, log: Log) -> Address:
    """BG-5, BG-8, BG-12 or BG-15."""
    values: Values = {}
    fill(element, _ADDRESS, values, log)
    return Address(**values)


def read_contact(element: etree._Element, log: Log) -> Contact:
    """BG-6 or BG-9."""
    values: Values = {}
    fill(element, _CONTACT, values, log)
    return Contact(**values)


def _registration(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-31 (scheme VA) or BT-32 (any other). Without a scheme, a country prefix makes it a VAT id."""
    number, scheme = text_of(element, log), element.get("schemeID", "").upper()
    if not number:
        return
    is_vat = scheme in _VAT if scheme else number[:2].isalpha()
    target = "vat_id" if is_vat else "tax_registration_id"
    if target in values:
        log.keep(element)
    else:
        values[target] = number


_PARTY: Table = {
    "ID": (identifiers, "identifiers"),
    "GlobalID": (identifiers, "identifiers"),
    "Name": (text, "name"),
    "Description": (text, "legal_form"),
    "SpecifiedLegalOrganization": {"ID": (identifier, "legal_id"), "TradingBusinessName": (text, "trading_name")},
    "DefinedTradeContact": (one(read_contact), "contact"),
    "PostalTradeAddress": (one(read_address), "address"),
    "URIUniversalCommunication": {"URIID": (identifier, "endpoint")},
    "SpecifiedTaxRegistration": {"ID": (_registration, "")},
}


def read_party(element: etree._Element, log: Log) -> Party:
    """Seller, buyer, payee or tax representative. The trading name stands in for a legal name that is not given."""
    values: Values = {}
    fill(element, _PARTY, values, log)
    if "identifiers" in values:
        values["identifiers"] = tuple(values["identifiers"])
    if "name" not in values and "trading_name" in values:
        values["name"] = values["trading_name"]
    return Party(**values)
