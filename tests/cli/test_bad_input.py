"""Every kind of bad input is a refusal with a code and a sentence; nothing outside is read and nothing crashes."""

from __future__ import annotations

import socket
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import DOCUMENTS, Cli

GOOD = (DOCUMENTS / "01-office-supplies.xml").read_bytes()
Maker = Callable[[Path], Path]


def _file(data: bytes, name: str = "bad.xml") -> Maker:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return make


def _zip(name: str, mode: int = stat.S_IFREG | 0o644, data: bytes = GOOD) -> Maker:
    def make(folder: Path) -> Path:
        path = folder / "bad.zip"
        with zipfile.ZipFile(path, "w") as archive:
            member = zipfile.ZipInfo(name)
            member.create_system = 3
            member.external_attr = mode << 16
            archive.writestr(member, data)
        return path

    return make


_BOMB = b'<!DOCTYPE i [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><i>&b;</i>'
_EXTERNAL = b'<!DOCTYPE i [<!ENTITY a SYSTEM "file:///etc/passwd">]><i>&a;</i>'
_ATTACHMENT = b'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="a.pdf">' + b"QUFB" * 2_600_000
CASES: dict[str, tuple[Maker, str]] = {
    "not xml": (_file(b"Geachte heer, hierbij de factuur."), "HUB-XML-02"),
    "truncated": (_file(GOOD[: len(GOOD) // 2]), "HUB-XML-02"),
    "doctype": (_file(b"<!DOCTYPE Invoice>" + GOOD[GOOD.index(b"<Invoice"):]), "HUB-XML-03"),
    "entity bomb": (_file(_BOMB), "HUB-XML-03"),
    "external entity": (_file(_EXTERNAL), "HUB-XML-03"),
    "wrong namespace": (_file(b'<Invoice xmlns="urn:example:other"><ID>1</ID></Invoice>'), "HUB-FMT-01"),
    "tiny elements": (_file(b"<r>" + b"<a/>" * 3_000_000 + b"</r>"), "HUB-XML-04"),
    "wrong encoding": (_file(GOOD.replace(b"Papierhuis", b"Papierhu\xefs")), "HUB-XML-06"),
    "unknown encoding": (_file(GOOD.replace(b"UTF-8", b"UTF-7")), "HUB-XML-06"),
    "empty": (_file(b""), "HUB-XML-01"),
    "attachment too large": (
        _file(GOOD.replace(b"</Invoice>", _ATTACHMENT + b"</cbc:EmbeddedDocumentBinaryObject></Invoice>")), "HUB-XML-09",
    ),
    "too large": (_file(b" " * 64_000_001), "HUB-FILE-04"),
    "compressed": (_file(b"\x1f\x8b\x08\x00rest"), "HUB-XML-08"),
    "zip leaving its folder": (_zip("../outside.xml"), "HUB-ZIP-06"),
    "zip with absolute name": (_zip("/etc/invoice.xml"), "HUB-ZIP-06"),
    "zip with link": (_zip("link.xml", stat.S_IFLNK | 0o777, b"/etc/passwd"), "HUB-ZIP-08"),
    "zip in zip": (_zip("inner.zip", data=b"PK\x03\x04"), "HUB-ZIP-09"),
    "damaged zip": (_file(b"PK\x05\x06 no directory", "bad.zip"), "HUB-ZIP-01"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection anywhere is a failure."""

    def refuse(*_arguments: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize("name", CASES)
def test_bad_input_is_refused_with_code_and_sentence(cli: Cli, tmp_path: Path, name: str) -> None:
    make, code = CASES[name]
    ran = cli("intake", str(make(tmp_path)), "--json")
    assert ran.code == 3
    assert ran.err == ""
    [row] = ran.rows
    assert row["outcome"] == "refused"
    finding = row["findings"][0]
    assert finding["code"] == code
    assert finding["severity"] == "fatal"
    assert len(finding["message"]) > 40
    assert "…" not in finding["message"]


@pytest.mark.parametrize("name", CASES)
def test_bad_input_beside_a_good_file_does_not_stop_it(cli: Cli, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    CASES[name][0](folder)
    (folder / "good.xml").write_bytes(GOOD)
    ran = cli("intake", str(folder), "--json", "--dry-run")
    assert ran.code == 7
    assert {row["outcome"] for row in ran.rows if row["file"].endswith("good.xml")} == {"posted"}


def test_external_schema_hint_is_never_followed(cli: Cli, tmp_path: Path) -> None:
    hint = b'<Invoice xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd" '
    path = tmp_path / "hint.xml"
    path.write_bytes(GOOD.replace(b"<Invoice ", hint, 1))
    [row] = cli("intake", str(path), "--json", "--dry-run").rows
    assert row["outcome"] == "posted"


def test_device_is_refused_unread(cli: Cli) -> None:
    [row] = cli("intake", "/dev/zero", "--json").rows
    assert row["findings"][0]["code"] == "HUB-FILE-03"


def test_refused_document_is_kept(cli: Cli, tmp_path: Path) -> None:
    path = _file(b"no xml")(tmp_path)
    uid = cli("intake", str(path), "--json").rows[0]["message_id"]
    [row] = cli("messages", "show", uid, "--json").rows
    assert row["outcome"] == "refused"
    assert row["findings"][0]["code"] == "HUB-XML-02"


@pytest.mark.parametrize(
    ("asked", "code", "dutch", "english"),
    [
        (("periods", "close", "2026-13"), 4, "Er is geen periode 2026-13. Schrijf jaar en maand", "There is no period 2026-13"),
        (("years", "close", "2031", "--yes"), 4, "in boekjaar 2031 is nooit geboekt; er zijn: 2024, 2026", "never used"),
        (("years", "close", "2026", "--yes"), 5, "kan pas dicht als 2024 is afgesloten", "can be closed once 2024 is"),
        (("general-ledger", "--account", "9999"), 4, "er is geen rekening 9999", "no account 9999"),
        (("journal-report", "--journal", "XXX"), 4, "er is geen dagboek XXX in deze administratie; bekend: BNK", "known: BNK"),
        (("statement", "C9999"), 4, "Er is geen relatie C9999", "There is no relation C9999"),
        (("trial-balance", "--out", "a.docx"), 2, "kies uit .csv, .xlsx, .pdf", "choose from .csv, .xlsx, .pdf"),
        (("trial-balance", "--administration", "x"), 4, "er is geen administratie x; bekend: demo", "known: demo"),
        (("export", "xaf", "--version", "5", "--year", "2026", "--out", "a.xaf"), 2, "kies uit 3.2, 4.0", "choose from 3.2"),
        (("original", "--invoice", "NOPE"), 4, "voor NOPE is niets binnengekomen", "nothing came in for NOPE"),
        (("revalue", "--as-of", "2029-06-30"), 4, "USD voor 30-06-2029", "USD for 30 June 2029"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said_in_the_readers_language(
    demo_cli: Cli, asked: tuple[str, ...], code: int, dutch: str, english: str
) -> None:
    before = demo_cli("trial-balance", "--json").out
    for language, said in ((("--language", "nl"), dutch), (("--language=en",), english), ((), dutch)):
        ran = demo_cli(*asked, *language)
        assert (ran.code, said in ran.err) == (code, True), ran.err
    assert demo_cli("trial-balance", "--json").out == before
