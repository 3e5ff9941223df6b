"""Every sample reads and books as its expectation says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.feed_samples import expected_of, outcome, samples


@pytest.mark.parametrize("sample", list(samples("mutations")), ids=lambda path: path.name)
def test_sample_is_read_and_booked_as_expected(sample: Path) -> None:
    assert outcome("mutations", sample) == json.loads(expected_of(sample).read_text("utf-8"))
