"""The index the rules read: one pass over the lxml tree, after which every rule is a dictionary look-up.

The official rules judge the shape of a document, so nothing is interpreted here. Names are written as
`cac:InvoiceLine` and `cbc:ID`, whatever prefixes the document itself uses.
"""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from hub.garbage import put_off
from hub.rules.locations import Locations
from hub.rules.outline import known

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
CAC = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
EXT = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
KINDS = {
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "Invoice",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "CreditNote",
}
_PREFIXES = {CBC: "cbc:", CAC: "cac:", EXT: "ext:"}
_REMEMBERED = 4000
LINES = frozenset(("cac:InvoiceLine", "cac:CreditNoteLine"))
BLANKS = " \t\r\n"
"""What XML calls white space. Python's own strip() takes more, a no-break space for one."""
_SPACES = re.compile("[ \t\r\n]+")


class Names(dict[Any, str]):
    """Full tag → short name, remembered; `""` for comments and for what this reading leaves out."""

    def __init__(self, only: Iterable[str] | None = None) -> None:
        super().__init__()
        self._only = None if only is None else frozenset(only)

    def __missing__(self, tag: Any) -> str:
        name = self._name(tag)
        if len(self) < _REMEMBERED:  # names come from strangers: the memory must not grow with them
            self[tag] = name
        return name

    def _name(self, tag: Any) -> str:
        if not isinstance(tag, str):
            return ""
        namespace, _, local = tag[1:].rpartition("}")
        prefix = _PREFIXES.get(namespace)
        if prefix is None:
            return "x:" + tag
        name = prefix + local
        return name if self._only is None or prefix == "ext:" or name in self._only else ""


class Node(dict[str, list[Any]]):
    """An element with children: short name → its children of that name, in document order.

    Children in `cac:` are `Node`s, children in `cbc:` are lxml elements; both hold at any depth.
    `vat` is what `scheme_is_vat` found out about a category or registration, None until it is asked.
    """

    __slots__ = ("element", "name", "parent", "vat")
    element: etree._Element
    name: str
    parent: Node | None
    vat: bool | None


class Document:
    """An indexed document: its root, and every element below it by short name.

    `facts` is what each set of rules found out about it, under a key of its own. `split` are the values that a comment
    cuts into several text nodes; `.text` of them is whole, but official rules that ask for text() stop on them. `shape` is None
    where it is too long to be worth remembering.
    """

    __slots__ = (
        "_attributes", "_blank", "_texts", "facts", "kind", "locations", "named", "root", "shape", "split", "vocabulary",
    )  # fmt: skip

    def __init__(
        self, root: Node, named: dict[str, list[Any]], split: frozenset[Any] = frozenset(), outline: Sequence[Any] = ()
    ) -> None:
        self.root = root
        self.split = split
        self.named = named
        self.vocabulary, self.shape = known(tuple(named), outline)
        self.kind = KINDS.get(str(root.element.tag))
        self.facts: dict[Any, Any] = {}
        self.locations = Locations(root.element)
        self._blank: bool | None = None
        self._texts: dict[str, list[str | None]] = {}
        self._attributes: dict[tuple[str, str], list[str | None]] = {}

    @property
    def lines(self) -> list[Node]:
        """Every invoice and credit note line, wherever it stands."""
        return self.named.get("cac:InvoiceLine", []) + self.named.get("cac:CreditNoteLine", [])

    def texts(self, name: str) -> list[str | None]:
        """The texts of all values of a `cbc:` name, beside `named`; read once, for several rules look at all of them."""
        known = self._texts.get(name)
        if known is None:
            known = self._texts[name] = [leaf.text for leaf in self.named.get(name, ())]
        return known

    @property
    def has_blanks(self) -> bool:
        """Whether some `cbc:` value says nothing, or only what Python takes for blanks; found out once."""
        if self._blank is None:
            self._blank = any(_some_blank(self.texts(name)) for name in self.named if name[1] == "b")
        return self._blank

    def attributes(self, name: str, attribute: str) -> list[str | None]:
        """What all values of a `cbc:` name bear as this attribute, beside `named`."""
        known = self._attributes.get((name, attribute))
        if known is None:
            found = self.named.get(name, ())
            known = self._attributes[name, attribute] = [leaf.get(attribute) for leaf in found]
        return known

    def forget(self) -> None:
        """Cut what points back, after judging: all of it then goes at once, without waiting for the garbage collector."""
        self.facts = {}
        for name, items in self.named.items():
            if name[1] != "b":  # values have no parent
                for item in items:
                    if type(item) is Node:
                        item.parent = None


