"""The lane of spoiled samples: a handful with the official EN 16931 artefact each time, thousands with the slow tests."""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random

import pytest
from lxml import etree

from hub.formats.xml import safe_parse
from hub.formats.xsd import check as check_schema
from tests.rules.fuzz.mutations import MUTATIONS
from tests.rules.fuzz.samples import small


def lane(*options: str) -> subprocess.CompletedProcess[str]:
    """The lane in a process of its own: what saxonche brings along does not like forks."""
    command = [sys.executable, "-m", "tests.rules.fuzz.lane", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_handful_of_spoiled_samples_is_judged_as_the_artefact_judges_them() -> None:
    found = lane("--seed", "7", "--documents", "30")
    assert found.returncode == 0, found.stdout
    assert "en16931 valid" in found.stdout


@pytest.mark.slow
def test_thousands_of_spoiled_samples_are_judged_as_the_artefacts_judge_them() -> None:
    found = lane("--seed", os.environ.get("HUB_FUZZ_SEED", "1000"), "--seconds", "150")
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("name", sorted(MUTATIONS))
def test_a_mutation_changes_a_document_and_leaves_it_xml(name: str) -> None:
    changed = 0
    for seed, data in enumerate(small().values()):
        root = etree.fromstring(data)
        MUTATIONS[name](Random(seed), root)
        after = etree.tostring(root)
        safe_parse(after)
        changed += after != etree.tostring(etree.fromstring(data))
    assert changed


def test_the_small_samples_are_valid_by_the_schema() -> None:
    assert {name for name, data in small().items() if check_schema(safe_parse(data), explain=False)} == set()
