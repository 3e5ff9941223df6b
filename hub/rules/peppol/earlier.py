"""How the releases before 2026-05 judged what they judged otherwise: lists, processes, German invoices and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from hub.rules.en16931.runs import codes
from hub.rules.peppol import code_lists as lists
from hub.rules.peppol.code_rules import cl007, cl008, from_list, odd_attributes, reasons
from hub.rules.peppol.countries import when
from hub.rules.peppol.facts import AMOUNTS
from hub.rules.peppol.german_document import skonto
from hub.rules.peppol.values import below_root, iban_without_blanks, is_iban, only_text, texts
from hub.rules.peppol.variant import UNKNOWN, Variant, text_nodes
from hub.rules.rule import ABSENT, Context, Failure, Rule, Test, Undecidable
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, content, normal
from hub.rules.xpath import double

ENDPOINT_SCHEMES = lists.ENDPOINT_SCHEMES - codes("0242 0246 0248") | lists.WITHDRAWN_ENDPOINT_SCHEMES | {""}
"""Electronic addresses until 2026-05; that list ended with a blank, which lets an empty scheme pass."""

CURRENCIES = lists.CURRENCIES - codes("STN XCG") | codes("ANG BGN STD")
"""Currencies of 3.0.20."""

CURRENCIES_SELF_BILLING = CURRENCIES - codes("CNH MRU UYW") | codes("CUC MRO ZWL")
"""Currencies of self-billing 3.0.1, which was behind."""

_TYPES = ("326", "380", "381", "384", "389", "875", "876", "877")
_INVOICE_OR_CREDIT = ("cbc:InvoiceTypeCode", "cbc:CreditNoteTypeCode")
_PART = r'[a-zA-Z0-9!#$%&"*+/=?^_`{|}~-]+'
_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_is_email = re.compile(rf"{_PART}(?:\.{_PART})*@(?:{_LABEL}\.)+{_LABEL}").fullmatch
_ends_as_skonto = re.compile(
    r"#SKONTO#TAGE=[0-9]+#PROZENT=[0-9]+\.[0-9]{2}(?:#BASISBETRAG=-?[0-9]+\.[0-9]{2})?#\Z"
).search


class Earlier(Variant):
    """A file whose process is two digits in a ProfileID of a fixed form, anywhere in it; types are prescribed under `01` only."""

    __slots__ = ()

    def profile(self, root: Node) -> str:
        """As `Variant.profile`, but any two digits."""
        process = normal(one_text(root, "cbc:ProfileID"))
        met = re.search(self.process, process)
        return process.split(":")[6] if met else UNKNOWN

    def prescribes_types(self, root: Node) -> bool:
        """As `Variant.prescribes_types`."""
        return self.profile(root) == "01"


def specification(variant: Variant) -> Test:
    """R004: the specification begins with the one of this layer, whatever follows."""

    def test(root: Node, document: Document) -> Failure | None:
        leaves = root.get("cbc:CustomizationID", ())
        text = text_nodes(leaves, document)
        fits = text.startswith(variant.specification)
        return None if fits else Failure(text, variant.specification, leaves[0] if leaves else None)

    return test


def danish_company(leaf: Any, document: Document) -> Failure | None:
    """R042 of self-billing 3.0.1: DK and eight digits, in one piece of text. Raises Undecidable."""
    text = only_text([leaf], document)
    return None if text and re.fullmatch("DK[0-9]{8}", text) else Failure(content(leaf), "DK12345678")


def currency_row(known: frozenset[str]) -> Context:
    """CL007 with another list."""

    def where(document: Document) -> Sequence[Any]:
        return [
            leaf
            for name in AMOUNTS
            for leaf in document.named.get(name, ())
            if leaf.get("currencyID") not in known
        ]  # fmt: skip

    return Context("", (Rule("PEPPOL-EN16931-CL007", "BT-5", cl007),), where)


def address_row(known: frozenset[str]) -> Context:
    """CL008 with another list."""
    rule = Rule("PEPPOL-EN16931-CL008", "BT-34 BT-49", cl008)
    return Context("cbc:EndpointID", (rule,), odd_attributes("cbc:EndpointID", "schemeID", known))


def charge_row(known: frozenset[str]) -> Context:
    """CL003 with another list."""
    rule = Rule("PEPPOL-EN16931-CL003", "BT-105 BT-145", from_list(known))
    return Context("cbc:AllowanceChargeReasonCode", (rule,), reasons(charge=True))


def german_type(root: Node, _: Document) -> Failure | None:
    """DE-R-017: one of the types as it stands, blanks and all."""
    found = [text for name in _INVOICE_OR_CREDIT for text in texts(root, name)]
    return None if any(each in _TYPES for each in found) else Failure(found[0] if found else "", ", ".join(_TYPES))


def german_correction(root: Node, _: Document) -> Failure | None:
    """DE-R-026: a type that is the number 384 names an earlier invoice. Raises Undecidable where a type is no number."""
    if any("cac:InvoiceDocumentReference" in each for each in root.get("cac:BillingReference", ())):
        return None  # looked at before the type is, whatever that says
    corrected = any(double(text) == 384 for name in _INVOICE_OR_CREDIT for text in texts(root, name))
    return ABSENT if corrected else None


def german_email(contact: Node, _: Document) -> Failure | None:
    """DE-R-028: only letters, figures and some signs before the @, and a host name after it."""
    text = normal(one_text(contact, "cbc:ElectronicMail"))
    return None if _is_email(text) else Failure(text)


german_skonto = skonto(_ends_as_skonto)
"""DE-R-018: a line that begins with # ends with a cash discount, whatever stands between."""


def german_iban(code: str, *path: str) -> Test:
    """DE-R-019 and DE-R-020: the code is compared as it stands."""

    def test(means: Node, _: Document) -> Failure | None:
        if code not in texts(means, "cbc:PaymentMeansCode"):
            return None
        account = iban_without_blanks(one_text(means, *path, "cbc:ID"))
        return None if is_iban(account) else Failure(account)

    return test


def paid_by(*numbers: int) -> Callable[[Document], Sequence[Node]]:
    """Means of payment between Germans whose code is one of these numbers: `58.0` is 58, and ZZZ is no number, so not met."""

    def is_one(means: Node) -> bool:
        try:
            return any(double(text) in numbers for text in texts(means, "cbc:PaymentMeansCode"))
        except Undecidable:
            return False  # an error in a match pattern

    everywhere = below_root("cac:PaymentMeans")
    return when(lambda c: c.both_german, lambda document: [each for each in everywhere(document) if is_one(each)])
