"""Validation on its own: bytes to findings with sentences, layer by layer. Needs no database and records nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hub.errors import UnreadableInput, Usage
from hub.formats.content import Content
from hub.model.finding import Finding, Severity, Who
from hub.ports import Glancing, Reading, Source
from hub.rules.judging import Sheet, Verdict, judge
from hub.rules.releases import NOT_HERE, RELEASES, Release, following, found
from hub.sources import sources_as_needed
from hub.steps.layers import CII, Choice, days_ahead, layers_for, layers_of
from hub.steps.recognise import as_finding, recognise

LAYERS = ("xsd", *RELEASES)
NEXT = "next"


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
class Ahead:
    """What will be said of the same document from a day on, when other releases judge.

    `findings` are those it does not have today, `gone` the codes it has today and will not have. `draft`: a release is known from
    drafts only.
    """

    since: str
    valid: bool
    layers: tuple[Layer, ...]
    findings: tuple[Judgement, ...]
    gone: tuple[str, ...]
    draft: bool


@dataclass(frozen=True, slots=True)
class Validation:
    """What a document's layers say. `valid`: every layer was judged, and no finding is fatal.

    `ahead`, where it was asked for: each day that is known from which something else will be said.
    `sender` is who made it out, as it names him: the seller, or the buyer of a self-billed invoice; "" where it cannot be read.
    """

    format: str
    profile: str
    valid: bool
    layers: tuple[Layer, ...]
    findings: tuple[Judgement, ...]
    ahead: tuple[Ahead, ...] = ()
    sender: str = ""


def validate(
    data: bytes,
    layers: Sequence[str] | None = None,
    language: str = "nl",
    *,
    sources: Iterable[Source] | None = None,
    on: date | None = None,
    rules_version: str = "",
    ahead: bool = False,
) -> Validation:
    """Judge one document. `layers` None = those its CustomizationID asks for; else exactly these, each on its own.

        >>> import hub
        >>> seen = hub.validate(open("invoice.xml", "rb").read(), language="en")
        >>> seen.valid, [layer.layer for layer in seen.layers]
        (False, ['xsd', 'en16931', 'peppol'])
        >>> seen.findings[0].code, seen.findings[0].severity, seen.findings[0].expected
        ('BR-CO-15', 'fatal', '332.75')

    Needs no settings, database or network, may be called from any thread, and what it gives can be pickled.

    `on` is the day whose mandatory releases judge, today unless given; `rules_version` names others (`hub.rules.releases`):
    `en16931=1.3.15,peppol=2025-11`, or a number alone, or `next` for those that come after. `ahead` asks what will be said from a
    later day on. Raises `Usage` for a layer or release that does not exist; whatever is wrong with `data` is a finding.
    """
    unknown = [layer for layer in layers or () if layer not in LAYERS]
    if unknown:
        raise Usage(f"there is no layer {unknown[0]!r}; known are {', '.join(LAYERS)}")
    day = on or date.today()
    chosen = releases_named(rules_version, day)
    content = Content(data)
    reading = _read(content, sources_as_needed() if sources is None else sources, whole=layers is None)
    try:
        sheet = Sheet(content.payload)
    except UnreadableInput as refusal:
        return _unreadable(reading, refusal, layers or ("xsd",), language)

    def choice_on(when: date) -> Choice:
        return layers_of(reading, when, chosen) if layers is None else Choice(layers_for(layers, when, chosen))

    choice = choice_on(day)
    # Of what is no invoice the layers say little; what it is instead is said whatever was asked.
    read = (*reading.findings, *_sums(reading)) if layers is None or reading.format == "unknown" else ()
    said = [*read, *choice.findings]
    now = judge(sheet, choice.layers, together=layers is None)
    later = [(when, choice_on(when).layers) for when in (days_ahead(choice.layers, day) if ahead else ())]
    coming = [(when, judge(sheet, asked, together=layers is None)) for when, asked in later]
    return replace(_answer(reading, now, said, language), ahead=_ahead(now, coming, said, reading, language))


def releases_named(text: str, on: date) -> dict[str, str]:
    """Layer → version of a list such as `en16931=1.3.15,peppol=2025-11`.

    A number or name without a layer means every release of that name: `2025-11` is all that Peppol published then. `next` is the
    release that comes after the one of the day. Raises `Usage` that lists the known releases when there is none.
    """
    parts = (part for part in text.split(",") if part.strip())
    return {release.layer: release.version for part in parts for release in _named(part, on)}


def _named(part: str, on: date) -> list[Release]:
    layer, told, wanted = (word.strip() for word in part.rpartition("="))
    if told and layer not in RELEASES:
        known = ", ".join(RELEASES)
        raise Usage(f"no releases of {layer!r}; known: {known}", say="no_releases_of", named=layer, known=known)
    layers = [layer] if told else list(RELEASES)
    known, named = ", ".join(map(_shown, layers)), part.strip()
    if wanted == NEXT:
        if met := [release for each in layers if (release := following(each, on)) is not None]:
            return met
        named = ", ".join(layers)
        raise Usage(
            f"no next release of {named}; known: {known}", say="no_next_release", named=named, known=known, date=on
        )
    if met := [release for each in layers if (release := found(each, wanted)) is not None]:
        return met
    if any((each, wanted) in NOT_HERE for each in layers):
        raise Usage(f"{named!r} is not here; known: {known}", say="release_not_here", named=named, known=known)
    raise Usage(f"no release {named!r}; known: {known}", say="no_release", named=named, known=known)


def _shown(layer: str) -> str:
    """The releases of a layer as they can be named: `peppol=3.0.21 (2026-05)`."""
    return ", ".join(f"{layer}={each.version}" + f" ({each.name})" * bool(each.name) for each in RELEASES[layer])


def _read(content: Content, sources: Iterable[Source], *, whole: bool) -> Reading:
    """What the document is; also what stands in it, where that decides by which layers it is judged (`whole`)."""
    source = recognise(content, sources)
    if isinstance(source, Reading):
        return source
    try:
        if not whole and isinstance(source, Glancing) and (glanced := source.glance(content)):
            return glanced
        return source.read(content)
    except Exception as error:  # a reader that trips is our bug, and says nothing about the layers
        bug = Finding("HUB-BUG", "fatal", "read", found=f"{type(error).__name__}: {error}"[:300], who="us")
        return Reading("unknown", findings=(bug,))


def _sums(reading: Reading) -> tuple[Finding, ...]:
    """What the totals contract holds against a CII document, of which no rules are judged yet."""
    invoice = reading.document
    if reading.format not in CII or invoice is None or not invoice.lines:
        return ()
    from hub.accounting.totals import check_sums  # an invoice in UBL loads no rules of booking

    return check_sums(invoice)


def _unreadable(reading: Reading, refusal: UnreadableInput, layers: Sequence[str], language: str) -> Validation:
    """Nothing can be judged: every layer says so, and the refusal is the finding."""
    verdicts = [Verdict(layer, "", "error", refusal.code, ()) for layer in dict.fromkeys(layers)]
    return _answer(reading, verdicts, reading.findings or (as_finding(refusal),), language)


def _answer(reading: Reading, verdicts: Sequence[Verdict], said: Sequence[Finding], language: str) -> Validation:
    findings = [*said, *_findings(verdicts)]
    shown = tuple(_told(finding, reading, language) for finding in findings)
    sender = reading.document.issuer.name if reading.document else reading.sender
    valid = _valid(verdicts, findings)
    return Validation(reading.format, reading.profile, valid, _rows(verdicts), shown, sender=sender)


def _ahead(
    now: Sequence[Verdict],
    coming: Iterable[tuple[date, tuple[Verdict, ...]]],
    said: Sequence[Finding],
    reading: Reading,
    language: str,
) -> tuple[Ahead, ...]:
    """Each day from which something else is said than before it, with the difference from what is said now."""
    today = _findings(now)
    known = before = _keys(today)
    found_days = []
    for since, verdicts in coming:
        then = _findings(verdicts)
        keys = _keys(then)
        if keys != before:
            new = tuple(_told(each, reading, language) for each in then if _key(each) not in known)
            places = {(each.code, each.location) for each in then}
            gone = sorted({each.code for each in today if (each.code, each.location) not in places})
            valid = _valid(verdicts, [*said, *then])
            found_days.append(Ahead(since.isoformat(), valid, _rows(verdicts), new, tuple(gone), _is_draft(verdicts)))
        before = keys
    return tuple(found_days)


def _is_draft(verdicts: Iterable[Verdict]) -> bool:
    return any(
        release.draft and release.version == each.version
        for each in verdicts
        for release in RELEASES.get(each.layer, ())
    )


def _key(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.location, finding.severity


def _keys(findings: Iterable[Finding]) -> set[tuple[str, str, str]]:
    return {_key(finding) for finding in findings}


def _findings(verdicts: Iterable[Verdict]) -> list[Finding]:
    return [finding for each in verdicts for finding in each.findings]


def _valid(verdicts: Iterable[Verdict], findings: Iterable[Finding]) -> bool:
    return all(each.status == "ok" for each in verdicts) and not any(finding.fatal for finding in findings)


def _rows(verdicts: Iterable[Verdict]) -> tuple[Layer, ...]:
    return tuple(Layer(each.layer, each.version, each.status, each.reason) for each in verdicts)


def _told(finding: Finding, reading: Reading, language: str) -> Judgement:
    from hub.texts.catalogue import sentence  # most documents have nothing to be told of

    currency = reading.document.currency if reading.document else reading.currency
    told, f = sentence(finding, language, currency), finding
    return Judgement(f.code, f.layer, f.severity, f.location, told, f.found, f.expected, f.who)
