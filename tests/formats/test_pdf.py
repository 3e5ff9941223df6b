"""PDFs that hold an invoice, and PDFs that only want to: what is found inside, what is refused and under which code, and at what cost."""

from __future__ import annotations

import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from facturx import generate_from_binary, get_xml_from_pdf
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from hub.errors import UnreadableInput
from hub.formats import pdf
from hub.formats.content import Content
from hub.formats.hybrid import open_hybrid
from hub.formats.pdf import embedded_xml, is_pdf
from tests.cii_writer import write_cii
from tests.connectors.cii.sample_invoices import CREDIT, NEGATIVE, SEVERAL_GROUPS
from tests.formats.canary import Canary
from tests.pdf_files import Inside, hybrid_pdf, pdf_file, stream
from tests.ubl_writer import write_ubl

CII = write_cii(SEVERAL_GROUPS)
HYBRID = hybrid_pdf(Inside("factur-x.xml", CII))
ORDER = b'<o:SCRDMCCBDACIOMessageStructure xmlns:o="urn:un:unece:uncefact:data:SCRDMCCBDACIOMessageStructure:100"/>'
MIB = 1024 * 1024
SLOW = 20.0  # seconds that no file may take, also on a busy machine; each takes one or two


def refusal(data: bytes) -> UnreadableInput:
    """How a PDF is refused."""
    with pytest.raises(UnreadableInput) as caught:
        open_hybrid(data)
    assert caught.value.found
    assert caught.value.expected
    return caught.value


@pytest.mark.parametrize("level", ["en16931", "extended"])
def test_what_the_factur_x_library_writes_is_read_as_that_library_reads_it(level: str) -> None:
    made = generate_from_binary(hybrid_pdf(), CII, flavor="factur-x", level=level, check_schematron=False)
    name, data = get_xml_from_pdf(made, check_xsd=False)
    found = open_hybrid(made)
    assert (found.name, found.data, found.findings) == (name, data, ())
    assert data == CII


@pytest.mark.parametrize("relationship", ["Data", "Alternative", "Source"])
def test_the_three_relations_of_factur_x_are_all_right(relationship: str) -> None:
    assert open_hybrid(hybrid_pdf(Inside("factur-x.xml", CII, relationship))).findings == ()


@pytest.mark.parametrize(
    ("file", "code", "found"),
    [
        (Inside("factur-x.xml", CII, "Supplement"), "HUB-PDF-07", "Supplement"),
        (Inside("factur-x.xml", CII, ""), "HUB-PDF-07", "Unspecified"),
        (Inside("invoice.xml", CII), "HUB-PDF-08", "invoice.xml"),
        (Inside("factuur", CII), "HUB-PDF-08", "factuur"),
    ],
)
def test_what_is_unusual_is_said_and_the_invoice_is_read(file: Inside, code: str, found: str) -> None:
    hybrid = open_hybrid(hybrid_pdf(file))
    assert hybrid.data == CII
    assert [(f.code, f.severity, f.found) for f in hybrid.findings] == [(code, "warning", found)]


@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml"])
def test_names_of_every_standard_are_usual(name: str) -> None:
    assert open_hybrid(hybrid_pdf(Inside(name, CII))).findings == ()


def test_ubl_inside_a_pdf_is_found_too() -> None:
    assert open_hybrid(hybrid_pdf(Inside("factur-x.xml", write_ubl(CREDIT)))).root.tag.endswith("}CreditNote")


def test_file_that_only_the_catalog_names_is_found() -> None:
    assert open_hybrid(hybrid_pdf(Inside("factur-x.xml", CII), only_associated=True)).data == CII


def test_broken_start_of_the_table_is_searched_for() -> None:
    assert open_hybrid(hybrid_pdf(Inside("factur-x.xml", CII), start=7)).data == CII


def test_packed_file_is_unpacked() -> None:
    packed = Inside("factur-x.xml", zlib.compress(CII), how="/Filter /FlateDecode")
    assert open_hybrid(hybrid_pdf(packed)).data == CII


def test_other_files_beside_the_invoice_are_no_matter() -> None:
    other, image = (
        Inside("terms.xml", b"<terms/>", "Supplement"),
        Inside("a.png", b"\x89PNG", "Supplement", "image#2Fpng"),
    )
    hybrid = open_hybrid(hybrid_pdf(other, Inside("factur-x.xml", CII), image))
    assert (hybrid.name, hybrid.findings) == ("factur-x.xml", ())


def test_same_invoice_twice_is_read_once_the_newest_standard_first() -> None:
    older = CII.replace(b"CrossIndustryInvoice", b"CrossIndustryDocument")
    hybrid = open_hybrid(hybrid_pdf(Inside("ZUGFeRD-invoice.xml", older), Inside("factur-x.xml", CII)))
    assert hybrid.name == "factur-x.xml"
    assert [(f.code, f.severity) for f in hybrid.findings] == [("HUB-PDF-06", "information")]


