"""What sets an ordinary Peppol invoice and a self-billed one apart; all else is the same set of rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hub.rules.peppol import code_lists as lists
from hub.rules.peppol.values import only_text
from hub.rules.shapes import one_text
from hub.rules.tree import Document, Node, normal

_FRANCE = ("urn:peppol:france:billing:regulated", "urn:peppol:france:billing:non-regulated")
_WITH_RESPONSE = "urn:peppol:bis:billing_with_response"
UNKNOWN = ""


class Variant(NamedTuple):
    """One of the two official files.

    `process` is the ProfileID (BT-23) it was made for, `specification` how its CustomizationID (BT-24) begins, the types are
    those of BT-3. `also_with_response`: the types are prescribed under the process with a response too. `subtotals`: the VAT of
    a subtotal must be in the currency of the document even where its VAT total is not looked at.
    """

    layer: str
    process: str
    specification: str
    invoice_types: frozenset[str]
    credit_note_types: frozenset[str]
    also_with_response: bool
    subtotals: bool
    national: bool

    def profile(self, root: Node) -> str:
        """`01`, `02` (with a response), or `UNKNOWN`. Raises Undecidable when there are several."""
        process = normal(one_text(root, "cbc:ProfileID"))
        if process == self.process or process in _FRANCE:
            return "01"
        return "02" if process == _WITH_RESPONSE else UNKNOWN

    def prescribes_types(self, root: Node) -> bool:
        """Whether the process says which types of document it knows. Raises Undecidable."""
        profile = self.profile(root)
        return profile == "01" or (profile == "02" and self.also_with_response)


BILLING = Variant(
    "peppol",
    "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    lists.INVOICE_TYPES,
    lists.CREDIT_NOTE_TYPES,
    also_with_response=True,
    subtotals=True,
    national=True,
)
SELF_BILLING = Variant(
    "peppol-sb",
    "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0",
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:selfbilling:3.0",
    lists.SELF_BILLED_INVOICE_TYPES,
    lists.SELF_BILLED_CREDIT_NOTE_TYPES,
    also_with_response=False,
    subtotals=False,
    national=False,
)


def text_nodes(leaves: Sequence[Any], document: Document) -> str:
    """What normalize-space(text()) gives for these values: it stops when there are several text nodes. Raises Undecidable."""
    return normal(only_text(leaves, document))
