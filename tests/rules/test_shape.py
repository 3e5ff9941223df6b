"""Documents of a shape that was met before are asked fewer questions and answer the same."""

from __future__ import annotations

import pytest
from lxml import etree

from hub.model.finding import Finding
from hub.rules import en16931, peppol
from hub.rules.tree import Document, Names, index
from tests.bench.documents import long_invoice
from tests.rules.documents import invoice, line, spoiled, totals

_EVERYTHING = Names()
_NO_NAME = "<cbc:Name>Thing</cbc:Name>"
_LINES = {
    "an empty name": (_NO_NAME, "<cbc:Name/>", "BR-25"),
    "a blank name": (_NO_NAME, "<cbc:Name> \n</cbc:Name>", "BR-25"),
    "no name": (_NO_NAME, "", "BR-25"),
    "two names": (_NO_NAME, _NO_NAME * 2, "HUB-EN-01"),
    "a blank number": ("<cbc:ID>2026-1</cbc:ID>", "<cbc:ID>\t</cbc:ID>", "BR-02"),
    "a second note": ("<cac:Item>", "<cac:InvoicePeriod/><cac:InvoicePeriod/><cac:Item>", "UBL-SR-36"),
}


def _document(xml: str | bytes) -> Document:
    return index(etree.fromstring(xml), _EVERYTHING)


def _judged(xml: str) -> list[Finding]:
    document = _document(xml)
    return [*en16931.judge_document(document), *peppol.judge_document(document)]


def _asked(xml: str) -> int:
    """How many rules a document is asked."""
    document = _document(xml)
    return sum(len(rules) for _, _, rules in en16931._ALWAYS.of(document))


def test_fewer_rules_are_asked_when_the_shape_was_met_before() -> None:
    xml = invoice(head="<cbc:Note>A shape that no other test has</cbc:Note>" * 2)
    first, second, third = (_asked(xml) for _ in range(3))
    assert first > second == third > 20


@pytest.mark.parametrize(("old", "new", "code"), _LINES.values(), ids=_LINES)
def test_a_fault_is_found_each_time_when_sound_documents_of_its_shape_came_before(
    old: str, new: str, code: str
) -> None:
    for _ in range(3):
        assert code not in {finding.code for finding in _judged(invoice())}
    wrong = spoiled(old, new)
    first = _judged(wrong)
    assert code in {finding.code for finding in first}
    assert _judged(wrong) == _judged(wrong) == first


def test_lines_of_one_shape_count_once() -> None:
    five, six, one = (_document(long_invoice(1, lines)) for lines in (5, 6, 1))
    assert five.shape is six.shape is not None
    assert one.shape is not five.shape


def test_a_line_of_another_shape_makes_another_document() -> None:
    monetary = totals(lines="200.00", net="200.00", gross="242.00", payable="242.00")
    alike = _document(invoice(lines=line("100.00") + line("100.00", number=2), monetary=monetary))
    other = _document(invoice(lines=line("100.00") + line("100.00", rate=None, number=2), monetary=monetary))
    assert alike.shape is not other.shape


def test_a_shape_belongs_to_one_kind_of_document() -> None:
    bare = '<{0} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{0}-2"/>'
    invoices, notes = (_document(bare.format(kind)) for kind in ("Invoice", "CreditNote"))
    assert invoices.shape is not notes.shape
    assert invoices.shape is _document(bare.format("Invoice")).shape


def test_a_document_with_thousands_of_shapes_is_not_remembered() -> None:
    lines = "".join(
        line("1.00", number=n).replace("<cac:Item>", "<cac:Item>" + "<cbc:Keyword/>" * n) for n in range(60)
    )
    assert _document(invoice(lines=lines)).shape is None
