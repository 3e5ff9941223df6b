"""What the VAT rules ask of a whole document, gathered once: which categories stand where, and their sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from hub.rules.rule import Undecidable
from hub.rules.tree import BLANKS, Document, Node, normal
from hub.rules.xpath import ZERO, canonical, decimal

_LINE_AMOUNT = "cbc:LineExtensionAmount"
_BOOLEAN = {"true": True, "1": True, "false": False, "0": False}


class Category(NamedTuple):
    """One VAT category element: its code without outer blanks, and whether its scheme is VAT."""

    code: str
    vat: bool
    node: Node


class Charge(NamedTuple):
    """One allowance (`charge` False) or charge (True), at document, line or price level."""

    charge: bool | None
    of_document: bool
    categories: tuple[Category, ...]
    node: Node
    both: bool = False
    """Two indicators say two things: it counts as either."""


def scheme_is_vat(node: Node) -> bool:
    """Whether the tax scheme of a category or registration is VAT, in any case, blanks around it allowed."""
    known = node.vat  # a dozen rules ask it of the same category
    if known is None:
        known = node.vat = _names_vat(node)
    return known


def _names_vat(node: Node) -> bool:
    for scheme in node.get("cac:TaxScheme") or ():
        for leaf in scheme.get("cbc:ID", ()):
            text = leaf.text
            if text == "VAT" or (text and normal(text.upper()) == "VAT"):
                return True
    return False


def category_of(node: Node) -> Category:
    """Read a `TaxCategory` or `ClassifiedTaxCategory`."""
    leaves = node.get("cbc:ID")
    return Category(normal(leaves[0].text) if leaves else "", scheme_is_vat(node), node)


def is_charge(node: Node) -> bool | None:
    """ChargeIndicator as xs:boolean: `1` and ` true ` are true. None when absent or neither.

    Of several one false is enough for an allowance: the row for those stands first.
    """
    leaves = node.get("cbc:ChargeIndicator")
    if not leaves:
        return None
    if len(leaves) > 1:
        said = _said(node)
        return False if False in said else True if True in said else None
    text = leaves[0].text
    if text == "true" or text == "false":
        return bool(text == "true")
    return _BOOLEAN.get((text or "").strip(BLANKS))


class Basis:
    """Amounts added up per category, and per category and rate.

    An item with one category goes straight into the sums. The official test asks "has a category S" and "has
    a rate 21" separately, so an item with several categories counts in combinations it never names; those few
    are kept and asked one by one.
    """

    __slots__ = ("_mixed", "_of_category", "_of_rate", "_plain")

    def __init__(self) -> None:
        self._of_category: dict[str, Decimal] = {}
        self._of_rate: dict[tuple[str, str], Decimal] = {}  # by code and `canonical` rate
        self._mixed: list[tuple[frozenset[str], frozenset[str], Decimal]] = []
        self._plain: dict[tuple[str, str | None], Decimal] = {}

    def add(self, categories: Sequence[Category], amount: Decimal) -> None:
        """Count `amount` under every category of an item."""
        if len(categories) == 1:
            # First by the rate as it is written: many lines, few ways of writing, and text is cheap to look up.
            only = categories[0]
            leaves = only.node.get("cbc:Percent")
            key = only.code, _only(leaves).text or "" if leaves else None
            self._plain[key] = self._plain.get(key, ZERO) + amount
        elif categories:
            rates = frozenset(rate for each in categories if (rate := rate_key(each.node)) is not None)
            self._mixed.append((frozenset(each.code for each in categories), rates, amount))

    def close(self) -> None:
        """Bring `21` and `21.00` together, after the last amount. Raises Undecidable when a rate is no number."""
        for (code, text), amount in self._plain.items():
            self._of_category[code] = self._of_category.get(code, ZERO) + amount
            if text is not None:
                key = code, canonical(text)
                self._of_rate[key] = self._of_rate.get(key, ZERO) + amount

    def total(self, code: str, rate: str | None = None) -> Decimal:
        """The sum under a category, or under a category and a rate as `rate_key` writes it."""
        total = self._of_category.get(code, ZERO) if rate is None else self._of_rate.get((code, rate), ZERO)
        for codes, rates, amount in self._mixed:
            if code in codes and (rate is None or rate in rates):
                total += amount
        return total

    def has(self, code: str, rate: str) -> bool:
        """Whether anything at all stands under this category and rate."""
        if (code, rate) in self._of_rate or not self._mixed:
            return (code, rate) in self._of_rate
        return any(code in codes and rate in rates for codes, rates, _ in self._mixed)


def rate_of(category: Node) -> Decimal | None:
    """The VAT rate of a category (BT-152, BT-119 …), or None when it names none."""
    leaves = category.get("cbc:Percent")
    return decimal(_only(leaves).text) if leaves else None


def rate_key(category: Node) -> str | None:
    """The VAT rate as a key that equal rates share, or None. (A Decimal would do, were it not so slow to hash.)"""
    leaves = category.get("cbc:Percent")
    return canonical(_only(leaves).text) if leaves else None


def _only(leaves: Sequence[Any]) -> Any:
    """The one value there is. Raises Undecidable."""
    if len(leaves) > 1:
        raise Undecidable(f"cbc:Percent occurs {len(leaves)} times")
    return leaves[0]


def amount_of(node: Node, name: str) -> Decimal:
    """The amount of a line or charge; nothing counts as zero, as in a sum."""
    leaves = node.get(name)
    if leaves is None:
        return ZERO
    if len(leaves) > 1:
        raise Undecidable(f"{name} occurs {len(leaves)} times")
    return decimal(leaves[0].text)


class Sums(NamedTuple):
    """The taxable amounts that lines, allowances and charges lead to."""

    invoice_lines: Basis
    credit_lines: Basis
    charges: Basis
    """Charges less allowances of the document."""
    anywhere: Basis
    """Every allowance and charge at any depth, only to ask whether there is one."""


class Facts:
    """Where VAT categories stand in this document. Cheap to make; the sums wait until they are asked for.

    `breakdown` holds the categories of the document's own VAT breakdown (BG-23) under scheme VAT, by code.
    """

    __slots__ = (
        "breakdown", "charges", "classified", "classified_codes", "classified_vat", "document", "subtotals",
        "used", "vat_codes", "_beside", "_known", "_line_total", "_sums",
    )  # fmt: skip

    def __init__(self, document: Document) -> None:
        self.document = document
        self.classified = [category_of(node) for node in document.named.get("cac:ClassifiedTaxCategory", ())]
        self._known = {id(each.node): each for each in self.classified}
        self.classified_codes = {each.code for each in self.classified}
        self.classified_vat = {each.code for each in self.classified if each.vat}
        self.charges = [_charge(node, document) for node in document.named.get("cac:AllowanceCharge", ())]
        self.subtotals = _subtotals(document.root)
        self.breakdown = _by_code(self.subtotals)
        self.used = self.classified_codes.union(each.code for each in self.subtotals)
        self.vat_codes = self._vat_codes()
        self.used |= self.vat_codes
        self._sums: Sums | None = None
        self._line_total: Decimal | None = None
        self._beside: dict[tuple[int, bool], Decimal | None] = {}

    def _vat_codes(self) -> set[str]:
        """Categories under scheme VAT in any `TaxCategory` or `ClassifiedTaxCategory` of the document."""
        known = len(self.subtotals)
        codes = self.classified_vat.union(self.breakdown)
        for charge in self.charges:
            known += len(charge.categories)
            self.used.update(each.code for each in charge.categories)
            codes.update(each.code for each in charge.categories if each.vat)
        everywhere = self.document.named.get("cac:TaxCategory", ())
        if len(everywhere) > known:  # some stand elsewhere, in the VAT totals of a line for instance
            others = [category_of(node) for node in everywhere]
            codes.update(each.code for each in others if each.vat)
            self.used.update(each.code for each in others)
        return codes

    @property
    def line_total(self) -> Decimal:
        """The net amounts of all lines together. Raises Undecidable."""
        if self._line_total is None:
            self._line_total = sum((amount_of(line, _LINE_AMOUNT) for line in self.document.lines), ZERO)
        return self._line_total

    def charge_total(self, parent: Node | None, charge: bool) -> Decimal | None:
        """The charges (or allowances) directly in `parent` together; None when there are none. Raises Undecidable.

        Kept, so that a document with thousands of totals is not added up thousands of times.
        """
        key = id(parent), charge
        if key not in self._beside:
            nodes = [
                each.node
                for each in self.charges
                if (each.charge is charge or each.both) and each.node.parent is parent
            ]
            self._beside[key] = sum((amount_of(node, "cbc:Amount") for node in nodes), ZERO) if nodes else None
        return self._beside[key]

    @property
    def sums(self) -> Sums:
        """Raises Undecidable when an amount or rate is no number."""
        if self._sums is None:
            self._sums = self._add_up()
        return self._sums

    def _of_line(self, line: Node) -> list[Category]:
        known, items = self._known, line.get("cac:Item", ())
        if len(items) == 1:
            found = items[0].get("cac:ClassifiedTaxCategory", ())
            return [known[id(found[0])]] if len(found) == 1 else [known[id(each)] for each in found]
        return [known[id(each)] for item in items for each in item.get("cac:ClassifiedTaxCategory", ())]

    def _add_up(self) -> Sums:
        sums = Sums(Basis(), Basis(), Basis(), Basis())
        root = self.document.root
        for name, basis in (("cac:InvoiceLine", sums.invoice_lines), ("cac:CreditNoteLine", sums.credit_lines)):
            add = basis.add
            for line in self.document.named.get(name, ()):
                add(self._of_line(line), amount_of(line, _LINE_AMOUNT) if line.parent is root else ZERO)
        for charge in self.charges:
            sums.anywhere.add(charge.categories, ZERO)
            if charge.of_document and charge.charge is not None and not charge.both:
                amount = amount_of(charge.node, "cbc:Amount")
                sums.charges.add(charge.categories, amount if charge.charge else -amount)
        for basis in sums:
            basis.close()
        return sums


def facts(document: Document) -> Facts:
    """The facts of this document, made at the first question."""
    known = document.facts.get(Facts)
    if known is None:
        known = document.facts[Facts] = Facts(document)
    made: Facts = known
    return made


def _charge(node: Node, document: Document) -> Charge:
    categories = tuple(category_of(each) for each in node.get("cac:TaxCategory", ()))
    both = len(node.get("cbc:ChargeIndicator", ())) > 1 and _said(node) >= {True, False}
    return Charge(is_charge(node), node.parent is document.root, categories, node, both)


def _said(node: Node) -> set[bool | None]:
    """What all indicators of an allowance or charge say."""
    return {_BOOLEAN.get((leaf.text or "").strip(BLANKS)) for leaf in node["cbc:ChargeIndicator"]}


def _subtotals(root: Node) -> list[Category]:
    return [
        category_of(category)
        for total in root.get("cac:TaxTotal", ())
        for subtotal in total.get("cac:TaxSubtotal", ())
        for category in subtotal.get("cac:TaxCategory", ())
    ]


def _by_code(categories: list[Category]) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for each in categories:
        if each.vat:
            found.setdefault(each.code, []).append(each.node)
    return found
