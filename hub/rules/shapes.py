"""Ready-made tests that many rules share: is it there, is it filled, is it there once, how many decimals."""

from __future__ import annotations

from hub.rules.rule import ABSENT, Failure, Test, Undecidable
from hub.rules.tree import Document, Node, normal, select


def filled(*path: str) -> Test:
    """Exactly one value with something other than blanks in it."""

    def test(node: Node, _: Document) -> Failure | None:
        text = one_text(node, *path)
        return None if text and normal(text) else ABSENT

    return test


def present(*path: str) -> Test:
    """At least one element at this path, empty or not."""
    if len(path) == 1:
        name = path[0]
        return lambda node, _: None if name in node else ABSENT
    first, second = path[0], path[1:]

    def test(node: Node, _: Document) -> Failure | None:
        for child in node.get(first, ()):
            if select(child, *second):
                return None
        return ABSENT

    return test


def either(*names: str) -> Test:
    """At least one of several children."""

    def test(node: Node, _: Document) -> Failure | None:
        for name in names:
            if name in node:
                return None
        return ABSENT

    return test


def all_of(*names: str) -> Test:
    """Every one of several children."""

    def test(node: Node, _: Document) -> Failure | None:
        for name in names:
            if name not in node:
                return ABSENT
        return None

    return test


def at_most_one(*path: str) -> Test:
    """No more than one element at this path, over all parents together."""
    first, rest = path[0], path[1:]

    def test(node: Node, _: Document) -> Failure | None:
        children = node.get(first)
        if children is None or (not rest and len(children) < 2):
            return None
        found = select(node, *path) if rest else children
        return None if len(found) < 2 else too_many(found)

    return test


def too_many(found: list[object]) -> Failure:
    """The failure of a count: how many there are, where one is allowed; the second is the one pointed at."""
    return Failure(str(len(found)), "1", found[1])


def with_attribute(name: str) -> Test:
    """The element carries this attribute, even an empty one."""
    return lambda leaf, _: None if leaf.get(name) is not None else ABSENT


def two_decimals(name: str) -> Test:
    """No more than two characters after the point: blanks count, as they do in the official rules."""

    def test(node: Node, _: Document) -> Failure | None:
        leaves = node.get(name)
        if leaves is None:
            return None
        if len(leaves) > 1:
            raise Undecidable(f"{name} occurs {len(leaves)} times")
        text = leaves[0].text or ""
        point = text.find(".")
        return None if point < 0 or len(text) - point < 4 else Failure(text, "2", leaves[0])

    return test


def never(_: Node, __: Document) -> Failure | None:
    """A rule that the official artefact publishes but that cannot fire; equality means silence."""
    return None


def one_text(node: Node, *path: str) -> str | None:
    """The text of the only value at `path`, or None. Raises Undecidable when there are several."""
    found = node.get(path[0], ()) if len(path) == 1 else select(node, *path)
    if not found:
        return None
    if len(found) > 1:
        raise Undecidable(f"{path[-1]} occurs {len(found)} times")
    text: str | None = found[0].text
    return text or ""
