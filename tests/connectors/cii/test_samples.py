"""Every sample reads and is booked as its twin says, and those meant to be valid are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hub.formats import xsd
from hub.formats.content import Content
from tests.connectors.cii.make_samples import FOLDER, expectation_of, outcome, samples

ALL = sorted([*FOLDER.glob("*.xml"), *FOLDER.glob("*.pdf")])
INVALID = ("full-of-faults", "order-x")


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_sample_reads_and_is_booked_as_its_twin_says(sample: Path) -> None:
    assert outcome(sample) == json.loads(expectation_of(sample).read_text("utf-8"))


@pytest.mark.parametrize("sample", [s for s in ALL if s.stem not in INVALID], ids=lambda sample: sample.name)
def test_sample_is_valid_by_the_official_schema(sample: Path) -> None:
    assert xsd.check(Content(sample.read_bytes()).payload) == ()


def test_made_samples_are_those_that_ship() -> None:
    assert {name: (FOLDER / name).read_bytes() for name in samples()} == samples()
