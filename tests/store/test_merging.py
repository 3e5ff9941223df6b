"""Merging doubles: history stays, look-ups and sums go to the survivor."""

from __future__ import annotations

import pytest

from hub.errors import NotFound, Refused, StaleFacts
from hub.model.party import Address
from hub.model.relation_card import ContactPerson, FreeField, Reason, RelationAddress, RelationCard
from hub.reports.relation_changes import changes, relation_log
from hub.reports.relations import list_relations, show_relation
from hub.reports.trial_balance import trial_balance
from hub.reports.verify import verify
from hub.store.contacts import add_address, add_contact
from hub.store.exposure import exposures
from hub.store.free_fields import add_field, fill_fields
from hub.store.merging import Merged, merge_relations
from hub.store.notes import add_note
from hub.store.reasons import add_reason
from hub.store.relation_cards import change_card
from hub.store.relations import add_keys, change_relation, get_relation, resolve
from tests.books import Books
from tests.store.relations import add, changing, order, place


def _merge(books: Books, code: str, into: str) -> Merged:
    with changing(books) as change:
        return merge_relations(change, code, into, "double")


def _id(books: Books, code: str) -> int:
    return int(books.scalar("SELECT id FROM relation WHERE code = :c AND administration_id = :a", c=code, a=books.id))


def test_documents_of_the_double_go_to_the_survivor_and_old_entries_stay(books: Books) -> None:
    [first] = books.take("01")
    [survivor] = add(books, "Papierhuis, de echte")
    before = books.rows("SELECT id, relation_id FROM open_item")
    with books.hub.database.reading() as connection:
        balance = list(trial_balance(connection, books.id))
    merged = _merge(books, first.relation_code, survivor)
    assert (merged.code, merged.survivor, merged.keys > 0) == (first.relation_code, survivor, True)
    assert books.rows("SELECT id, relation_id FROM open_item") == before
    with books.hub.database.reading() as connection:
        assert list(trial_balance(connection, books.id)) == balance
        assert get_relation(connection, books.id, first.relation_code)[1].code == survivor
        assert [row["code"] for row in list_relations(connection, books.id)] == [survivor]
        assert show_relation(connection, books.id, first.relation_code)["aliases"] == [first.relation_code]
    [credit] = books.take("03")
    assert (credit.outcome, credit.relation_code) == ("posted", survivor)
    assert all(check.ok for check in verify(books.hub.database, books.hub.sources, None, lambda *_: None))


def test_invoice_that_was_booked_on_the_double_is_known_to_the_survivor(books: Books) -> None:
    [first] = books.take("01")
    [survivor] = add(books, "Papierhuis, de echte")
    _merge(books, first.relation_code, survivor)
    [again] = books.take("01")
    assert again.outcome == "duplicate"


