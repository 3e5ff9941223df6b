"""What one release of a set of rules has other than the next or the one before: a small difference, made into rules when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from hub.model.finding import Severity
from hub.rules.rule import Context, Rule, Test


class Change(NamedTuple):
    """A release as a difference with another one, `over`.

    `without`: codes it does not have. `severity`: codes it has with another one. `tests`: rules it judges otherwise, on the same
    elements. `rows`: rows that come in the place of those that begin with the same code. `added`: rows it has
    besides, each after the row of a code of `over`, or last when that is empty.
    """

    over: str
    without: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = {}
    tests: Mapping[str, Test] = {}
    rows: tuple[Context, ...] = ()
    added: tuple[tuple[str, Context], ...] = ()


def changed(contexts: Iterable[Context], change: Change) -> tuple[Context, ...]:
    """The rows of a release, from those of the one that the difference is with."""
    return tuple(_rows(contexts, change))


def named(change: Change) -> frozenset[str]:
    """The codes that the other release must have for this to be a difference with it."""
    after = {code for code, _ in change.added if code}
    return frozenset({*change.without, *change.severity, *change.tests, *_codes(change.rows), *after})


def _codes(rows: Iterable[Context]) -> set[str]:
    return {rule.code for row in rows for rule in row.rules}


def _rows(before: Iterable[Context], change: Change) -> Iterator[Context]:
    instead = {row.rules[0].code: row for row in change.rows}
    for context in before:
        row = instead.get(context.rules[0].code)
        rules = tuple(_rule(rule, change) for rule in (row or context).rules if rule.code not in change.without)
        if rules:
            yield (row or context)._replace(rules=rules)
        yield from (added for code, added in change.added if code and code in _codes((context,)))
    yield from (added for code, added in change.added if not code)


def _rule(rule: Rule, change: Change) -> Rule:
    return rule._replace(
        severity=change.severity.get(rule.code, rule.severity), test=change.tests.get(rule.code, rule.test)
    )
