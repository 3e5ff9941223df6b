"""The catalogue of rules: every code that any release known here judges, with its severity, business terms, and since and until when.

The sentences stand in `hub/texts/findings_<layer>.toml`, under the same codes, so that they can be mended without touching a
rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from hub.model.finding import Severity
from hub.rules import en16931, gaccount, nlcius, peppol
from hub.rules.releases import RELEASES, Release, rules_of
from hub.rules.rule import UNDECIDABLE, Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as it is shown and explained: `terms` are BT and BG numbers, the one at fault first.

    `version` is the current release, or the only ones that have the rule: the last that did, or the first that will.
    """

    code: str
    layer: str
    version: str
    severity: Severity
    terms: tuple[str, ...]
    arithmetic: bool


class Span(NamedTuple):
    """The releases of a layer that have a rule with one severity. `since` is None when the oldest one known here has it, `until`
    when the newest has. `source` is the last official file in which it was seen so."""

    severity: Severity
    since: Release | None
    until: Release | None
    source: str


class Published(NamedTuple):
    """One official set of rules in this build. `arithmetic`: the codes that judge amounts alone."""

    layer: str
    version: str
    rules: Iterable[Rule]
    arithmetic: frozenset[str] = frozenset()


LAYERS = (
    Published(en16931.LAYER, en16931.VERSION, en16931.rules(), en16931.ARITHMETIC),
    Published(peppol.LAYER, peppol.VERSION, peppol.rules()),
    Published(peppol.LAYER_SELF_BILLING, peppol.VERSION_SELF_BILLING, peppol.rules(peppol.LAYER_SELF_BILLING)),
    Published(nlcius.LAYER, nlcius.VERSION, nlcius.rules()),
    Published(gaccount.LAYER, gaccount.VERSION, gaccount.rules()),
)


def _entries() -> dict[str, Entry]:
    """A code that two layers share, as those of self-billing are Peppol's, is listed under the first."""
    entries: dict[str, Entry] = {}
    for layer in LAYERS:
        for rule in layer.rules:
            entries.setdefault(rule.code, _entry(rule, layer.layer, layer.version, layer.arithmetic))
    entries[UNDECIDABLE] = Entry(UNDECIDABLE, "hub", en16931.VERSION, "fatal", (), False)
    for layer in LAYERS:
        for release in _nearest_first(layer):
            for rule in rules_of(release):
                entries.setdefault(rule.code, _entry(rule, release.layer, release.version, frozenset()))
    return entries


def _nearest_first(layer: Published) -> list[Release]:
    """The other releases of a layer: backwards from the current one, then forwards."""
    known = RELEASES[layer.layer]
    place = [release.version for release in known].index(layer.version)
    return [each for each in (*reversed(known[:place]), *known[place + 1 :]) if each.mandatory is not None]


def _entry(rule: Rule, layer: str, version: str, arithmetic: frozenset[str]) -> Entry:
    return Entry(rule.code, layer, version, rule.severity, tuple(rule.terms.split()), rule.code in arithmetic)


CATALOGUE: dict[str, Entry] = _entries()


def history(code: str) -> tuple[Span, ...]:
    """In which releases of its layer a rule is, and how severe: one span for each time without a change. () for a code of ours."""
    entry = CATALOGUE.get(code)
    if entry is None or entry.layer not in RELEASES:
        return ()
    known = [release for release in RELEASES[entry.layer] if release.mandatory is not None]
    severities = [_severities(release).get(code) for release in known]
    spans: list[Span] = []
    for place, severity in enumerate(severities):
        if severity is not None and (place == 0 or severities[place - 1] != severity):
            last = next((n for n in range(place, len(known)) if severities[n] != severity), len(known)) - 1
            since = known[place] if place else None
            span = known[place : last + 1]
            compared = next((each for each in reversed(span) if not each.draft), span[-1])
            until = known[last] if last + 1 < len(known) else None
            spans.append(Span(severity, since, until, compared.source))
    return tuple(spans)


@lru_cache(maxsize=32)
def _severities(release: Release) -> dict[str, Severity]:
    return {rule.code: rule.severity for rule in rules_of(release)}