def test_everything_that_is_no_history_moves_along(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    with changing(books) as change:
        for code, street in ((one, "Kade 1"), (other, "Kade 2")):
            add_address(change, code, RelationAddress("visit", Address(street, country="NL")))
        add_address(change, one, RelationAddress("post", Address("Postbus 1", country="NL")))
        person = add_contact(change, one, ContactPerson("J. de Wit", email="wit@een.nl", purposes=("reminders",)))
        add_note(change, one, "Belt terug", person)
        add_note(change, other, "Ook een")
        add_field(change, FreeField("a", "A"))
        add_field(change, FreeField("b", "B"))
        fill_fields(change, one, {"a": "1", "b": "1"})
        fill_fields(change, other, {"b": "2"})
        change_card(change, one, {"email": "een@een.nl", "memo": "een"})
        change_card(change, other, {"memo": "twee", "roles": ("creditor",)})
        change_relation(change.connection, change.ids, books.id, one, {"sales_term": "30D"}, books.actor_id, change.at)
        add_reason(change, one, Reason("limit", "person", "x", 100_00))
    place(books, order("1", one, "60.00"))
    merged = _merge(books, one, other)
    assert merged.filled == ("sales_term", "email", "roles") or merged.filled == ("sales_term", "email")
    with books.hub.database.reading() as connection:
        card = show_relation(connection, books.id, other)
    assert [(a["kind"], a["line_1"]) for a in card["addresses"]] == [("visit", "Kade 2"), ("post", "Postbus 1")]
    assert (card["card"]["email"], card["card"]["memo"]) == ("een@een.nl", "twee")
    assert sorted(card["roles"]) == ["creditor", "debtor"]
    assert card["fields"] == {"a": "1", "b": "2"}
    assert {note["text"] for note in card["notes"]} == {"Belt terug", "Ook een"}
    assert card["emails"]["reminders"]["email"] == "wit@een.nl"
    assert card["settings"]["sales_term"] == "30D"
    assert (card["credit"]["credit_limit"], card["credit"]["ordered"]) == ("100.00", "60.00")


def test_what_both_owe_is_one_exposure(books: Books) -> None:
    [sold] = books.take("36")
    [survivor] = add(books, "Koffiehuis, de echte")
    owed = exposures_of(books, sold.relation_code)
    assert owed > 0
    _merge(books, sold.relation_code, survivor)
    assert exposures_of(books, survivor) == owed


def exposures_of(books: Books, code: str) -> int:
    """What is owed, in cents."""
    with books.hub.database.reading() as connection:
        return exposures(connection, books.id, [_id(books, code)])[_id(books, code)].owed


def test_chain_ends_at_the_last_survivor(books: Books) -> None:
    one, two, three = add(books, "Een", "Twee", "Drie")
    _merge(books, one, two)
    _merge(books, two, three)
    with books.hub.database.reading() as connection:
        assert [resolve(connection, books.id, code)[1] for code in (one, two, three)] == [three] * 3
    for code, into in ((one, three), (three, one), (three, three)):
        with pytest.raises(Refused):
            _merge(books, code, into)
    with pytest.raises(NotFound):
        _merge(books, "C9999", three)


def test_merge_is_refused_with_every_reason_and_changes_nothing(books: Books) -> None:
    [one], [other] = add(books, "Een", kvk="11111111"), add(books, "Twee", kvk="22222222")
    with changing(books) as change:
        add_reason(change, other, Reason("hold", "case", "incasso", None, "CASE-1"))
    before = books.rows("SELECT code, version, merged_into FROM relation ORDER BY code")
    with pytest.raises(Refused) as refused:
        _merge(books, one, other)
    assert [finding.code for finding in refused.value.findings] == ["HUB-MERGE-03", "HUB-MERGE-04"]
    assert books.rows("SELECT code, version, merged_into FROM relation ORDER BY code") == before


def test_log_and_feed_tell_of_the_merge(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    _merge(books, one, other)
    with books.hub.database.reading() as connection:
        log = [(row["relation"], row["what"]) for row in relation_log(connection, books.id, other)]
        feed = [(row["relation"], row["change"], row["merged_into"]) for row in changes(connection, books.id)]
    assert (one, "relation.merged") in log
    assert (other, "relation.took_over") in log
    assert feed == [(one, "merged", other), (other, "changed", None)]


def test_key_learned_for_a_double_that_has_just_gone_up_is_decided_again(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    _merge(books, one, other)
    with pytest.raises(StaleFacts), books.hub.database.transaction() as connection:
        add_keys(connection, [(books.id, _id(books, one), "VAT:NL123456782B01")])
    assert books.scalar("SELECT COUNT(*) FROM relation_key") == 0


def test_survivor_is_found_by_the_name_of_the_double(books: Books) -> None:
    one, other = add(books, "Bakkerij Oud", "Bakkerij Nieuw")
    _merge(books, one, other)
    from hub.store.relations import find_relations

    with books.hub.database.reading() as connection:
        found = find_relations(connection, [books.id], [], ["bakkerijoud"])
    assert [relation.code for _, _, _, relation in found] == [other]


def test_empty_card_of_the_double_leaves_the_survivors_as_it_is(books: Books) -> None:
    one, other = add(books, "Een", "Twee", card=RelationCard(roles=("prospect",)))
    with changing(books) as change:
        change_card(change, other, {"roles": ("debtor",)})
    _merge(books, one, other)
    with books.hub.database.reading() as connection:
        assert show_relation(connection, books.id, other)["roles"] == ["debtor"]


def test_open_items_of_both_stand_under_the_survivor(books: Books) -> None:
    from hub.reports.ageing import ageing
    from hub.reports.open_items import open_items
    from hub.store.open_items import open_item_ids

    [sold] = books.take("36")
    [survivor] = add(books, "Koffiehuis, de echte")
    with books.hub.database.reading() as connection:
        before = [row["outstanding"] for row in open_items(connection, books.id)]
    _merge(books, sold.relation_code, survivor)
    with books.hub.database.reading() as connection:
        rows = list(open_items(connection, books.id))
        *lines, total = ageing(connection, books.id, side="receivable")
        items = [open_item_ids(connection, books.id, relation=code) for code in (sold.relation_code, survivor)]
    assert [row["outstanding"] for row in rows] == before
    assert {row["relation"] for row in rows} == {survivor}
    assert [line["relation"] for line in lines] == [survivor]
    assert total["difference"] == "0.00"
    assert items[0] == items[1] != []
