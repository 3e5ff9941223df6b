"""Germany, when seller and buyer both have their address there: a large part of XRechnung."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from hub.rules.peppol import german_document as whole
from hub.rules.peppol.countries import CUSTOMER, SUPPLIER, Countries, when
from hub.rules.peppol.values import below_root, filled_somewhere, iban_without_blanks, is_iban
from hub.rules.rule import Context, Failure, Rule, Undecidable
from hub.rules.shapes import one_text, present
from hub.rules.tree import Document, Node, normal

_DIGITS = frozenset("0123456789")
_is_email = re.compile(r"[^@ \t\r\n]+@(?:[^@. \t\r\n]+\.)+[^@. \t\r\n]+").fullmatch
_begins_as_url = re.compile("[a-zA-Z][a-zA-Z0-9+.-]+:").match
_ACCOUNT, _CARD, _MANDATE = "cac:PayeeFinancialAccount", "cac:CardAccount", "cac:PaymentMandate"
Test = Callable[[Node, Document], Failure | None]


def de_r_t02(external: Node, _: Document) -> Failure | None:
    """The place of an external document begins as an absolute URL."""
    address = one_text(external, "cbc:URI") or ""
    return None if _begins_as_url(address) else Failure(address)


def de_r_027(contact: Node, _: Document) -> Failure | None:
    """A telephone number has three digits."""
    text = normal(one_text(contact, "cbc:Telephone"))
    return None if sum(1 for each in text if each in _DIGITS) >= 3 else Failure(text)


def de_r_028(contact: Node, _: Document) -> Failure | None:
    """An e-mail address has one @, and a dot after it with something on both sides."""
    text = normal(one_text(contact, "cbc:ElectronicMail"))
    return None if _is_email(text) else Failure(text)


def _iban_for(code: str, *path: str) -> Test:
    def test(means: Node, _: Document) -> Failure | None:
        if normal(one_text(means, "cbc:PaymentMeansCode")) != code:
            return None
        account = iban_without_blanks(one_text(means, *path, "cbc:ID"))
        return None if is_iban(account) else Failure(account)

    return test


def _without(*names: str) -> Test:
    def test(means: Node, _: Document) -> Failure | None:
        found = [name for name in names if name in means]
        return Failure(", ".join(name[4:] for name in found), None, means[found[0]][0]) if found else None

    return test


def _paid_by(*codes: str) -> Callable[[Document], Sequence[Node]]:
    def is_one(means: Node) -> bool:
        try:
            return normal(one_text(means, "cbc:PaymentMeansCode")) in codes
        except Undecidable:
            return False  # an error in a match pattern

    return lambda document: [means for means in below_root("cac:PaymentMeans")(document) if is_one(means)]


def _both_german(c: Countries) -> bool:
    return c.both_german


def _context(where: Callable[[Document], Sequence[Node]], name: str, *rules: Rule) -> Context:
    return Context(name, rules, when(_both_german, where))


def _city_and_zone(path: tuple[str, ...], city: tuple[str, str], zone: tuple[str, str]) -> Context:
    return _context(
        below_root(*path),
        path[-1],
        Rule(*city, filled_somewhere("cbc:CityName")),
        Rule(*zone, filled_somewhere("cbc:PostalZone")),
    )


DOCUMENT = (
    Rule("DE-R-001", "BG-16", present("cac:PaymentMeans")),
    Rule("DE-R-015", "BT-10", filled_somewhere("cbc:BuyerReference")),
    Rule("DE-R-016", "BT-31 BT-32 BG-11", whole.de_r_016),
    Rule("DE-R-017", "BT-3", whole.de_r_017, severity="warning"),
    Rule("DE-R-018", "BT-20", whole.de_r_018, "cac:PaymentTerms"),
    Rule("DE-R-022", "BT-125", whole.de_r_022, "cac:AdditionalDocumentReference"),
    Rule("DE-R-026", "BG-3 BT-3", whole.de_r_026, severity="warning"),
    Rule("DE-R-030", "BT-90", whole.de_r_030, _MANDATE),
    Rule("DE-R-031", "BT-91", whole.de_r_031, _MANDATE),
)

CONTEXTS: tuple[Context, ...] = (
    _context(below_root(), "", *DOCUMENT),
    _context(
        below_root("cac:AdditionalDocumentReference", "cac:Attachment", "cac:ExternalReference"),
        "cac:ExternalReference",
        Rule("DE-R-T02", "BT-124", de_r_t02, severity="warning"),
    ),
    _context(
        below_root(SUPPLIER[0]),
        SUPPLIER[0],
        Rule("DE-R-002", "BG-6", present("cac:Party", "cac:Contact")),
    ),
    _city_and_zone((*SUPPLIER, "cac:PostalAddress"), ("DE-R-003", "BT-37"), ("DE-R-004", "BT-38")),
    _context(
        below_root(*SUPPLIER, "cac:Contact"),
        "cac:Contact",
        Rule("DE-R-005", "BT-41", filled_somewhere("cbc:Name")),
        Rule("DE-R-006", "BT-42", filled_somewhere("cbc:Telephone")),
        Rule("DE-R-007", "BT-43", filled_somewhere("cbc:ElectronicMail")),
        Rule("DE-R-027", "BT-42", de_r_027, severity="warning"),
        Rule("DE-R-028", "BT-43", de_r_028, severity="warning"),
    ),
    _city_and_zone((*CUSTOMER, "cac:PostalAddress"), ("DE-R-008", "BT-52"), ("DE-R-009", "BT-53")),
    _city_and_zone(
        ("cac:Delivery", "cac:DeliveryLocation", "cac:Address"), ("DE-R-010", "BT-77"), ("DE-R-011", "BT-78")
    ),
    _context(
        _paid_by("30", "58"),
        "cac:PaymentMeans",
        Rule("DE-R-019", "BT-84", _iban_for("58", _ACCOUNT), severity="warning"),
        Rule("DE-R-023-1", "BG-17", present(_ACCOUNT)),
        Rule("DE-R-023-2", "BG-18 BG-19", _without(_CARD, _MANDATE)),
    ),
    _context(
        _paid_by("48", "54", "55"),
        "cac:PaymentMeans",
        Rule("DE-R-024-1", "BG-18", present(_CARD)),
        Rule("DE-R-024-2", "BG-17 BG-19", _without(_ACCOUNT, _MANDATE)),
    ),
    _context(
        _paid_by("59"),
        "cac:PaymentMeans",
        Rule("DE-R-020", "BT-91", _iban_for("59", _MANDATE, "cac:PayerFinancialAccount"), severity="warning"),
        Rule("DE-R-025-1", "BG-19", present(_MANDATE)),
        Rule("DE-R-025-2", "BG-17 BG-18", _without(_ACCOUNT, _CARD)),
    ),
    _context(
        below_root("cac:TaxTotal", "cac:TaxSubtotal"),
        "cac:TaxSubtotal",
        Rule("DE-R-014", "BT-119", filled_somewhere("cac:TaxCategory", "cbc:Percent")),
    ),
)
