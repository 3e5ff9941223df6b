"""Mutations of amounts: VAT categories with totals that follow, and totals a little beside what they should be."""

from __future__ import annotations

import copy
from decimal import Decimal, InvalidOperation
from random import Random

from tests.rules.fuzz import schema, values
from tests.rules.fuzz.build import B, C, Element, drop, leaf, leaves, lines, local, make, pick, place

_EDGES = ("0.01", "-0.01", "0.005", "1", "-1", "0.99", "1.01", "0.02", "0.03")
_STEPS = (*_EDGES, "-0.02", "0.021", "-0.005", "0.001", "-0.001", "0.5", "10")
_CENT = Decimal("0.01")
Sums = dict[tuple[str, str], Decimal]


def _number(found: Element | None) -> Decimal:
    try:
        number = Decimal((found.text or "").strip()) if found is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
    return number if number.is_finite() and abs(number) < Decimal("1e20") else Decimal(0)


def category(chance: Random, root: Element) -> None:
    """One VAT category and rate everywhere, or nearly everywhere, mostly with totals that follow."""
    code, rate = chance.choice(values.CATEGORIES[:10]), chance.choice((*values.ELEMENTS["Percent"][:12], None))
    everywhere = 1 if chance.random() < 0.6 else 0.6
    for each in list(root.iter(C + "TaxCategory", C + "ClassifiedTaxCategory")):
        if chance.random() < everywhere:
            _become(chance, each, code, rate)
    if chance.random() < 0.7:
        recompute(chance, root)
    if code == "O" and chance.random() < 0.5:
        for registration in list(root.iter(C + "PartyTaxScheme")):
            registration.getparent().remove(registration)
    if code == "K" and chance.random() < 0.5 and root.find(C + "Delivery") is None:
        place(root, make(chance, C + "Delivery", local(root)))


def _become(chance: Random, group: Element, code: str, rate: str | None) -> None:
    for each in group.findall(B + "ID"):
        each.text = code
    percent = group.find(B + "Percent")
    if percent is not None and rate is None:
        group.remove(percent)
    elif percent is not None:
        percent.text = rate
    exempt = code in ("E", "AE", "K", "G", "O") and chance.random() < 0.7
    if exempt and local(group) == "TaxCategory" and group.find(B + "TaxExemptionReason") is None:
        place(group, leaf("cbc:TaxExemptionReason", chance.choice(("Reverse charge", "x", ""))))


def recompute(chance: Random, root: Element) -> None:
    """Breakdown and totals that follow from the lines, with an edge of a tolerance here and there."""
    slack = Decimal(chance.choice(("0", "0", "0", *_EDGES)))
    sums: Sums = {}
    less = more = total = Decimal(0)
    for line in lines(root):
        net = _number(line.find(B + "LineExtensionAmount"))
        total += net
        _add(sums, line.find(f"{C}Item/{C}ClassifiedTaxCategory"), net)
    for each in root.findall(C + "AllowanceCharge"):
        amount = _number(each.find(B + "Amount"))
        charge = (each.findtext(B + "ChargeIndicator") or "").strip() in ("true", "1")
        less, more = (less, more + amount) if charge else (less + amount, more)
        _add(sums, each.find(C + "TaxCategory"), amount if charge else -amount)
    taxes = _break_down(chance, root, sums, slack)
    money = root.find(C + "LegalMonetaryTotal")
    if money is not None:
        _write(chance, money, (total, less, more, taxes), slack)


def _write(chance: Random, money: Element, parts: tuple[Decimal, Decimal, Decimal, Decimal], slack: Decimal) -> None:
    total, less, more, taxes = parts
    net = total + more - less
    due = net + taxes - _number(money.find(B + "PrepaidAmount")) + _number(money.find(B + "PayableRoundingAmount"))
    said = {
        "LineExtensionAmount": total,
        "AllowanceTotalAmount": less,
        "ChargeTotalAmount": more,
        "TaxExclusiveAmount": net,
        "TaxInclusiveAmount": net + taxes,
        "PayableAmount": due,
    }
    off = chance.choice(list(said)) if chance.random() < 0.3 else ""
    for name, amount in said.items():
        for found in money.findall(B + name):
            found.text = f"{amount + (slack if name == off else 0):f}"


def _add(sums: Sums, group: Element | None, amount: Decimal) -> None:
    if group is not None:
        key = group.findtext(B + "ID") or "", group.findtext(B + "Percent") or ""
        sums[key] = sums.get(key, Decimal(0)) + amount


def _break_down(chance: Random, root: Element, sums: Sums, slack: Decimal) -> Decimal:
    total = root.find(C + "TaxTotal")
    sample = None if total is None else total.find(C + "TaxSubtotal")
    if total is None or sample is None:
        return Decimal(0)
    spare = copy.deepcopy(sample)
    drop(total, "cac:TaxSubtotal")
    taxes = Decimal(0)
    for (code, rate), base in sums.items():
        off = slack if chance.random() < 0.5 else Decimal(0)
        plain = rate.strip().replace(".", "", 1).isdigit() and rate.isascii()
        tax = off + ((base * Decimal(rate.strip()) / 100).quantize(_CENT) if plain else 0)
        taxes += tax
        off_base = base + (off if chance.random() < 0.5 else 0)
        made = copy.deepcopy(spare)
        texts = {f"{B}TaxableAmount": f"{off_base:f}", f"{B}TaxAmount": f"{tax:f}"}
        texts |= {f"{C}TaxCategory/{B}ID": code, f"{C}TaxCategory/{B}Percent": rate}
        for path, text in texts.items():
            found = made.find(path)
            if found is not None:
                found.text = text
        total.append(made)
    for found in total.findall(B + "TaxAmount"):
        found.text = f"{taxes:f}"
    return taxes


def cents(chance: Random, root: Element) -> None:
    """An amount, quantity or rate a little off."""
    kinds = ("Amount", "Quantity", "Percent", "Numeric")
    found = pick(chance, [e for e in leaves(root) if schema.kind(str(e.tag)) in kinds and not len(e)])
    if found is not None:
        found.text = f"{_number(found) + Decimal(chance.choice(_STEPS)):f}"


def negate(chance: Random, root: Element) -> None:
    """All amounts, or amounts and quantities, with the other sign."""
    kinds = ("Amount",) if chance.random() < 0.5 else ("Amount", "Quantity")
    for found in leaves(root):
        text = (found.text or "").strip()
        if schema.kind(str(found.tag)) in kinds and not len(found) and text:
            found.text = text[1:] if text.startswith("-") else "-" + text
