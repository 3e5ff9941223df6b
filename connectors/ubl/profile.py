"""CustomizationID (BT-24) to the name of the agreement a document claims."""

from __future__ import annotations

from functools import lru_cache

# First fragment that occurs decides; the narrower agreement stands above the one it builds on.
_FRAGMENTS = (
    ("urn:fdc:nen.nl:gaccount:", "nlcius-gaccount"),
    ("urn:fdc:nen.nl:nlcius:", "nlcius"),  # SI-UBL 2.0
    ("simplerinvoicing.org:si:si-ubl:ver2", "nlcius"),
    ("simplerinvoicing.org", "si-ubl-1"),
    ("xrechnung", "xrechnung"),
    ("peppol.eu:2017:poacc:selfbilling:3", "peppol-self-billing-3"),
    ("peppol.eu:2017:poacc:billing:3", "peppol-bis-3"),
    ("poacc:selfbilling:international:", "peppol-international-3"),
    ("poacc:billing:international:", "peppol-international-3"),
    ("urn:peppol:pint:", "peppol-pint"),
    ("urn:cen.eu:en16931:2017", "en16931"),
    ("bis:peppol4a", "peppol-bis-2"),
    ("bis:peppol5a", "peppol-bis-2"),
    ("oioubl.dk", "oioubl-3"),
    ("oioubl-2", "oioubl-2"),
)


@lru_cache(maxsize=1024)
def profile(customization: str) -> str:
    """`peppol-bis-3`, `nlcius`, … of a CustomizationID; "" when it is empty or not known to us."""
    lowered = customization.lower()
    return next((name for fragment, name in _FRAGMENTS if fragment in lowered), "")
