"""The harness of the contract suite, once per transport."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.transport.harness import EmbeddedHarness, Harness, RabbitHarness, SimHarness


@pytest.fixture(params=["sim", "embedded", pytest.param("rabbit", marks=pytest.mark.rabbit)])
def harness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Harness]:
    """Each of the three transports, with empty lanes."""
    built: Harness
    if request.param == "sim":
        built = SimHarness()
    elif request.param == "embedded":
        built = EmbeddedHarness(tmp_path)
    else:
        built = RabbitHarness(request.getfixturevalue("broker_url"))
    yield built
    built.close()
