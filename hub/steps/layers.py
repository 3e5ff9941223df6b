"""Which rules for which document: what its CustomizationID (BT-24) promises, in the release that is mandatory on the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from hub.model.finding import Finding, Severity, Who
from hub.ports import Reading
from hub.rules.judging import AMOUNTS, ARITHMETIC, SCHEMA, SCHEMA_VERSION, Asked
from hub.rules.releases import EN16931, GACCOUNT, NLCIUS, PEPPOL, RELEASES, SELF_BILLING, in_force, of_version

EN_16931 = "urn:cen.eu:en16931:2017"
CII = ("cii", "factur-x", "zugferd")  # of which the schema and the sums are judged; rules for CII come later
# Sets of rules beside EN 16931, of an agreement that builds on it and that we have rules for.
_OF_PROFILE: dict[str, tuple[str, ...]] = {
    "peppol-bis-3": (PEPPOL,),
    "peppol-self-billing-3": (SELF_BILLING,),
    "nlcius": (NLCIUS,),
    "nlcius-gaccount": (NLCIUS, GACCOUNT),
    "peppol-international-3": (),
    "xrechnung": (),
    "en16931": (),
}
# Parts of a CustomizationID that are judged when they are promised; each stands between two #.
_JUDGED = (
    EN_16931,
    "urn:fdc:peppol.eu:2017:poacc:billing:3",
    "urn:fdc:peppol.eu:2017:poacc:selfbilling:3",
    "urn:fdc:nen.nl:nlcius:",
    "urn:fdc:nen.nl:gaccount:",
)
_BETWEEN = ("compliant", "conformant", "")
_DIALECT = frozenset(("HUB-UBL-12", "HUB-UBL-13", "HUB-UBL-14"))
_NONE: Mapping[str, str] = MappingProxyType({})


class Choice(NamedTuple):
    """The layers a document is judged by, and what is to be said about that choice."""

    layers: tuple[Asked, ...]
    findings: tuple[Finding, ...] = ()


def layers_of(reading: Reading, on: date, chosen: Mapping[str, str] = _NONE) -> Choice:
    """The schema, and the sets of rules that a document promises, each in the release mandatory `on` that day.

    `chosen` names other releases by layer. A promise of EN 16931 is judged by all of it and by the agreement on top of it as far
    as there are rules; one that nobody here knows by EN 16931 too; an older agreement, or none, by arithmetic alone, and not at
    all by that where its totals are known to mean other things. A finding says what was promised and not judged. Pure.
    """
    if reading.format in CII:
        return Choice(_of_cii(reading, on, chosen))
    if not reading.format.startswith("ubl-"):
        return Choice((Asked(SCHEMA, SCHEMA_VERSION),))
    choice = _by_specification(reading, on, chosen)
    return choice._replace(findings=(*choice.findings, *_process_without_promise(reading, choice.layers)))


def _by_specification(reading: Reading, on: date, chosen: Mapping[str, str]) -> Choice:
    named = reading.document.specification if reading.document else ""
    if EN_16931 in named.lower() or (reading.document is None and reading.profile in _OF_PROFILE):
        layers = _with_its_core(_OF_PROFILE.get(reading.profile, ()), on, chosen)
        return _choice(layers, "HUB-RULES-01", "information", _not_judged(named))
    if named and not reading.profile and not _other_totals(reading):
        return _choice(_versions((EN16931,), on, chosen), "HUB-RULES-03", "warning", named)
    return _choice(_arithmetic(reading, on, chosen), "HUB-RULES-02", "information", named)


def days_ahead(asked: Iterable[Asked], on: date) -> tuple[date, ...]:
    """The days after this one on which another release of these layers begins to judge, as far as they are known.

    EN 16931 beside an agreement changes with the agreement, not by itself.
    """
    layers = {one.layer for one in asked} - {SCHEMA}
    telling = layers - {EN16931} or layers
    return tuple(
        sorted(
            {each.mandatory for layer in telling for each in RELEASES[layer] if each.mandatory and each.mandatory > on}
        )
    )


def _of_cii(reading: Reading, on: date, chosen: Mapping[str, str]) -> tuple[Asked, ...]:
    """The schema, and the rules that are promised (EN 16931 where nothing is), so that the answer says they were not judged."""
    named = reading.document.specification if reading.document else ""
    promised = (EN16931, *_OF_PROFILE.get(reading.profile, ())) if not named or EN_16931 in named.lower() else ()
    return (Asked(SCHEMA, SCHEMA_VERSION), *_versions(promised, on, chosen))


def layers_for(names: Sequence[str], on: date, chosen: Mapping[str, str] = _NONE) -> tuple[Asked, ...]:
    """Exactly these layers, whatever a document says; each once. Raises KeyError for a layer that does not exist."""
    return _versions(dict.fromkeys(names), on, chosen)


def _choice(layers: tuple[Asked, ...], code: str, severity: Severity, named: str) -> Choice:
    """The schema and these layers; what was promised and has no rules is said with what is judged instead."""
    schema = Asked(SCHEMA, SCHEMA_VERSION)
    if not named:
        return Choice((schema, *layers))
    said = Finding(code, severity, "hub", _PLACE, named, None, _WHO[code], (("judged", _shown((schema, *layers))),))
    return Choice((schema, *layers), (said,))


def _process_without_promise(reading: Reading, layers: tuple[Asked, ...]) -> tuple[Finding, ...]:
    """A ProfileID (BT-23) of Peppol under a specification that is not: the network delivers by the latter."""
    process = reading.document.process if reading.document else ""
    judged = {one.layer for one in layers} & {PEPPOL, SELF_BILLING, NLCIUS}
    if judged or not process.strip().startswith(_PEPPOL_PROCESS):
        return ()
    told = (("judged", _shown(layers)),)
    return (Finding("HUB-RULES-04", "warning", "hub", "/*/ProfileID[1]", process, None, "sender", told),)


def _shown(layers: Iterable[Asked]) -> str:
    return ", ".join(f"{each.layer} {each.version}" for each in layers)


_PLACE = "/*/CustomizationID[1]"
_PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:"
_WHO: dict[str, Who] = {"HUB-RULES-01": "us", "HUB-RULES-02": "us", "HUB-RULES-03": "sender"}


def _versions(layers: Iterable[str], on: date, chosen: Mapping[str, str]) -> tuple[Asked, ...]:
    return tuple(
        Asked(SCHEMA, SCHEMA_VERSION)
        if layer == SCHEMA
        else Asked(layer, chosen.get(layer) or in_force(layer, on).version)
        for layer in layers
    )


def _with_its_core(layers: tuple[str, ...], on: date, chosen: Mapping[str, str]) -> tuple[Asked, ...]:
    """EN 16931 and agreements on top of it: a publisher's release comes with its own copy of EN 16931, often an earlier one."""
    if not layers:
        return _versions((EN16931,), on, chosen)
    on_top = _versions(layers, on, chosen)
    core = chosen.get(EN16931) or of_version(on_top[0].layer, on_top[0].version).core
    return (Asked(EN16931, core), *on_top)


def _not_judged(named: str) -> str:
    """The parts of a CustomizationID that there are no rules for, as they stand."""
    parts = [part.strip() for part in named.split("#")]
    return ", ".join(p for p in parts if p.lower() not in _BETWEEN and not p.lower().startswith(_JUDGED))


def _other_totals(reading: Reading) -> bool:
    """Whether the reader met words or totals of a dialect: what EN 16931 would say of them misses the point."""
    return any(finding.code in _DIALECT for finding in reading.findings)


def _arithmetic(reading: Reading, on: date, chosen: Mapping[str, str]) -> tuple[Asked, ...]:
    """Sums, VAT and decimals of EN 16931, unless the reader met totals that mean other things."""
    if _other_totals(reading):
        return ()
    lines = reading.document.lines if reading.document else ()
    bare = bool(lines) and not any(line.vat_category for line in lines)  # UBL 2.0 and BII put no category on lines
    return tuple(one._replace(part=AMOUNTS if bare else ARITHMETIC) for one in _versions((EN16931,), on, chosen))
