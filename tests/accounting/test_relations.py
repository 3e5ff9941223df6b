"""Which relation it is: exactly, on strong keys, strongest first; in doubt a person."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.relations import Match, match_relation
from hub.model.keys import party_keys
from hub.model.party import Address, Identifier, Party
from hub.model.relation import Relation
from tests.builders import SUPPLIER, THEIR_IBAN, booked, codes, facts, finding_of, invoice, known, party, transfer_to

VAT = "NL999992582B01"
KVK = Identifier("00261030", "0106")
FACTOR_IBAN = "NL44RABO0000999912"


def relation(code: str, *identifiers: Identifier, **changes: object) -> Relation:
    return Relation(code=code, name=f"Name {code}", key=code, country="NL", identifiers=identifiers, **changes)  # type: ignore[arg-type]


def vat(value: str = VAT) -> Identifier:
    return Identifier(value, "VAT")


def match(who: Party, *relations: Relation, iban: str = "") -> Match:
    return match_relation(who, party_keys(who, (iban,) if iban else ()), relations)


def test_a_relation_is_found_by_its_number_whatever_its_name() -> None:
    found = match(replace(SUPPLIER, name="Another name"), known())
    assert found.relation == known()
    assert found.decision is not None
    assert dict(found.decision.words)["key"] == "0106:00261030"


def test_each_kind_of_key_finds_a_relation() -> None:
    gln = Identifier("8710000000024", "0088")
    address = Address(country="NL")
    assert match(Party(name="X", vat_id=VAT), relation("A", vat())).relation
    assert match(Party(name="X", identifiers=(gln,)), relation("A", gln)).relation
    assert match(Party(name="X", endpoint=gln), relation("A", gln)).relation
    assert match(
        Party(name="X", legal_id=Identifier("7"), address=address), relation("A", Identifier("7", "NL?"))
    ).relation
    assert match(Party(name="X"), relation("A", ibans=(THEIR_IBAN,)), iban=THEIR_IBAN).relation


def test_a_number_without_scheme_belongs_to_its_country() -> None:
    dutch = relation("A", Identifier("4711", "NL?"))
    german = relation("B", Identifier("4711", "DE?"))
    found = match(party("DE"), dutch, german)
    assert found.relation == german


def test_a_number_that_neither_scheme_nor_country_qualifies_proves_nothing() -> None:
    assert match(Party(name="X", legal_id=Identifier("7")), relation("A", Identifier("7"))).finding is not None


def test_a_name_alone_only_suggests() -> None:
    booking = booked(invoice(seller=Party(name="papierhuis bv")))
    assert booking.outcome == "held"
    assert dict(finding_of(booking, "HUB-REL-01").details)["candidates"] == "C0001 Papierhuis B.V."


def test_an_unknown_party_with_name_and_number_is_created() -> None:
    booking = booked(invoice(payment_means=transfer_to(THEIR_IBAN)), facts(relations=()))
    assert booking.outcome == "posted"
    assert booking.new_relation
    assert booking.relation is not None
    assert (booking.relation.key, booking.relation.ibans) == ("0106:00261030", (THEIR_IBAN,))


def test_an_unknown_party_without_number_is_for_a_person() -> None:
    booking = booked(invoice(seller=Party(name="Somebody", address=Address(country="NL"))))
    assert booking.outcome == "held"
    assert not booking.new_relation


def test_an_unknown_party_without_name_is_for_a_person() -> None:
    assert "HUB-REL-01" in codes(booked(invoice(seller=replace(SUPPLIER, name="")), facts(relations=())))


def test_a_document_adds_keys_to_the_relation_it_was_recognised_by() -> None:
    found = match(SUPPLIER, relation("A", KVK), iban=THEIR_IBAN)
    assert found.new_keys == (f"VAT:{VAT}",)


def test_a_bank_account_alone_gives_nobody_a_new_identity() -> None:
    found = match(SUPPLIER, relation("A", ibans=(THEIR_IBAN,)), iban=THEIR_IBAN)
    assert found.relation is not None
    assert found.new_keys == ()


def test_several_candidates_are_for_a_person_with_their_names() -> None:
    found = match(Party(name="X", vat_id=VAT), relation("A", vat()), relation("B", vat()))
    assert found.relation is None
    assert found.finding is not None
    assert found.finding.code == "HUB-REL-02"
    assert dict(found.finding.details)["candidates"] == "A Name A, B Name B"


def test_two_keys_that_disagree_are_for_a_person() -> None:
    found = match(SUPPLIER, relation("A", KVK), relation("B", Identifier("1", "0088"), vat()))
    assert found.finding is not None
    assert found.finding.found == "0106:00261030 → A; VAT:NL999992582B01 → B"


def test_a_stolen_bank_account_disagrees() -> None:
    thief = relation("B", vat("NL999993653B01"), ibans=(FACTOR_IBAN,))
    other = relation("C", Identifier("12", "0060"), ibans=(FACTOR_IBAN,))
    assert match(SUPPLIER, known(), other, iban=FACTOR_IBAN).finding is not None
    assert (
        match(SUPPLIER, known(), thief, iban=FACTOR_IBAN).relation == known()
    )  # another VAT id: the account proves nothing


def test_in_a_fiscal_unity_the_legal_number_decides() -> None:
    sister = relation("B", Identifier("00269999", "0106"), vat())
    assert match(SUPPLIER, known(), sister).relation == known()


def test_a_shared_vat_id_does_not_contradict_the_legal_number() -> None:
    sister = relation("B", vat())  # we never learnt its number in the register
    assert match(SUPPLIER, known(), sister).relation == known()


def test_a_new_member_of_a_fiscal_unity_is_a_new_relation() -> None:
    found = match(replace(SUPPLIER, legal_id=Identifier("00269999", "0106")), known())
    assert found.new
    assert found.relation is not None
    assert found.relation.key == "0106:00269999"


def test_an_account_of_a_factor_proves_nothing() -> None:
    client = relation("A", ibans=(THEIR_IBAN,), factor_ibans=(FACTOR_IBAN,))
    other = party("NL", "NL999993653B01")
    found = match(other, client, iban=FACTOR_IBAN)
    assert found.new
    assert found.relation is not None
    assert found.relation.ibans == ()


def test_the_account_of_a_payee_is_not_the_sellers() -> None:
    made = invoice(payee=Party(name="Factor N.V."), payment_means=transfer_to(FACTOR_IBAN))
    booking = booked(made, facts(relations=()))
    assert booking.relation is not None
    assert booking.relation.ibans == ()


@given(st.permutations([known(), relation("B", vat("NL999993653B01")), relation("C", Identifier("3", "0088"))]))
def test_the_order_of_what_was_looked_up_changes_nothing(relations: list[Relation]) -> None:
    assert match(SUPPLIER, *relations, iban=THEIR_IBAN).relation == known()


@given(st.permutations(range(4)), st.sets(st.integers(0, 3), min_size=1))
def test_whatever_subset_of_its_keys_a_document_bears_the_relation_is_the_same(
    order: list[int], given_: set[int]
) -> None:
    numbers = (KVK, vat(), Identifier("8710000000024", "0088"), Identifier("12", "0060"))
    mine = relation("A", *(numbers[i] for i in order))
    borne = tuple(Identifier(numbers[i].value, "9944" if i == 1 else numbers[i].scheme) for i in given_)
    found = match(
        Party(name="X", identifiers=borne, address=Address(country="NL")), mine, relation("B", Identifier("9", "0060"))
    )
    assert found.relation == mine
