"""Values of CAMT: an element flattened to texts by path, and those texts as amounts, dates and signs."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from lxml import etree

Texts = dict[str, str]
_AMOUNT = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")
_SPARED = frozenset(("Pty",))  # levels that versions from 08 on put between: Dbtr/Pty/Nm is Dbtr/Nm
_RENAMED = {"BICFI": "BIC"}
MANY = ("Ustrd", "AddtlRmtInf")  # names whose texts are joined where they come more than once
_names: dict[str, str] = {}


def flat(element: etree._Element) -> Texts:
    """Every text below an element by its path of local names; the first of a path wins, remittance texts are joined."""
    found: Texts = {}
    for child in element:
        _flatten(child, "", found)
    return found


def _flatten(element: etree._Element, above: str, found: Texts) -> None:
    tag = str(element.tag)
    name = _names.get(tag) or _named(tag)
    path = above if name in _SPARED else f"{above}/{name}" if above else name
    if len(element):
        for child in element:
            _flatten(child, path, found)
        return
    text = (element.text or "").strip()
    if not text:
        return
    if path not in found:
        found[path] = text
        if element.attrib:
            currency = element.get("Ccy")
            if currency:
                found[path + "@Ccy"] = currency.strip().upper()
    elif name in MANY:
        found[path] += " " + text


def _named(tag: str) -> str:
    name = tag.rpartition("}")[2]
    name = _RENAMED.get(name, name)
    if len(_names) < 2000:  # what strangers send must not grow this without end
        _names[tag] = name
    return name


def amount(text: str) -> Decimal | None:
    """The amount, exactly as it is written; None for what is no XML decimal."""
    return Decimal(text) if _AMOUNT.fullmatch(text) else None


def day(texts: Texts, path: str) -> date | None:
    """A date or the day of an instant (`Dt/Dt`, `Dt/DtTm`), as the bank wrote it: days are those of the bank's own place."""
    text = texts.get(f"{path}/Dt") or texts.get(f"{path}/DtTm") or texts.get(path) or ""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def code(texts: Texts, path: str) -> str:
    """A code or the bank's own word: `Sts`, `Sts/Cd`, `Sts/Prtry`."""
    return texts.get(path) or texts.get(f"{path}/Cd") or texts.get(f"{path}/Prtry") or ""


def is_true(text: str) -> bool:
    """An XML boolean."""
    return text in ("true", "1")
