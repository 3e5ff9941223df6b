"""The UBL 2.1 schema as a generator needs it: which children a group has, in which order, of which kind."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from hub.formats.xsd import schema_path
from hub.rules.tree import CAC, CBC, KINDS

_XSD = "{http://www.w3.org/2001/XMLSchema}"
ROOTS = {kind: tag for tag, kind in KINDS.items()}


class Child(NamedTuple):
    """An element that a group may hold."""

    tag: str
    least: int
    most: int


@cache
def _common(name: str) -> etree._Element:
    main = schema_path(ROOTS["Invoice"])
    return etree.parse(str(main.parent.parent / "common" / f"UBL-{name}-2.1.xsd")).getroot()


@cache
def _types(name: str) -> dict[str, str]:
    """Element → its type, for one of the common schemas."""
    return {e.get("name", ""): e.get("type", "") for e in _common(name).findall(f"{_XSD}element")}


@cache
def _sequences() -> dict[str, tuple[Child, ...]]:
    """Type → its children."""
    return {t.get("name", ""): _children(t) for t in _common("CommonAggregateComponents").findall(f"{_XSD}complexType")}


def _children(group: etree._Element) -> tuple[Child, ...]:
    return tuple(_child(e) for e in group.iter(f"{_XSD}element") if e.get("ref"))


def _child(element: etree._Element) -> Child:
    prefix, _, name = element.get("ref", "").partition(":")
    space = {"cbc": CBC, "cac": CAC}.get(prefix, "")
    most = element.get("maxOccurs", "1")
    return Child(f"{{{space}}}{name}", int(element.get("minOccurs", "1")), 99 if most == "unbounded" else int(most))


@cache
def children(tag: str) -> tuple[Child, ...]:
    """What an element may hold, in the order of the schema; () for a value."""
    if tag in KINDS:
        main = etree.parse(str(Path(schema_path(tag)))).getroot()
        return tuple(
            c
            for t in main.findall(f"{_XSD}complexType")
            for c in _children(t)
            if c.tag[1] == "u" and "}UBLE" not in c.tag
        )
    space, _, name = tag[1:].partition("}")
    return _sequences().get(_types("CommonAggregateComponents").get(name, ""), ()) if space == CAC else ()


@cache
def kind(tag: str) -> str:
    """`Amount`, `Code`, `Date`, `Identifier`, `Indicator`, `Text` … for a value."""
    name = tag.rpartition("}")[2]
    declared = _types("CommonBasicComponents").get(name, "")
    base = _bases().get(declared, "")
    return base.rpartition(":")[2].removesuffix("Type")


@cache
def _bases() -> dict[str, str]:
    found = {}
    for each in _common("CommonBasicComponents").findall(f"{_XSD}complexType"):
        extension = next(each.iter(f"{_XSD}extension"))
        found[each.get("name", "")] = extension.get("base", "")
    return found


@cache
def position(parent: str) -> dict[str, int]:
    """Where a child stands among the children of its parent."""
    return {child.tag: number for number, child in enumerate(children(parent))}
