"""GuidelineSpecifiedDocumentContextParameter (BT-24) to the name of the agreement a document claims."""

from __future__ import annotations

from functools import lru_cache

# First fragment that occurs decides; the narrower agreement stands above the one it builds on. Writers spell them with
# `:` or `#` and in any case, and ZUGFeRD 1.0 was written both `comfort` and `komfort`.
_FRAGMENTS = (
    ("xrechnung", "xrechnung"),
    ("peppol.eu:2017:poacc:billing:3", "peppol-bis-3"),
    ("crossindustrydocument:invoice:1p0", "zugferd-1"),
    ("1p0:extended", "factur-x-extended"),
    ("2p0:extended", "factur-x-extended"),
    ("1p0:minimum", "factur-x-minimum"),
    ("2p0:minimum", "factur-x-minimum"),
    ("1p0:basicwl", "factur-x-basicwl"),
    ("2p0:basicwl", "factur-x-basicwl"),
    ("1p0:basic", "factur-x-basic"),
    ("2p0:basic", "factur-x-basic"),
    ("urn:cen.eu:en16931:2017", "en16931"),
)


@lru_cache(maxsize=1024)
def profile(guideline: str) -> str:
    """`en16931`, `factur-x-extended`, `xrechnung`, … of a guideline; "" when it is empty or not known to us."""
    lowered = guideline.lower()
    return next((name for fragment, name in _FRAGMENTS if fragment in lowered), "")
