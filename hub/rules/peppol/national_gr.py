"""Greece: the six parts of the number, MARK and address of the invoice in myDATA, names and tax numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from hub.rules.en16931.places import below
from hub.rules.peppol.countries import CUSTOMER, GREECE, REPRESENTATIVE, SUPPLIER, Countries, vat_numbers, when
from hub.rules.peppol.national_no import registrations
from hub.rules.peppol.values import below_root, is_greek_tin, is_number, only, texts
from hub.rules.rule import ABSENT, Context, Failure, Rule, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal, select

_MARK = "##M.AR.K##"
_URL = "##INVOICE|URL##"
_SCHEME = "9933"
_TYPES = ("1.1", "1.6", "2.1", "2.4", "5.1", "5.2")
_PARTS = 6
_REFERENCE = "cac:AdditionalDocumentReference"
_begins_as_date = re.compile(r"(?:0?[1-9]|[12][0-9]|3[01])[-\\/ ]?(?:0?[1-9]|1[0-2])[-\\/ ]?(?:19|20)[0-9]{2}").match
_is_integer = re.compile("[ \t\r\n]*[+-]?[0-9]+[ \t\r\n]*").fullmatch
_begins_as_mark = re.compile("[1-9]").match


def _part(leaf: Any, place: int) -> str:
    """One of the parts of an invoice number between bars, counted from one; empty when there are not so many."""
    parts = content(leaf).split("|")
    return parts[place - 1] if place <= len(parts) else ""


def gr_r_001_1(leaf: Any, _: Document) -> Failure | None:
    """The number has six parts."""
    text = content(leaf)
    parts = len(text.split("|")) if text else 0
    return None if parts == _PARTS else Failure(str(parts), str(_PARTS))


def gr_r_001_2(leaf: Any, document: Document) -> Failure | None:
    """The first part is the tax number of the seller or its representative."""
    part = _part(leaf, 1)
    if len(normal(part)) == 9 and is_greek_tin(part) and part in _tax_numbers(document):
        return None
    return Failure(part)


def _tax_numbers(document: Document) -> list[str]:
    parties = [*select(document.root, *SUPPLIER), *select(document.root, *REPRESENTATIVE)]
    return [number[2:11] for party in parties for number in vat_numbers(party)]


def gr_r_001_3(leaf: Any, document: Document) -> Failure | None:
    """The second part is the date of the invoice, as day/month/year."""
    part = _part(leaf, 2)
    if normal(part) and _begins_as_date(part):
        issued = (one_text(document.root, "cbc:IssueDate") or "").split("-")
        given = part.split("/")
        if len(given) >= 3 and len(issued) >= 3 and given[:3] == issued[2::-1]:
            return None
    return Failure(part)


def gr_r_001_4(leaf: Any, _: Document) -> Failure | None:
    """The third part is a whole number, not below zero; 1.5 is a number that has no answer. Raises Undecidable."""
    part = _part(leaf, 3)
    if not normal(part) or not is_number(part):
        return Failure(part)
    if not _is_integer(part):
        raise Undecidable(f"not a whole number: {part[:40]!r}")
    return None if int(part) >= 0 else Failure(part)


def gr_r_001_5(leaf: Any, _: Document) -> Failure | None:
    """The fourth part is a type of document of myDATA."""
    part = _part(leaf, 4)
    return None if part in _TYPES else Failure(part, ", ".join(_TYPES))


def _part_filled(place: int) -> Callable[[Any, Document], Failure | None]:
    return lambda leaf, _: None if _part(leaf, place) else ABSENT


def has_name(party: Node, _: Document) -> Failure | None:
    """The party has a trade name; blanks will do. Raises Undecidable when there are several."""
    return None if one_text(party, "cac:PartyName", "cbc:Name") else ABSENT


def has_vat_number(party: Node, _: Document) -> Failure | None:
    """The party has one VAT number: EL and a valid tax number."""
    registered = registrations(party, "VAT")
    numbers = [content(leaf) for each in registered for leaf in each.get("cbc:CompanyID", ())]
    valid = len(numbers) == 1 and _is_vat_number(numbers[0])
    return None if valid else Failure(", ".join(numbers), "EL999999999")


def _is_vat_number(text: str) -> bool:
    return text[:2] == "EL" and is_greek_tin(text[2:])


def gr_r_003(leaf: Any, _: Document) -> Failure | None:
    """Each VAT number of the seller is EL and a valid tax number."""
    text = content(leaf)
    return None if _is_vat_number(text) else Failure(text, "EL999999999")


def tin_as_endpoint(leaf: Any, _: Document) -> Failure | None:
    """The electronic address is a valid tax number under scheme 9933."""
    scheme = leaf.get("schemeID") or ""
    valid = scheme == _SCHEME and is_greek_tin(content(leaf))
    return None if valid else Failure(f"{scheme}:{content(leaf)}", f"{_SCHEME}:999999999")


def _described(node: Node, what: str) -> list[Node]:
    return [each for each in node.get(_REFERENCE, ()) if what in texts(each, "cbc:DocumentDescription")]


def gr_r_004_1(root: Node, _: Document) -> Failure | None:
    """There is one reference with the MARK."""
    found = len(_described(root, _MARK))
    return None if found == 1 else Failure(str(found), "1")


def gr_s_008_1(root: Node, _: Document) -> Failure | None:
    """There is one reference with the address of the invoice."""
    found = len(_described(root, _URL))
    return None if found == 1 else Failure(str(found), "1")


def gr_r_008_2(root: Node, _: Document) -> Failure | None:
    """There is no second reference with the address of the invoice."""
    found = _described(root, _URL)
    return None if len(found) < 2 else Failure(str(len(found)), "1", found[1])


def gr_r_004_2(leaf: Any, _: Document) -> Failure | None:
    """The MARK begins as a positive number; what follows is not looked at."""
    text = content(leaf)
    return None if _begins_as_mark(text) else Failure(text)


def gr_r_008_3(reference: Node, _: Document) -> Failure | None:
    """The reference with the address of the invoice has that address."""
    address = normal(only(texts(reference, "cac:Attachment", "cac:ExternalReference", "cbc:URI")))
    return None if address else ABSENT


def _references(what: str) -> Callable[[Document], Sequence[Node]]:
    return lambda document: [
        each for each in document.named[_REFERENCE] if what in texts(each, "cbc:DocumentDescription")
    ]


def _marks(document: Document) -> Sequence[Any]:
    return [leaf for reference in _references(_MARK)(document) for leaf in reference.get("cbc:ID", ())]


def _vat_numbers_of_sellers(document: Document) -> Sequence[Any]:
    registered = [each for party in below(*SUPPLIER)(document) for each in party.get("cac:PartyTaxScheme", ())]
    return [leaf for each in registered if _is_vat(each) for leaf in each.get("cbc:CompanyID", ())]


def _is_vat(registration: Node) -> bool:
    try:
        return normal(one_text(registration, "cac:TaxScheme", "cbc:ID")) == "VAT"
    except Undecidable:
        return False  # an error in a match pattern


def _greek_sender(c: Countries) -> bool:
    return c.greek_sender


def _greek_address(c: Countries) -> bool:
    return c.greek_address


def _greek_itself(c: Countries) -> bool:
    return c.accounting_supplier_country in GREECE


def _both_greek(c: Countries) -> bool:
    return c.both_greek


CONTEXTS: tuple[Context, ...] = (
    Context(
        "cbc:ID",
        (
            Rule("GR-R-001-1", "BT-1", gr_r_001_1),
            Rule("GR-R-001-2", "BT-1 BT-31 BT-63", gr_r_001_2),
            Rule("GR-R-001-3", "BT-1 BT-2", gr_r_001_3),
            Rule("GR-R-001-4", "BT-1", gr_r_001_4),
            Rule("GR-R-001-5", "BT-1", gr_r_001_5),
            Rule("GR-R-001-6", "BT-1", _part_filled(5)),
            Rule("GR-R-001-7", "BT-1", _part_filled(6)),
        ),
        when(_greek_sender, below_root("cbc:ID")),
    ),
    Context(
        "cac:AccountingSupplierParty",
        (Rule("GR-R-002", "BT-28", has_name), Rule("GR-S-011", "BT-31", has_vat_number, severity="warning")),
        when(_greek_sender, below(*SUPPLIER)),
    ),
    Context(
        "cac:PartyTaxScheme",
        (Rule("GR-R-003", "BT-31", gr_r_003),),
        when(_greek_sender, _vat_numbers_of_sellers),
    ),
    Context(
        "",
        (
            Rule("GR-R-004-1", "BT-122 BT-123", gr_r_004_1),
            Rule("GR-S-008-1", "BT-124 BT-123", gr_s_008_1, severity="warning"),
            Rule("GR-R-008-2", "BT-124 BT-123", gr_r_008_2),
        ),
        when(_greek_address, below_root()),
    ),
    Context(_REFERENCE, (Rule("GR-R-004-2", "BT-122", gr_r_004_2),), when(_greek_address, _marks)),
    Context(_REFERENCE, (Rule("GR-R-008-3", "BT-124", gr_r_008_3),), when(_greek_sender, _references(_URL))),
    Context(
        "cac:AccountingCustomerParty",
        (Rule("GR-R-005", "BT-45", has_name),),
        when(_greek_sender, below(*CUSTOMER)),
    ),
    Context(
        "cbc:EndpointID",
        (Rule("GR-R-009", "BT-34", tin_as_endpoint),),
        when(_greek_itself, below(*SUPPLIER, "cbc:EndpointID")),
    ),
    Context(
        "cac:AccountingCustomerParty",
        (Rule("GR-R-006", "BT-48", has_vat_number),),
        when(_both_greek, below(*CUSTOMER)),
    ),
    Context(
        "cbc:EndpointID",
        (Rule("GR-R-010", "BT-49", tin_as_endpoint),),
        when(_both_greek, below(*CUSTOMER, "cbc:EndpointID")),
    ),
)
