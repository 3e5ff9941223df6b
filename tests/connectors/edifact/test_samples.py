"""Every sample reads and books as its expectation says (`python -m tests.feed_samples --write edifact`)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.feed_samples import expected_of, outcome, samples


@pytest.mark.parametrize("sample", list(samples("edifact")), ids=lambda path: path.name)
def test_sample_is_read_and_booked_as_expected(sample: Path) -> None:
    assert outcome("edifact", sample) == json.loads(expected_of(sample).read_text("utf-8"))
