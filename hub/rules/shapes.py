"""Ready-made tests that many rules share: is it there, is it filled, is it there once, how many decimals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.rules.rule import ABSENT, Failure, Rule, Sift, Sifted, Test, Undecidable, by_shape
from hub.rules.tree import BLANKS, Document, Node, select

_COMMON = {"cbc:ID", "cbc:Name", "cbc:CompanyID", "cbc:Note", "cbc:Amount"}
"""Names that nearly every document has, so their presence tells nothing."""
_PAYEES = 20


def filled(*path: str) -> Test:
    """Exactly one value with something other than blanks in it."""
    if len(path) == 1:
        return _filled_child(path[0])
    below = _filled_below(path)
    return by_shape(Sifted(below, _unfilled(*path)) if len(path) == 2 else below)


def _filled_below(path: tuple[str, ...]) -> Test:

    def test(node: Node, _: Document) -> Failure | None:
        found: Any = node
        for name in path:
            children = found.get(name)
            if children is None:
                return ABSENT
            if len(children) > 1:
                return None if (_only_text(select(node, *path), path) or "").strip(BLANKS) else ABSENT
            found = children[0]
        return None if (found.text or "").strip(BLANKS) else ABSENT

    return test


def _unfilled(group: str, name: str) -> Sift:
    def doubtful(nodes: Sequence[Node], _: Document) -> Sequence[Node]:
        found = [(node, node.get(group) or []) for node in nodes]
        return [node for node, groups in found if len(groups) != 1 or not _one_filled(groups[0].get(name))]

    return doubtful


def _one_filled(leaves: list[Any] | None) -> bool:
    return leaves is not None and len(leaves) == 1 and bool((leaves[0].text or "").strip(BLANKS))


def _filled_child(name: str) -> Test:
    def test(node: Node, _: Document) -> Failure | None:
        leaves = node.get(name)
        if leaves is None:
            return ABSENT
        text = leaves[0].text if len(leaves) == 1 else _only_text(leaves, (name,))
        return None if text and text.strip(BLANKS) else ABSENT

    def doubtful(nodes: Sequence[Node], _: Document) -> Sequence[Node]:
        return [node for node in nodes if not _one_filled(node.get(name))]

    return by_shape(Sifted(test, doubtful))


def present(*path: str) -> Test:
    """At least one element at this path, empty or not."""
    if len(path) == 1:
        return all_of(path[0])

    def test(node: Node, _: Document) -> Failure | None:
        found: Any = node
        for name in path:
            children = found.get(name)
            if children is None:
                return ABSENT
            if len(children) > 1:
                return None if select(node, *path) else ABSENT
            found = children[0]
        return None

    return by_shape(test)


def either(*names: str) -> Test:
    """At least one of several children."""

    def test(node: Node, _: Document) -> Failure | None:
        for name in names:
            if name in node:
                return None
        return ABSENT

    first = names[0]
    return by_shape(Sifted(test, lambda nodes, _: [node for node in nodes if first not in node]))


def all_of(*names: str) -> Test:
    """Every one of several children."""

    def test(node: Node, _: Document) -> Failure | None:
        for name in names:
            if name not in node:
                return ABSENT
        return None

    if len(names) > 1:
        return by_shape(test)
    name = names[0]
    return by_shape(Sifted(test, lambda nodes, _: [node for node in nodes if name not in node]))


def once(code: str, terms: str, *path: str) -> Rule:
    """A rule that there is no more than one element at a path, over all parents together."""
    telling = [name for name in path if name not in _COMMON]
    return Rule(code, terms, at_most_one(*path), telling[-1] if telling else path[-1])


def at_most_one(*path: str) -> Test:
    """No more than one element at this path, over all parents together."""

    def test(node: Node, _: Document) -> Failure | None:
        found = node
        for name in path:
            children = found.get(name)
            if children is None:
                return None
            if len(children) > 1:
                everything = select(node, *path)
                return None if len(everything) < 2 else too_many(everything)
            found = children[0]
        return None

    return by_shape(test)


def too_many(found: list[Any]) -> Failure:
    """The failure of a count: how many there are, where one is allowed; the second is the one pointed at."""
    return Failure(str(len(found)), "1", found[1])


def with_attribute(name: str) -> Test:
    """The element carries this attribute, even an empty one."""
    return lambda leaf, _: None if leaf.get(name) is not None else ABSENT


def two_decimals(code: str, terms: str, name: str) -> Rule:
    """A rule that an amount has no more than two characters after the point: blanks count, as in the official rules."""

    def test(node: Node, _: Document) -> Failure | None:
        leaves = node.get(name)
        if leaves is None:
            return None
        if len(leaves) > 1:
            raise Undecidable(f"{name} occurs {len(leaves)} times")
        text = leaves[0].text or ""
        point = text.find(".")
        return None if point < 0 or len(text) - point < 4 else Failure(text, "2", leaves[0])

    def doubtful(nodes: Sequence[Node], _: Document) -> Sequence[Node]:
        found = [(node, node.get(name, ())) for node in nodes]
        return [node for node, leaves in found if leaves and (len(leaves) > 1 or "." in (leaves[0].text or "")[:-3])]

    return Rule(code, terms, Sifted(test, doubtful), name)


def never(code: str, terms: str) -> Rule:
    """A rule that the official artefact publishes but that cannot fire; equality means silence."""
    return Rule(code, terms, by_shape(lambda _, __: None), needs="nothing has this name")


def not_a_crowd(document: Document) -> None:
    """Payees are compared with sellers; the schema allows one, and thousands would take minutes. Raises Undecidable."""
    if len(document.named["cac:PayeeParty"]) > _PAYEES:
        raise Undecidable(f"more than {_PAYEES} cac:PayeeParty")


def one_text(node: Node, *path: str) -> str | None:
    """The text of the only value at `path`, or None. Raises Undecidable when there are several."""
    found: Any = node
    for name in path:
        children = found.get(name)
        if children is None:
            return None
        if len(children) > 1:
            return _only_text(select(node, *path), path)
        found = children[0]
    return found.text or ""


def _only_text(found: list[Any], path: tuple[str, ...]) -> str | None:
    if len(found) > 1:
        raise Undecidable(f"{path[-1]} occurs {len(found)} times")
    return (found[0].text or "") if found else None
