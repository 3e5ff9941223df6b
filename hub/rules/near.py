"""What was probably meant by a code that is not in its list: for the sentence of a finding, never for judging."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

Details = tuple[tuple[str, str], ...]
_MOST = 3  # codes that are offered
_LONGEST = 20  # characters of a code that anyone mistyped
_SHORTEST = 3  # below it one letter more or less says nothing
_MEANT = {
    # kinds of numbers and addresses
    "KVK": "0106", "NLKVK": "0106", "COC": "0106", "OIN": "0190", "NLOIN": "0190", "NLOINO": "0190", "9954": "0190",
    "GLN": "0088", "EAN": "0088", "GTIN": "0160", "DUNS": "0060", "NLVAT": "9944", "BTW": "9944", "BEVAT": "9925",
    "DEVAT": "9930", "BECBE": "0208", "KBO": "0208", "CVR": "0184", "DKCVR": "0184", "ORGNR": "0007",
    # currencies and countries
    "€": "EUR", "EURO": "EUR", "EUROS": "EUR", "BGN": "EUR", "$": "USD", "£": "GBP", "NLD": "NL", "NEDERLAND": "NL",
    "NETHERLANDS": "NL", "HOLLAND": "NL", "BEL": "BE", "BELGIE": "BE", "BELGIË": "BE", "DEU": "DE", "DUITSLAND": "DE",
    "GERMANY": "DE", "FRA": "FR", "UK": "GB", "EL": "GR",
    # units
    "STK": "H87 C62", "STUK": "H87 C62", "STUKS": "H87 C62", "PCS": "H87 C62", "PCE": "H87 C62", "PC": "H87 C62",
    "UNIT": "C62 H87", "UUR": "HUR", "UREN": "HUR", "HOUR": "HUR", "HOURS": "HUR", "KG": "KGM", "KILO": "KGM", "M": "MTR",
    "METER": "MTR", "M2": "MTK", "M3": "MTQ", "KM": "KMT", "DAG": "DAY", "DAGEN": "DAY", "DAYS": "DAY", "L": "LTR",
    "LITER": "LTR", "MAAND": "MON", "MAANDEN": "MON", "MONTH": "MON", "JAAR": "ANN", "YEAR": "ANN",
    # VAT categories
    "H": "S HUR", "HOOG": "S", "HIGH": "S", "LAAG": "S", "LOW": "S", "STANDARD": "S", "21": "S", "9": "S", "AA": "S",
    "V": "AE", "VERLEGD": "AE", "N": "Z", "NUL": "Z", "0": "Z", "VRIJ": "E", "EXEMPT": "E", "IC": "K", "ICL": "K", "EXPORT": "G",
    # attachments
    "IMAGE/JPG": "image/jpeg", "PDF": "application/pdf",
}  # fmt: skip


def near(text: str | None, allowed: frozenset[str]) -> Details:
    """The details of a failure: the nearest allowed codes, or none where nothing is near."""
    found = nearest(text or "", allowed)
    return (("variant", "near"), ("near", ", ".join(found))) if found else ()


@lru_cache(maxsize=2048)
def nearest(text: str, allowed: frozenset[str]) -> tuple[str, ...]:
    """Codes of the list: the same in capitals or with zeros before it, what people write for it, one character apart."""
    if not text.strip() or len(text) > _LONGEST:
        return ()
    plain = text.strip().upper()
    same = [each for each in (plain, plain.lower(), plain.zfill(4)) if each in allowed]
    bare = plain.replace(":", "").replace(".", "").replace(" ", "")
    meant = [each for each in _MEANT.get(plain, _MEANT.get(bare, "")).split() if each in allowed]
    return tuple(same[:1] or meant or _one_apart(plain, allowed))


def _one_apart(plain: str, allowed: frozenset[str]) -> list[str]:
    """Codes that one character added, left out, changed or swapped turns this into: those share what is left without one."""
    if len(plain) < _SHORTEST:
        return []
    known = _without_one(allowed)
    found = {code for form in _forms(plain) for code in known.get(form, ()) if abs(len(code) - len(plain)) < 2}
    # Of many neighbours none is meant: in a dense list of numbers every number has some.
    return sorted(found) if len(found) <= _MOST else []


@lru_cache(maxsize=64)
def _without_one(allowed: frozenset[str]) -> dict[str, list[str]]:
    """Every code under each of its forms; made once a list."""
    known: dict[str, list[str]] = defaultdict(list)
    for code in allowed:
        for form in set(_forms(code.upper())):
            known[form].append(code)
    return dict(known)


def _forms(code: str) -> Iterator[str]:
    yield code
    for at in range(len(code)):
        yield code[:at] + code[at + 1 :]
