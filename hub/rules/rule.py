"""What a rule is, and the loop that applies rules to an indexed document."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from hub.model.finding import Finding, Severity
from hub.rules.outline import Vocabulary
from hub.rules.tree import Document, Node, element_of

UNDECIDABLE = "HUB-EN-01"
"""Our code for a document on which the official artefact itself stops: a rule cannot be judged."""

BUG = "HUB-BUG"
"""Our code for a rule that trips over a document: our fault, so nothing is said about the document."""


class Undecidable(Exception):
    """A rule has no answer: a value occurs twice where one is compared, or is no number or date."""


class Failure(NamedTuple):
    """What a test reports: what was there, what should have been, the element meant, words for the sentence."""

    found: str | None = None
    expected: str | None = None
    at: Any = None
    details: tuple[tuple[str, str], ...] = ()


Test = Callable[[Node, Document], Failure | None]
Sift = Callable[[Sequence[Node], Document], Sequence[Node]]


class Sifted:
    """A test that nearly every node passes: `doubtful` picks those that might not, all nodes at once."""

    __slots__ = ("doubtful", "test")

    def __init__(self, test: Test, doubtful: Sift) -> None:
        self.test = test
        self.doubtful = doubtful

    def __call__(self, node: Node, document: Document) -> Failure | None:
        """The test itself."""
        return self.test(node, document)


_MANY = 3  # nodes, from which on sifting is cheaper than judging
ABSENT = Failure(details=(("variant", "absent"),))


class Rule(NamedTuple):
    """One official rule: code, the business terms it speaks of (the first is the one at fault), and its test.

    `needs` is the name of an element without which the rule cannot fire: a document that has none is not asked.
    """

    code: str
    terms: str
    test: Test
    needs: str = ""
    severity: Severity = "fatal"


class Context(NamedTuple):
    """The elements that a row of rules judges: all of one name, or those that `where` picks.

    With `where`, `name` is an element that must occur for there to be any, or empty when that cannot be said.
    """

    name: str
    rules: tuple[Rule, ...]
    where: Callable[[Document], Sequence[Any]] | None = None


_BY_SHAPE: set[Any] = set()
_Asks = TypeVar("_Asks", bound=Callable[..., Any])


def by_shape(asks: _Asks) -> _Asks:
    """Marks a test, or what picks the elements of a context, that asks nothing but which elements stand where.

    It may ask that a value is more than blanks as well: where a document has no empty value, that is the same.
    """
    _BY_SHAPE.add(asks)
    return asks


@by_shape
def of_root(document: Document) -> Sequence[Node]:
    """The root, when it is an Invoice or CreditNote of UBL 2; a wrapped document meets no root rules."""
    return (document.root,) if document.kind else ()


Row = tuple[str, "Callable[[Document], Sequence[Any]] | None", tuple[tuple[Rule, Test, "Sift | None"], ...]]


class Pack:
    """Rows of rules, of which a document meets only those that can fire on it."""

    __slots__ = ("contexts",)

    def __init__(self, contexts: Iterable[Context]) -> None:
        self.contexts = tuple(contexts)

    def of(self, document: Document) -> tuple[Row, ...]:
        """The rows and rules that are to be asked of a document, in the order of the pack.

        Those of which everything they need is there; from the second document of a shape on without those that ask about the
        shape alone and had nothing to say.
        """
        shape = document.shape
        if shape is None or shape.met < 2 or document.has_blanks:
            return self._named(document.vocabulary)
        plan: tuple[Row, ...] | None = shape.plans.get(self)
        if plan is None:
            plan = shape.plans[self] = tuple(_left(self._named(document.vocabulary), document))
        return plan

    def _named(self, vocabulary: Vocabulary) -> tuple[Row, ...]:
        rows: tuple[Row, ...] | None = vocabulary.chosen.get(self)
        if rows is None:
            rows = vocabulary.chosen[self] = tuple(self._choose(vocabulary.names | {""}))
        return rows

    def _choose(self, names: frozenset[str]) -> Iterable[Row]:
        for name, rules, where in self.contexts:
            there = [rule for rule in rules if rule.needs in names]
            if name in names and there:
                yield name, where, tuple((rule, *_parts(rule.test)) for rule in there)


def _left(rows: Iterable[Row], document: Document) -> Iterable[Row]:
    """What there is to ask of documents of this shape: not what asks about shape alone and is content with this one."""
    for name, where, rules in rows:
        if where is not None and where not in _BY_SHAPE:
            yield name, where, rules
            continue
        try:
            nodes = document.named[name] if where is None else where(document)
        except Exception:  # `judge` meets it again, and tells
            yield name, where, rules
            continue
        left = tuple(each for each in rules if nodes and not _is_content(each, nodes, document))
        if left:
            yield name, where, left


def _is_content(asked: tuple[Rule, Test, Sift | None], nodes: Sequence[Any], document: Document) -> bool:
    rule, test, _ = asked
    if rule.test not in _BY_SHAPE:
        return False
    try:
        return all(test(node, document) is None for node in nodes)
    except Exception:  # it has no answer, or trips: `judge` meets that again, and tells
        return False


def _parts(test: Test) -> tuple[Test, Sift | None]:
    return (test.test, test.doubtful) if isinstance(test, Sifted) else (test, None)


def judge(document: Document, pack: Pack, layer: str) -> list[Finding]:
    """Apply every rule to every node of its context; findings in the order of the rule set. A rule that trips is one of them."""
    findings: list[Finding] = []
    named = document.named
    for name, where, rules in pack.of(document):
        try:
            nodes = named[name] if where is None else where(document)
        except Exception as error:  # whichever of these rules meant it: none of them has been judged
            findings += [tripped(rule, document, document.root, error) for rule, _, _ in rules]
            continue
        if not nodes:
            continue
        many = len(nodes) >= _MANY
        for rule, test, doubtful in rules:
            node: Any = document.root
            try:
                for node in doubtful(nodes, document) if many and doubtful is not None else nodes:
                    try:
                        failure = test(node, document)
                    except Undecidable as reason:
                        findings.append(undecided(rule, document, node, str(reason)))
                        continue
                    if failure is not None:
                        findings.append(finding(rule, document, node, failure, layer))
            except Exception as error:  # one is enough: the next node would most likely trip it too
                findings.append(tripped(rule, document, node, error))
    return findings


def finding(rule: Rule, document: Document, node: Any, failure: Failure, layer: str) -> Finding:
    """A finding of one rule on one node."""
    place = node if failure.at is None else failure.at
    details = failure.details
    if rule.terms and not any(key == "term" for key, _ in details):
        details = (("term", rule.terms.split(" ", 1)[0]), *details)
    where = document.locations.of(element_of(place))
    return Finding(rule.code, rule.severity, layer, where, failure.found, failure.expected, "sender", details)


def undecided(rule: Rule, document: Document, node: Any, reason: str) -> Finding:
    """The condition under which the official artefact would stop without a report; ours, so of layer `hub`."""
    details = (("rule", rule.code), ("reason", reason))
    return Finding(
        UNDECIDABLE, "fatal", "hub", document.locations.of(element_of(node)), reason, None, "sender", details
    )


def tripped(rule: Rule, document: Document, node: Any, error: Exception) -> Finding:
    """A rule that raised on an element: which rule, and where, so that it can be mended from the finding alone."""
    return bug(rule.code, error, document.locations.of(element_of(node)))


def bug(what: str, error: Exception, where: str = "") -> Finding:
    """Something of ours that tripped over a document, by its name."""
    found = f"{what}: {type(error).__name__}: {error}"[:300]
    return Finding(BUG, "fatal", "hub", where, found, None, "us", (("rule", what),))
