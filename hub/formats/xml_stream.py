"""XML that is too long to hold: elements of a few names, one after the other, by a parser as hardened as `safe_parse`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO, Any

from lxml import etree

from hub.errors import UnreadableInput
from hub.formats.xml import MAX_MARKUP, local_name, refuse_unusual

MOST_BYTES = 256 * 1024 * 1024
_PIECE = 64 * 1024  # bytes that the parser is given at a time
_LIMITS = (1, 45, 110, 114)  # libxml2: no memory, comment or name too long, resource limit


def elements(source: IO[bytes] | Any, names: Sequence[str]) -> Iterator[etree._Element]:
    """Each element with one of these local names, whole, in order of its end; forgotten when the next one is asked for.

    Whatever stands between them stays in the tree, so that heads and totals can be read from parents. Raises
    UnreadableInput: HUB-XML-02 not well-formed, -03 DOCTYPE, -07 nested too deeply or a text too long.
    """
    parser = etree.iterparse(
        source,
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    wanted = frozenset(names)
    try:
        for _, element in parser:
            yield element
            _forget(element, wanted)
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from None
    root: Any = parser.root
    if root is not None and root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableInput("HUB-XML-03", found="DOCTYPE", expected="no DOCTYPE")


def pieces(data: bytes, names: Sequence[str]) -> Iterator[etree._Element]:
    """As `elements`, for bytes of strangers: everything before an element is forgotten with it, whatever it is.

    So a file cannot fill memory with what nobody asked for: an element may have `MAX_MARKUP` tags before it at most
    (HUB-XML-04). What stands before a named element must be read from its parent while it is at hand. Raises as
    `safe_parse`, except that files up to 256 MiB are taken (HUB-XML-05).
    """
    refuse_unusual(data, MOST_BYTES)
    parser = etree.XMLPullParser(
        events=("end",), tag=[f"{{*}}{name}" for name in names], resolve_entities=False, no_network=True, load_dtd=False,
        huge_tree=False, remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        unread = 0
        for start in range(0, len(data), _PIECE):
            piece = data[start : start + _PIECE]
            unread += piece.count(b"<")
            parser.feed(piece)
            for _, element in parser.read_events():
                yield element
                _forget_all(element)
                unread = 0
            if unread > MAX_MARKUP:
                raise UnreadableInput(
                    "HUB-XML-04", found=f"{unread} tags", expected=f"at most {MAX_MARKUP} tags in one part"
                )
        parser.close()
    except etree.XMLSyntaxError as error:
        raise _refusal(error) from None


def _forget_all(element: etree._Element) -> None:
    """Empty the element, and take everything before it out of the tree."""
    element.clear(keep_tail=False)
    parent = element.getparent()
    if parent is not None:
        while (before := element.getprevious()) is not None:
            parent.remove(before)


def _refusal(error: etree.XMLSyntaxError) -> UnreadableInput:
    line, column = error.position
    said = str(error.msg).split("\n")[0].split(", line ")[0].strip()
    code = "HUB-XML-07" if error.code in _LIMITS else "HUB-XML-02"
    expected = "text 10000000" if code == "HUB-XML-07" else "well-formed XML"
    return UnreadableInput(code, found=said, expected=expected, location=f"line {line}, column {column}")


def _forget(element: etree._Element, wanted: frozenset[str]) -> None:
    """Empty the element, and take those of its kind before it out of the tree; the parser still needs this one."""
    element.clear(keep_tail=False)
    parent, before = element.getparent(), element.getprevious()
    while parent is not None and before is not None and local_name(before.tag) in wanted:
        parent.remove(before)
        before = element.getprevious()


def child_text(element: etree._Element, name: str) -> str:
    """The text of the first child with this local name, without blanks around it; "" when there is none."""
    for child in element.iterchildren(f"{{*}}{name}"):
        return (child.text or "").strip()
    return ""


def texts(element: etree._Element) -> dict[str, str]:
    """Texts of all children by local name; of a name that comes more than once, the first."""
    found: dict[str, str] = {}
    for child in element:
        name = local_name(child.tag)
        if name not in found:
            found[name] = (child.text or "").strip()
    return found