def _some_blank(texts: list[str | None]) -> bool:
    return not all(texts) or any(map(str.isspace, texts))  # type: ignore[arg-type]  # none of them is None


def index(root: etree._Element, names: Names) -> Document:
    """Read the tree once. `names` decides which elements are seen at all."""
    named: dict[str, list[Any]] = defaultdict(list)
    whole, split = _without_comments_in_values(root)
    with put_off():
        outline: list[Any] = [whole.tag]
        node = _read_root(whole, names, named, outline)
        return Document(node, named, split, outline)


def _read_root(element: etree._Element, names: Names, named: dict[str, list[Any]], outline: list[Any]) -> Node:
    """The root; `outline` gets the names of all that stands in it, of lines only those that differ in shape."""
    node = _node(element, "/", None)
    lines: dict[tuple[str, ...], bool] = {}
    for child in element[:]:
        name = names[child.tag]
        if not name:
            continue
        own = [name] if name in LINES else outline
        item: Any = child
        if own is outline:
            own.append(name)
        if name[1] != "b" and (name[1] == "a" or len(child)):
            item = _read(child, name, node, names, named, own)
        elif len(child):  # a value with elements in it: see `_read`
            _read(child, name, node, names, named, own)
        if own is not outline:
            alike = tuple(own)
            lines[alike] = alike in lines  # whether more than once
        node.setdefault(name, []).append(item)
        named[name].append(item)
    for alike, often in lines.items():
        outline += (*alike, often)
    return node


def _node(element: etree._Element, name: str, parent: Node | None) -> Node:
    node = Node()
    node.element = element
    node.name = name
    node.parent = parent
    node.vat = None
    return node


def _read(
    element: etree._Element,
    own_name: str,
    parent: Node | None,
    names: Names,
    named: dict[str, list[Any]],
    outline: list[Any],
) -> Node:
    node = _node(element, own_name, parent)
    for child in element[:]:  # a slice is made in C at once; asking lxml child by child takes twice as long
        name = names[child.tag]
        if not name:
            continue
        # The second letter tells cbc: (a value) from cac: (a group); others are groups when they hold elements.
        mark = name[1]
        item: Any = child
        outline.append(name)
        if mark != "b" and (mark == "a" or len(child)):
            item = _read(child, name, node, names, named, outline)
        elif mark == "b" and len(child):  # the schema forbids it, but rules without an anchor see what is in it
            _read(child, name, node, names, named, outline)
        if name in node:
            node[name].append(item)
        else:
            node[name] = [item]
        named[name].append(item)
    outline.append("")  # what follows stands beside it
    return node


def _without_comments_in_values(root: etree._Element) -> tuple[etree._Element, frozenset[Any]]:
    """The tree itself, or a copy when a comment stands in a value: then `.text` would hold half of it.

    With it the values that were in several pieces.
    """
    for comment in root.iter(etree.Comment, etree.ProcessingInstruction):
        parent = comment.getparent()
        if parent is not None and isinstance(parent.tag, str) and parent.tag.startswith("{" + CBC):
            clean = copy.deepcopy(root)
            split = frozenset(_in_pieces(clean))
            etree.strip_tags(clean, etree.Comment, etree.ProcessingInstruction)
            return clean, split
    return root, frozenset()


def _in_pieces(root: etree._Element) -> Iterable[etree._Element]:
    """Values with more than one text node."""
    for value in {comment.getparent() for comment in root.iter(etree.Comment, etree.ProcessingInstruction)}:
        if value is not None and sum(1 for piece in (value.text, *(child.tail for child in value)) if piece) > 1:
            yield value


def normal(text: str | None) -> str:
    """XPath normalize-space: only space, tab, carriage return and line feed count; a no-break space stays."""
    if text is None or text.isalnum():
        return text or ""
    return _SPACES.sub(" ", text).strip(" ")


def content(leaf: etree._Element) -> str:
    """The text of a value element, as it stands."""
    return leaf.text or ""


def element_of(item: Any) -> etree._Element:
    """The lxml element behind a node or a value."""
    element: etree._Element = item.element if isinstance(item, Node) else item
    return element


def select(node: Node, *path: str) -> list[Any]:
    """Everything at `path` below `node`, in document order."""
    found: list[Any] = [node]
    for name in path:
        found = [child for parent in found for child in parent.get(name, ())]
    return found
