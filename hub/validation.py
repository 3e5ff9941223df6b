"""Validation on its own: bytes to findings with sentences, layer by layer. Needs no database and records nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from hub.errors import UnreadableInput, Usage
from hub.formats.content import Content
from hub.formats.xsd import check as check_schema
from hub.installed import installed_sources
from hub.model.finding import Finding, Severity, Who
from hub.ports import Reading, Source
from hub.rules import en16931, gaccount, nlcius, peppol
from hub.rules.tree import Document, Names, index
from hub.steps.recognise import as_finding, recognise
from hub.texts.catalogue import sentence

LAYERS = ("xsd", "en16931", "peppol", "peppol-sb", "nlcius", "gaccount")
NOT_IN_THIS_VERSION = "not in this version"
ARITHMETIC_ONLY = "arithmetic only: the document names no agreement"
# Which layers a document's own CustomizationID asks for, beside the schema.
_OF_PROFILE = {
    "peppol-bis-3": ("en16931", "peppol"),
    "peppol-self-billing-3": ("en16931", "peppol-sb"),
    "nlcius": ("en16931", "nlcius"),
    "nlcius-gaccount": ("en16931", "nlcius", "gaccount"),
    "xrechnung": ("en16931",),
    "en16931": ("en16931",),
}


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer that was asked for. `status` error = it could not be judged, and `reason` says why."""

    layer: str
    version: str
    status: str = "ok"
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One finding with its sentence."""

    code: str
    layer: str
    severity: Severity
    location: str
    message: str
    found: str | None
    expected: str | None
    who: Who


@dataclass(frozen=True, slots=True)
class Validation:
    """What a document's layers say. `valid`: every layer was judged, and no finding is fatal.

    `sender` is who made it out, as it names him: the seller, or the buyer of a self-billed invoice; "" where it cannot be read.
    """

    format: str
    profile: str
    valid: bool
    layers: tuple[Layer, ...]
    findings: tuple[Judgement, ...]
    sender: str = ""


def validate(
    data: bytes, layers: Sequence[str] | None = None, language: str = "nl", *, sources: Sequence[Source] | None = None
) -> Validation:
    """Judge one document. `layers` None = those its CustomizationID asks for; else exactly these, each on its own.

    Raises `Usage` for a layer that does not exist; whatever is wrong with `data` is a finding.
    """
    unknown = [layer for layer in layers or () if layer not in LAYERS]
    if unknown:
        raise Usage(f"there is no layer {unknown[0]!r}; known are {', '.join(LAYERS)}")
    content = Content(data)
    reading = _read(content, installed_sources() if sources is None else sources)
    try:
        payload = content.payload
    except UnreadableInput as refusal:
        return _unreadable(reading, refusal, layers or ("xsd",), language)
    wanted = _wanted(reading) if layers is None else tuple(dict.fromkeys(layers))
    sheet = _Sheet(payload)
    judged = [_judge(layer, sheet, reading, asked=layers is not None) for layer in wanted]
    sheet.forget()
    found = [*(reading.findings if layers is None else ()), *(f for _, findings in judged for f in findings)]
    if layers is None and gaccount.LAYER in wanted:  # the extension uses what EN 16931 alone would warn about
        found = [finding for finding in found if finding.code not in gaccount.USED]
    return _answer(reading, tuple(row for row, _ in judged), found, language)


def _read(content: Content, sources: Sequence[Source]) -> Reading:
    source = recognise(content, sources)
    if isinstance(source, Reading):
        return source
    try:
        return source.read(content)
    except Exception as error:  # a reader that trips is our bug, and says nothing about the layers
        bug = Finding("HUB-BUG", "fatal", "read", found=f"{type(error).__name__}: {error}"[:300], who="us")
        return Reading("unknown", findings=(bug,))


def _wanted(reading: Reading) -> tuple[str, ...]:
    """The schema, and what the CustomizationID promises; arithmetic (of `en16931`) where it promises nothing."""
    if reading.format == "unknown":
        return ("xsd",)
    named = reading.document.specification if reading.document else ""
    if "urn:cen.eu:en16931:2017" in named:
        return ("xsd", *_OF_PROFILE.get(reading.profile, ("en16931",)))
    return ("xsd",) if named else ("xsd", "en16931")


class _Sheet:
    """A document as the layers read it: its tree, walked once for all sets of rules."""

    def __init__(self, tree: etree._Element) -> None:
        self.tree = tree

    @cached_property
    def document(self) -> Document:
        """The index."""
        return index(self.tree, _EVERYTHING)

    def forget(self) -> None:
        """Let go of the index at once, where it was made."""
        if "document" in self.__dict__:
            self.document.forget()


def _judge(layer: str, sheet: _Sheet, reading: Reading, *, asked: bool) -> tuple[Layer, tuple[Finding, ...]]:
    check = _CHECKS.get(layer)
    if check is None:
        return Layer(layer, "", "error", NOT_IN_THIS_VERSION), ()
    version, judge = check
    if layer == "en16931" and not asked and not (reading.document and reading.document.specification):
        return Layer(layer, version, "ok", ARITHMETIC_ONLY), en16931.check_arithmetic(sheet.tree)
    try:
        findings = tuple(judge(sheet))
    except Exception as error:  # one layer that trips must not hide the others
        return Layer(layer, version, "error", f"HUB-BUG {type(error).__name__}: {error}"[:300]), ()
    undecided = next((f for f in findings if f.code == "HUB-EN-01"), None)
    if undecided is not None:
        reason = f"{dict(undecided.details).get('rule', '')}: {undecided.found}"
        return Layer(layer, version, "error", reason), findings
    return Layer(layer, version), findings


_EVERYTHING = Names()
_CHECKS: dict[str, tuple[str, Callable[[_Sheet], Iterable[Finding]]]] = {
    "xsd": ("2.1", lambda sheet: check_schema(sheet.tree)),
    "en16931": (en16931.VERSION, lambda sheet: en16931.judge_document(sheet.document)),
    "peppol": (peppol.VERSION, lambda sheet: peppol.judge_document(sheet.document)),
    "peppol-sb": (
        peppol.VERSION_SELF_BILLING,
        lambda sheet: peppol.judge_document(sheet.document, peppol.LAYER_SELF_BILLING),
    ),
    "nlcius": (nlcius.VERSION, lambda sheet: nlcius.judge_document(sheet.document)),
    "gaccount": (gaccount.VERSION, lambda sheet: gaccount.judge_document(sheet.document)),
}


def _unreadable(reading: Reading, refusal: UnreadableInput, layers: Sequence[str], language: str) -> Validation:
    """Nothing can be judged: every layer says so, and the refusal is the finding."""
    rows = tuple(Layer(layer, "", "error", refusal.code) for layer in dict.fromkeys(layers))
    return _answer(reading, rows, reading.findings or (as_finding(refusal),), language)


def _answer(reading: Reading, layers: tuple[Layer, ...], findings: Sequence[Finding], language: str) -> Validation:
    currency = reading.document.currency if reading.document else ""
    shown = tuple(
        Judgement(
            f.code, f.layer, f.severity, f.location, sentence(f, language, currency), f.found, f.expected, f.who
        )
        for f in findings
    )  # fmt: skip
    valid = all(row.status == "ok" for row in layers) and not any(f.fatal for f in findings)
    sender = reading.document.issuer.name if reading.document else ""
    return Validation(reading.format, reading.profile, valid, layers, shown, sender)
