"""The one parser: what it refuses and under which code, what it lets pass, and that it looks at nothing else."""

from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
import sys
import urllib.request
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hub.errors import UnreadableInput
from hub.formats import xml
from hub.formats.content import Content, unwrapped
from hub.formats.xml import Locator, location, safe_parse
from tests.formats.canary import SECRET, Canary

TEXT = xml.MAX_TEXT


def refusal(data: bytes) -> UnreadableInput:
    """How the parser refuses."""
    with pytest.raises(UnreadableInput) as caught:
        safe_parse(data)
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "01"),
        (b" \r\n\t", "01"),
        (b"\xef\xbb\xbf", "01"),
        (b"hallo", "02"),
        (b"%PDF-1.7", "02"),
        (b'{"a": 1}', "02"),
        (b"<a><b>", "02"),
        (b"<a></b>", "02"),
        (b"<a/><b/>", "02"),
        (b"<a/>tail", "02"),
        (b" <?xml version='1.0'?><a/>", "02"),
        (b"<?xml version='1.0' " + b" " * 2000 + b"?><a/>", "02"),
        (b"<p:a/>", "02"),
        (b"<a>&nbsp;</a>", "02"),
        (b"<a>\0</a>", "02"),
        (b"<a/>\0", "02"),
        (b"<!DOCTYPE a><a/>", "03"),
        (b"<?xml version='1.0'?><!-- --> <?x y?>\n<!DOCTYPE a SYSTEM 'x.dtd'><a/>", "03"),
        ("<!DOCTYPE a><a/>".encode("utf-16"), "03"),
        ("\ufeff<!DOCTYPE a><a/>".encode(), "03"),
        (b"<?xml version='1.0' encoding='klingon'?><a/>", "06"),
        (b"<?xml version='1.0' encoding='UTF-7'?><a>+ADw-b/+AD4-</a>", "06"),
        (b"<?xml version='1.0' encoding='UTF-16'?><a/>", "06"),
        (b"<a>\xe9</a>", "06"),
        (b"<?xml version='1.0' encoding='us-ascii'?><a>\xe9</a>", "06"),
        ("<a/>".encode("utf-16") + b"x", "06"),
        ("<a/>".encode("utf-32"), "06"),
        ("<?xml version='1.0' encoding='cp037'?><a/>".encode("cp037"), "06"),
        (b"<" + b"n" * 60_000 + b"/>", "07"),
        (gzip.compress(b"<a/>", mtime=0), "08"),
        (bz2.compress(b"<a/>"), "08"),
        (lzma.compress(b"<a/>"), "08"),
        (b"PK\x03\x04" + b"\0" * 30, "08"),
    ],
)
def test_bad_input_is_refused_with_its_code(data: bytes, code: str) -> None:
    found = refusal(data)
    assert found.code == f"HUB-XML-{code}"
    assert found.found
    assert found.expected


@pytest.mark.parametrize(
    ("data", "place"),
    [(b"<a>\n  <b>\n</a>", "line 3, column 5"), (b"<a>\n\0</a>", "line 2, column 1"), (b"<a>", "line 1, column 4")],
)
def test_malformed_input_is_refused_with_line_and_column(data: bytes, place: str) -> None:
    assert refusal(data).location == place


@pytest.mark.parametrize(
    "data",
    [
        b"<a>\xc3\xa9</a>",
        "\ufeff<a>é</a>".encode(),
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='windows-1252'?><a>\xe9</a>",
        "<?xml version='1.0' encoding='UTF-16'?><a>é</a>".encode("utf-16"),
        "<?xml version='1.0' encoding='UTF-16'?><a>é</a>".encode("utf-16-le"),
        "<?xml version='1.0' encoding='UTF-16'?><a>é</a>".encode("utf-16-be"),
        b"<a>&#233;</a>",
        b"<a><![CDATA[\xc3\xa9]]></a>",
    ],
)
def test_text_is_read_in_every_usual_encoding(data: bytes) -> None:
    assert safe_parse(data).text == "é"


