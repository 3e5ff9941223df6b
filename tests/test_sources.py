"""Sources: all are known, and none is loaded that nobody asks."""

from __future__ import annotations

import subprocess
import sys
from itertools import islice

from hub.sources import load_sources, sources_as_needed
from tests.bench.documents import invoices

_ALONE = """
import sys
import hub
assert hub.validate(sys.stdin.buffer.read(), ["xsd", "en16931", "peppol"]).valid
print(*sorted(sys.modules))
"""


def test_the_first_source_is_the_same_when_all_are_loaded_or_only_those_asked() -> None:
    everything = load_sources()
    assert [each.name for each in islice(sources_as_needed(), 2)] == [each.name for each in everything[:2]]
    assert everything[0].name == "ubl"
    assert len({each.name for each in everything}) == len(everything) > 10


def test_nothing_heavy_is_loaded_when_a_library_judges_one_invoice() -> None:
    ran = subprocess.run([sys.executable, "-c", _ALONE], input=invoices(0, 1)[0], capture_output=True, check=True)
    loaded = set(ran.stdout.decode().split())
    assert "connectors.ubl" in loaded
    assert loaded.isdisjoint({"sqlalchemy", "httpx", "rich", "typer", "xmlschema", "importlib.metadata", "logging"})
    assert loaded.isdisjoint({"connectors.camt", "hub.model.invoice", "hub.formats.pdf", "hub.rules.nlcius"})
