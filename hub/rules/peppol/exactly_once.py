"""What must stand exactly once, from release 2026-11 on: a hundred and thirty-seven rules that count, as a table of paths."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from hub.rules.peppol.values import below_documents
from hub.rules.rule import Context, Failure, Rule, Test
from hub.rules.tree import Document, Node

_LINES = {"Invoice": "cac:InvoiceLine", "CreditNote": "cac:CreditNoteLine"}


class Once(NamedTuple):
    """One rule: in this kind of document, `steps` below it, there is exactly one `child`."""

    code: str
    kind: str
    term: str
    steps: tuple[str, ...]
    child: str

    @property
    def shown(self) -> str:
        """The path as it stands in the table."""
        return "/".join((*(step if step not in _LINES.values() else "line" for step in self.steps), self.child))


@lru_cache(maxsize=1)
def table() -> tuple[Once, ...]:
    """Every rule, by number."""
    text = Path(__file__).with_name("exactly_once.txt").read_text(encoding="ascii")
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    made = [each for credit, invoice, term, path in rows for each in _of_row(credit, invoice, term, path)]
    return tuple(sorted(made))


def _of_row(credit: str, invoice: str, term: str, path: str) -> list[Once]:
    *steps, child = path.split("/")
    return [
        Once(f"PEPPOL-EN16931-R{number}", kind, term, tuple(_LINES[kind] if s == "line" else s for s in steps), child)
        for kind, number in (("CreditNote", credit), ("Invoice", invoice))
        if number != "-"
    ]


def contexts() -> tuple[Context, ...]:
    """A row of rules for each kind of document and place in it."""
    places: dict[tuple[str, tuple[str, ...]], list[Rule]] = {}
    for each in table():
        places.setdefault((each.kind, each.steps), []).append(Rule(each.code, each.term, _exactly_one(each.child)))
    return tuple(
        Context(steps[-1] if steps else "", tuple(rules), below_documents(*steps, kinds=(kind,)))
        for (kind, steps), rules in places.items()
    )


def _exactly_one(name: str) -> Test:
    def test(node: Node, _: Document) -> Failure | None:
        found: Sequence[object] = node.get(name, ()) if isinstance(node, Node) else ()
        return None if len(found) == 1 else Failure(str(len(found)), "1", found[1] if len(found) > 1 else None)

    return test
