"""The mappings that come with the hub agree with the starter's chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.accounting.mapping_check import faults
from hub.bootstrap import data_folder
from hub.mapping_folder import MappingFolder
from tests.books import starter

FOLDER = MappingFolder(data_folder("mappings"), Path("nowhere"))


@pytest.mark.parametrize("source", FOLDER.sources())
def test_every_row_names_what_the_starter_has(source: str) -> None:
    mapping, _ = FOLDER.of(source, "demo")
    assert mapping.version
    assert faults(mapping, starter()) == []


def test_there_is_one_for_every_feed() -> None:
    assert len(FOLDER.sources()) > 1
