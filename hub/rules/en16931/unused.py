"""What EN 16931 does not use of UBL: some seven hundred paths that should not be there, each with its code, as a table.

`unused.txt` has a row a rule (UBL-CR-… and UBL-DT-…): its code and a path. `line` stands for an invoice or credit note line, a
path that begins with `//` is looked for at any depth, and one that ends in `@name` speaks of an attribute. They are warnings: a
receiver who knows EN 16931 alone will not see what stands there.
"""

from __future__ import annotations

import pathlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from lxml import etree

from hub.model.finding import Finding
from hub.rules.outline import Vocabulary
from hub.rules.rule import Failure, Rule, finding
from hub.rules.tree import Document, Names, Node, element_of, select

LINES = ("cac:InvoiceLine", "cac:CreditNoteLine")
_COMMON = frozenset(("currencyID", "unitCode"))
_NAMES = Names()
_odd = etree.XPath("descendant-or-self::*[@*[name()!='currencyID' and name()!='unitCode']]")
"""Elements with any other attribute than amounts and quantities have: found in C, for most elements have none."""


class Path(NamedTuple):
    """One row of the table; `attribute` is empty where the element itself should not be there."""

    code: str
    anywhere: bool
    steps: tuple[str, ...]
    attribute: str

    @property
    def shown(self) -> str:
        """As it stands in the table."""
        named = "/".join((*self.steps, *((f"@{self.attribute}",) if self.attribute else ())))
        return f"//{named}" if self.anywhere else named

    @property
    def borne(self) -> tuple[str, ...]:
        """The attribute, and the last two names: what `_Bearers.of` has where the path is met. Of a line just the last."""
        return (self.attribute, *(self.steps[-1:] if self.steps[-2:-1] == ("line",) else self.steps[-2:]))


@lru_cache(maxsize=1)
def table() -> tuple[Path, ...]:
    """Every row, in the official order."""
    text = pathlib.Path(__file__).with_name("unused.txt").read_text(encoding="ascii")
    return tuple(_row(*line.split(" ", 1)) for line in text.splitlines() if not line.startswith("#"))


def _row(code: str, path: str) -> Path:
    anywhere = path.startswith("//")
    steps = path.removeprefix("//").split("/")
    attribute = steps.pop()[1:] if steps[-1].startswith("@") else ""
    return Path(code, anywhere, tuple(steps), attribute)


class _Branch:
    """The paths below one element: by name of child, and the codes of paths that end in that child."""

    __slots__ = ("attributes", "children", "codes")

    def __init__(self) -> None:
        self.children: dict[str, _Branch] = {}
        self.codes: list[Path] = []
        self.attributes: list[Path] = []


class _Plan(NamedTuple):
    """What of the table a document with these names can meet at all."""

    root: _Branch
    lines: _Branch
    root_bearing: _Branch  # of both only what speaks of attributes
    lines_bearing: _Branch
    anywhere: tuple[Path, ...]
    attributes: Mapping[str, tuple[Path, ...]]  # that may stand on any element, by name


def unused(document: Document) -> list[Finding]:
    """A warning a row that the document meets, once however often, at the first place where it does."""
    if not document.kind:
        return []
    plan, shape = _plan(document.vocabulary), document.shape
    met: dict[str, tuple[Path, Any]] = {}
    bearers = _bearers(document)
    only_attributes = shape is not None and unused in shape.plans
    root, lines = (plan.root_bearing, plan.lines_bearing) if only_attributes else (plan.root, plan.lines)
    _walk([document.root], root, bearers, met)
    if lines.children:
        _walk([line for name in LINES for line in document.root.get(name, ())], lines, bearers, met)
    for path in plan.anywhere:
        if path.borne in bearers.of if path.attribute else not only_attributes:
            _note(path, _anywhere(document, path.steps), met)
    if shape is not None and not any(not path.attribute for path, _ in met.values()):
        shape.plans[unused] = True  # no element of this shape is in the table
    for name, paths in plan.attributes.items():
        if name in bearers.first:
            for path in paths:
                met[path.code] = path, bearers.first[name]
    for path, look in _conditions():
        place = look(document, bearers)
        if place is not None:
            met[path.code] = path, place
    return [_finding(document, *met[code]) for code in sorted(met, key=_number)]


