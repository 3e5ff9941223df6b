"""Where in the text a location stands: counted in tags, because libxml2 counts lines to 65,535 only."""

from __future__ import annotations

import pytest

from hub.formats.excerpt import Excerpt, excerpts

XML = """<?xml version="1.0"?>
<!-- <Not a="tag"> -->
<Invoice xmlns="urn:i" xmlns:c="urn:c">
  <c:ID>F1</c:ID>
  <Line><Amount currencyID="EUR">1.00</Amount></Line>
  <Line>
    <Note><![CDATA[ <Amount>9</Amount> ]]></Note>
    <Amount
       currencyID='USD' c:x=">">
         2.00
    </Amount><Empty/>
  </Line>
</Invoice>
"""


def _pointed(excerpt: Excerpt) -> tuple[int, str]:
    return excerpt.line, excerpt.text[excerpt.start : excerpt.start + excerpt.length]


@pytest.mark.parametrize(
    ("location", "line", "value"),
    [
        ("/Invoice[1]/ID[1]", 4, "F1"),
        ("/Invoice[1]/Line[1]/Amount[1]", 5, "1.00"),
        ("/Invoice[1]/Line[1]/Amount[1]/@currencyID", 5, "EUR"),
        ("/Invoice[1]/Line[2]/Amount[1]", 10, "2.00"),
        ("/Invoice[1]/Line[2]/Amount[1]/@currencyID", 9, "USD"),
        ("/Invoice[1]/Line[2]/Amount[1]/@x", 9, ">"),
        ("/Invoice[1]/Line[2]/Empty[1]", 11, "Empty"),
        ("/Invoice[1]/Line[2]", 6, "Line"),
        ("/Invoice/ID", 4, "F1"),
        ("/Invoice[1]", 3, "Invoice"),
        ("line 4, column 3", 4, "<"),
        ("line 5", 5, " "),
    ],
)
def test_location_points_at_its_value_else_its_name(location: str, line: int, value: str) -> None:
    assert _pointed(excerpts(XML.encode(), [location])[location]) == (line, value)


@pytest.mark.parametrize(
    "location", ["/Invoice[1]/ID[2]", "/Order[1]", "row 4", "", "/Invoice[1]/..", "/Invoice[0]/ID[0]"]
)
def test_location_that_is_not_there_has_no_excerpt(location: str) -> None:
    assert excerpts(XML.encode(), [location]) == {}


def test_line_numbers_go_on_after_65535() -> None:
    lines = "\n".join(f"<L><V>{n}</V></L>" for n in range(70_000))
    found = excerpts(f"<I>\n{lines}\n</I>".encode(), ["/I[1]/L[69999]/V[1]", "/I[1]/L[2]/V[1]"])
    assert [_pointed(found[place]) for place in sorted(found)] == [(3, "1"), (70_000, "69998")]


def test_document_in_an_envelope_is_found_in_the_whole_text() -> None:
    sbd = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"
    head = "<StandardBusinessDocumentHeader><ID>not this</ID></StandardBusinessDocumentHeader>"
    data = f'<StandardBusinessDocument xmlns="{sbd}">{head}\n<Invoice xmlns="urn:i"><ID>F1</ID></Invoice></StandardBusinessDocument>'
    assert _pointed(excerpts(data.encode(), ["/Invoice[1]/ID[1]"])["/Invoice[1]/ID[1]"]) == (2, "F1")


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "utf-8-sig"])
def test_other_encodings_point_at_the_same(encoding: str) -> None:
    named = "utf-8" if encoding == "utf-8-sig" else encoding
    data = f'<?xml version="1.0" encoding="{named}"?>\n<I><A>é</A><B>€</B></I>'.replace("€", "E").encode(encoding)
    found = excerpts(data, ["/I[1]/A[1]", "/I[1]/B[1]"])
    assert [_pointed(found[place]) for place in sorted(found)] == [(2, "é"), (2, "E")]


def test_broken_xml_shows_the_line_it_breaks_on() -> None:
    found = excerpts(b"<I>\n  <A>1</B>\n</I>", ["line 2, column 10", "/I[1]/A[1]"])
    assert [(one.line, one.text) for one in found.values()] == [(2, "  <A>1</B>")]


def test_document_on_one_line_is_cut_around_the_value() -> None:
    data = f"<I>{'<A>1</A>' * 5000}</I>".encode()
    found = excerpts(data, ["/I[1]/A[2500]"])["/I[1]/A[2500]"]
    assert (_pointed(found), found.cut) == ((1, "1"), (True, True))
    assert len(found.text) < 1000


def test_what_could_steer_a_terminal_is_shown_as_a_mark() -> None:
    found = excerpts("<I><A>\x9b31mred\ta</A></I>".encode(), ["/I[1]/A[1]"])["/I[1]/A[1]"]
    assert _pointed(found) == (1, "\ufffd31mred a")
