"""Relation cards: made by hand, changed with a trace, followed by a feed that misses nothing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.accounting.identifiers import Checked, check_identifier
from hub.errors import NotFound, Refused
from hub.model.party import Address, Identifier
from hub.model.relation_card import ContactPerson, FreeField, RelationAddress, RelationCard, RelationDraft
from hub.reports.relation_changes import changes, relation_log
from hub.reports.relation_doubles import doubles
from hub.reports.relations import list_relations, show_relation
from hub.store.confirmed import confirm_iban, reject_iban
from hub.store.contacts import add_address, add_contact, end_contact
from hub.store.free_fields import add_field, end_field, fill_fields
from hub.store.notes import add_note
from hub.store.relation_cards import add_relations, change_card
from hub.store.relation_identifiers import add_identifier, remove_identifier
from hub.store.relations import change_relation
from hub.store.vat_answers import VatAnswer, add_answer, answer_on
from tests.books import Books
from tests.store.relations import add, changing


def _shown(books: Books, code: str) -> dict[str, object]:
    with books.hub.database.reading() as connection:
        return show_relation(connection, books.id, code)


def _checked(scheme: str, value: str) -> Checked:
    checked = check_identifier(scheme, value, "NL")
    assert isinstance(checked, Checked)
    return checked


def test_relation_by_hand_is_found_by_the_document_that_names_its_number(books: Books) -> None:
    [code] = add(books, "Een heel andere naam", kvk="00260501")
    [result] = books.take("01")
    assert (result.outcome, result.relation_code) == ("posted", code)
    roles = _shown(books, code)["roles"]
    assert roles == ["debtor", "creditor"]  # given, and used


def test_codes_follow_each_other_past_own_codes_of_the_same_form(books: Books) -> None:
    with changing(books) as change:
        made = add_relations(
            change, [RelationDraft("A", code="C0007"), RelationDraft("B"), RelationDraft("C", code="KLANT-1")]
        )
    assert made == ["C0007", "C0008", "KLANT-1"]
    [result] = books.take("01")
    assert (result.outcome, result.relation_code) == ("posted", "C0009")


def test_nothing_is_recorded_when_one_of_many_cannot_be(books: Books) -> None:
    [code] = add(books, "Eerste", kvk="11111111")
    drafts = [
        RelationDraft("Goed"),
        RelationDraft("Zelfde code", code=code),
        RelationDraft("Zelfde nummer", identifiers=(Identifier("11111111", "0106"),)),
        RelationDraft("Nieuw", identifiers=(Identifier("22222222", "0106"),)),
        RelationDraft("Twee keer", identifiers=(Identifier("22222222", "0106"),)),
    ]
    with pytest.raises(Refused) as refused, changing(books) as change:
        add_relations(change, drafts)
    found = [(finding.code, finding.location) for finding in refused.value.findings]
    assert found == [("HUB-REL-03", "row 2"), ("HUB-REL-04", "row 3"), ("HUB-REL-04", "row 5")]
    assert books.scalar("SELECT COUNT(*) FROM relation") == 1


def test_change_says_who_did_what_and_what_was_before(books: Books) -> None:
    [code] = add(books, "Klant")
    with changing(books) as change:
        change_card(change, code, {"email": "a@b.nl"})
    with changing(books) as change:
        change_relation(change.connection, change.ids, books.id, code, {"sales_term": "30D"}, books.actor_id, change.at)
    with books.hub.database.reading() as connection:
        log = list(relation_log(connection, books.id, code))
    assert [(row["what"], row["actor"]) for row in log] == [
        ("relation.created", "tester"), ("relation.added", "tester"), ("relation.card_changed", "tester"),
        ("relation.changed", "tester"),
    ]  # fmt: skip
    assert log[2]["details"] == {"email": "a@b.nl", "before": {"email": ""}}
    assert log[3]["details"] == {"sales_term": "30D", "before": {"sales_term": ""}}


def test_feed_gives_each_changed_relation_once_in_order_of_version(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    books.take("01")
    with changing(books) as change:
        change_card(change, one, {"memo": "x"})
    with books.hub.database.reading() as connection:
        every = list(changes(connection, books.id))
        later = list(changes(connection, books.id, after=every[0]["version"]))
        paged = [row for page in (changes(connection, books.id, limit=1),) for row in page]
        nothing = list(changes(connection, books.id, since=datetime(2999, 1, 1)))
    assert [(row["relation"], row["change"]) for row in every] == [
        (other, "created"),
        ("C0003", "created"),
        (one, "changed"),
    ]
    assert [row["version"] for row in every] == sorted({row["version"] for row in every})
    assert later == every[1:]
    assert paged == every[:1]
    assert nothing == []
    assert every[2]["card"]["card"]["memo"] == "x"


def test_feed_misses_nothing_when_changes_are_made_at_once(books: Books) -> None:
    """A reader who goes on from the last version he saw sees every relation in its last state."""
    codes = add(books, *(f"Klant {n}" for n in range(4)))
    seen: dict[str, int] = {}
    cursor, done = 0, threading.Event()

    def write(code: str) -> None:
        for n in range(5):
            books.hub.ids.reserve(50)
            with changing(books) as change:
                change_card(change, code, {"memo": str(n)})

    def read() -> None:
        nonlocal cursor
        while True:
            last = done.is_set()
            with books.hub.database.reading() as connection:
                for row in changes(connection, books.id, after=cursor):
                    seen[row["relation"]] = cursor = row["version"]
            if last:
                return

    threads = [threading.Thread(target=write, args=(code,)) for code in codes]
    reader = threading.Thread(target=read)
    for thread in (*threads, reader):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()
    assert seen == {row[0]: row[1] for row in books.rows("SELECT code, version FROM relation")}


def test_identifier_is_one_relations_only_when_it_is_a_legal_id(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    with changing(books) as change:
        add_identifier(change, one, _checked("KVK", "68750110"))
        add_identifier(change, one, _checked("VAT", "NL123456782B01"))
        add_identifier(change, other, _checked("VAT", "NL123456782B01"))  # a fiscal unity shares it
    for code, number, expected in ((other, "68750110", "HUB-REL-04"), (one, "11111111", "HUB-REL-05")):
        with pytest.raises(Refused) as refused, changing(books) as change:
            add_identifier(change, code, _checked("KVK", number))
        assert [finding.code for finding in refused.value.findings] == [expected]
    with changing(books) as change:
        remove_identifier(change, one, "0106:68750110")
        add_identifier(change, other, _checked("KVK", "68750110"))
    assert _shown(books, other)["keys"] == ["0106:68750110", "VAT:NL123456782B01"]


def test_number_that_identifies_invoices_cannot_be_taken_away(books: Books) -> None:
    [result] = books.take("01")
    with pytest.raises(Refused) as refused, changing(books) as change:
        remove_identifier(change, result.relation_code, "0106:00260501")
    assert refused.value.findings[0].code == "HUB-REL-06"


def test_addresses_and_contacts_end_and_are_never_overwritten(books: Books) -> None:
    [code] = add(books, "Klant")
    with changing(books) as change:
        for street in ("Kade 1", "Kade 2"):
            add_address(change, code, RelationAddress("visit", Address(street, country="NL")))
            add_address(change, code, RelationAddress("delivery", Address(street, country="NL")))
        department = add_contact(
            change, code, ContactPerson("Inkoop", "department", email="in@koop.nl", purposes=("reminders",))
        )
        person = add_contact(change, code, ContactPerson("J. de Wit", department_id=department))
    card = _shown(books, code)
    assert [(a["kind"], a["line_1"]) for a in card["addresses"]] == [  # type: ignore[attr-defined]
        ("delivery", "Kade 1"), ("visit", "Kade 2"), ("delivery", "Kade 2"),
    ]  # fmt: skip
    assert card["emails"]["reminders"]["contact_id"] == department  # type: ignore[index]
    with changing(books) as change:
        end_contact(change, code, person)
    with pytest.raises(NotFound), changing(books) as change:
        end_contact(change, code, person)
    with pytest.raises(NotFound), changing(books) as change:
        add_contact(change, code, ContactPerson("K", department_id=person))
    assert books.scalar("SELECT COUNT(*) FROM relation_contact") == 2
    assert books.scalar("SELECT COUNT(*) FROM relation_address") == 4


@pytest.mark.parametrize("statement", ["UPDATE relation_note SET text = 'x'", "DELETE FROM relation_note",
                                       "UPDATE vat_answer SET answer = 'valid'", "DELETE FROM vat_answer"])  # fmt: skip
def test_database_refuses_to_change_a_note_or_an_answer(books: Books, statement: str) -> None:
    [code] = add(books, "Klant")
    with changing(books) as change:
        person = add_contact(change, code, ContactPerson("J. de Wit"))
        add_note(change, code, "Belt terug", person)
        add_answer(change, code, VatAnswer("DE136695976", date(2026, 11, 1), "invalid"))
    with pytest.raises(DBAPIError, match="LED-007"), books.hub.database.transaction() as connection:
        connection.execute(text(statement))
    card = _shown(books, code)
    [note] = card["notes"]  # type: ignore[misc]
    assert (note["author"], note["contact"], note["text"]) == ("tester", "J. de Wit", "Belt terug")


def test_note_names_only_contacts_of_its_relation(books: Books) -> None:
    one, other = add(books, "Een", "Twee")
    with changing(books) as change:
        person = add_contact(change, one, ContactPerson("J. de Wit"))
    with pytest.raises(NotFound), changing(books) as change:
        add_note(change, other, "x", person)


def test_vat_answer_of_a_day_is_the_last_one_on_or_before_it(books: Books) -> None:
    [code] = add(books, "Klant")
    with changing(books) as change:
        for day, said in ((1, "valid"), (10, "invalid"), (20, "valid")):
            add_answer(change, code, VatAnswer("DE136695976", date(2026, 11, day), said))  # type: ignore[arg-type]
    with books.hub.database.reading() as connection:
        found = [answer_on(connection, books.id, "DE136695976", date(2026, 11, day)) for day in (9, 10, 25)]
        assert answer_on(connection, books.id, "DE136695976", date(2026, 10, 31)) is None
    assert [answer and answer.answer for answer in found] == ["valid", "invalid", "valid"]
    assert found[0] is not None
    assert found[0].by == "tester"


def test_free_fields_take_only_what_fits(books: Books) -> None:
    [code] = add(books, "Klant")
    field = FreeField("rayon", "Rayon", "choice", 10, ("Noord", "Zuid"))
    with changing(books) as change:
        add_field(change, field)
        add_field(change, FreeField("sinds", "Klant sinds", "date"))
        assert fill_fields(change, code, {"rayon": "zuid", "sinds": "1-4-2019"}) == {
            "rayon": "Zuid",
            "sinds": "2019-04-01",
        }
    with pytest.raises(Refused) as refused, changing(books) as change:
        fill_fields(change, code, {"rayon": "West", "maat": "1", "sinds": "ooit"})
    assert [finding.code for finding in refused.value.findings] == ["HUB-FIELD-05", "HUB-FIELD-08", "HUB-FIELD-05"]
    with pytest.raises(Refused), changing(books) as change:
        add_field(change, field)
    with changing(books) as change:
        assert fill_fields(change, code, {"sinds": ""}) == {"rayon": "Zuid"}
        end_field(change, "rayon")
    assert _shown(books, code)["fields"] == {}
    with changing(books) as change:
        add_field(change, replace(field, length=20))
    assert _shown(books, code)["fields"] == {"rayon": "Zuid"}


def test_rejected_account_proves_nothing_and_stays_blocked_until_it_is_confirmed(books: Books) -> None:
    books.take("17", "18")
    new = _shown(books, "C0001")["unconfirmed_ibans"][0]  # type: ignore[index]
    with changing(books) as change:
        given = (change.connection, change.ids, books.id, "C0001", new, books.actor_id, change.at)
        assert reject_iban(*given) == 1
    card = _shown(books, "C0001")
    assert (card["unconfirmed_ibans"], card["rejected_ibans"]) == ([], [new])
    assert new not in card["ibans"]  # type: ignore[operator]
    assert books.scalar("SELECT COUNT(*) FROM open_item_block WHERE lifted_at IS NULL") == 1
    with changing(books) as change:
        assert confirm_iban(change.connection, change.ids, books.id, "C0001", new, books.actor_id, change.at) == 1
    assert _shown(books, "C0001")["rejected_ibans"] == []


def test_doubles_are_suggested_with_what_they_share(books: Books) -> None:
    one, other, _ = add(books, "Bakkerij Jansen B.V.", "bakkerij jansen", "Slager Pietersen")
    with changing(books) as change:
        for code in (one, other):
            add_identifier(change, code, _checked("IBAN", "NL91ABNA0417164300"))
            add_address(change, code, RelationAddress("visit", Address("Kade 1", postcode="9711 AA", country="NL")))
    with books.hub.database.reading() as connection:
        [pair] = list(doubles(connection, books.id))
    assert (pair["code"], pair["other"]) == (one, other)
    assert [shared["what"] for shared in pair["shares"]] == ["address", "key", "name"]


def test_list_filters_by_role_and_hides_what_was_not_asked(books: Books) -> None:
    add(books, "Prospect", card=RelationCard(roles=("prospect",)))
    add(books, "Klant")
    books.take("01")
    with books.hub.database.reading() as connection:
        by_role = {
            r: [row["name"] for row in list_relations(connection, books.id, role=r)]
            for r in ("prospect", "debtor", "creditor")
        }
        assert list_relations(connection, books.id, on_hold=True) == []
    assert by_role == {"prospect": ["Prospect"], "debtor": ["Klant"], "creditor": ["Papierhuis De Gouden Klem B.V."]}


def test_relation_of_another_company_is_not_found(books: Books) -> None:
    [code] = add(books, "Klant")
    other = books.second()
    with books.hub.database.reading() as connection, pytest.raises(NotFound):
        show_relation(connection, other, code)
