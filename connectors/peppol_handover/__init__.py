"""How access points hand documents over: Oxalis and phoss-ap in folders, phoss-ap over HTTP, Recommand by webhook and asking."""

from __future__ import annotations

from connectors.peppol_handover.oxalis import OxalisFolder
from connectors.peppol_handover.phoss_folder import PhossFolder
from connectors.peppol_handover.phoss_http import PhossPosted, asynchronous, handed_over, synchronous
from connectors.peppol_handover.recommand import RecommandInbox, RecommandKind, hinted

oxalis, phoss, phoss_posted, recommand = OxalisFolder(), PhossFolder(), PhossPosted(), RecommandKind()

__all__ = [
    "RecommandInbox", "asynchronous", "handed_over", "hinted", "oxalis", "phoss", "phoss_posted", "recommand", "synchronous",
]  # fmt: skip
