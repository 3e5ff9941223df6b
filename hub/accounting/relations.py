"""Which relation a party is: exactly, on strong keys; weak keys (the name) only suggest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.keys import LEGAL_SCHEMES, iban_key, name_key, relation_keys, scheme_of
from hub.model.party import Identifier, Party
from hub.model.relation import Relation

_LEGAL = tuple(f"{scheme}:" for scheme in LEGAL_SCHEMES)


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome: a known relation, one to create, or a finding with the candidates."""

    relation: Relation | None = None
    new: bool = False
    new_keys: tuple[str, ...] = ()  # strong keys that the document adds to a known relation
    decision: Decision | None = None
    finding: Finding | None = None


def _contradicts(own: Iterable[str], keys: Sequence[str]) -> bool:
    """A relation with another number in the same legal register is another legal person, whatever VAT id they share."""
    known = {key[:4]: key for key in own if key.startswith(_LEGAL)}
    return any(known.get(key[:4], key) != key for key in keys if key.startswith(_LEGAL))


def _other_vat(own: Iterable[str], keys: Sequence[str]) -> bool:
    """Both carry VAT ids of one country and none is the same: a shared IBAN (factor) or local number proves nothing."""
    theirs = {key for key in own if key.startswith("VAT:")}
    given = {key for key in keys if key.startswith("VAT:")}
    same_country = {key[:6] for key in theirs} & {key[:6] for key in given}
    return bool(same_country) and not theirs & given


def match_relation(party: Party, keys: Sequence[str], relations: Iterable[Relation]) -> Match:
    """Find the relation of `party`, whose strong keys are `keys` (strongest first), among `relations`.

    A key that several relations share (the VAT id of a fiscal unity) decides nothing but contradicts nothing:
    what every known key agrees on is the relation.
    """
    own = [(relation, relation_keys(relation)) for relation in relations]
    own = [(relation, theirs) for relation, theirs in own if not _contradicts(theirs, keys)]
    by_key: dict[str, dict[str, Relation]] = {}
    for relation, theirs in own:
        for key in _proving_keys(relation, theirs, keys):
            by_key.setdefault(key, {})[relation.code] = relation
    hits = [(key, by_key[key]) for key in keys if key in by_key]
    if not hits:
        return _unknown(party, keys, [relation for relation, _ in own])
    key, strongest = hits[0]
    agreed = [code for code in strongest if all(code in found for _, found in hits)]
    if len(agreed) != 1:
        return Match(finding=_doubt(party, hits))
    relation = strongest[agreed[0]]
    words = (("key", key), ("relation", relation.code))
    return Match(
        relation,
        new_keys=_added(keys, key, by_key),
        decision=Decision("relation", relation.code, "strong_key", words=words),
    )


def _proving_keys(relation: Relation, own: Iterable[str], keys: Sequence[str]) -> Iterable[str]:
    """The keys that prove a relation. Many suppliers are paid on one account of their factor, so that proves nothing."""
    factors = {iban_key(iban) for iban in relation.factor_ibans}
    only_legal = _other_vat(own, keys)
    return [key for key in own if key not in factors and (not only_legal or key.startswith(_LEGAL))]


def _added(keys: Sequence[str], proof: str, by_key: Mapping[str, object]) -> tuple[str, ...]:
    """Keys to learn. Nobody gets a new identity because a document names his bank account (fraud)."""
    if scheme_of(proof) == "IBAN":
        return ()
    return tuple(key for key in keys if key not in by_key and scheme_of(key) != "IBAN")


def _doubt(party: Party, hits: Sequence[tuple[str, Mapping[str, Relation]]]) -> Finding:
    """Several candidates, or two keys that disagree: a person chooses."""
    candidates = {code: relation for _, found in hits for code, relation in found.items()}
    names = ", ".join(f"{code} {candidates[code].name}" for code in sorted(candidates))
    keys = "; ".join(f"{key} → {'/'.join(sorted(found))}" for key, found in hits)
    return Finding(
        "HUB-REL-02", "fatal", "hub", found=keys, who="us", details=(("name", party.name), ("candidates", names))
    )


def _unknown(party: Party, keys: Sequence[str], known: Sequence[Relation]) -> Match:
    """Unknown: to be created when the document carries a name and a strong key, else held with suggestions."""
    factors = {iban_key(iban) for relation in known for iban in relation.factor_ibans}
    keys = [key for key in keys if key not in factors]
    if party.name and keys:
        identifiers = tuple(_identifier(key) for key in keys if not key.startswith("IBAN:"))
        ibans = tuple(key.removeprefix("IBAN:") for key in keys if key.startswith("IBAN:"))
        created = Relation(
            code="", name=party.name, key=keys[0], country=party.country, identifiers=identifiers, ibans=ibans
        )
        decision = Decision(
            "relation", party.name, "created_from_document", words=(("key", keys[0]), ("name", party.name))
        )
        return Match(created, new=True, decision=decision)
    wanted = name_key(party.name)
    similar = ", ".join(f"{r.code} {r.name}" for r in known if wanted and name_key(r.name) == wanted)
    details = (("name", party.name), ("candidates", similar))
    return Match(finding=Finding("HUB-REL-01", "fatal", "hub", found=party.name or None, who="us", details=details))


def _identifier(key: str) -> Identifier:
    scheme, _, value = key.partition(":")
    return Identifier(value, scheme)
