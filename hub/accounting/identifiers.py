"""Identifiers of relations, checked by the rules of their register (DOMAIN 14); a wrong one is a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from stdnum import ean, iban, lei
from stdnum.nl import bsn, btw, postcode
from stdnum.util import get_cc_module

from hub.model.finding import Finding
from hub.model.keys import identifier_key, normalised
from hub.model.party import Identifier

SCHEMES = {
    "KVK": "0106", "OIN": "0190", "VAT": "9944", "BTW": "9944", "GLN": "0088", "DUNS": "0060", "LEI": "0199",
    "ESTABLISHMENT": "0217", "VESTIGING": "0217", "RSIN": "RSIN", "IBAN": "IBAN", "ENDPOINT": "ENDPOINT",
}  # fmt: skip
_OF_RSIN = "00000001"  # first digits of an OIN that holds a RSIN, then three zeros
_OF_KVK = "00000003"  # first digits of an OIN that holds a KVK number, then four zeros
_MAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")


@dataclass(frozen=True, slots=True)
class Checked:
    """An identifier that may be kept: its strong key, and scheme and value as normalised."""

    key: str
    scheme: str
    value: str


def check_identifier(
    scheme: str, value: str, country: str = "", *, field: str = "", endpoint_schemes: Collection[str] = ()
) -> Checked | Finding:
    """The identifier normalised, or what is wrong with it.

    `scheme` is a name (KVK, RSIN, OIN, VAT, GLN, IBAN, ENDPOINT …) or an ICD code; an ENDPOINT is `scheme:value`.
    `endpoint_schemes` are the codes that Peppol knows; empty takes any of four digits.
    """
    name = scheme.strip().upper()
    at = field or name
    code = SCHEMES.get(name, name)
    if code == "ENDPOINT":
        return _endpoint(value, country, at, endpoint_schemes)
    found = normalised(value)
    if code == "9944" or code == "VAT":
        return _vat(found, value, at)
    if code not in _CHECKS:
        return _wrong("HUB-ID-09", at, scheme, ", ".join(SCHEMES))
    wrong, expected, test = _CHECKS[code]
    if not test(found):
        return _wrong(wrong, at, value, expected)
    return Checked(identifier_key(Identifier(found, code), country), code, found)


def check_g_iban(value: str, *, field: str = "g_iban") -> str | Finding:
    """A G-account (blocked tax account): a Dutch IBAN with 099 after the bank code (DOMAIN 8.1); empty stays empty."""
    found = normalised(value)
    if not found:
        return ""
    if not iban.is_valid(found):
        return _wrong("HUB-ID-06", field, value, _IBAN_FORM)
    if not found.startswith("NL") or found[8:11] != "099":
        return _wrong("HUB-ID-07", field, value, "NL00BANK099…")
    return found


def check_endpoint(value: str, country: str = "", *, field: str = "endpoint") -> str | Finding:
    """A Peppol endpoint as `scheme:value`, normalised; empty stays empty."""
    if not value.strip():
        return ""
    found = _endpoint(value, country, field, ())
    return found if isinstance(found, Finding) else f"{found.scheme}:{found.value}"


def check_email(value: str, *, field: str = "email") -> str | Finding:
    """One e-mail address, without blanks around it; empty stays empty."""
    found = value.strip()
    if found and (len(found) > 254 or not _MAIL.fullmatch(found)):
        return _wrong("HUB-ID-10", field, value, "name@domain.tld")
    return found


def check_postcode(value: str, country: str, *, field: str = "postcode") -> str | Finding:
    """A Dutch postcode as `1234 AB` (DOMAIN 14); of other countries as it is."""
    if country != "NL" or not value.strip():
        return value.strip()
    if not postcode.is_valid(value):
        return _wrong("HUB-ID-11", field, value, "1234 AB")
    return str(postcode.validate(value))


def check_country(value: str, *, field: str = "country") -> str | Finding:
    """Two letters, ISO 3166-1; EL is written GR there."""
    found = value.strip().upper()
    if found and not re.fullmatch(r"[A-Z]{2}", found):
        return _wrong("HUB-ID-12", field, value, "NL, DE, GR …")
    return {"EL": "GR", "UK": "GB"}.get(found, found)


def _endpoint(value: str, country: str, at: str, known: Collection[str]) -> Checked | Finding:
    scheme, colon, rest = value.strip().partition(":")
    expected = "0106:12345678"
    if not colon or not re.fullmatch(r"\d{4}", scheme) or (known and scheme not in known):
        return _wrong("HUB-ID-08", at, value, expected)
    if scheme in ("9944", *_CHECKS):
        checked = check_identifier(scheme, rest, country, field=at)
        if isinstance(checked, Finding):
            return replace(checked, found=value)
        return Checked(checked.key, scheme, checked.value)
    found = normalised(rest)
    if not found or not found.isascii() or len(found) > 50:
        return _wrong("HUB-ID-08", at, value, expected)
    return Checked(identifier_key(Identifier(found, scheme), country), scheme, found)


def _vat(found: str, value: str, at: str) -> Checked | Finding:
    """A VAT number with its country: by the rules of that country where they are known."""
    prefix, fits = found[:2], False
    if prefix == "NL":
        fits = bool(btw.is_valid(found))
    elif re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", found):
        module = get_cc_module({"EL": "gr", "XI": "gb"}.get(prefix, prefix.lower()), "vat")
        fits = module is None or bool(module.is_valid(found[2:] if prefix == "XI" else found))
    if not fits:
        return _wrong("HUB-ID-04", at, value, "NL123456782B01")
    return Checked("VAT:" + found, "VAT", found)


def _is_oin(value: str) -> bool:
    """20 digits; one made of a RSIN or a KVK number holds it whole. There is no check digit of its own."""
    if not _digits(20)(value):
        return False
    if value.startswith(_OF_RSIN):
        return bool(bsn.is_valid(value[8:17])) and value.endswith("000")
    return not value.startswith(_OF_KVK) or value.endswith("0000")


def _digits(count: int) -> Callable[[str], bool]:
    return lambda value: len(value) == count and value.isascii() and value.isdigit()


def _is_rsin(value: str) -> bool:
    return _digits(9)(value) and bool(bsn.is_valid(value))


def _is_gln(value: str) -> bool:
    return _digits(13)(value) and bool(ean.is_valid(value))


def _wrong(code: str, at: str, found: str, expected: str) -> Finding:
    return Finding(code, "fatal", "hub", at, found, expected, "us")


_IBAN_FORM = "NL00BANK0123456789"
# Per register: the finding's code, what it looks like, and whether a normalised value is one.
_CHECKS: dict[str, tuple[str, str, Callable[[str], bool]]] = {
    "0106": ("HUB-ID-01", "12345678", _digits(8)),
    "RSIN": ("HUB-ID-02", "123456782", _is_rsin),
    "0190": ("HUB-ID-03", "00000001123456782000", _is_oin),
    "0088": ("HUB-ID-05", "8712345678906", _is_gln),
    "IBAN": ("HUB-ID-06", _IBAN_FORM, lambda value: bool(iban.is_valid(value))),
    "0217": ("HUB-ID-13", "000012345678", _digits(12)),
    "0060": ("HUB-ID-14", "123456789", _digits(9)),
    "0199": ("HUB-ID-15", "724500PMK2A2M1SQQ228", lambda value: bool(lei.is_valid(value))),
}
