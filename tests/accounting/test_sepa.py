"""Payment files: structure, sums, texts in SEPA's characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from hub.accounting.sepa import (
    COLLECTIONS,
    TRANSFERS,
    FileLine,
    Ourselves,
    collection_file,
    is_creditor_id,
    sepa_text,
    transfer_file,
)
from tests.accounting.paying import D

US = Ourselves("Voorbeeld Handel B.V.", "NL92RABO0000104711", "RABONL2U", "Utrecht", "NL", "NL87ZZZ002604120000")
AT = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
LINE = FileLine(
    "BH1-1", D("100.10"), "EUR", "Café Ångström & Zn.", "NL91ABNA0417164300", "F-1 F-2", town="Zürich", country="CH"
)


def _tree(data: bytes) -> etree._Element:
    return etree.fromstring(data)


def _paths(element: etree._Element, prefix: str = "") -> list[str]:
    here = f"{prefix}/{etree.QName(element).localname}"
    return [here, *(path for child in element for path in _paths(child, here))]


def test_transfer_file_holds_sums_parties_and_references_in_the_order_of_the_schema() -> None:
    second = replace(LINE, end_to_end_id="BH1-2", amount=D("0.95"), creditor_reference="RF18539007547034", town="")
    root = _tree(transfer_file("BH1", AT, date(2026, 5, 13), US, [LINE, second]))
    assert root.tag == f"{{{TRANSFERS}}}Document"
    found = {path: element.text for path, element in zip(_paths(root), root.iter(), strict=True)}
    block = "/Document/CstmrCdtTrfInitn/PmtInf"
    assert found["/Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum"] == found[f"{block}/CtrlSum"] == "101.05"
    assert found[f"{block}/NbOfTxs"] == "2"
    assert found[f"{block}/ReqdExctnDt/Dt"] == "2026-05-13"
    assert found[f"{block}/ChrgBr"] == "SLEV"
    assert found[f"{block}/CdtTrfTxInf/RmtInf/Strd/CdtrRefInf/Ref"] == "RF18539007547034"
    children = [etree.QName(child).localname for child in root[0][1]]
    assert children == [
        "PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt",
        "ChrgBr", "CdtTrfTxInf", "CdtTrfTxInf",
    ]  # fmt: skip


def test_address_is_structured_or_absent_and_never_a_free_line() -> None:
    data = transfer_file("BH1", AT, date(2026, 5, 13), US, [LINE, replace(LINE, end_to_end_id="2", town="")])
    assert b"AdrLine" not in data
    creditors = [c for c in _tree(data).iter(f"{{{TRANSFERS}}}Cdtr")]
    assert [[etree.QName(e).localname for e in c] for c in creditors] == [["Nm", "PstlAdr"], ["Nm"]]
    assert [e.text for e in creditors[0][1]] == ["Zurich", "CH"]


def test_collection_file_has_a_block_for_each_scheme_and_sequence() -> None:
    first = replace(LINE, mandate="M-1", signed_on=date(2026, 1, 5), kind="CORE", sequence="FRST")
    again = replace(first, end_to_end_id="BH1-2", mandate="M-2", sequence="RCUR")
    root = _tree(collection_file("BH1", AT, date(2026, 5, 20), US, [first, again, replace(again, end_to_end_id="3")]))
    name = f"{{{COLLECTIONS}}}"
    blocks = list(root.iter(f"{name}PmtInf"))
    assert [(b.findtext(f".//{name}SeqTp"), b.findtext(f"{name}NbOfTxs")) for b in blocks] == [
        ("FRST", "1"),
        ("RCUR", "2"),
    ]
    assert len({b.findtext(f"{name}PmtInfId") for b in blocks}) == 2
    assert root.findtext(f".//{name}MndtId") == "M-1"
    assert root.findtext(f".//{name}CdtrSchmeId//{name}Id//{name}Othr/{name}Id") == US.creditor_id


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Café Ångström & Zn.", "Cafe Angstrom + Zn."), ("ß Æ €5", "ss AE EUR5"), ("漢字", ".."), ("a\n b\t c", "a b c")],
)
def test_text_keeps_to_the_characters_every_bank_takes(text: str, plain: str) -> None:
    assert sepa_text(text, 70) == plain


def test_text_is_cut() -> None:
    assert sepa_text("x" * 200, 140) == "x" * 140


def test_creditor_id_is_checked_without_its_business_code() -> None:
    assert is_creditor_id("NL87ZZZ002604120000")
    assert is_creditor_id("NL87ABC002604120000")
    assert not is_creditor_id("NL88ZZZ002604120000")
    assert not is_creditor_id("")
