"""Mutations of what stands where: more, less, twice, elsewhere; most keep a document valid by the schema."""

from __future__ import annotations

import copy
from random import Random

from lxml import etree

from hub.rules.en16931.unused import rows
from hub.rules.tree import EXT
from tests.rules.fuzz import schema, values
from tests.rules.fuzz.build import (
    B,
    C,
    Element,
    elements,
    fill,
    groups,
    leaves,
    lines,
    local,
    make,
    pick,
    place,
    put,
    revalue,
    tag_of,
)


def insert(chance: Random, root: Element) -> None:
    """Something the schema allows, in its place."""
    parent = chance.choice(groups(root))
    here = {str(child.tag) for child in parent}
    allowed = schema.children(str(parent.tag))
    free = [each for each in allowed if each.most > 1 or each.tag not in here]
    place(parent, make(chance, chance.choice(free or allowed).tag, local(parent)))


def insert_shallow(chance: Random, root: Element) -> None:
    """The same near the top, where most rules look."""
    parent = chance.choice([each for each in groups(root) if len(list(each.iterancestors())) <= 2])
    child = chance.choice(schema.children(str(parent.tag)))
    if child.most > 1 or parent.find(child.tag) is None:
        place(parent, make(chance, child.tag, local(parent)))


def insert_usual(chance: Random, root: Element) -> None:
    """What invoices do have, once more; also one more than the schema allows."""
    above, _, name = chance.choice(values.NAMES["often"]).partition("/")
    parent = pick(chance, [each for each in groups(root) if local(each) == above] if above else [root])
    if parent is None:
        return
    allowed = schema.position(str(parent.tag))
    tag = (C if C + name in allowed else B) + name
    same = list(root.iter(tag))
    if same and chance.random() < 0.35:
        place(parent, copy.deepcopy(chance.choice(same)))
    elif tag in allowed and (parent.find(tag) is None or chance.random() < 0.7):
        place(parent, make(chance, tag, local(parent), right=0.7))


def _inner(root: Element) -> list[Element]:
    return [each for each in elements(root) if each is not root]


def delete(chance: Random, root: Element) -> None:
    """One element less."""
    found = pick(chance, _inner(root))
    if found is not None:
        found.getparent().remove(found)


def delete_leaf(chance: Random, root: Element) -> None:
    """One value less."""
    found = pick(chance, leaves(root))
    if found is not None:
        found.getparent().remove(found)


def duplicate(chance: Random, root: Element) -> None:
    """One element twice."""
    found = pick(chance, _inner(root))
    if found is not None:
        found.addnext(copy.deepcopy(found))


def duplicate_group(chance: Random, root: Element) -> None:
    """A group twice where the schema allows it, with a difference or two."""
    many = []
    for each in groups(root)[1:]:
        above = schema.children(str(each.getparent().tag))
        if any(child.tag == each.tag and child.most > 1 for child in above):
            many.append(each)
    found = pick(chance, many)
    if found is None:
        return
    twin = copy.deepcopy(found)
    found.addnext(twin)
    inside = leaves(twin)
    for value in chance.sample(inside, min(len(inside), chance.randint(0, 2))):
        revalue(chance, value)


def swap(chance: Random, root: Element) -> None:
    """A child behind all others."""
    parent = pick(chance, [each for each in elements(root) if len(each) > 1])
    if parent is not None:
        parent.append(chance.choice(list(parent)))


def move(chance: Random, root: Element) -> None:
    """An element under another parent."""
    found, parent = pick(chance, _inner(root)), chance.choice(groups(root))
    if found is not None and parent is not found and found not in list(parent.iterancestors()):
        place(parent, found)


def rename(chance: Random, root: Element) -> None:
    """An element under the name of a sibling, or in another namespace."""
    found = pick(chance, _inner(root))
    if found is None:
        return
    options = [child.tag for child in schema.children(str(found.getparent().tag))]
    found.tag = chance.choice(options) if options and chance.random() > 0.15 else "{urn:x}" + local(found)


def extension(chance: Random, root: Element) -> None:
    """An extension with amounts, empty elements and groups of its own."""
    outer = etree.Element(f"{{{EXT}}}UBLExtensions")
    content = etree.SubElement(etree.SubElement(outer, f"{{{EXT}}}UBLExtension"), f"{{{EXT}}}ExtensionContent")
    inner = etree.SubElement(content, "{urn:x}Stuff")
    texts = {"{urn:x}SomeAmount": "1.234", "{urn:x}Empty": "", B + "ID": "1", B + "TaxAmount": "1.000", "Bare": "1"}
    for name in chance.sample([*texts, C + "TaxCategory", C + "InvoiceLine", B + "IssueDate"], 3):
        if name in texts:
            etree.SubElement(inner, name).text = texts[name]
        else:
            inner.append(make(chance, name, "Stuff", 3))
    root.insert(0, outer)


def unused_paths(chance: Random, root: Element) -> None:
    """Up to twenty of the paths that EN 16931 does not use."""
    for path in chance.sample(rows(), chance.randint(1, 20)):
        steps, here = list(path.steps), root
        if steps[:1] == ["line"]:
            here, steps = pick(chance, lines(root)), steps[1:]
        elif not steps:
            chance.choice(elements(root)).set(path.attribute, "x")
            continue
        elif path.anywhere:
            here = pick(chance, [e for e in groups(root) if tag_of(steps[0]) in schema.position(str(e.tag))])
        if here is None or not steps:
            continue
        found = put(here, "/".join(steps))
        if path.attribute:
            found.set(path.attribute, values.attribute(chance, path.attribute))
        if str(found.tag).startswith(B) and found.text is None:
            fill(chance, found, "")
