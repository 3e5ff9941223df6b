"""Equality with the official SI-UBL artefact: of what it adds to EN 16931, the same rules fire, equally often, at the same place."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from lxml import etree

from hub.rules import en16931
from hub.rules.nlcius import check
from hub.rules.rule import UNDECIDABLE
from tests.corpus import documents, needs_corpus, rows

SETS = ["docs", "mutants", "traps", "units"]
OF_EN_16931 = {rule.code for rule in en16931.rules()}


def _root(name: str, row: dict[str, Any]) -> etree._Element:
    return etree.fromstring(documents()[row["id"]] if name == "docs" else row["xml"].encode())


def _expected(row: dict[str, Any]) -> Counter[tuple[str, str]]:
    fired = row["oracle"]["siubl"]["fired"]
    return Counter({(code, flag): count for code, flag, count in fired if code not in OF_EN_16931})


@needs_corpus
@pytest.mark.parametrize("name", SETS)
def test_the_same_rules_fire_equally_often_when_the_artefact_reports(name: str) -> None:
    judged = [row for row in rows(name) if row["oracle"]["siubl"]["status"] == "ok"]
    for row in judged:
        found = check(_root(name, row))
        assert Counter((finding.code, finding.severity) for finding in found) == _expected(row), row["id"]
        places = {code: set[str]() for code, _ in _expected(row)}
        for code, place in row["oracle"]["siubl"].get("at", ()):
            places.setdefault(code, set()).add(place)
        for finding in found:
            known = places[finding.code]
            assert not known or any(finding.location.startswith(place) for place in known), (row["id"], finding)
    assert len(judged) > 90


@needs_corpus
def test_our_own_finding_says_so_when_the_artefact_itself_stops() -> None:
    stopped = 0
    for name in SETS:
        for row in rows(name):
            if row["oracle"]["siubl"]["status"] == "ok" or row["oracle"]["xsd"]["status"] != "ok":
                continue
            root = _root(name, row)
            assert UNDECIDABLE in {finding.code for finding in (*en16931.check(root), *check(root))}, row["id"]
            stopped += 1
    assert stopped > 5