def _number(code: str) -> tuple[str, int]:
    """UBL-CR before UBL-DT, each by its number, as the official list has them."""
    return code[:7], int(code[7:])


class _Bearers(NamedTuple):
    """Attributes that any element bears, but for those of nearly every amount and quantity."""

    first: dict[str, Any]
    """By name, the first element that bears it."""
    of: set[tuple[str, ...]]
    """The name of an attribute and of an element that bears it somewhere, with the name of its parent and without."""


def _version(document: Document, _: _Bearers) -> Any:
    """UBL-CR-002: a version of UBL that is not 2.1."""
    found = document.root.get("cbc:UBLVersionID", [])
    return found[0] if found and all(one.text != "2.1" for one in found) else None


def _due_date(document: Document, _: _Bearers) -> Any:
    """UBL-CR-412: a credit note has its due date here, an invoice has one of its own."""
    found = select(document.root, "cac:PaymentMeans", "cbc:PaymentDueDate")
    return found[0] if found and document.kind == "Invoice" else None


def _scheme_of_document(document: Document, bearers: _Bearers) -> Any:
    """UBL-CR-665: only the invoiced object (type code 130) is known by a scheme."""
    if "schemeID" not in bearers.first:
        return None
    for reference in document.named.get("cac:AdditionalDocumentReference", ()):
        codes = reference.get("cbc:DocumentTypeCode", ())
        if not codes or any((code.text or "") != "130" for code in codes):
            for one in reference.get("cbc:ID", ()):
                if one.get("schemeID") is not None:
                    return one
    return None


def _name_attribute(document: Document, bearers: _Bearers) -> Any:
    """UBL-DT-18: a name stands only beside the code of a payment means."""
    if "name" not in bearers.first:
        return None
    return next((e for e in _bearing_name(document.root.element) if _NAMES[e.tag] != "cbc:PaymentMeansCode"), None)


_bearing_name = etree.XPath("descendant-or-self::*[@name]")
Look = Callable[[Document, _Bearers], Any]


@lru_cache(maxsize=1)
def _conditions() -> tuple[tuple[Path, Look], ...]:
    """Rows that are more than a path."""
    return (
        (_row("UBL-CR-002", "cbc:UBLVersionID"), _version),
        (_row("UBL-CR-412", "cac:PaymentMeans/cbc:PaymentDueDate"), _due_date),
        (_row("UBL-CR-665", "//cac:AdditionalDocumentReference/cbc:ID/@schemeID"), _scheme_of_document),
        (_row("UBL-DT-18", "//@name"), _name_attribute),
    )


def _bearers(document: Document) -> _Bearers:
    bearers = _Bearers({}, set())
    for element in _odd(document.root.element):
        for name in element.keys():  # noqa: SIM118  (an element is no mapping)
            if name not in _COMMON:
                bearers.first.setdefault(name, element)
                own, parent = _NAMES[element.tag], element.getparent()
                bearers.of.add((name, own))
                bearers.of.add((name, "" if parent is None else _NAMES[parent.tag], own))
    return bearers


def _plan(vocabulary: Vocabulary) -> _Plan:
    plan = vocabulary.chosen.get(_Plan)
    if plan is None:
        plan = vocabulary.chosen[_Plan] = _made(vocabulary.names)
    made: _Plan = plan
    return made


