"""Why a schema refuses a document, as findings: from libxml2's log at once, or from xmlschema with more care."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from functools import cache, partial
from pathlib import Path
from typing import Any

from lxml import etree

from hub.formats.xml import Locator, local_name
from hub.model.finding import Finding

_LONGEST = 200  # characters of a found value that are shown
_MOST_NAMES = 12  # expected elements that are listed

_NAME = re.compile(r"\{[^}]*\}(\w+)|##any\w*")
_STEP = re.compile(r"(?:[\w.-]+:)?([\w.-]+|\*)(?:\[(\d+)\])?")
_VALUE = re.compile(r": '(.*)' is not (?:a valid value of|accepted|an element of|in)", re.DOTALL)
_TYPE = re.compile(r" type '([^']+)'\.$")
_EXPECTED = re.compile(r"Expected is (?:one of )?\( (.*?) ?\)\.$", re.DOTALL)
_ATTRIBUTE = re.compile(r"[Tt]he attribute '([^']+)'|attribute '([^']+)'")


def from_log(root: etree._Element, log: Iterable[Any], most: int) -> tuple[Finding, ...]:
    """Findings from the error log that libxml2 left after validating `root`: one per code and place, at most `most`."""
    locator, at_path = Locator(root), cache(partial(_at_path, root))
    findings: dict[tuple[str, str], Finding] = {}
    for entry in log:
        element = at_path(entry.path or "")
        finding = _from_entry(entry, f"line {entry.line}" if element is None else locator.of(element), element)
        findings.setdefault((finding.code, finding.location), finding)
        if len(findings) >= most:
            break
    return tuple(findings.values())


def _from_entry(entry: Any, place: str, element: etree._Element | None) -> Finding:
    kind, said = entry.type_name, entry.message
    expected = _EXPECTED.search(said)
    names = _joined(n[1] or n[0] for n in _NAME.finditer(expected[1])) if expected else None
    if kind == "SCHEMAV_ELEMENT_CONTENT":
        missing = "Missing child" in said
        found = None if missing or element is None else local_name(element.tag)
        return _finding("XSD-02" if missing else "XSD-01", place, found, names)
    if kind.startswith(("SCHEMAV_CVC_COMPLEX_TYPE_3", "SCHEMAV_CVC_COMPLEX_TYPE_4")):
        attribute = _ATTRIBUTE.search(said)
        name = (attribute[1] or attribute[2]).rpartition("}")[2] if attribute else ""
        required = "required" in said
        return _finding("XSD-04", f"{place}/@{name}", None if required else name, name if required else None)
    value, type_name = _VALUE.search(said), _TYPE.search(said)
    if value:
        return _finding("XSD-03", place, value[1], type_name[1] if type_name else _usual_type(element))
    if kind.startswith(("SCHEMAV_CVC_COMPLEX_TYPE_2", "SCHEMAV_CVC_TYPE_3", "SCHEMAV_CVC_ELT_3")):
        return _finding("XSD-05", place, None, names)
    return _finding("XSD-09", place, said.partition(": ")[2] or said, None)


def _at_path(root: etree._Element, path: str) -> etree._Element | None:
    """The element at a path as libxml2 writes it: `*[n]` counts all elements, `prefix:name[n]` those of that name."""
    element = root
    for step in path.split("/")[2:]:
        match = _STEP.fullmatch(step)
        if match is None:
            return None
        children = [c for c in element.iterchildren(etree.Element) if match[1] in ("*", local_name(c.tag))]
        index = int(match[2] or 1)
        if index > len(children):
            return None
        element = children[index - 1]
    return element


def from_xmlschema(root: etree._Element, schema_file: Path, most: int) -> tuple[Finding, ...]:
    """Findings by xmlschema, at most `most`. It reads no location hint and nothing but the bundled schema."""
    subject = copy.deepcopy(root)
    etree.strip_tags(subject, etree.Comment, etree.ProcessingInstruction)  # xmlschema trips over these nodes of lxml
    locator = Locator(subject)
    findings: dict[tuple[str, str], Finding] = {}
    for error in _schema(schema_file).iter_errors(subject, use_location_hints=False):
        finding = _from_error(error, subject, locator)
        findings.setdefault((finding.code, finding.location), finding)
        if len(findings) >= most:
            break
    return tuple(findings.values())


@cache
def _schema(schema_file: Path) -> Any:
    """Three to four seconds to build, once per process, and only when a document was refused."""
    import xmlschema

    return xmlschema.XMLSchema(str(schema_file), allow="local", defuse="always")


def _from_error(error: Any, subject: etree._Element, locator: Locator) -> Finding:
    element = error.elem if isinstance(error.elem, etree._Element) else subject
    place, reason = locator.of(element), str(error.reason or "")
    if hasattr(error, "expected"):
        names = _joined(local_name(getattr(e, "name", e)) or str(e) for e in error.expected or ())
        children = list(element)
        if error.invalid_tag and error.index < len(children):
            child = children[error.index]
            return _finding("XSD-01", locator.of(child), local_name(child.tag), names)
        return _finding("XSD-02", place, None, names)
    if "attribute" in reason:
        name = re.search(r"'([^']+)'", reason)
        attribute, required = name[1] if name else "", "required" in reason
        return _finding(
            "XSD-04", f"{place}/@{attribute}", None if required else attribute, attribute if required else None
        )
    if "character data" in reason or "child" in reason:
        return _finding("XSD-05", place, None, None)
    expected = getattr(error.validator, "prefixed_name", None) or reason
    return _finding("XSD-03", place, str(error.obj) if error.obj is not None else element.text, expected)


def _usual_type(element: etree._Element | None) -> str | None:
    """UBL names say their type: libxml2 calls the type of an amount only "local"."""
    name = "" if element is None else local_name(element.tag)
    decimals = ("Amount", "Quantity", "Percent", "Numeric", "Rate", "Measure")
    return "xs:decimal" if name.endswith(decimals) else "xs:boolean" if name.endswith("Indicator") else None


def _finding(code: str, place: str, found: str | None, expected: str | None) -> Finding:
    return Finding(code, "fatal", "xsd", place, None if found is None else found[:_LONGEST], expected)


def _joined(names: Iterable[str]) -> str | None:
    listed = list(dict.fromkeys(names))
    return ", ".join(listed[:_MOST_NAMES]) + (" …" if len(listed) > _MOST_NAMES else "") if listed else None
