"""Whether a document is one of SI-UBL 2.0 at all: asserts that have no official id, so their text's mark in brackets is it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lxml import etree

from hub.rules.nlcius.promise import PROFILE
from hub.rules.rule import ABSENT, Context, Failure, Rule
from hub.rules.tree import KINDS, Document, content, normal

_documents = etree.XPath(
    "descendant-or-self::i:Invoice | descendant-or-self::c:CreditNote",
    namespaces={name[name.rindex("}") + 1 :][0].lower(): name[1 : name.rindex("}")] for name in KINDS},
)


def _has_customization(element: Any, _: Document) -> Failure | None:
    return ABSENT if element.find(CUSTOMIZATION) is None else None


CUSTOMIZATION = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}CustomizationID"


def _is_si_ubl(customization: Any, _: Document) -> Failure | None:
    text = normal(content(customization))
    return None if text.startswith(PROFILE) else Failure(text, PROFILE)


def _is_ubl(root: Any, document: Document) -> Failure | None:
    return None if document.kind else Failure(etree.QName(root.element).localname, "Invoice, CreditNote")


def _invoices(document: Document) -> Sequence[Any]:
    """Every Invoice and CreditNote: the root, and also one that stands inside something else."""
    found: list[Any] = _documents(document.root.element)
    return found


TAGGED = Rule("(SI-V20-INV-R000)", "BT-24", _is_si_ubl)
VERSION_OF_DOCUMENT: tuple[Context, ...] = (
    Context("", (Rule("(BII2-T10-R001)", "BT-24", _has_customization),), _invoices),
    Context("cbc:CustomizationID", (TAGGED,)),
    Context("", (Rule("(SI-INV-R000)", "", _is_ubl),), lambda document: (document.root,)),
)
