"""Rules on allowances, charges, periods, lines and prices: PEPPOL-EN16931-R040 to R046 and R100 to R130."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from hub.rules.en16931.dates import minutes_of
from hub.rules.en16931.places import all_lines, below
from hub.rules.peppol.document_rules import documents, kind_of
from hub.rules.peppol.variant import text_nodes
from hub.rules.rule import ABSENT, Context, Failure, Rule, Sifted, Test, Undecidable, by_shape
from hub.rules.shapes import one_text, too_many
from hub.rules.tree import Document, Node, content, normal, select
from hub.rules.xpath import ONE, ZERO, cents, decimal, divided, shown, whole

SLACK = Decimal("0.02")
"""What a line and an allowance may differ, this much included."""
HUNDRED = Decimal(100)
_INVOICED_OBJECT = "130"
_PERCENT, _BASE = "cbc:MultiplierFactorNumeric", "cbc:BaseAmount"
_LINE_OF = {"Invoice": "cac:InvoiceLine", "CreditNote": "cac:CreditNoteLine"}


def _within(found: Decimal, expected: Decimal) -> bool:
    return found + SLACK >= expected >= found - SLACK


def _amount(node: Node, *path: str) -> Decimal | None:
    text = one_text(node, *path)
    return None if text is None else decimal(text)


def charges(percent: bool, base: bool) -> Callable[[Document], Sequence[Node]]:
    """Allowances and charges of the document and its lines with, and without, a percentage and a base amount."""

    def where(document: Document) -> Sequence[Node]:
        return [c for c in _charges(document) if (_PERCENT in c) is percent and (_BASE in c) is base]

    return by_shape(where)


@by_shape
def whole_charges(document: Document) -> Sequence[Node]:
    """Those that have percentage and base amount both or neither: what the rows before leave over."""
    return [c for c in _charges(document) if (_PERCENT in c) is (_BASE in c)]


def _charges(document: Document) -> list[Node]:
    found: list[Node] = []
    for root in documents(document):
        found += root.get("cac:AllowanceCharge", ())
        for line in root.get(_LINE_OF[kind_of(root) or "Invoice"], ()):
            if "cac:AllowanceCharge" in line:
                found += line["cac:AllowanceCharge"]
    return found


@by_shape
def missing(_: Node, __: Document) -> Failure | None:
    """Fires on every element of its context."""
    return ABSENT


def r040(charge: Node, _: Document) -> Failure | None:
    """The amount is the base amount times the percentage, give or take two cents."""
    if _PERCENT not in charge or _BASE not in charge:
        return None
    found = _amount(charge, "cbc:Amount") or ZERO
    base, percent = decimal(one_text(charge, _BASE)), decimal(one_text(charge, _PERCENT))
    expected = divided(base * percent, HUNDRED)
    if _within(found, expected):
        return None
    words = (("base", shown(base)), ("rate", f"{percent.normalize():f}"), ("difference", _difference(found, expected)))
    return Failure(shown(found), shown(cents(expected)), None, words)


def _difference(found: Decimal, expected: Decimal) -> str:
    """How far apart, to the cent unless that would hide it."""
    apart = abs(found - expected)
    return shown(cents(apart) if cents(apart) > SLACK else apart)


def r043(charge: Node, document: Document) -> Failure | None:
    """Charge or allowance in full words: `1` and `0`, which the schema allows, are not among them."""
    text = text_nodes(charge.get("cbc:ChargeIndicator", ()), document)
    return None if text in ("true", "false") else Failure(text, "true, false")


def r044(allowance: Node, _: Document) -> Failure | None:
    """A price may have an allowance, no charge."""
    text = normal(one_text(allowance, "cbc:ChargeIndicator"))
    return None if text == "false" else Failure(text, "false")


def r046(allowance: Node, _: Document) -> Failure | None:
    """Net price (BT-146) = gross price (BT-148) less the allowance (BT-147), to the last digit. What is missing fails."""
    if _BASE not in allowance:
        return None
    price = _amount(allowance.parent, "cbc:PriceAmount") if allowance.parent is not None else None
    gross, less = _amount(allowance, _BASE), _amount(allowance, "cbc:Amount")
    expected = None if gross is None or less is None else gross - less
    if price is None or expected is None:
        return ABSENT
    if price == expected:
        return None
    words = (
        ("gross", shown(gross or ZERO)),
        ("less", shown(less or ZERO)),
        ("difference", shown(abs(price - expected))),
    )
    return Failure(shown(price), shown(expected), None, words)


def days_of_lines(name: str) -> Callable[[Document], Sequence[Any]]:
    """Days of periods of lines, in documents that have such a day themselves."""
    path = ("cac:InvoicePeriod", name)

    def where(document: Document) -> Sequence[Any]:
        return [
            day
            for root in documents(document)
            if select(root, *path)
            for line in root.get(_LINE_OF[kind_of(root) or "Invoice"], ())
            for day in select(line, *path)
        ]

    return where


def within_period(name: str, start: bool) -> Test:
    """The day lies within the period of the document: not before its start (True), not after its end (False)."""

    def test(day: Any, document: Document) -> Failure | None:
        root = next(each for each in documents(document) if each.element in day.iterancestors(each.element.tag))
        limit = _limit(root, name)
        found = text_nodes([day], document)
        if found and (minutes_of(found) - minutes_of(limit)) * (1 if start else -1) >= 0:
            return None
        return Failure(found, f"{'>=' if start else '<='} {limit}")

    return test


def _limit(root: Node, name: str) -> str:
    """The day of the only period of the document. Raises Undecidable; counts no further than two, for each line asks."""
    found = [*islice((day for period in root["cac:InvoicePeriod"] for day in period.get(name, ())), 2)]
    if len(found) > 1:
        raise Undecidable(f"{name} occurs more than once in cac:InvoicePeriod")
    return content(found[0])


def _charged(line: Node, word: str) -> Decimal:
    """Allowances (`false`) or charges (`true`) of a line together, to the cent."""
    if "cac:AllowanceCharge" not in line:
        return ZERO
    alike = [c for c in line["cac:AllowanceCharge"] if normal(one_text(c, "cbc:ChargeIndicator")) == word]
    amounts = [decimal(leaf.text) for each in alike for leaf in each.get("cbc:Amount", ())]
    return whole(sum(amounts, ZERO) * HUNDRED) / HUNDRED


def _r120(line: Node, document: Document) -> Failure | None:
    """Line amount = quantity x price / base quantity + charges - allowances, give or take two cents.

    A missing quantity and a base quantity of zero count as one, a missing price as zero.
    """
    found = _amount(line, "cbc:LineExtensionAmount") or ZERO
    quantity = _amount(line, "cbc:InvoicedQuantity" if document.kind == "Invoice" else "cbc:CreditedQuantity")
    price = _amount(line, "cac:Price", "cbc:PriceAmount") or ZERO
    base = _amount(line, "cac:Price", "cbc:BaseQuantity") or ONE
    unit = price if base == ONE else divided(price, base)
    more, less = _charged(line, "true"), _charged(line, "false")
    expected = (ONE if quantity is None else quantity) * unit + more - less
    return (
        None if _within(found, expected) else _line_failure(line, found, expected, (quantity, price, base, more, less))
    )


def _not_plain(lines: Sequence[Node], document: Document) -> Sequence[Node]:
    """Lines that are not simply quantity x price, give or take two cents: `_r120` judges those in full."""
    name = "cbc:InvoicedQuantity" if document.kind == "Invoice" else "cbc:CreditedQuantity"
    return [line for line in lines if not _is_plain(line, name)]


def _is_plain(line: Node, quantity_name: str) -> bool:
    if "cac:AllowanceCharge" in line:
        return False
    try:
        (found,), (quantity,), (price,) = line["cbc:LineExtensionAmount"], line[quantity_name], line["cac:Price"]
        (unit,), base = price["cbc:PriceAmount"], price.get("cbc:BaseQuantity")
        if base is not None and (len(base) > 1 or base[0].text != "1"):
            return False
        apart = decimal(found.text) - decimal(quantity.text) * decimal(unit.text)
    except (KeyError, ValueError, Undecidable):
        return False
    return -SLACK <= apart <= SLACK


r120 = Sifted(_r120, _not_plain)


def _line_failure(line: Node, found: Decimal, expected: Decimal, parts: tuple[Decimal | None, ...]) -> Failure:
    names = ("quantity", "price", "base", "charges", "allowances")
    words = tuple((name, shown(ONE if part is None else part)) for name, part in zip(names, parts, strict=True))
    leaves = line.get("cbc:LineExtensionAmount", ())
    words = (*words, ("difference", _difference(found, expected)))
    return Failure(shown(found), shown(cents(expected)), leaves[0] if leaves else None, words)


def r121(line: Node, _: Document) -> Failure | None:
    """The base quantity of a price (BT-149) is above zero."""
    found = _amount(line, "cac:Price", "cbc:BaseQuantity")
    return None if found is None or found > 0 else Failure(shown(found), "> 0")


@by_shape
def r100(line: Node, _: Document) -> Failure | None:
    """One invoiced object (BT-128) a line."""
    found = line.get("cac:DocumentReference", ())
    return None if len(found) < 2 else too_many(list(found))


def r101(line: Node, _: Document) -> Failure | None:
    """A reference on a line is to an invoiced object: document type code literally 130; of several, one is enough."""
    found = line.get("cac:DocumentReference", ())
    kinds = [content(code) for each in found for code in each.get("cbc:DocumentTypeCode", ())]
    if not found or _INVOICED_OBJECT in kinds:
        return None
    return Failure(kinds[0] if kinds else "", _INVOICED_OBJECT, found[0])


def prices_with_base(document: Document) -> Sequence[Node]:
    """Prices whose base quantity names a unit."""
    return [
        price
        for price in document.named["cac:Price"]
        if any(leaf.get("unitCode") is not None for leaf in price.get("cbc:BaseQuantity", ()))
    ]


def r130(price: Node, document: Document) -> Failure | None:
    """The unit of the base quantity (BT-150) is the one of the quantity (BT-130), as it stands."""
    line = price.parent if price.parent is not None else Node()
    if "cbc:InvoicedQuantity" not in line and "cbc:CreditedQuantity" not in line:
        return None
    name = "cbc:InvoicedQuantity" if document.kind == "Invoice" else "cbc:CreditedQuantity"
    units = [unit for leaf in line.get(name, ()) if (unit := leaf.get("unitCode")) is not None]
    for leaf in price["cbc:BaseQuantity"]:
        unit = leaf.get("unitCode")
        if unit is not None and unit not in units:
            return Failure(unit, units[0] if units else "", leaf)
    return None


CHARGES: tuple[Context, ...] = (
    Context(
        _PERCENT,
        (Rule("PEPPOL-EN16931-R041", "BT-93 BT-100 BT-137 BT-142", missing),),
        charges(percent=True, base=False),
    ),
    Context(
        _BASE, (Rule("PEPPOL-EN16931-R042", "BT-94 BT-101 BT-138 BT-143", missing),), charges(percent=False, base=True)
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule("PEPPOL-EN16931-R040", "BT-92 BT-99 BT-136 BT-141", r040, _PERCENT),
            Rule("PEPPOL-EN16931-R043", "BG-20 BG-21 BG-27 BG-28", r043),
        ),
        whole_charges,
    ),
)
"""Allowances and charges; within a pattern the first row that matches an element wins."""

LINES: tuple[Context, ...] = (
    Context(
        "cac:InvoicePeriod",
        (Rule("PEPPOL-EN16931-R110", "BT-134 BT-73", within_period("cbc:StartDate", start=True)),),
        days_of_lines("cbc:StartDate"),
    ),
    Context(
        "cac:InvoicePeriod",
        (Rule("PEPPOL-EN16931-R111", "BT-135 BT-74", within_period("cbc:EndDate", start=False)),),
        days_of_lines("cbc:EndDate"),
    ),
    Context(
        "",
        (
            Rule("PEPPOL-EN16931-R120", "BT-131", r120),
            Rule("PEPPOL-EN16931-R121", "BT-149", r121, "cbc:BaseQuantity"),
            Rule("PEPPOL-EN16931-R100", "BT-128", r100, "cac:DocumentReference"),
            Rule("PEPPOL-EN16931-R101", "BT-128", r101, "cac:DocumentReference"),
        ),
        all_lines,
    ),
    Context(
        "cac:AllowanceCharge",
        (
            Rule("PEPPOL-EN16931-R044", "BT-147", r044),
            Rule("PEPPOL-EN16931-R046", "BT-146 BT-147 BT-148", r046, _BASE),
        ),
        below("cac:Price", "cac:AllowanceCharge"),
    ),
    Context("cbc:BaseQuantity", (Rule("PEPPOL-EN16931-R130", "BT-150 BT-130", r130),), prices_with_base),
)
"""Periods, lines and prices."""
