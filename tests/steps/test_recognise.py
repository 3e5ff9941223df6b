"""Recognising and validating: what nobody knows is named as what it is, and dialects are judged by what they state."""

from __future__ import annotations

from datetime import date

from connectors.ubl import source
from hub.formats.content import Content
from hub.ports import Reading
from hub.steps.recognise import recognise
from hub.steps.validate import validate
from tests.connectors.ubl.build import CURRENCY, HEAD, LINE, TOTALS, ubl

_SBD = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
_GROUP = (
    '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount><cac:TaxSubtotal>'
    '<cbc:TaxableAmount currencyID="EUR">{base}</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount><cac:TaxCategory>'
    "<cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>"
    "</cac:TaxSubtotal></cac:TaxTotal>"
)
_SUPPLIED = (
    "<cac:Item><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>6</cbc:Percent>"
    "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item></cac:InvoiceLine>"
)


def _refused(data: bytes) -> str:
    found = recognise(Content(data), [source])
    assert isinstance(found, Reading)
    (finding,) = found.findings
    assert finding.code == "HUB-FMT-01"
    return str(finding.found)


def test_what_an_envelope_holds_is_named_and_not_the_envelope() -> None:
    order = '<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>'
    head = "<StandardBusinessDocumentHeader/>"
    assert _refused(
        f'<StandardBusinessDocument xmlns="{_SBD}">{head}{order}</StandardBusinessDocument>'.encode()
    ).endswith("}Order")
    assert _refused(order.encode()).endswith("}Order")


def _codes(line: str, base: str) -> list[str]:
    content = Content(ubl(HEAD, CURRENCY, _GROUP.format(base=base), TOTALS, line))
    return [
        f.code for f in validate(source.read(content), content, date(2026, 11, 30)).findings if f.code.startswith("BR-")
    ]


def test_lines_without_category_make_no_base_that_could_be_wrong() -> None:
    assert _codes(LINE, "100.00") == []
    assert _codes(LINE.replace("</cac:InvoiceLine>", _SUPPLIED), "100.00") == ["BR-S-08"]
