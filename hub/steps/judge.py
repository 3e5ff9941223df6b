"""Step: from findings to a verdict. What may go on to booking, what waits for a person, what goes back to its sender."""

from __future__ import annotations

from collections.abc import Iterable

from hub.model.finding import Finding
from hub.model.message import OutcomeKind
from hub.rules.en16931 import ARITHMETIC

# Codes of our own that are arithmetic: the document does not add up, or cannot be read to the cent.
_REFUSED_LAYERS = frozenset(("read",))
_REFUSED_CODES = frozenset(
    ("HUB-TOT-01", "HUB-TOT-02", "HUB-TOT-03", "HUB-VAT-06", "HUB-BUG", "HUB-FEED-01", "HUB-FEED-02", "HUB-MUT-03")
)


def is_arithmetic(finding: Finding) -> bool:
    """Whether a finding says that the document's amounts do not add up or cannot be read."""
    return finding.code in ARITHMETIC or finding.code in _REFUSED_CODES or finding.layer in _REFUSED_LAYERS


def judge(
    findings: Iterable[Finding], *, policy: str = "", named_specification: bool = True, released: tuple[str, ...] = ()
) -> OutcomeKind | None:
    """None = go on to booking; else `refused` or `held`.

    Arithmetic is refused whatever the policy, and nobody can accept it. For other fatal findings `policy` is
    the channel's: `refuse` sends back what the sender must mend (never what we must), `hold` (the default)
    keeps them for a person, `book-with-finding` books. Documents without CustomizationID
    (`named_specification` false) promised nothing, and are judged by arithmetic alone. `released` are codes
    that a person has accepted.
    """
    fatal = [f for f in findings if f.fatal]
    arithmetic = [f for f in fatal if is_arithmetic(f)]
    others = [f for f in fatal if not is_arithmetic(f) and f.code not in released]
    if not named_specification:
        others = [f for f in others if f.layer in ("hub", "xsd")]
    if arithmetic:
        return "refused"
    if policy == "refuse" and any(f.who == "sender" for f in others):
        return "refused"
    if policy == "book-with-finding":
        others = [f for f in others if f.layer == "hub"]
    return "held" if others else None