def test_two_invoices_that_differ_wait_for_a_person() -> None:
    hybrid = open_hybrid(hybrid_pdf(Inside("factur-x.xml", CII), Inside("xrechnung.xml", write_cii(NEGATIVE))))
    (finding,) = hybrid.findings
    assert (finding.code, finding.severity, finding.layer) == ("HUB-PDF-05", "fatal", "hub")
    assert "PH-2026-0101" in str(finding.found)
    assert "PH-2026-0103" in str(finding.found)


def test_invoice_is_taken_before_an_order() -> None:
    hybrid = open_hybrid(hybrid_pdf(Inside("order-x.xml", ORDER), Inside("factur-x.xml", CII)))
    assert (hybrid.name, hybrid.findings) == ("factur-x.xml", ())


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (hybrid_pdf(), "HUB-PDF-01"),
        (hybrid_pdf(Inside("terms.xml", b"<terms/>")), "HUB-PDF-01"),
        (hybrid_pdf(Inside("a.xml", b"not at all")), "HUB-PDF-01"),
        (hybrid_pdf(Inside("a.xml", b"<broken")), "HUB-PDF-01"),
        (hybrid_pdf(Inside("factur-x.xml", b"<broken")), "HUB-XML-02"),
        (hybrid_pdf(Inside("factur-x.xml", b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>")), "HUB-XML-03"),
        (hybrid_pdf(Inside("factur-x.xml", CII), trailer="/Encrypt << /Filter /Standard /V 1 /R 2 /O () /U () /P -1 >>"), "HUB-PDF-02"),
        (hybrid_pdf(Inside("factur-x.xml", CII), trailer="/Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 >>"), "HUB-PDF-02"),
        (HYBRID[: len(HYBRID) // 2], "HUB-PDF-03"),
        (HYBRID[:200], "HUB-PDF-03"),
        (b"%PDF-1.7\n", "HUB-PDF-03"),
        (b"%PDF-1.7\n" + b"\0" * 1000, "HUB-PDF-03"),
        (b"%PDF-" + b" " * pdf.MAX_PDF, "HUB-PDF-04"),
    ],
    ids=["empty", "terms", "text", "other-broken", "broken", "doctype", "encrypted", "aes", "half", "head", "nothing", "zeros", "large"],
)  # fmt: skip
def test_bad_input_is_refused_with_its_code(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128"])
def test_encrypted_file_is_refused_also_with_an_empty_password(algorithm: str) -> None:
    writer = PdfWriter(BytesIO(HYBRID))
    writer.encrypt("", "owner", algorithm=algorithm)
    out = BytesIO()
    writer.write(out)
    assert refusal(out.getvalue()).code == "HUB-PDF-02"


def test_what_is_no_pdf_is_none() -> None:
    assert not is_pdf(b"<a>%PDF-1.7</a>")
    assert not is_pdf(b'{"a": "%PDF-1.7"}')
    assert not is_pdf(b"a" * 2000 + b"%PDF-1.7")
    assert is_pdf(b"rubbish before it\r\n%PDF-1.7")


def _packed(mebibytes: int, one: bytes = b" ") -> bytes:
    """So much of one byte, packed: a block that says it, as often as wanted."""
    packer = zlib.compressobj(9)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(one * MIB) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * mebibytes + packer.flush()


def _nested(depth: int) -> bytes:
    return pdf_file([b"<< /Type /Catalog /Names " + b"[" * depth + b"]" * depth + b" >>"])


def _many_kids(count: int) -> bytes:
    kids = " ".join(f"{n} 0 R" for n in range(2, count + 2))
    catalog = f"<< /Type /Catalog /Names << /EmbeddedFiles << /Kids [{kids}] >> >> >>".encode()
    return pdf_file([catalog, *(b"<< /Names [] >>" for _ in range(count))])


def _circle() -> bytes:
    return pdf_file([b"<< /Type /Catalog /Names 2 0 R >>", b"2 0 R"])


def _bomb_of_an_invoice() -> bytes:
    return hybrid_pdf(Inside("factur-x.xml", _packed(1_000, b"\n"), how="/Filter /FlateDecode"))


def _bombs_without_a_table(count: int) -> bytes:
    one = stream(_packed(2), "/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    return pdf_file([b"<< /Type /Catalog >>", *(one for _ in range(count))], start=7)


def _numbers_without_a_table() -> bytes:
    packed = zlib.compress(b"1 1 " * 50_000, 9)
    objects = [stream(packed, "/Type /#4fbjStm /N 1 /First 4 /Filter /FlateDecode") for _ in range(400)]
    return pdf_file([b"<< /Type /Catalog >>", *objects], start=7)


def _many_files(count: int) -> bytes:
    return hybrid_pdf(*(Inside(f"{n}.xml", b"<a/>") for n in range(count)))


@pytest.mark.parametrize(
    ("make", "codes"),
    [
        (lambda: _nested(100_000), ("HUB-PDF-03", "HUB-PDF-04")),
        (lambda: _many_kids(5_000), ("HUB-PDF-04",)),
        (_circle, ("HUB-PDF-01", "HUB-PDF-03", "HUB-PDF-04")),
        (_bomb_of_an_invoice, ("HUB-PDF-03", "HUB-PDF-04")),
        (lambda: _bombs_without_a_table(100), ("HUB-PDF-04",)),
        (_numbers_without_a_table, ("HUB-PDF-04",)),
        (lambda: _many_files(1_000), ("HUB-PDF-04",)),
        (lambda: b"%PDF-1.7\n" + b"1 0 obj\n" * MIB, ("HUB-PDF-03", "HUB-PDF-04")),
        (lambda: b"%PDF-1.7\nstartxref\n9\n%%EOF" + b"\n" * 8 * MIB, ("HUB-PDF-03", "HUB-PDF-04")),
        (lambda: pdf_file([b"<< /Type /Catalog /Names [" + b"0 " * 4 * MIB + b"] >>"]), ("HUB-PDF-03", "HUB-PDF-04")),
    ],
    ids=["nested", "kids", "circle", "bomb", "bombs", "numbers", "files", "objects", "newlines", "array"],
)
def test_traps_are_refused_soon(make: Callable[[], bytes], codes: tuple[str, ...]) -> None:
    data = make()
    begun = time.process_time()
    assert refusal(data).code in codes
    assert time.process_time() - begun < SLOW


def test_unpacking_a_bomb_takes_little_memory() -> None:
    """A gigabyte of blanks in a megabyte of file, in a process that may not have half of that."""
    code = (
        "import resource, sys; from hub.errors import UnreadableInput; from hub.formats.hybrid import open_hybrid\n"
        "data = sys.stdin.buffer.read(); resource.setrlimit(resource.RLIMIT_AS, (600 << 20, 600 << 20))\n"
        "try: open_hybrid(data)\n"
        "except UnreadableInput as refusal: print(refusal.code)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=_bomb_of_an_invoice(), capture_output=True)
    assert done.stdout.decode().strip() in ("HUB-PDF-03", "HUB-PDF-04"), done.stderr.decode()


def test_nothing_is_fetched_or_run(canary: Canary) -> None:
    actions = (
        f"<< /Type /Catalog /OpenAction << /S /URI /URI ({canary.url}) >> /Names << /JavaScript << /Names [(a) << /S /JavaScript "
        f"/JS (app.launchURL\\('{canary.url}'\\)) >>] >> /EmbeddedFiles << /Names [(factur-x.xml) 2 0 R] >> >> >>"
    )
    linked = f"<< /Type /Filespec /FS /URL /F ({canary.url}/factur-x.xml) /UF (factur-x.xml) >>"
    named = f"<< /Type /Filespec /F ({canary.file}) /EF << /F 3 0 R >> >>"
    outside = stream(b"", f"/Type /EmbeddedFile /F ({canary.file}) /Subtype /text#2Fxml")
    for specification in (linked, named):
        assert refusal(pdf_file([actions.encode(), specification.encode(), outside])).code in (
            "HUB-PDF-01",
            "HUB-PDF-03",
        )
    assert not canary.was_called()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(HYBRID) - 1), st.binary(max_size=8), st.integers(0, 400))
def test_damaged_file_is_read_or_refused_and_never_breaks(at: int, new: bytes, removed: int) -> None:
    damaged = HYBRID[:at] + new + HYBRID[at + removed :]
    if not is_pdf(damaged):
        return
    try:
        embedded_xml(damaged)
    except UnreadableInput as error:
        assert error.code.startswith("HUB-PDF-")  # noqa: PT017


def test_pdf_is_opened_once_however_many_sources_look(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    monkeypatch.setattr("hub.formats.hybrid.open_hybrid", lambda data: opened.append(1) or open_hybrid(data))
    content = Content(HYBRID)
    for _ in range(5):
        assert content.payload is content.root
        assert content.hybrid is not None
    plain = Content(hybrid_pdf())
    for _ in range(5):
        with pytest.raises(UnreadableInput):
            plain.payload  # noqa: B018
    assert len(opened) == 2


def test_an_xml_document_loads_no_pdf_library() -> None:
    code = (
        "import sys; from hub.formats.content import Content; Content(b'<a/>').root\n"
        "print('pypdf' in sys.modules, 'facturx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
