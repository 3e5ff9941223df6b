"""Every sample reads as its twin says, and the samples meant to be valid are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.ubl import source
from hub.formats import xsd
from hub.formats.content import Content
from tests.connectors.ubl.dump import SAMPLES, reading

ALL = sorted(SAMPLES.glob("*.xml"))
VALID = [sample for sample in ALL if sample.stem not in ("full-of-faults", "wrong-namespace")]


def test_every_sample_has_a_twin_and_every_twin_a_sample() -> None:
    assert ALL
    assert [sample.stem for sample in ALL] == sorted(twin.stem for twin in SAMPLES.glob("*.json"))


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_sample_reads_as_its_twin_says(sample: Path) -> None:
    assert reading(sample) == json.loads(sample.with_suffix(".json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("sample", VALID, ids=lambda sample: sample.stem)
def test_sample_is_valid_by_the_official_schema(sample: Path) -> None:
    assert xsd.check(Content(sample.read_bytes()).payload) == ()


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_a_glance_says_what_reading_would_say_when_it_says_anything(sample: Path) -> None:
    content = Content(sample.read_bytes())
    glanced, whole = source.glance(content), source.read(content)
    assert (glanced is None) is (sample.stem == "wrong-namespace")
    if glanced is not None:
        currency = whole.document.currency if whole.document else glanced.currency
        assert (glanced.format, glanced.profile, glanced.currency) == (whole.format, whole.profile, currency)
        if whole.document is not None:
            assert glanced.sender == whole.document.issuer.name
