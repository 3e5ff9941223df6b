"""The catalogue of rules: every code this build judges, with its severity and the business terms it speaks of.

The sentences stand in `hub/texts/findings_en16931.toml`, under the same codes, so that they can be mended
without touching a rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from hub.model.finding import Severity
from hub.rules import en16931
from hub.rules.rule import UNDECIDABLE


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule as it is shown and explained: `terms` are BT and BG numbers, the one at fault first."""

    code: str
    layer: str
    version: str
    severity: Severity
    terms: tuple[str, ...]
    arithmetic: bool


def _entries() -> dict[str, Entry]:
    layer, version = en16931.LAYER, en16931.VERSION
    entries = {
        rule.code: Entry(
            rule.code, layer, version, rule.severity, tuple(rule.terms.split()), rule.code in en16931.ARITHMETIC
        )
        for rule in en16931.rules()
    }
    entries[UNDECIDABLE] = Entry(UNDECIDABLE, "hub", version, "fatal", (), False)
    return entries


CATALOGUE: dict[str, Entry] = _entries()
