"""A rule that raises is one finding that names it: the others go on, and the layer says that it was not judged whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import hub
from hub.formats.content import Content
from hub.rules import en16931, judging
from hub.rules.judging import Asked, Sheet, judge
from hub.rules.rule import Context, Failure, Pack, Rule, Sifted, Undecidable
from hub.rules.rule import judge as apply
from hub.rules.tree import Document, Names, Node, index
from tests.rules.documents import category, invoice, line

pytestmark = pytest.mark.trips


def _raising(node: Node, document: Document) -> Failure | None:
    raise TypeError("no such thing")


def _raises(*_: Any) -> Sequence[Any]:
    raise KeyError("cbc:ID")


def _fails(node: Node, document: Document) -> Failure | None:
    return Failure("a", "b")


def _stops(node: Node, document: Document) -> Failure | None:
    raise Undecidable("twice")


def _findings(*contexts: Context) -> list[tuple[str, str | None, str]]:
    document = index(Content(invoice(lines=line("25.00") * 4).encode()).payload, Names())
    return [(f.code, f.found, f.location) for f in apply(document, Pack(contexts), "en16931")]


def _context(test: Callable[..., Any], name: str = "cac:TaxCategory", where: Any = None) -> Context:
    return Context(name, (Rule("X-01", "", test), Rule("X-02", "", _fails)), where)


@pytest.mark.parametrize(
    ("test", "found", "place"),
    [
        (_raising, "X-01: TypeError: no such thing", "/Invoice[1]/InvoiceLine[1]/Item[1]/ClassifiedTaxCategory[1]"),
        (Sifted(_fails, _raises), "X-01: KeyError: 'cbc:ID'", "/Invoice[1]"),
    ],
    ids=["the test of a rule", "what sifts its nodes"],
)
def test_rule_that_raises_is_named_once_and_the_others_go_on(test: Any, found: str, place: str) -> None:
    told = _findings(_context(test, "cac:ClassifiedTaxCategory"), _context(_fails, "cac:LegalMonetaryTotal"))
    assert [(f, at) for code, f, at in told if code == "HUB-BUG"] == [(found, place)]
    assert [code for code, _, _ in told if code != "HUB-BUG"] == [*["X-02"] * 4, "X-01", "X-02"]


def test_context_that_raises_names_each_of_its_rules() -> None:
    found = _findings(_context(_fails, "", _raises), _context(_fails, "cac:LegalMonetaryTotal"))
    assert [one[0] for one in found] == ["HUB-BUG", "HUB-BUG", "X-01", "X-02"]
    assert [str(one[1]).partition(":")[0] for one in found[:2]] == ["X-01", "X-02"]


def test_rule_that_cannot_be_judged_is_no_bug() -> None:
    assert {one[0] for one in _findings(_context(_stops))} == {"HUB-EN-01", "X-02"}


def test_layer_with_a_tripping_rule_is_in_error_and_keeps_its_other_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = invoice().replace(category(), "", 1).encode()
    before = {finding.code for finding in hub.validate(wrong, ["en16931"]).findings}
    broken = Pack((*en16931._ALWAYS.contexts, _context(_raising, "cac:LegalMonetaryTotal")))
    monkeypatch.setattr(en16931, "_CURRENT", en16931._CURRENT._replace(always=broken))
    seen = hub.validate(wrong, ["xsd", "en16931"], "en")
    assert {finding.code for finding in seen.findings} >= before | {"HUB-BUG", "X-02"}
    [bug] = [finding for finding in seen.findings if finding.code == "HUB-BUG"]
    assert ("X-01" in bug.message, bug.who, bug.location) == (True, "us", "/Invoice[1]/LegalMonetaryTotal[1]")
    assert [layer.status for layer in seen.layers] == ["ok", "error"]
    assert "HUB-BUG X-01: TypeError" in str(seen.layers[1].reason)


def test_layer_that_trips_outside_its_rules_is_named_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(judging._CHECKS, "peppol", _raises)
    tree = Content(invoice().encode()).payload
    [peppol, core] = judge(Sheet(tree), [Asked("peppol", "3.0.21"), Asked("en16931", en16931.VERSION)])
    assert (peppol.status, [f.found for f in peppol.findings]) == ("error", ["peppol: KeyError: 'cbc:ID'"])
    assert core.status == "ok"
