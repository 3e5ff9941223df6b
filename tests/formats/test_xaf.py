"""Reading audit files: encodings they lie about, parts, faults by the dozen, and nothing that runs or explodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.formats.findings import Findings
from hub.formats.xaf_check import read_books
from hub.formats.xaf_spool import Spool
from hub.model.audit_file import AuditBooks, AuditTransaction
from tests.formats.audit_files import audit_file, journal, line, saved, sound, transaction


def read(*paths: Path) -> tuple[AuditBooks | None, list[AuditTransaction], Findings]:
    findings = Findings()
    with Spool() as spool:
        books = read_books(paths, spool, findings)
        return books, list(spool.in_order()) if books else [], findings


def codes(findings: Findings) -> dict[str, str]:
    return {finding.code: finding.severity for finding in findings}


def test_sound_file_is_read_whole_and_in_order_of_date(tmp_path: Path) -> None:
    books, transactions, findings = read(saved(tmp_path, sound()))
    assert books is not None
    assert (list(findings), books.company.name, books.header.version) == ([], "Oud Pakket B.V.", "3.2")
    assert [(t.journal, str(t.day)) for t in transactions] == [
        ("VRK", "2025-01-10"), ("INK", "2025-01-15"), ("BNK", "2025-02-01"),
    ]  # fmt: skip
    assert [(p.account, p.cents, p.relation, p.invoice) for p in transactions[0].lines] == [
        ("1300", 12100, "K1", "F1"), ("8000", -12100, "", ""),
    ]  # fmt: skip


def test_windows_characters_in_a_file_that_claims_latin_1_are_read_and_told(tmp_path: Path) -> None:
    text = sound(head='<?xml version="1.0" encoding="ISO-8859-1"?>').replace("Relatie K1", "Café ‘K1’ €")
    books, _, findings = read(saved(tmp_path, text.encode("cp1252")))
    assert books is not None
    assert books.relations["K1"].name == "Café ‘K1’ €"
    assert codes(findings) == {"HUB-XAF-10": "information"}


def test_file_without_declaration_that_is_no_utf_8_is_read_as_windows(tmp_path: Path) -> None:
    books, _, findings = read(saved(tmp_path, sound(head="").replace("Relatie K1", "Café").encode("cp1252")))
    assert books is not None
    assert (books.relations["K1"].name, codes(findings)) == ("Café", {})


def test_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    books, _, findings = read(saved(tmp_path, b"\xef\xbb\xbf" + sound().encode()))
    assert books is not None
    assert codes(findings) == {}


@pytest.mark.parametrize("bad", ["\x01", "&#x1F;", "&#11;", "\x0b"])
def test_control_characters_become_blanks_and_are_counted(tmp_path: Path, bad: str) -> None:
    books, transactions, findings = read(saved(tmp_path, sound().replace("boeking", f"a{bad}b")))
    assert books is not None
    assert transactions[0].description == "a b"
    assert [(f.code, f.found) for f in findings] == [("HUB-XAF-11", "3")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "HUB-XML-01"),
        (b"PK\x03\x04", "HUB-XML-08"),
        (b"\x1f\x8b", "HUB-XML-08"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><auditfile/>', "HUB-XML-03"),
        (b'<?xml version="1.0" encoding="EBCDIC-CP-NL"?><auditfile/>', "HUB-XML-06"),
        (b'<?xml version="1.0" encoding="UTF-8"?><auditfile>\xff</auditfile>', "HUB-XML-06"),
        ("<auditfile/>".encode("utf-16"), "HUB-XML-06"),
        (b"<auditfile><header></auditfile>", "HUB-XML-02"),
        (b"<Invoice/>", "HUB-XAF-12"),
        (b"<auditfile><header/></auditfile>", "HUB-XAF-12"),
        (sound(namespace="http://www.auditfiles.nl/XAF/2.0").encode(), "HUB-XAF-12"),
        (sound().encode()[:-40], "HUB-XML-02"),
        (b"<a>" * 300, "HUB-XML-07"),
    ],
)
def test_what_is_no_audit_file_is_refused_with_a_code(tmp_path: Path, data: bytes, code: str) -> None:
    books, _, findings = read(saved(tmp_path, data))
    assert (books, codes(findings)) == (None, {code: "fatal"})


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.auditfiles.nl/XAF/3.0",
        "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.0/structures/XmlAuditfileFinancieel3.2.1",
        "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0",
        "http://www.auditfiles.nl/XAF/4.0",
    ],
)
def test_other_editions_are_read_too(tmp_path: Path, namespace: str) -> None:
    books, transactions, _ = read(saved(tmp_path, sound(namespace=namespace)))
    assert books is not None
    assert len(transactions) == 3


def test_all_faults_are_collected_in_one_reading(tmp_path: Path) -> None:
    wrong = [
        transaction(1, "2025-03-01", [line("1100", 100), line("8000", -99)]),
        transaction(2, "2024-12-31", [line("1100", 100), line("8000", -100)], period="1"),
        transaction(3, "2025-03-01", [line("1100", 100), line("8000", -100)], period="4"),
        transaction(4, "2025-03-01", [line("9999", 100), line("8000", -100)]),
        transaction(4, "2025-03-01", [line("1300", 100, relation="K9"), line("8000", -100)]),
        transaction(5, "2025-03-01", []),
        transaction(6, "2025-03-01", [line("1100", 100), line("8000", -100)]).replace(
            "<amnt>1.00</amnt>", "<amnt>1,00</amnt>", 1
        ),
    ]
    accounts = (
        ("1100", "Bank", "B", ""),
        ("8000", "Omzet", "P", ""),
        ("1300", "Debiteuren", "B", ""),
        ("1" * 21, "Lang", "B", ""),
    )
    opening = [("1100", 500), ("7777", -400)]
    text = audit_file(
        [journal("MEM", "M", wrong)], accounts=accounts, opening=opening, relations=("K1", "K1"), lines=99
    )
    _, _, findings = read(saved(tmp_path, text))
    assert codes(findings) == {
        "HUB-XAF-15": "fatal", "HUB-XAF-17": "fatal", "HUB-XAF-18": "fatal", "HUB-XAF-16": "fatal", "HUB-XAF-22": "warning",
        "HUB-XAF-33": "warning", "HUB-XAF-31": "information", "HUB-XAF-14": "fatal", "HUB-XAF-23": "fatal", "HUB-XAF-19": "fatal",
        "HUB-XAF-20": "fatal", "HUB-XAF-21": "warning",
    }  # fmt: skip
    assert findings.fatal
    place = next(f.location for f in findings if f.code == "HUB-XAF-15" and f.found == "0.01")
    assert place == "MEM 1"


def test_many_findings_of_a_kind_are_counted_and_not_all_kept(tmp_path: Path) -> None:
    wrong = [transaction(n, "2025-03-01", [line("1100", 100), line("8000", -99)]) for n in range(500)]
    _, _, findings = read(saved(tmp_path, audit_file([journal("MEM", "M", wrong)])))
    assert (findings.counts["HUB-XAF-15"], len([f for f in findings if f.code == "HUB-XAF-15"])) == (500, 100)
    assert findings.left_out == 400


def _parts(tmp_path: Path) -> tuple[Path, Path]:
    """One file cut in two, as packages do: master data in the first only."""
    one = transaction(1, "2025-01-10", [line("1100", 100), line("8000", -100)])
    two = transaction(2, "2025-02-10", [line("1100", 200), line("8000", -200)])
    first = saved(tmp_path, audit_file([journal("MEM", "M", [one])], lines=4))
    text = audit_file([journal("MEM", "M", [two])], accounts=(), relations=(), lines=4)
    rest = text.replace("<auditfile", "<!-- Vervolgbestand 1 van 1 --><auditfile", 1).replace(
        "<generalLedger></generalLedger>", ""
    )
    return first, saved(tmp_path, rest, "books_01.xaf")


def test_parts_of_one_file_are_read_together_in_either_order(tmp_path: Path) -> None:
    first, second = _parts(tmp_path)
    for given in ((first, second), (second, first)):
        books, transactions, findings = read(*given)
        assert books is not None
        assert (codes(findings), len(transactions)) == ({}, 2)


def test_part_that_is_missing_is_noticed(tmp_path: Path) -> None:
    first, second = _parts(tmp_path)
    assert codes(read(first)[2]) == {"HUB-XAF-20": "fatal"}
    second.write_text(second.read_text().replace("1 van 1", "2 van 2"))
    assert "HUB-XAF-13" in codes(read(second)[2])


def test_opening_balance_twice_is_taken_once_when_both_agree_and_refused_when_not(tmp_path: Path) -> None:
    opening = [("1100", 500), ("0640", -500)]
    booked = transaction(1, "2025-01-01", [line("1100", 500), line("0640", -500)])
    books, _, findings = read(saved(tmp_path, audit_file([journal("OPN", "O", [booked])], opening=opening)))
    assert books is not None
    assert (books.opening_twice, codes(findings)) == (True, {"HUB-XAF-37": "information"})
    other = transaction(1, "2025-01-01", [line("1100", 600), line("0640", -600)])
    _, _, findings = read(saved(tmp_path, audit_file([journal("OPN", "O", [other])], opening=opening)))
    assert codes(findings) == {"HUB-XAF-36": "fatal"}
