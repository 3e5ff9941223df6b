"""Whatever is no invoice gets one finding that says what it is instead, in both languages, with what to do."""

from __future__ import annotations

import io
import zipfile

import pytest

import hub
from hub.formats.content import Content
from hub.formats.kinds import Kind, kind_of_bytes
from hub.formats.roots import _KNOWN, _ROOTS, DOCUMENTS
from hub.texts.words_kinds import KIND_WORDS
from tests.connectors.ubl.build import CURRENCY, HEAD, LINE, TOTALS, ubl

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CBC = f'xmlns:cbc="{UBL}CommonBasicComponents-2"'
SBD = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"


def _xml(root: str, namespace: str = "", inside: str = "", more: str = "") -> bytes:
    name = f' xmlns="{namespace}"' if namespace else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made here --><{root}{name} {more}>{inside}</{root}>'.encode()


def _zip(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "x" * 9000)
    return packed.getvalue()


def _envelope(inside: str) -> bytes:
    return _xml("StandardBusinessDocument", SBD, f"<StandardBusinessDocumentHeader/>{inside}")


def _answer(promise: str) -> bytes:
    return _xml(
        "ApplicationResponse",
        UBL + "ApplicationResponse-2",
        f"<cbc:CustomizationID>{promise}</cbc:CustomizationID>",
        CBC,
    )


_ISO = "urn:iso:std:iso:20022:tech:xsd:"
_SDI = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
_RESPONSE = "urn:fdc:peppol.eu:poacc:trns:invoice_response:3"
_MAIL = "Return-Path: <a@example.nl>\r\nReceived: from mail.example\r\n\tby mx; Mon, 2 Nov 2026\r\nSubject: factuur\r\n"
_SMIME = "MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\n\nMIIB"

