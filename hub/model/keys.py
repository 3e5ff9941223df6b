"""Strong keys: identifiers normalised so that the same party always has the same key.

Order of strength is DOMAIN 10.6 no. 25: legal id, endpoint, VAT, GLN, IBAN. A VAT number is not unique
(fiscal unity) and an IBAN is not either (factor): only legal ids are unique in the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from hub.model.invoice import Invoice
from hub.model.party import Identifier, Party
from hub.model.relation import Relation

LEGAL_SCHEMES = ("0106", "0190")  # KVK and OIN: registers in which a number is one legal person
_BLANKS = re.compile(r"[\s.\-/]+")
_OLD_NAMES = {
    "NL:KVK": "0106",
    "NL:OIN": "0190",
    "NL:OINO": "0190",
    "NL:VAT": "9944",
    "GLN": "0088",
    "KVK": "0106",
    "OIN": "0190",
}
_LONGEST = 100  # characters; no register gives out longer numbers, and an index cannot hold any length
_FEW, _SHORT = 8, 400  # identifiers, and characters of all together, of a party whose keys are remembered
_VAT_PREFIX = re.compile(r"^[A-Z]{2}[0-9A-Z+*]{2,13}$")
_IBAN = re.compile(r"^[A-Z]{2}\d{2}[0-9A-Z]{8,30}$")


def scheme_code(scheme: str) -> str:
    """`NL:KVK` and `0106` are the same register; unknown names stay as they are, in upper case."""
    if scheme.isdigit():
        return scheme
    upper = scheme.strip().upper()
    return _OLD_NAMES.get(upper, upper)


def normalised(value: str) -> str:
    """Upper case without blanks, dots, dashes and slashes."""
    return (value if value.isalnum() else _BLANKS.sub("", value)).upper()


def identifier_key(identifier: Identifier, country: str) -> str:
    """`0106:12345678`; without scheme the country qualifies: `NL?:12345678`.

    Empty for an empty value, and for one that neither a scheme nor a country qualifies: anybody may bear it.
    """
    value = normalised(identifier.value)
    if not value:
        return ""
    scheme = scheme_code(identifier.scheme)
    if scheme == "9944" or (scheme in ("", "VAT") and _VAT_PREFIX.match(value) and value[:2] == country):
        return "VAT:" + value
    if scheme == "0106":
        value = value.removeprefix("KVK").zfill(8)
    qualified = scheme or (f"{country}?" if country else "")
    return f"{qualified}:{value}" if qualified else ""


def vat_key(vat_id: str) -> str:
    """`VAT:NL123456789B01`, or empty when there is no country prefix and so no certainty."""
    value = normalised(vat_id)
    return "VAT:" + value if _VAT_PREFIX.match(value) else ""


def iban_key(iban: str) -> str:
    """`IBAN:NL91ABNA0417164300`, or empty when it does not look like an IBAN."""
    value = normalised(iban)
    return "IBAN:" + value if _IBAN.match(value) else ""


def _unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for key in keys if key and len(key) <= _LONGEST))


def party_keys(party: Party, ibans: Iterable[str] = ()) -> tuple[str, ...]:
    """Every strong key a document gives for a party, strongest first (DOMAIN 10.6 no. 25)."""
    country = party.country
    told = (country, party.legal_id, party.endpoint, party.identifiers, party.vat_id, party.tax_registration_id)
    keys = _remembered(*told) if _is_usual(party, country) else _keys(*told)
    ours = [iban_key(iban) for iban in ibans]
    return _unique([*keys, *ours]) if ours else keys


def _is_usual(party: Party, country: str) -> bool:
    """Whether its identifiers are few and short: what is remembered comes from strangers."""
    size = len(country) + len(party.vat_id) + len(party.tax_registration_id)
    for identifier in (party.legal_id, party.endpoint, *party.identifiers[:_FEW]):
        if identifier is not None:
            size += len(identifier.value) + len(identifier.scheme)
    return size < _SHORT and len(party.identifiers) < _FEW


def _keys(
    country: str, legal_id: Identifier | None, address: Identifier | None, identifiers: tuple[Identifier, ...],
    vat_id: str, tax_registration_id: str,
) -> tuple[str, ...]:  # fmt: skip
    legal = [identifier_key(legal_id, country)] if legal_id else []
    endpoint = [identifier_key(address, country)] if address and address.scheme != "EM" else []
    others = [identifier_key(identifier, country) for identifier in identifiers]
    known_legal = [key for key in (*endpoint, *others) if key.startswith(("0106:", "0190:"))]
    gln = [key for key in others if key.startswith("0088:")]
    rest = [key for key in others if not key.startswith("0088:")]
    local = [f"{country}#:{normalised(tax_registration_id)}"] if tax_registration_id and country else []
    return _unique([*legal, *known_legal, *endpoint, vat_key(vat_id), *gln, *rest, *local])


_remembered = lru_cache(maxsize=2000)(_keys)  # of a document's parties they are asked six times


@lru_cache(maxsize=100)
def own_keys(identifiers: tuple[Identifier, ...], ibans: tuple[str, ...], country: str) -> frozenset[str]:
    """The keys by which an administration recognises itself."""
    return frozenset(_unique([*(identifier_key(i, country) for i in identifiers), *map(iban_key, ibans)]))


@lru_cache(maxsize=1000)
def relation_keys(relation: Relation) -> frozenset[str]:
    """Every key by which a relation is found."""
    keys = (identifier_key(i, relation.country) for i in relation.identifiers)
    return frozenset([*keys, *map(iban_key, (*relation.ibans, *relation.factor_ibans))])


def transfer_ibans(invoice: Invoice) -> tuple[str, ...]:
    """Accounts the seller wants to be paid on (BT-84)."""
    return tuple(dict.fromkeys(means.account for means in invoice.payment_means if means.account))


def scheme_of(key: str) -> str:
    """The scheme part of a key."""
    return key.partition(":")[0]


def name_key(name: str) -> str:
    """A company name for *suggesting* only: lower case, without legal form, punctuation and blanks."""
    words = re.findall(r"[^\W_]+", name.casefold())
    plain = [word for word in words if word not in _LEGAL_FORMS]
    return "".join(plain or words)[:_LONGEST]


_LEGAL_FORMS = frozenset(
    [
        "bv",
        "b",
        "v",
        "nv",
        "n",
        "vof",
        "cv",
        "gmbh",
        "ag",
        "kg",
        "ltd",
        "limited",
        "plc",
        "inc",
        "llc",
        "sa",
        "srl",
        "sarl",
        "bvba",
        "nvsa",
        "as",
        "ab",
        "oy",
        "oyj",
        "spa",
        "sas",
    ]
)
