"""Where the official artefact stops whatever the document is about: its VAT rules ask every category and every allowance.

The schema allows none of this, so these tests never fail; they say that nothing can be judged.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hub.rules.rule import Context, Failure, Rule, Sifted, Test, Undecidable
from hub.rules.tree import BLANKS, CAC, Document, Node, content

_BOOLEANS = {"true", "false", "1", "0"}
_CATEGORIES = ("cac:TaxCategory", "cac:ClassifiedTaxCategory")


def _one(name: str, concerns: Callable[[Node], bool] = lambda _: True) -> Sifted:
    """No second child of this name, in the groups it concerns."""

    def test(node: Node, _: Document) -> Failure | None:
        found = node.get(name, ())
        if len(found) > 1 and concerns(node):
            raise Undecidable(f"{name} occurs {len(found)} times")
        return None

    def doubtful(nodes: Sequence[Node], _: Document) -> Sequence[Node]:
        return [node for node in nodes if name in node and len(node[name]) > 1]

    return Sifted(test, doubtful)


def _below(*parents: str) -> Callable[[Node], bool]:
    return lambda node: node.parent is not None and node.parent.name in parents


def _boolean(leaf: Any, _: Document) -> Failure | None:
    parent = leaf.getparent()
    if (
        content(leaf).strip(BLANKS) not in _BOOLEANS
        and parent is not None
        and parent.tag == f"{{{CAC}}}AllowanceCharge"
    ):
        raise Undecidable(f"not a boolean: {content(leaf)[:40]!r}")
    return None


def _stop(code: str, terms: str, name: str, test: Test) -> Context:
    return Context(
        name, (Rule(code, terms, test),), lambda document: document.named.get(name, ()) if document.kind else ()
    )


STOPS: tuple[Context, ...] = (
    _stop("BR-S-02", "BT-151", "cac:ClassifiedTaxCategory", _one("cbc:ID")),
    _stop(
        "BR-S-03", "BT-95 BT-102", "cac:TaxCategory", _one("cbc:ID", _below("cac:AllowanceCharge", "cac:TaxSubtotal"))
    ),
    _stop("BR-Z-01", "BT-118 BT-151", "cac:TaxScheme", _one("cbc:ID", _below(*_CATEGORIES, "cac:PartyTaxScheme"))),
    _stop("BR-S-03", "BT-95 BT-102", "cbc:ChargeIndicator", _boolean),
)