def test_doctype_inside_text_is_no_doctype() -> None:
    assert safe_parse(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


def test_text_beside_comments_and_instructions_is_not_lost() -> None:
    root = safe_parse(b"<a>een<!-- x --> twee<?y z?> drie</a>")
    assert "".join(t for t in root.xpath("text()")) == "een twee drie"
    # Official rules that ask for text() see two pieces where an instruction cuts a value.
    assert [each.target for each in root.iter(etree.ProcessingInstruction)] == ["y"]


def _text(size: int) -> bytes:
    return b"<a><cbc:B xmlns:cbc='u'>" + b"x" * size + b"</cbc:B></a>"


def _cdata(size: int) -> bytes:
    return b"<a><B><![CDATA[" + b"x" * size + b"]]></B></a>"


def _attribute(size: int) -> bytes:
    return b"<a b='" + b"x" * size + b"'/>"


def _comment(size: int) -> bytes:
    return b"<a><!--" + b"x" * size + b"--></a>"


def _nested(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


def _elements(count: int) -> bytes:
    return b"<r>" + b"<a/>" * (count - 2) + b"</r>"


def _attributes(count: int) -> bytes:
    return b"<r>" + b"<a b='' c=''/>" * (count // 2) + b"</r>"


@pytest.mark.parametrize(
    ("make", "last_good", "first_bad", "code"),
    [
        (_text, TEXT, TEXT + 1, "09"),
        (_cdata, 9_900_000, TEXT + 1, "09"),
        (_attribute, 9_900_000, TEXT + 1, "07"),
        (_comment, 9_900_000, TEXT + 1, "07"),
        (_nested, xml.MAX_DEPTH, xml.MAX_DEPTH + 1, "07"),
        (_elements, xml.MAX_MARKUP, xml.MAX_MARKUP + 1, "04"),
        (_attributes, xml.MAX_ATTRIBUTES, xml.MAX_ATTRIBUTES + 2, "04"),
    ],
)
def test_limits_hold_on_both_sides(make: Callable[[int], bytes], last_good: int, first_bad: int, code: str) -> None:
    assert safe_parse(make(last_good)) is not None
    assert refusal(make(first_bad)).code == f"HUB-XML-{code}"


def test_size_limit_holds_on_both_sides() -> None:
    pieces = b"<b>" + b"x" * 8_000_000 + b"</b>"
    largest = b"<a>" + pieces * 4
    largest += b" " * (xml.MAX_BYTES - len(largest) - 4) + b"</a>"
    assert safe_parse(largest).tag == "a"
    assert refusal(largest + b"\n").code == "HUB-XML-05"


def test_too_large_attachment_is_refused_by_its_name() -> None:
    found = refusal(_text(TEXT + 1))
    assert found.location.startswith("B, line 1")
    assert found.found == f"{TEXT + 1} bytes"
    assert found.expected == f"at most {TEXT} bytes"


def test_elements_hidden_in_utf_16_are_counted() -> None:
    assert refusal(_elements(xml.MAX_MARKUP + 1).decode().encode("utf-16")).code == "HUB-XML-04"


_MEASURE = """
import sys, time
from hub.errors import UnreadableInput
from hub.formats.xml import safe_parse
data = eval(sys.argv[1])
start = time.process_time()
try:
    safe_parse(data)
except UnreadableInput as refusal:
    print(refusal.code, end=" ")
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak) // 1024, time.process_time() - start)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    "data",
    [
        "b'<r>' + b'<a/>' * 3_000_000 + b'</r>'",
        "b'<r>' + b'<a/>' * 1_499_998 + b'</r>'",
        "b'<r>' + (b'<a ' + b' '.join(b'a%d=\"\"' % i for i in range(240_000)) + b'/>') * 2 + b'</r>'",
    ],
)
def test_tiny_elements_and_attributes_stay_within_memory(data: str) -> None:
    out = subprocess.run(
        [sys.executable, "-c", _MEASURE, data], capture_output=True, text=True, check=True
    ).stdout.split()
    assert int(out[-2]) < 300  # MiB, the peak of the whole process
    assert float(out[-1]) < 5  # seconds of processor time


@pytest.mark.parametrize(
    "document",
    [
        "<!DOCTYPE a [<!ENTITY x SYSTEM '{file}'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM '{url}/e'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM '{url}/a.dtd'><a/>",
        "<!DOCTYPE a PUBLIC '-//X//Y' '{url}/a.dtd'><a/>",
        "<!DOCTYPE a [<!ENTITY % p SYSTEM '{url}/p'> %p;]><a/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM '{file}'><!ATTLIST a b CDATA '&x;'>]><a/>",
        "<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'>"
        + "".join(f"<!ENTITY b{i} '{'&b%s;' % (i - 1 or '') * 10}'>" for i in range(1, 9))
        + "]><a>&b8;</a>",
        "<!DOCTYPE a [<!ENTITY x '" + "y" * 50_000 + "'>]><a>" + "&x;" * 5_000 + "</a>",
    ],
)
def test_entities_and_dtds_are_refused_and_nothing_is_fetched(document: str, canary: Canary) -> None:
    data = document.replace("{url}", canary.url).replace("{file}", canary.file.as_uri()).encode()
    for encoded in (data, data.decode().encode("utf-16")):
        found = refusal(encoded)
        assert found.code == "HUB-XML-03"
        assert SECRET not in str(found)
    assert not canary.was_called()


@pytest.mark.parametrize(
    "document",
    [
        '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{file}" parse="text"/><xi:include href="{url}/x"/></a>',
        '<?xml-stylesheet href="{url}/s.xsl"?><a/>',
        '<a xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x {url}/x.xsd" '
        'xsi:noNamespaceSchemaLocation="{url}/y.xsd"/>',
        '<?xml-model href="{url}/m.rng"?><a xml:base="{url}/"/>',
    ],
)
def test_references_in_a_document_are_only_text(document: str, canary: Canary) -> None:
    data = document.replace("{url}", canary.url).replace("{file}", canary.file.as_uri()).encode()
    root = safe_parse(data)
    assert SECRET.encode() not in etree.tostring(root)
    assert not canary.was_called()


def test_canary_sings_when_it_is_called(canary: Canary) -> None:
    with pytest.raises(OSError, match="timed out"):
        urllib.request.urlopen(canary.url, timeout=0.05)
    assert canary.was_called()


_NASTY = st.sampled_from(
    [
        b"<a>",
        b"</a>",
        b"<?xml version='1.0'",
        b" encoding='utf-16'",
        b"?>",
        b"<!DOCTYPE a [",
        b"]>",
        b"&a;",
        b"<![CDATA[",
        b"]]>",
        b"<!--",
        b"-->",
        b"\xff\xfe",
        b"\xfe\xff",
        b"\xef\xbb\xbf",
        b"\0",
        b"<\0a\0",
        b" ",
        b"x='y'",
        b"xmlns:p='u'",
        b"<p:q",
        b"/>",
    ]
)


def outcome(data: bytes) -> str:
    """The code of the refusal, or `tree`."""
    try:
        return "tree" if isinstance(safe_parse(data), etree._Element) else "nothing"
    except UnreadableInput as found:
        return found.code


@given(st.binary(max_size=64) | st.lists(_NASTY | st.binary(max_size=3), max_size=12).map(b"".join))
def test_any_bytes_are_a_tree_or_a_refusal(data: bytes) -> None:
    assert outcome(data) in {"tree", *(f"HUB-XML-0{n}" for n in range(1, 10))}


@given(st.binary(max_size=200))
def test_any_compressed_bytes_are_refused(data: bytes) -> None:
    assert refusal(gzip.compress(data, mtime=0)).code == "HUB-XML-08"


def test_location_counts_siblings_of_the_same_name() -> None:
    root = safe_parse(b"<u:I xmlns:u='u' xmlns='v'><L/><M/><L><!-- c --><ID s='1'/></L></u:I>")
    found = root[2][1]
    assert location(found) == "/I[1]/L[2]/ID[1]"
    assert location(found, "s") == "/I[1]/L[2]/ID[1]/@s"
    assert location(root) == "/I[1]"
    assert location(found, root=root[2]) == "/L[1]/ID[1]"


def test_locations_of_many_siblings_are_all_right() -> None:
    root = safe_parse(b"<r>" + b"<a/><b/>" * 200 + b"</r>")
    locator = Locator(root)
    assert [locator.of(child) for child in root] == [f"/r[1]/{n}[{i}]" for i in range(1, 201) for n in "ab"]


def test_content_parses_once_and_remembers_a_refusal() -> None:
    good, bad = Content(b"<a/>"), Content(b"<a>")
    assert good.root is good.root
    for _ in range(2):
        with pytest.raises(UnreadableInput, match="HUB-XML-02"):
            _ = bad.root


def test_payload_is_what_the_envelope_wraps() -> None:
    space = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    document = f"<s:{{0}} xmlns:s='{space}'><s:{{0}}Header/><!-- c -->{{1}}</s:{{0}}>"
    full = Content(document.format("StandardBusinessDocument", "<Invoice/>").encode())
    empty = safe_parse(document.format("StandardBusinessDocument", "").encode())
    assert full.payload.tag == "Invoice"
    assert unwrapped(empty) is empty
