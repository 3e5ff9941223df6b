"""Validation on its own: bytes to findings with sentences, layer by layer. Needs no database and records nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from hub.errors import UnreadableInput, Usage
from hub.formats.content import Content
from hub.model.finding import Finding, Severity, Who
from hub.ports import Reading, Source
from hub.rules.judging import Sheet, judge
from hub.rules.releases import RELEASES, Release, found
from hub.sources import sources_as_needed
from hub.steps.layers import Choice, layers_for, layers_of
from hub.steps.recognise import as_finding, recognise
from hub.texts.catalogue import sentence

LAYERS = ("xsd", *RELEASES)


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
    data: bytes,
    layers: Sequence[str] | None = None,
    language: str = "nl",
    *,
    sources: Iterable[Source] | None = None,
    on: date | None = None,
    rules_version: str = "",
) -> Validation:
    """Judge one document. `layers` None = those its CustomizationID asks for; else exactly these, each on its own.

    `on` is the day whose mandatory releases judge, today unless given; `rules_version` names others (`hub.rules.releases`):
    `en16931=1.3.15,peppol=2025-11`, or a number alone. Raises `Usage` for a layer or release that does not exist; whatever is
    wrong with `data` is a finding.
    """
    unknown = [layer for layer in layers or () if layer not in LAYERS]
    if unknown:
        raise Usage(f"there is no layer {unknown[0]!r}; known are {', '.join(LAYERS)}")
    day, chosen = on or date.today(), releases_named(rules_version)
    content = Content(data)
    reading = _read(content, sources_as_needed() if sources is None else sources)
    try:
        payload = content.payload
    except UnreadableInput as refusal:
        return _unreadable(reading, refusal, layers or ("xsd",), language)
    if layers is None:
        choice = layers_of(reading, day, chosen)
        said = (*reading.findings, *choice.findings)
    else:
        # Of what is no invoice the layers say little; what it is instead is said whatever was asked.
        said = reading.findings if reading.format == "unknown" else ()
        choice = Choice(layers_for(layers, day, chosen))
    verdicts = judge(Sheet(payload), choice.layers, together=layers is None)
    rows = tuple(Layer(each.layer, each.version, each.status, each.reason) for each in verdicts)
    return _answer(reading, rows, [*said, *(f for each in verdicts for f in each.findings)], language)


def releases_named(text: str) -> dict[str, str]:
    """Layer → version of a list such as `en16931=1.3.15,peppol=2025-11`.

    A number or name without a layer means every release of that name: `2025-11` is all that Peppol published then. Raises `Usage`
    that lists the known releases when there is none.
    """
    parts = (part for part in text.split(",") if part.strip())
    return {release.layer: release.version for part in parts for release in _named(part)}


def _named(part: str) -> list[Release]:
    layer, told, wanted = (word.strip() for word in part.rpartition("="))
    if told and layer not in RELEASES:
        raise Usage(f"there are no releases of {layer!r}; known are {', '.join(RELEASES)}")
    layers = [layer] if told else list(RELEASES)
    met = [release for each in layers if (release := found(each, wanted)) is not None]
    if not met:
        raise Usage(f"there is no release {part.strip()!r}; known are {', '.join(map(_shown, layers))}")
    return met


def _shown(layer: str) -> str:
    """The releases of a layer as they can be named: `peppol=3.0.21 (2026-05)`."""
    return ", ".join(f"{layer}={each.version}" + f" ({each.name})" * bool(each.name) for each in RELEASES[layer])


def _read(content: Content, sources: Iterable[Source]) -> Reading:
    source = recognise(content, sources)
    if isinstance(source, Reading):
        return source
    try:
        return source.read(content)
    except Exception as error:  # a reader that trips is our bug, and says nothing about the layers
        bug = Finding("HUB-BUG", "fatal", "read", found=f"{type(error).__name__}: {error}"[:300], who="us")
        return Reading("unknown", findings=(bug,))


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
