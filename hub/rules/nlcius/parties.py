"""Who sells and who buys: their numbers and addresses (BR-NL-1, -3, -4, -5 and -10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hub.rules.nlcius.places import Placed, at
from hub.rules.nlcius.promise import COUNTRY
from hub.rules.rule import ABSENT, Failure, Rule
from hub.rules.tree import Document, Node, content, normal, select

REGISTERS = ("0106", "0190")
"""KVK (Chamber of Commerce) and OIN (authorities), in ISO 6523 as Peppol lists it."""
_BUYER = ("cac:AccountingCustomerParty", "cac:Party")
_NUMBER = ("cac:PartyLegalEntity", "cbc:CompanyID")
_KVK_OR_OIN = "KVK (0106) / OIN (0190)"


def _registered(numbers: Iterable[Any]) -> bool:
    """One of these numbers is of KVK or OIN: the scheme is looked for as a word, so one beside others will do."""
    schemes = " " + " ".join(number.get("schemeID") for number in numbers if number.get("schemeID") is not None) + " "
    return any(f" {register} " in schemes for register in REGISTERS)


def _some_filled(numbers: Iterable[Any]) -> bool:
    return any(normal(content(number)) for number in numbers)


def _shown(numbers: list[Any]) -> str:
    """The numbers with their schemes, the way they stand there."""
    return ", ".join(f"{number.get('schemeID') or '-'}:{content(number)}"[:60] for number in numbers[:3])


def _seller_number(party: Node, _: Document) -> Failure | None:
    """BR-NL-1: the scheme and the text may come from different numbers, as in the official rule."""
    numbers = select(party, *_NUMBER)
    if _registered(numbers) and _some_filled(numbers):
        return None
    if not _some_filled(numbers):
        return ABSENT
    return Failure(_shown(numbers), _KVK_OR_OIN, numbers[0])


def _buyer_number(entity: Node, document: Document) -> Failure | None:
    """BR-NL-10: countries and schemes of all buyers together, the number of this one."""
    buyers = [node for node in document.named.get(_BUYER[0], ()) for node in node.get(_BUYER[1], ())]
    own = entity.get("cbc:CompanyID", [])
    if own and not _some_filled(own):
        return Failure(expected=_KVK_OR_OIN, at=own[0], details=(("variant", "empty"),))
    countries = [leaf for buyer in buyers for leaf in select(buyer, *COUNTRY)]
    numbers = [leaf for buyer in buyers for leaf in select(buyer, *_NUMBER)]
    if not any(content(country) == "NL" for country in countries) or _registered(numbers):
        return None
    return Failure(_shown(own), _KVK_OR_OIN) if own else ABSENT


_SELLER_PARTS = {"cbc:StreetName": "BT-35", "cbc:CityName": "BT-37", "cbc:PostalZone": "BT-38"}
_BUYER_PARTS = {"cbc:StreetName": "BT-50", "cbc:CityName": "BT-52", "cbc:PostalZone": "BT-53"}
_AGENT_PARTS = {"cbc:StreetName": "BT-64", "cbc:CityName": "BT-66", "cbc:PostalZone": "BT-67"}


def _whole(address: Node, parts: dict[str, str]) -> Failure | None:
    lacking = [term for name, term in parts.items() if name not in address]
    return Failure(expected=", ".join(lacking)) if lacking else None


def _seller_address(address: Node, _: Document) -> Failure | None:
    return _whole(address, _SELLER_PARTS)


def _elsewhere(address: Node) -> bool:
    """An address that names another country than literally NL; one that names none counts as Dutch."""
    return any(content(country) != "NL" for country in select(address, *COUNTRY[1:]))


def _buyer_address(address: Node, _: Document) -> Failure | None:
    return None if _elsewhere(address) else _whole(address, _BUYER_PARTS)


def _agent_address(address: Node, _: Document) -> Failure | None:
    return None if _elsewhere(address) else _whole(address, _AGENT_PARTS)


PARTIES: tuple[Placed, ...] = (
    at("cac:AccountingSupplierParty/cac:Party", Rule("BR-NL-1", "BT-30", _seller_number)),
    at("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress", Rule("BR-NL-3", "BG-5", _seller_address)),
    at("cac:AccountingCustomerParty/cac:Party/cac:PostalAddress", Rule("BR-NL-4", "BG-8", _buyer_address)),
    at("cac:TaxRepresentativeParty/cac:PostalAddress", Rule("BR-NL-5", "BG-12", _agent_address)),
    at("cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity", Rule("BR-NL-10", "BT-47", _buyer_number)),
)
