"""What an amount is made of, for the sentence of a finding: which lines, allowances and charges, with their amounts.

Only asked once a rule has failed; one walk serves all findings of a document, and no list is longer than `MOST`.
A list reads `line 1=100.00; allowance 2=-5.00; +12`: what it is, its number among its like, its amount, and how many more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from hub.rules.en16931.facts import amount_of, category_of, is_charge, rate_key
from hub.rules.tree import Document, Node, select
from hub.rules.xpath import shown

MOST = 8
"""Parts that are named; of more there is only how many."""
Details = tuple[tuple[str, str], ...]
_NET = "cbc:LineExtensionAmount"


class _Parts:
    """The first parts, and how many there are."""

    __slots__ = ("count", "first")

    def __init__(self) -> None:
        self.first: list[str] = []
        self.count = 0

    def add(self, part: str) -> None:
        """One more part."""
        if self.count < MOST:
            self.first.append(part)
        self.count += 1

    def text(self) -> str:
        """All of it, as a detail."""
        more = self.count - len(self.first)
        return "; ".join((*self.first, f"+{more}") if more else self.first)


def of_lines(document: Document) -> Details:
    """What the lines of the document are, for a total of all of them."""
    return _listed(_line(number, line) for number, line in enumerate(document.lines, 1))


def of_charges(totals: Node, charge: bool) -> Details:
    """The allowances (False) or charges (True) beside these totals."""
    beside = totals.parent.get("cac:AllowanceCharge", ()) if totals.parent is not None else ()
    return _listed(_charge(number, node) for number, node in enumerate(beside, 1) if is_charge(node) is charge)


def of_rows(total: Node) -> Details:
    """The VAT of every row of a breakdown, under its rate."""
    rows = total.get("cac:TaxSubtotal", ())
    return _listed(f"rate {_rate(row)}={shown(amount_of(row, 'cbc:TaxAmount'))}" for row in rows)


def of_category(document: Document, code: str, rate: str | None = None) -> Details:
    """Lines, allowances and charges of a VAT category, at a rate as `rate_key` writes it, or at any."""
    found = _by_category(document).get((code, rate))
    return (("parts", found.text()),) if found else (("variant", "nothing"), ("parts", ""))


def where_used(document: Document, code: str) -> Details:
    """Which lines, allowances and charges bear a VAT category; empty when something else does."""
    found = _by_category(document).get((code, None))
    return (("used", found.text() if found else ""),)


def _listed(parts: Iterable[str]) -> Details:
    made = _Parts()
    for part in parts:
        made.add(part)
    return (("parts", made.text()),)


def _line(number: int, line: Node) -> str:
    return f"line {number}={shown(amount_of(line, _NET))}"


def _charge(number: int, node: Node) -> str:
    amount = amount_of(node, "cbc:Amount")
    return f"charge {number}={shown(amount)}" if is_charge(node) else f"allowance {number}={shown(-amount)}"


def _rate(row: Node) -> str:
    rates = [leaf.text or "" for each in row.get("cac:TaxCategory", ()) for leaf in each.get("cbc:Percent", ())]
    return rates[0].strip() if rates else "0"


def _by_category(document: Document) -> dict[tuple[str, str | None], _Parts]:
    """Every part under its category, and under its category and rate; made once for a document."""
    known: dict[tuple[str, str | None], _Parts] | None = document.facts.get(_Parts)
    if known is None:
        known = document.facts[_Parts] = defaultdict(_Parts)
        for number, line in enumerate(document.lines, 1):
            _add(known, _line(number, line), select(line, "cac:Item", "cac:ClassifiedTaxCategory"))
        for number, node in enumerate(document.root.get("cac:AllowanceCharge", ()), 1):
            _add(known, _charge(number, node), node.get("cac:TaxCategory", ()))
    return known


def _add(known: dict[tuple[str, str | None], _Parts], part: str, categories: Iterable[Node]) -> None:
    keys = {(category_of(each).code, rate) for each in categories for rate in (None, rate_key(each))}
    for key in keys:
        known[key].add(part)
