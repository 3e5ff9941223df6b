"""Every sample reads as its twin says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.feeds.bank.dump import files, shown, twin


def test_there_are_samples() -> None:
    assert len(files()) > 10


@pytest.mark.parametrize("sample", files(), ids=lambda sample: sample.name)
def test_sample_reads_as_its_twin_says(sample: Path) -> None:
    assert shown(sample) == json.loads(twin(sample).read_text(encoding="utf-8"))
