"""Equality with the official artefacts: the same rules fire, equally often, as severe, at the same places; or both stop.

Our own documents are always judged, the given ones where they are: a third each time, all of them with the slow tests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest

from hub.formats.xml import safe_parse
from hub.model.finding import Finding
from hub.rules.catalogue import CATALOGUE
from hub.rules.en16931 import ARITHMETIC, check_arithmetic
from hub.texts.catalogue import sentence
from hub.validation import LAYERS, validate
from tests.corpus import needs_corpus
from tests.rules import own
from tests.rules.fuzz import ours
from tests.rules.fuzz.official import FILES
from tests.rules.judged import GIVEN, OURS, Judged, compared, judged, rows

_THIRD = 3
SETS = [
    *(pytest.param(name, 1, id=name) for name in OURS),
    *(pytest.param(name, _THIRD, id=f"{name}-third", marks=needs_corpus) for name in GIVEN),
    *(pytest.param(name, 1, id=name, marks=[needs_corpus, pytest.mark.slow]) for name in GIVEN),
]
ALL = pytest.mark.parametrize(("name", "step"), SETS)


@ALL
def test_the_outcome_is_the_official_one_when_a_document_is_judged(name: str, step: int) -> None:
    tallies, different = compared(judged(name, step))
    assert different == []
    for tally in tallies.values():
        assert tally.exact == tally.counts == tally.severities == tally.places == tally.documents
    assert sum(tally.documents for tally in tallies.values()) > 100


@ALL
def test_the_schema_says_the_same_when_a_document_is_read(name: str, step: int) -> None:
    documents = judged(name, step)
    assert [each.id for each in documents if each.valid is not each.valid_to_us and name != "units"] == []


@ALL
def test_arithmetic_alone_is_the_same_part_when_judged_apart(name: str, step: int) -> None:
    for each in judged(name, step)[:: 1 if name in OURS else 4]:
        if each.valid:
            whole = [finding for finding in each.findings["en16931"] if finding.code in ARITHMETIC]
            assert [f for f in check_arithmetic(each.root) if f.code in ARITHMETIC] == whole, each.id


@ALL
def test_every_finding_can_be_told_when_it_is_found(name: str, step: int) -> None:
    told = 0
    for finding in _different(judged(name, step)):
        dutch, english = (sentence(finding, language, "EUR", strict=True) for language in ("nl", "en"))
        assert dutch != english, finding
        assert "{" not in dutch + english or "{" in f"{finding.found}{finding.expected}{finding.details}", finding
        told += 1
    assert told > 20


def _different(documents: tuple[Judged, ...]) -> Iterator[Finding]:
    """Findings that differ in what a sentence is made of: their code, what they know, and which variant they are."""
    seen = set()
    for each in documents:
        for found in each.findings.values():
            for finding in found:
                known = tuple(key if key != "variant" else value for key, value in finding.details)
                key = finding.code, finding.found is None, finding.expected is None, known
                if key not in seen:
                    seen.add(key)
                    yield finding


def test_there_are_a_hundred_documents_for_each_layer() -> None:
    assert Counter(row["layer"] for row in own.rows()) == dict.fromkeys(("xsd", *FILES), 100)


def test_nearly_all_rules_fire_somewhere_in_our_own_documents() -> None:
    fired = {code for name in OURS for each in judged(name) for said in each.official.values() for code in said.codes}
    assert len(set(CATALOGUE) & fired) > 800


def test_the_door_says_the_same_as_the_rules_when_all_layers_are_asked() -> None:
    different = []
    for row, data in islice(rows("own"), None, None, 12):
        said = validate(data, LAYERS)
        codes = {layer: {f.code for f in said.findings if f.layer == layer} for layer in LAYERS}
        stopped = {layer.layer for layer in said.layers if layer.status == "error"}
        mine = ours.judge(safe_parse(data))
        for layer in ("en16931", "peppol", "peppol-sb"):
            if codes[layer] != mine[layer].codes or (layer in stopped) is not bool(mine[layer].stopped):
                different.append((row["id"], layer))
        if codes["en16931"] | codes["nlcius"] != mine["siubl"].codes:
            different.append((row["id"], "nlcius"))
    assert different == []
