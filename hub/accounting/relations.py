"""Which relation a party is: exactly, on strong keys; weak keys (the name) only suggest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.model.keys import LEGAL_SCHEMES, name_key, relation_keys, scheme_of
from hub.model.decision import Decision
from hub.model.finding import Finding
from hub.model.party import Identifier, Party
from hub.model.relation import Relation


@dataclass(frozen=True, slots=True)
class Match:
    """The outcome: a known relation, one to create, or a finding with the candidates."""

    relation: Relation | None = None
    new: bool = False
    new_keys: tuple[str, ...] = ()  # strong keys that the document adds to a known relation
    decision: Decision | None = None
    finding: Finding | None = None


def _contradicts(relation: Relation, keys: Sequence[str]) -> bool:
    """A relation with another number in the same legal register is another legal person, whatever VAT id they share."""
    known = {scheme_of(key): key for key in relation_keys(relation) if scheme_of(key) in LEGAL_SCHEMES}
    return any(known.get(scheme_of(key), key) != key for key in keys if scheme_of(key) in LEGAL_SCHEMES)


def _other_vat(relation: Relation, keys: Sequence[str]) -> bool:
    """Both carry VAT ids of one country and none is the same: a shared IBAN (factor) or local number proves nothing."""
    theirs = {key for key in relation_keys(relation) if key.startswith("VAT:")}
    given = {key for key in keys if key.startswith("VAT:")}
    same_country = {key[:6] for key in theirs} & {key[:6] for key in given}
    return bool(same_country) and not theirs & given


def match_relation(party: Party, keys: Sequence[str], relations: Iterable[Relation]) -> Match:
    """Find the relation of `party`, whose strong keys are `keys` (strongest first), among `relations`."""
    known = [relation for relation in relations if not _contradicts(relation, keys)]
    by_key: dict[str, list[Relation]] = {}
    for relation in known:
        only_legal = _other_vat(relation, keys)
        for key in relation_keys(relation):
            if only_legal and scheme_of(key) not in LEGAL_SCHEMES:
                continue
            by_key.setdefault(key, []).append(relation)
    hits = [(key, by_key[key]) for key in keys if key in by_key]
    if not hits:
        return _unknown(party, keys, known)
    candidates = {relation.code: relation for _, found in hits for relation in found}
    key, strongest = hits[0]
    if len(candidates) == 1:
        words = (("key", key), ("relation", strongest[0].code))
        added = tuple(k for k in keys if k not in by_key and not k.startswith("IBAN:"))
        return Match(
            strongest[0], new_keys=added, decision=Decision("relation", strongest[0].code, "strong_key", words=words)
        )
    return Match(finding=_doubt(party, hits, candidates))


def _doubt(party: Party, hits: list[tuple[str, list[Relation]]], candidates: dict[str, Relation]) -> Finding:
    """Several candidates, or two keys that disagree: a person chooses."""
    names = ", ".join(f"{r.code} {r.name}" for r in sorted(candidates.values(), key=lambda r: r.code))
    keys = "; ".join(f"{key} → {'/'.join(sorted(r.code for r in found))}" for key, found in hits)
    return Finding(
        "HUB-REL-02", "fatal", "hub", found=keys, who="us", details=(("name", party.name), ("candidates", names))
    )


def _unknown(party: Party, keys: Sequence[str], known: Sequence[Relation]) -> Match:
    """Unknown: to be created when the document carries a name and a strong key, else held with suggestions."""
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
