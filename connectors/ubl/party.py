"""Parties, addresses and contacts: BG-4 to BG-12."""

from __future__ import annotations

from lxml import etree

from connectors.ubl.log import Log
from connectors.ubl.names import CAC, CBC
from connectors.ubl.values import fill
from hub.formats.terms import Table, Values, identifier, identifiers, one, text, text_of
from hub.model.party import Address, Contact, Party

_VAT_SCHEMES = ("VAT", "63")  # 63 is VAT ("Moms") in the code list of OIOUBL

_ADDRESS: Table = {
    CBC + "StreetName": (text, "line_1"),
    CBC + "BuildingNumber": (text, "_building"),  # SI-UBL 1, OIOUBL
    CBC + "AdditionalStreetName": (text, "line_2"),
    CAC + "AddressLine": {CBC + "Line": (text, "line_3")},
    CBC + "CityName": (text, "city"),
    CBC + "PostalZone": (text, "postcode"),
    CBC + "CountrySubentity": (text, "subdivision"),
    CAC + "Country": {CBC + "IdentificationCode": (text, "country")},
}
_CONTACT: Table = {
    CBC + "Name": (text, "name"),
    CBC + "Telephone": (text, "telephone"),
    CBC + "ElectronicMail": (text, "email"),
}


def read_address(element: etree._Element, log: Log) -> Address:
    """BG-5, BG-8, BG-12 or BG-15. A separate house number is put behind the street."""
    values: Values = {}
    fill(element, _ADDRESS, values, log)
    if building := values.pop("_building", ""):
        values["line_1"] = f"{values.get('line_1', '')} {building}".strip()
    return Address(**values)


def read_contact(element: etree._Element, log: Log) -> Contact:
    """BG-6 or BG-9."""
    values: Values = {}
    fill(element, _CONTACT, values, log)
    return Contact(**values)


def vat_scheme(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """Action for TaxScheme/ID: VAT is what the field already says, any other tax is kept."""
    if text_of(element, log).upper() not in _VAT_SCHEMES:
        log.keep(element)


def _tax_scheme(element: etree._Element, field: str, values: Values, log: Log) -> None:
    """BT-31 (a VAT scheme) or BT-32 (any other). Without a scheme, a country prefix makes it a VAT id."""
    registration: Values = {}
    fill(element, _TAX_SCHEME, registration, log)
    number, scheme = registration.get("id", ""), registration.get("scheme", "").upper()
    if not number:
        return
    is_vat = scheme in _VAT_SCHEMES if scheme else number[:2].isalpha()
    target = "vat_id" if is_vat else "tax_registration_id"
    if target in values:
        log.keep(element)
    else:
        values[target] = number


_TAX_SCHEME: Table = {CBC + "CompanyID": (text, "id"), CAC + "TaxScheme": {CBC + "ID": (text, "scheme")}}
_PARTY: Table = {
    CBC + "EndpointID": (identifier, "endpoint"),
    CAC + "PartyIdentification": {CBC + "ID": (identifiers, "identifiers")},
    CAC + "PartyName": {CBC + "Name": (text, "trading_name")},
    CAC + "PostalAddress": (one(read_address), "address"),
    CAC + "PartyTaxScheme": (_tax_scheme, ""),
    CAC + "PartyLegalEntity": {
        CBC + "RegistrationName": (text, "name"),
        CBC + "CompanyID": (identifier, "legal_id"),
        CBC + "CompanyLegalForm": (text, "legal_form"),
    },
    CAC + "Contact": (one(read_contact), "contact"),
}


def read_party(element: etree._Element, log: Log) -> Party:
    """Seller or buyer. The trading name stands in for a legal name that is not given."""
    values: Values = {}
    fill(element, _PARTY, values, log)
    if "identifiers" in values:
        values["identifiers"] = tuple(values["identifiers"])
    if "name" not in values and "trading_name" in values:
        values["name"] = values["trading_name"]
    return Party(**values)


def read_third_party(element: etree._Element, log: Log) -> Party:
    """Payee or tax representative, whose PartyName is the name itself (BT-59, BT-62)."""
    values: Values = {}
    fill(element, _PARTY, values, log)
    if trading_name := values.pop("trading_name", ""):
        if "name" in values:
            values["trading_name"] = trading_name
        else:
            values["name"] = trading_name
    if "identifiers" in values:
        values["identifiers"] = tuple(values["identifiers"])
    return Party(**values)
