"""What the findings that fire most say about real cases: our own documents, told in both languages and to the sender.

`python -m tests.rules.told` writes `frequent_told.txt` and the examples of `hub rules explain` (`hub/texts/examples.toml`) again.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from lxml import etree

from hub.model.finding import Finding
from hub.rules import nlcius, peppol
from hub.rules.en16931 import check
from hub.texts.catalogue import sentence
from tests.rules.documents import line, subtotal, totals
from tests.rules.peppol_documents import peppol_invoice

FILE = Path(__file__).with_name("frequent_told.txt")
EXAMPLES = Path(__file__).parents[2] / "hub" / "texts" / "examples.toml"
_HEAD = "# A real case of a finding for `hub rules explain`, from documents of our own. Made by `python -m tests.rules.told`.\n"
_OWN = Path(__file__).with_name("own.jsonl.gz")
_MOST = 50
_EXTENSIONS = "/UBLExtensions["  # what a sender keeps in there no bookkeeper has before him


def most_frequent(count: int = 150) -> list[str]:
    """The codes of `frequent.txt`, most frequent first."""
    lines = Path(__file__).with_name("frequent.txt").read_text("ascii").splitlines()
    return [row.split()[0] for row in lines if not row.startswith("#")][:count]


def _chosen() -> list[str]:
    """Invoices that show the figures of a rule well: two lines, one thing wrong."""
    lines = line("1000.00") + line("234.50", number=2)
    sums = {"lines": "1234.50", "net": "1234.50", "gross": "1493.75", "payable": "1493.75"}

    def made(*changes: tuple[str, str], base: str = "1234.50", vat: str = "259.25", **amounts: str) -> str:
        text = peppol_invoice(
            lines=lines, subtotals=subtotal(base, vat), vat=vat, monetary=totals(**{**sums, **amounts})
        )
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        return text

    return [
        made(lines="1234.49"), made(gross="1493.76"), made(payable="1400.00"), made(base="1200.00"), made(vat="300.00"),
        made(('EUR">234.50</cbc:LineExt', 'EUR">243.50</cbc:LineExt')), made(("<cbc:ID>S</cbc:ID>", "<cbc:ID>H</cbc:ID>")),
        made(('schemeID="0106"', 'schemeID="KVK"')), made((' unitCode="C62"', "")), made(("<cbc:Percent>21</cbc:Percent>", "")),
        made(("<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID>", "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Name>21</cbc:Name>")),
        made(("</cbc:Percent>", "</cbc:Percent><cbc:TaxExemptionReasonCode>VATEX-EU-99</cbc:TaxExemptionReasonCode>")),
        made(("</cbc:RegistrationName>", '</cbc:RegistrationName><cbc:CompanyID schemeID="NL:KVK">12345678</cbc:CompanyID>')),
    ]  # fmt: skip


def cases() -> dict[str, Finding]:
    """The first finding of each of the most frequent codes on the invoice itself, in an order that does not change."""
    wanted, found = set(most_frequent(_MOST)), {}
    for text in (*_chosen(), *_own()):
        root = etree.fromstring(text.encode())
        for finding in (*check(root), *peppol.check(root), *nlcius.check(root)):
            if finding.code in wanted and _EXTENSIONS not in finding.location:
                found.setdefault(finding.code, finding)
        if len(found) == len(wanted):
            break
    return {code: found[code] for code in most_frequent(_MOST) if code in found}


def _own() -> list[str]:
    with gzip.open(_OWN, "rt", encoding="utf-8") as rows:
        return [row["xml"] for row in map(json.loads, rows) if row["layer"] != "xsd"]


def told() -> str:
    """The golden file: of each code its severity, place, and what it says."""
    blocks = [
        f"{code} ({finding.severity}) {finding.location}\n"
        f"  nl: {sentence(finding, 'nl', 'EUR', strict=True)}\n"
        f"  en: {sentence(finding, 'en', 'EUR', strict=True)}\n"
        f"  nl, to the sender: {sentence(finding, 'nl', 'EUR', strict=True, ask=True)}\n"
        f"  en, to the sender: {sentence(finding, 'en', 'EUR', strict=True, ask=True)}\n"
        for code, finding in cases().items()
    ]
    return "\n".join(blocks)


def examples() -> str:
    """The same cases as data, for the product."""
    blocks = [_HEAD]
    for code, finding in cases().items():
        values = {"location": finding.location, "found": finding.found, "expected": finding.expected}
        rows = [f"{name} = {json.dumps(value)}\n" for name, value in values.items() if value is not None]
        details = "".join(f"{name} = {json.dumps(value)}\n" for name, value in finding.details)
        blocks.append(f"[{code}]\n{''.join(rows)}[{code}.details]\n{details}")
    return "\n".join(blocks)


if __name__ == "__main__":
    FILE.write_text(told(), "utf-8")
    EXAMPLES.write_text(examples(), "utf-8")
