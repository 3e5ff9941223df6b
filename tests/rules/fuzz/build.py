"""Small tools on a document: where a child belongs, an element made from the schema, the elements of a kind."""

from __future__ import annotations

from random import Random
from typing import Any

from lxml import etree

from hub.rules.tree import CAC, CBC, EXT
from tests.rules.fuzz import schema, values

Element = Any
C, B = f"{{{CAC}}}", f"{{{CBC}}}"
_SPACES = {"cac": CAC, "cbc": CBC, "ext": EXT}
_DEEPEST = 5


def local(element: Element) -> str:
    """Its name without namespace."""
    return str(element.tag).rpartition("}")[2]


def parent_name(element: Element) -> str:
    """The name of what it stands in."""
    above = element.getparent()
    return "" if above is None else local(above)


def tag_of(name: str) -> str:
    """`{urn…}ID` of `cbc:ID`."""
    prefix, _, rest = name.partition(":")
    return f"{{{_SPACES[prefix]}}}{rest}"


def elements(root: Element) -> list[Element]:
    """Every element."""
    return [e for e in root.iter() if isinstance(e.tag, str)]


def leaves(root: Element) -> list[Element]:
    """Every value."""
    return [e for e in elements(root) if str(e.tag).startswith(B)]


def groups(root: Element) -> list[Element]:
    """Every element the schema gives children."""
    return [e for e in elements(root) if schema.children(str(e.tag))]


def lines(root: Element) -> list[Element]:
    """The lines of the document."""
    return [*root.findall(C + "InvoiceLine"), *root.findall(C + "CreditNoteLine")]


def pick(chance: Random, found: list[Element]) -> Element | None:
    """One of them, if there is any."""
    return chance.choice(found) if found else None


def place(parent: Element, child: Element) -> Element:
    """Put a child where the schema wants it, behind those of its own name."""
    order = schema.position(str(parent.tag))
    mine = order.get(str(child.tag), 999)
    at = max((n + 1 for n, other in enumerate(parent) if order.get(str(other.tag), -1) <= mine), default=0)
    parent.insert(at, child)
    return child


def drop(parent: Element, name: str) -> None:
    """Take all children of a name away."""
    for old in parent.findall(tag_of(name)):
        parent.remove(old)


def leaf(name: str, text: str, **attributes: str) -> Element:
    """A value."""
    made = etree.Element(tag_of(name), attributes)
    made.text = text
    return made


def put(parent: Element, path: str, text: str | None = None) -> Element:
    """The element at a path, made where it is missing; with this text."""
    here = parent
    for name in path.split("/"):
        found = here.find(tag_of(name))
        here = place(here, etree.Element(tag_of(name))) if found is None else found
    if text is not None:
        for child in list(here):
            here.remove(child)
        here.text = text
    return here


def make(chance: Random, tag: str, parent: str, depth: int = 0, right: float = 0.8) -> Element:
    """An element of this tag with what the schema demands and something more."""
    made = etree.Element(tag)
    inside = schema.children(tag)
    if not inside:
        return fill(chance, made, parent, right)
    wanted = [child for child in inside for _ in range(child.least)]
    if depth < _DEEPEST:
        wanted += chance.sample(inside, chance.randint(0 if wanted else 1, min(len(inside), 4)))
    for child in sorted(wanted, key=inside.index):
        made.append(make(chance, child.tag, local(made), depth + 1, right))
    return made


def fill(chance: Random, made: Element, parent: str, right: float = 1) -> Element:
    """Give a value its text and attributes; `right` is how likely both are sensible."""
    kind, name = schema.kind(str(made.tag)), local(made)
    sane = chance.random() < right
    made.text = (values.right if sane else values.for_element)(chance, name, parent, kind)
    made.attrib.update(values.REQUIRED.get(kind, {}))
    usual = values.USUAL.get(kind)
    if usual and usual not in made.attrib and chance.random() < 0.4:
        made.set(usual, values.attribute(chance, usual))
    if kind == "Amount" and not sane:
        made.set("currencyID", values.attribute(chance, "currencyID"))
    return made


def revalue(chance: Random, value: Element) -> None:
    """Another text for a value."""
    for child in list(value):
        value.remove(child)
    value.text = values.for_element(chance, local(value), parent_name(value), schema.kind(str(value.tag)))
