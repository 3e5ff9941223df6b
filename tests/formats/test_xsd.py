"""The official schema as a layer: the same verdict as the given outcomes, with readable findings and no network."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hub.formats import xsd
from hub.formats.xml import safe_parse
from hub.model.finding import Finding
from tests.connectors.ubl.build import CURRENCY, HEAD, LINE, TAX, TOTALS, totals, ubl
from tests.connectors.ubl.dump import SAMPLES
from tests.corpus import documents, needs_corpus, rows
from tests.formats.canary import Canary

_VALID = (SAMPLES / "g-account.xml").read_text(encoding="utf-8")
_NOTHING = "<cac:AccountingSupplierParty/><cac:AccountingCustomerParty/>"


def findings(old: str, new: str, *, explain: bool) -> tuple[Finding, ...]:
    """What the schema holds against a valid sample in which `old` became `new`."""
    assert old in _VALID
    return xsd.check(safe_parse(_VALID.replace(old, new).encode()), explain=explain)


@pytest.mark.parametrize("explain", [False, True])
@pytest.mark.parametrize(
    ("old", "new", "code", "place", "found", "expected"),
    [
        ("<cbc:ID>G-1</cbc:ID>", "", "XSD-01", "/Invoice[1]/IssueDate[1]", "IssueDate", "ID"),
        ("<cbc:DueDate>", "<cbc:Kleur/><cbc:DueDate>", "XSD-01", "/Invoice[1]/Kleur[1]", "Kleur", None),
        (
            "<cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>",
            "",
            "XSD-01",
            "/Invoice[1]/PaymentMeans[1]/PaymentID[1]",
            "PaymentID",
            "PaymentMeansCode",
        ),
        (
            '<cbc:PayableAmount currencyID="EUR">121.00</cbc:PayableAmount>',
            "",
            "XSD-02",
            "/Invoice[1]/LegalMonetaryTotal[1]",
            None,
            "PayableAmount",
        ),
        ("2026-05-01", "2026-02-30", "XSD-03", "/Invoice[1]/IssueDate[1]", "2026-02-30", "xs:date"),
        ('"EUR">90.75', '"EUR">negentig', "XSD-03", "/Invoice[1]/PaymentTerms[1]/Amount[1]", "negentig", "xs:decimal"),
        (
            ' unitCode="HUR"',
            ' kleur="x"',
            "XSD-04",
            "/Invoice[1]/InvoiceLine[1]/InvoicedQuantity[1]/@kleur",
            "kleur",
            None,
        ),
        (
            ' currencyID="EUR">90.75',
            ">90.75",
            "XSD-04",
            "/Invoice[1]/PaymentTerms[1]/Amount[1]/@currencyID",
            None,
            "currencyID",
        ),
        (
            "<cac:LegalMonetaryTotal>",
            "<cac:LegalMonetaryTotal>tekst",
            "XSD-05",
            "/Invoice[1]/LegalMonetaryTotal[1]",
            None,
            None,
        ),
    ],
)
def test_fault_is_found_with_place_found_and_expected(
    old: str, new: str, code: str, place: str, found: str | None, expected: str | None, explain: bool
) -> None:
    finding = findings(old, new, explain=explain)[0]
    assert (finding.code, finding.location, finding.found) == (code, place, found)
    assert expected is None or expected in (finding.expected or "").split(", ")
    assert (finding.severity, finding.layer, finding.who) == ("fatal", "xsd", "sender")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-05-01", " 2026-05-01\n"),
        ("2026-05-01", "\t2026-05-01<!-- vandaag -->"),
        ("2026-05-01", "2026-05-01Z"),
        (">121.00</cbc:Pay", "> 121.00 </cbc:Pay"),
        (">90.75", ">90.7<!-- 5 -->5"),
    ],
)
def test_blanks_and_comments_that_xsd_allows_are_allowed(old: str, new: str) -> None:
    assert findings(old, new, explain=False) == ()


def test_blank_inside_a_date_is_refused_though_blanks_around_others_are_trimmed() -> None:
    assert [f.found for f in findings("2026-05-01", " 2026-05 -01 ", explain=False)] == ["2026-05 -01"]


@pytest.mark.parametrize(
    "data", [b"<a/>", b"<Invoice/>", ubl(HEAD, root="Order"), ubl(HEAD, namespace="http://voorbeeld.nl")]
)
def test_root_without_a_schema_is_its_own_finding(data: bytes) -> None:
    assert [finding.code for finding in xsd.check(safe_parse(data))] == ["XSD-06"]
    assert [finding.code for finding in xsd.explain(safe_parse(data))] == ["XSD-06"]


def test_enveloped_document_is_judged_alone_and_placed_from_itself() -> None:
    enveloped = (SAMPLES / "in-envelope.xml").read_bytes()
    payload = safe_parse(enveloped.replace(b"<cbc:ID>E-1</cbc:ID>", b""))[1]
    assert [f.location for f in xsd.check(payload, explain=False)] == ["/Invoice[1]/IssueDate[1]"]


def test_findings_are_capped() -> None:
    bad = LINE.replace("100.00", "x")
    root = safe_parse(ubl(HEAD, CURRENCY, _NOTHING, TAX, TOTALS, bad * 200))
    assert len(xsd.check(root, explain=False)) == xsd.MAX_FINDINGS
    assert len(xsd.check(root, explain=True)) == xsd.MAX_FINDINGS


def test_document_too_large_to_explain_keeps_the_words_of_the_fast_reader() -> None:
    bad = totals(LineExtension="x", Payable="1")
    root = safe_parse(ubl(HEAD, CURRENCY, _NOTHING, TAX, bad, LINE * (xsd.MAX_EXPLAINED // 2)))
    assert xsd.explain(root) == ()
    assert [finding.found for finding in xsd.check(root, explain=True) if finding.code == "XSD-03"] == ["x"]


def test_explanation_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    root = safe_parse(_VALID.replace("<cbc:ID>G-1</cbc:ID>", "").encode())
    monkeypatch.setenv("HUB_EXPLAIN", "0")
    assert xsd.check(root) == xsd.check(root, explain=False)
    monkeypatch.delenv("HUB_EXPLAIN")
    assert xsd.check(root) == xsd.check(root, explain=True)


def test_valid_document_loads_neither_xmlschema_nor_facturx() -> None:
    code = (
        "import sys; from hub.formats import xsd; from hub.formats.xml import safe_parse\n"
        f"assert xsd.check(safe_parse(open({str(SAMPLES / 'g-account.xml')!r}, 'rb').read())) == ()\n"
        "print([name for name in ('xmlschema', 'facturx', 'elementpath') if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_schema_locations_in_a_document_are_never_fetched(canary: Canary) -> None:
    hint = (
        '<Invoice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="'
        f'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2 {canary.url}/a.xsd urn:x {canary.url}/b.xsd" '
        f'xsi:noNamespaceSchemaLocation="{canary.url}/c.xsd" '
    )
    good = safe_parse(_VALID.replace("<Invoice ", hint).encode())
    bad = safe_parse(_VALID.replace("<Invoice ", hint).replace("<cbc:ID>G-1</cbc:ID>", "").encode())
    assert xsd.check(good, explain=True) == ()
    assert xsd.check(bad, explain=True)
    assert not canary.was_called()


@needs_corpus
@pytest.mark.parametrize("name", ["docs", "mutants", "traps"])
def test_verdict_is_the_official_one(name: str) -> None:
    differing = []
    for row in rows(name):
        data = documents()[row["id"]] if name == "docs" else row["xml"].encode()
        valid = not xsd.check(safe_parse(data), explain=False)
        if valid != (row["oracle"]["xsd"]["status"] == "ok"):
            differing.append(row["id"])
    assert differing == []