def _made(names: frozenset[str]) -> _Plan:
    root, lines, root_bearing, lines_bearing = _Branch(), _Branch(), _Branch(), _Branch()
    anywhere: list[Path] = []
    attributes: dict[str, list[Path]] = {}
    for path in table():
        steps = path.steps[1:] if path.steps[:1] == ("line",) else path.steps
        if not names.issuperset(steps):
            continue
        if not steps and path.attribute:
            attributes.setdefault(path.attribute, []).append(path)
        elif path.anywhere:
            anywhere.append(path)
        else:
            of_line = len(steps) < len(path.steps)
            _grow(lines if of_line else root, steps, path)
            if path.attribute:
                _grow(lines_bearing if of_line else root_bearing, steps, path)
    return _Plan(
        root,
        lines,
        root_bearing,
        lines_bearing,
        tuple(anywhere),
        {name: tuple(paths) for name, paths in attributes.items()},
    )


def _grow(branch: _Branch, steps: Sequence[str], path: Path) -> None:
    for name in steps:
        branch = branch.children.setdefault(name, _Branch())
    (branch.attributes if path.attribute else branch.codes).append(path)


def _walk(nodes: Sequence[Node], branch: _Branch, bearers: _Bearers, met: dict[str, Any]) -> None:
    """All nodes at one path at once, so that a document of ten thousand lines is walked as often as one of ten."""
    if not nodes:
        return
    for name, below in branch.children.items():
        found = [child for node in nodes if name in node for child in node[name]]
        if not found:
            continue
        for path in below.codes:
            met[path.code] = path, found[0]
        for path in below.attributes:
            if path.borne in bearers.of:
                _note(path, found, met)
        if below.children:
            _walk([child for child in found if isinstance(child, Node)], below, bearers, met)


def _note(path: Path, found: Iterable[Any], met: dict[str, Any]) -> None:
    if path.attribute:
        found = (one for one in found if element_of(one).get(path.attribute) is not None)
    first = next(iter(found), None)
    if first is not None:
        met[path.code] = path, first


def _anywhere(document: Document, steps: Sequence[str]) -> list[Any]:
    """Elements at a path that may begin anywhere; by its first name, for the last is as a rule the most common."""
    first, *rest = steps
    found: list[Any] = document.named.get(first, [])
    return [below for node in found for below in select(node, *rest)] if rest else found


def _finding(document: Document, path: Path, place: Any) -> Finding:
    failure = Failure(found=path.shown, at=place)
    rule = Rule(path.code, "", _never, severity="warning")
    return finding(rule, document, place, failure, "en16931")


def _never(_: Node, __: Document) -> Failure | None:
    """The table is not asked rule by rule."""
    return None


def rows() -> list[Path]:
    """Every row, those with a condition too, by number."""
    return sorted((*table(), *(path for path, _ in _conditions())), key=lambda path: _number(path.code))


def rules() -> tuple[Rule, ...]:
    """Every row as a rule, for the catalogue."""
    return tuple(Rule(path.code, "", _never, severity="warning") for path in rows())


class OtherRows:
    """The table of another release: without some rows, and with others, each written as in the table."""

    def __init__(self, without: frozenset[str], written: Sequence[str]) -> None:
        self._without = without
        self._rows = tuple(_row(*line.split(" ", 1)) for line in written)

    def __call__(self, document: Document) -> list[Finding]:
        """As `unused`."""
        if not document.kind:
            return []
        found = [each for each in unused(document) if each.code not in self._without]
        for path in self._rows:
            met: dict[str, tuple[Path, Any]] = {}
            _note(path, _at(document, path), met)
            found += [_finding(document, *place) for place in met.values()]
        return sorted(found, key=lambda each: _number(each.code))

    def rules(self) -> tuple[Rule, ...]:
        """As `rules`."""
        kept = [path.code for path in rows() if path.code not in self._without]
        codes = sorted((*kept, *(path.code for path in self._rows)), key=_number)
        return tuple(Rule(code, "", _never, severity="warning") for code in codes)


def _at(document: Document, path: Path) -> Iterable[Any]:
    """The elements at a path, looked for without a plan."""
    if path.anywhere:
        return _anywhere(document, path.steps)
    if path.steps[:1] == ("line",):
        lines = [line for name in LINES for line in document.root.get(name, ())]
        return [found for line in lines for found in select(line, *path.steps[1:])]
    return select(document.root, *path.steps)