CASES = {
    "empty": (b"", "HUB-XML-01", "leeg", "empty"),
    "blanks": (b" \r\n\t ", "HUB-XML-01", "leeg", "empty"),
    "html": (b"<!DOCTYPE html>\n<html><body>Log in</body></html>", "HUB-FMT-02", "webpagina", "web page"),
    "html 4": (b'<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN">\n<html>', "HUB-FMT-02", "webpagina", "web page"),
    "html with attributes": (b'\xef\xbb\xbf<!-- x -->\n<HTML lang="nl"><p>', "HUB-FMT-02", "webpagina", "web page"),
    "xhtml": (_xml("html", "http://www.w3.org/1999/xhtml"), "HUB-FMT-02", "webpagina", "web page"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "HUB-FMT-02", "afbeelding (PNG)", "image (PNG)"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0", "HUB-FMT-02", "afbeelding (JPEG)", "image (JPEG)"),
    "tiff": (b"II*\0\x08\0\0\0", "HUB-FMT-02", "afbeelding (TIFF)", "image (TIFF)"),
    "tiff, the other way round": (b"MM\0*\0\0\0\x08", "HUB-FMT-02", "afbeelding (TIFF)", "image (TIFF)"),
    "heic": (b"\0\0\0\x18ftypheic\0\0", "HUB-FMT-02", "afbeelding (HEIC)", "image (HEIC)"),
    "word": (_zip("[Content_Types].xml", "word/document.xml"), "HUB-FMT-02", "kantoorpakket (Word)", "office document (Word)"),
    "excel": (_zip("[Content_Types].xml", "xl/workbook.xml"), "HUB-FMT-02", "kantoorpakket (Excel)", "(Excel)"),
    "old word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "HUB-FMT-02", "Office 97-2003", "Office 97-2003"),
    "rtf": (b"{\\rtf1\\ansi Factuur}", "HUB-FMT-02", "kantoorpakket (RTF)", "office document (RTF)"),
    "zip": (_zip("a.xml"), "HUB-XML-08", "ingepakt (zip)", "compressed (zip)"),
    "gzip": (b"\x1f\x8b\x08\0\0", "HUB-XML-08", "ingepakt (gzip)", "compressed (gzip)"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "HUB-XML-08", "ingepakt (7z)", "compressed (7z)"),
    "rar": (b"Rar!\x1a\x07\x01\0", "HUB-XML-08", "ingepakt (rar)", "compressed (rar)"),
    "tar": (b"a.xml".ljust(257, b"\0") + b"ustar\x0000", "HUB-XML-08", "ingepakt (tar)", "compressed (tar)"),
    "mail": (_MAIL.encode() + b"\r\nBeste", "HUB-FMT-02", "e-mailbericht", "mail message"),
    "encrypted mail": (_SMIME.encode(), "HUB-FMT-02", "(S/MIME)", "(S/MIME)"),
    "pkcs7": (bytes.fromhex("3082010006092a864886f70d010703a0820100"), "HUB-FMT-02", "(S/MIME)", "(S/MIME)"),
    "pgp": (b"-----BEGIN PGP MESSAGE-----\n\nhQEM", "HUB-FMT-02", "versleuteld", "encryption"),
    "encrypted xml": (_xml("EncryptedData", "http://www.w3.org/2001/04/xmlenc#"), "HUB-FMT-01", "versleuteld", "encrypted"),
    "json": (b'{"invoice": {"total": 1}, "lines": []}', "HUB-FMT-02", "JSON (invoice, lines)", "JSON (invoice, lines)"),
    "broken json": (b'{"invoice": [1, ]}', "HUB-JSON-01", "JSON", "line 1, column 17"),
    "csv": (b"nummer;datum;bedrag\n1;2;3\n", "HUB-FMT-02", "CSV (nummer;datum;bedrag)", "CSV (nummer;datum;bedrag)"),
    "text": ("Beste administratie,\nHierbij € 350.".encode(), "HUB-XML-02", "gewone tekst", "plain text"),
    "text in windows-1252": ("Beste Zoë, te betalen".encode("cp1252"), "HUB-XML-02", "geen tekst", "no text"),
    "program": (b"\x7fELF\x02\x01\x01\0\0\0", "HUB-XML-02", "7f 45 4c 46", "7f 45 4c 46"),
    "x12": (b"ISA*00*          *00*", "HUB-FMT-02", "X12", "X12"),
    "not well-formed": (b"<Invoice>\n  <ID>1</Id>\n</Invoice>", "HUB-XML-02", "regel 2, kolom 13", "line 2, column 13"),
    "cut off": (b"<Invoice>\n  <ID>1", "HUB-XML-02", "afgebroken", "cut off"),
    "order": (_xml("Order", UBL + "Order-2"), "HUB-FMT-01", "een bestelling", "an order"),
    "order in an envelope": (_envelope(f'<Order xmlns="{UBL}Order-2"/>'), "HUB-FMT-01", "een bestelling", "an order"),
    "despatch advice": (_envelope(f'<DespatchAdvice xmlns="{UBL}DespatchAdvice-2"/>'), "HUB-FMT-01", "een pakbon", "a despatch advice"),
    "invoice response": (_answer(_RESPONSE), "HUB-FMT-01", "antwoord op een factuur", "answer to an invoice"),
    "message level response": (_answer("urn:fdc:peppol.eu:poacc:trns:mlr:3"), "HUB-FMT-01", "ontvangstmelding (MLR)", "receipt (MLR)"),
    "another response": (_answer("urn:x"), "HUB-FMT-01", "antwoordbericht", "response message"),
    "rare ubl document": (_xml("TenderReceipt", UBL + "TenderReceipt-2"), "HUB-FMT-01", "ander soort (TenderReceipt)", "another kind"),
    "empty envelope": (_envelope(""), "HUB-FMT-01", "zonder document erin", "without a document in it"),
    "ubl 1.0": (_xml("Invoice", "urn:oasis:names:tc:ubl:Invoice:1:0"), "HUB-FMT-01", "oude uitgave van UBL", "old release of UBL"),
    "ubl 1.0 of 2006": (_xml("Invoice", UBL + "Invoice-1.0"), "HUB-FMT-01", "oude uitgave van UBL", "old release of UBL"),
    "wrong namespace": (_xml("Invoice", "urn:example:mine"), "HUB-FMT-01", "urn:example:mine", "another kind of file"),
    "namespace of another document": (_xml("Invoice", UBL + "CreditNote-2"), "HUB-FMT-01", "CreditNote-2", "another kind of file"),
    "no namespace": (_xml("CreditNote"), "HUB-FMT-01", "geen naamruimte", "no namespace"),
    "unknown bank file": (_xml("Document", _ISO + "camt.999.001.01"), "HUB-FMT-01", "bankbestand (CAMT)", "bank file (CAMT)"),
    "payments": (_xml("Document", _ISO + "pain.001.001.09"), "HUB-FMT-01", "betaalbestand", "payment file"),
    "soap": (_xml("Envelope", "http://www.w3.org/2003/05/soap-envelope"), "HUB-FMT-01", "SOAP-envelop", "SOAP envelope"),
    "italian": (_xml("FatturaElettronica", _SDI), "HUB-FMT-01", "Italiaanse", "Italian"),
    "staffing": (_xml("Invoice", "http://ns.hr-xml.org/2007-04-15"), "HUB-FMT-01", "SETU", "SETU"),
    "unknown xml": (_xml("feed", "http://www.w3.org/2005/Atom"), "HUB-FMT-01", "geen factuur of creditnota die wij kennen", "no invoice"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_no_invoice_is_told_by_what_it_is(name: str) -> None:
    data, code, dutch, english = CASES[name]
    for layers in (None, ["xsd", "en16931"]):
        for language, word in (("nl", dutch), ("en", english)):
            seen = hub.validate(data, layers, language)
            [finding] = [one for one in seen.findings if one.layer == "read"]
            assert (finding.code, finding.severity, seen.valid, seen.format) == (code, "fatal", False, "unknown")
            assert word in finding.message
            assert not {"{", "}", "…"} & set(finding.message)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "iso-8859-1"])
def test_invoice_in_another_encoding_is_read_as_one(encoding: str) -> None:
    named = {"utf-16-le": "utf-16", "utf-16-be": "utf-16", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = ubl(HEAD, CURRENCY, TOTALS, LINE).decode()
    data = f'<?xml version="1.0" encoding="{named}"?>{text}'.encode(encoding)
    assert hub.validate(data).format == "ubl-invoice"


def test_everything_that_can_be_named_has_words() -> None:
    named = {what for _, _, what in _KNOWN} | {what for _, what in _ROOTS.values()} | DOCUMENTS
    assert named - {"sealed", "html"} <= set(KIND_WORDS)


def test_edifact_that_its_reader_leaves_is_named_by_its_message() -> None:
    assert kind_of_bytes(Content(b"UNB+UNOC:3+A+B'UNH+1+DESADV:D:96A:UN'")) == Kind(
        "edifact", "edifact", "EDIFACT DESADV"
    )
