"""Places on an invoice in words: the XPath of a finding as `regel 3, btw` or `verkoper, adres`."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

_STEP = re.compile(r"(@?[\w.-]+)(?:\[(\d+)\])?")
_DOCUMENTS = ("Invoice", "CreditNote", "CrossIndustryInvoice", "CrossIndustryDocument")
_ENDS = "UBLExtensions"  # what the sender keeps in there has no words in the trade
_LONGEST = 2000  # characters; a longer path is no place on an invoice
# What a step says already when this one follows it; None = any.
_IMPLIED = {
    "Item": None,
    "Delivery": "DeliveryLocation",
    "DeliveryLocation": "Address",
    "TaxTotal": "TaxSubtotal",
    "FinancialInstitutionBranch": "FinancialInstitution",
}
_ARTICLES = re.compile(r"(?:de|het|een|the|an?) ")


class _Step(NamedTuple):
    name: str
    number: int


def place_of(location: str, language: str = "nl") -> str:
    """`/Invoice[1]/InvoiceLine[3]/Item[1]/ClassifiedTaxCategory[1]` as `regel 3, btw` (nl) or `line 3, VAT` (en).

    A step without words shows its own name; what is no place in an invoice or credit note of UBL or CII is returned as it is.
    """
    steps = _steps(location)
    if not steps or steps[0].name not in _DOCUMENTS:
        return location
    rows = zip(pairwise(steps), [*steps[2:], None], strict=False)
    told = [_told(one, above, language) for (above, one), below in rows if below is None or not _implied(one, below)]
    return ", ".join(word for word in told if word) or _told(steps[0], _Step("", 1), language)


def _steps(location: str) -> list[_Step]:
    """The names and numbers of a path; none when it is not one."""
    if not location.startswith("/") or len(location) > _LONGEST:
        return []
    steps: list[_Step] = []
    for step in location[1:].split("/"):
        match = _STEP.fullmatch(step)
        if match is None:
            return []
        steps.append(_Step(match[1], int(match[2] or 1)))
        if match[1] == _ENDS:
            break
    return steps


def _implied(step: _Step, below: _Step) -> bool:
    """Whether the step below says it all: `regel 3, btw`, not `regel 3, artikel, btw`."""
    return step.name in _IMPLIED and _IMPLIED[step.name] in (None, below.name) and step.number == 1


def _told(step: _Step, above: _Step, language: str) -> str:
    counted, words = _words()
    pair = words.get(f"{above.name}/{step.name}")
    if pair is None and step.name in counted:
        return f"{counted[step.name][language]} {step.number}"
    word = (pair or words.get(step.name) or {}).get(language, step.name)
    return f"{word} {step.number}" if word and step.number > 1 else word


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Those that are always counted, and the others; what has no short word has that of `fields.toml`."""
    read, cii = _read("places.toml"), _read("places_cii.toml")
    longer = {
        name: {language: _ARTICLES.sub("", text, count=1) for language, text in words.items()}
        for name, words in _read("fields.toml").items()
    }
    return {**cii["counted"], **read["counted"]}, {**longer, **cii["words"], **read["words"]}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / name).read_text("utf-8"))
