"""Step: from findings to a verdict. What may go on to booking, what waits for a person, what goes back to its sender."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.model.finding import Finding
from hub.model.message import OutcomeKind
from hub.rules.en16931 import ARITHMETIC
from hub.rules.releases import GACCOUNT, NLCIUS, PEPPOL, SELF_BILLING
from hub.rules.rule import UNDECIDABLE

# Layers of what parties agree on top of the law. None of their rules is arithmetic here: PEPPOL-EN16931-R120 (price times
# quantity), -R040 (percentage of a base) and -R046 (gross price less discount) ask how an amount came about, and compare with
# figures that are never booked; the amounts themselves add up, or BR-CO-10 to -16 refuse them. -R055 (VAT in two currencies has one
# sign) is of BT-111, which is booked only where it agrees with BT-110 (`hub/accounting/invoice_entry.py`).
AGREEMENTS = frozenset((PEPPOL, SELF_BILLING, NLCIUS, GACCOUNT))
# Codes of our own that are arithmetic: the document does not add up, or cannot be read to the cent.
_REFUSED_LAYERS = frozenset(("read",))
_REFUSED_CODES = frozenset(
    ("HUB-TOT-01", "HUB-TOT-02", "HUB-TOT-03", "HUB-VAT-06", "HUB-BUG", "HUB-FEED-01", "HUB-FEED-02", "HUB-MUT-03")
)
# An amount that is missing, unreadable, stated twice or without a side. A schema fault beside which every amount can be read is held.
_AMOUNT_MISSING = frozenset(
    f"HUB-{format}-{number}" for format in ("UBL", "CII") for number in ("05", "06", "20", "21")
)
_NO_NUMBER = frozenset(f"HUB-{format}-{number}" for format in ("UBL", "CII") for number in ("07", "22"))
# These are said of quantities, rates, prices and what percentages are taken of too, which are not booked.
_BOOKED_AMOUNT = re.compile(r"(?!.*/\w*Price\[).*/(?!Price|Base|Charge(?!Total))\w*Amount\[\d+\]")


def is_arithmetic(finding: Finding) -> bool:
    """Whether a finding says that the document's amounts do not add up or cannot be read."""
    code = finding.code
    return (
        code in ARITHMETIC
        or code in _REFUSED_CODES
        or finding.layer in _REFUSED_LAYERS
        or code in _AMOUNT_MISSING
        or (code in _NO_NUMBER and _BOOKED_AMOUNT.fullmatch(finding.location) is not None)
    )


def judge(
    findings: Iterable[Finding], *, policy: str = "", agreements: str = "", named_specification: bool = True,
    released: tuple[str, ...] = (),
) -> OutcomeKind | None:  # fmt: skip
    """None = go on to booking; else `refused` or `held`. Warnings and what is worth knowing never change an outcome.

    Arithmetic is refused whatever the policy, and nobody can accept it. For other fatal findings `policy` is the channel's:
    `refuse` sends back what the sender must mend (never what we must), `hold` (the default) keeps them for a person,
    `book-with-finding` books. `agreements` is the same for findings of Peppol, NLCIUS and the G-account extension, `policy` where
    it is empty. A rule on which the official artefact itself stops (HUB-EN-01) gives no verdict to send back or to book by, and
    is held under each of them. Documents without CustomizationID (`named_specification` false) promised nothing, and are
    judged by arithmetic alone. `released` are codes that a person has accepted.
    """
    fatal = [f for f in findings if f.fatal]
    if any(map(is_arithmetic, fatal)):
        return "refused"
    others = [f for f in fatal if f.code not in released]
    if not named_specification:
        others = [f for f in others if f.layer in ("hub", "xsd")]
    verdicts = {_alone(f, (f.layer in AGREEMENTS and agreements) or policy) for f in others}
    return "refused" if "refused" in verdicts else "held" if "held" in verdicts else None


def _alone(finding: Finding, policy: str) -> OutcomeKind | None:
    """The verdict on a document that has this fatal finding only, which is no arithmetic and was not accepted."""
    if policy == "refuse" and finding.who == "sender" and finding.code != UNDECIDABLE:
        return "refused"
    return None if policy == "book-with-finding" and finding.layer != "hub" else "held"
