"""`:86:` with keys between slashes, as the Dutch banks agreed: only known keys cut, for a remittance may hold slashes itself."""

from __future__ import annotations

import re
from typing import Any

KEYS = (
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "ORDP", "BENM", "CNTP", "MARF", "CSID", "RTRN", "PREF", "SVCL", "PURP",
    "ISDT", "ADDR", "ID", "UDTR", "UCRD", "ULTC", "ULTD", "ULTB", "IREF", "CREF", "NRTX", "OCMT", "CHGS", "EXCH", "TRCD",
    "BUSP", "ACCW", "ADDW", "INIT", "SUM", "SCOR",
)  # fmt: skip
_KEY = re.compile(r"/(" + "|".join(KEYS) + r")/")
_TELLING = frozenset(
    ("TRTP", "REMI", "EREF", "ORDP", "BENM", "CNTP", "MARF", "IBAN", "NAME", "RTRN", "PREF", "UDTR", "UCRD")
)
_ULTIMATE = frozenset(("UDTR", "UCRD", "ULTC", "ULTD", "ULTB"))


def slash_details(text: str) -> dict[str, Any] | None:
    """The fields of `Details` that the keys give; None when the text has no keys of this kind."""
    pieces = _KEY.split(text)
    if not _TELLING & set(pieces[1::2]):
        return None
    values: dict[str, str] = {}
    skipping = False
    for key, value in zip(pieces[1::2], pieces[2::2], strict=True):
        skipping = key in _ULTIMATE or (skipping and key in ("NAME", "ID", "ADDR", ""))
        if not skipping and (key not in values or not values[key]):
            values[key] = value.strip()
    party = _counterparty(values.get("CNTP", ""))
    reference, description = _remittance(values.get("REMI", ""))
    count = _bare(values.get("NRTX", ""))
    return {
        "iban": party[0] or _bare(values.get("IBAN", "")),
        "bic": party[1] or _bare(values.get("BIC", "")),
        "name": party[2] or _bare(values.get("NAME", "")) or _direct(values),
        "description": description or pieces[0].strip() or _bare(values.get("TRTP", "")),
        "reference": reference,
        "end_to_end_id": _bare(values.get("EREF", "")),
        "mandate": _bare(values.get("MARF", "")),
        "creditor_id": _bare(values.get("CSID", "")),
        "batch": _bare(values.get("PREF", "")),
        "batch_count": int(count) if count.isdigit() and len(count) < 10 else 0,
        "return_reason": _bare(values.get("RTRN", ""))[:4],
        "code": _bare(values.get("TRTP", "")) or _bare(values.get("SVCL", "")),
    }


def _counterparty(text: str) -> tuple[str, str, str]:
    """`iban/bic/name/town/`, each of which may be empty; a name may hold slashes itself."""
    parts = [part.strip() for part in text.removesuffix("/").split("/")]
    name = "/".join(parts[2:-1]) if len(parts) > 3 else "".join(parts[2:3])
    return parts[0], "".join(parts[1:2]), name


def _remittance(text: str) -> tuple[str, str]:
    """(structured reference, text) of `USTD//text`, `STRD/CUR/kenmerk`, `STRD/ISO/RF…` or a text alone."""
    if text.startswith("USTD//"):
        return "", _bare(text[6:])
    if text.startswith("STRD/"):
        parts = _bare(text[5:]).split("/")
        reference = next((p.strip() for p in parts if re.fullmatch(r"\s*(\d{7,16}|RF\d\d[A-Z0-9 ]{1,26})\s*", p)), "")
        return reference.replace(" ", ""), "" if reference else " ".join(filter(None, parts))
    return "", _bare(text)


def _direct(values: dict[str, str]) -> str:
    """Who stands straight behind the key of the party: `/ORDP/NAME OF SOMEBODY`."""
    return _bare(values.get("ORDP", "")) or _bare(values.get("BENM", ""))


def _bare(text: str) -> str:
    """Without the slashes that end it."""
    return text.strip().strip("/").strip()
