"""The catalogue of rules: every code this build judges, with its severity and the business terms it speaks of.

The sentences stand in `hub/texts/findings_<layer>.toml`, under the same codes, so that they can be mended without touching a
rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from hub.model.finding import Severity
from hub.rules import en16931, gaccount, nlcius, peppol
from hub.rules.rule import UNDECIDABLE, Rule


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as it is shown and explained: `terms` are BT and BG numbers, the one at fault first."""

    code: str
    layer: str
    version: str
    severity: Severity
    terms: tuple[str, ...]
    arithmetic: bool


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
            terms = tuple(rule.terms.split())
            entry = Entry(rule.code, layer.layer, layer.version, rule.severity, terms, rule.code in layer.arithmetic)
            entries.setdefault(rule.code, entry)
    entries[UNDECIDABLE] = Entry(UNDECIDABLE, "hub", en16931.VERSION, "fatal", (), False)
    return entries


CATALOGUE: dict[str, Entry] = _entries()
