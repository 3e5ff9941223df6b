"""Events: what changes of relations is told to those who want to know, in the commit of the change and in no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.bootstrap import Hub, data_folder
from hub.errors import Usage
from hub.settings import Settings
from hub.store.reasons import lift_reason
from hub.store.relations import change_relation
from tests.books import Books, open_books
from tests.far_side import FarSide, far_side
from tests.schema_check import violations
from tests.workers.dispatching import changing, hold, hook, lift, send, states


@pytest.fixture
def partner() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


@pytest.fixture
def books(tmp_path: Path, partner: FarSide, monkeypatch: pytest.MonkeyPatch) -> Iterator[Books]:
    monkeypatch.setenv("HUB_HOOK", "s1")
    with open_books(tmp_path, sinks=[hook(partner.url)]) as made:
        yield made


def code_of(books: Books) -> str:
    return str(books.scalar("SELECT MIN(code) FROM relation"))


def told(partner: FarSide) -> list[dict[str, Any]]:
    return [dict(asked.json) for asked in partner.asked]


def test_relation_that_a_document_brings_is_told(books: Books, partner: FarSide) -> None:
    books.take("01")
    assert states(books) == [("relation.created", "waiting")]
    assert send(books) == 1
    (event,) = told(partner)
    assert event["type"] == "relation.created"
    assert event["data"]["card"]["code"] == event["data"]["relation"] == code_of(books)
    assert event["id"] == partner.asked[0].headers["webhook-id"]
    assert states(books) == [("relation.created", "sent")]


def test_hold_and_release_are_events_of_their_own(books: Books, partner: FarSide) -> None:
    books.take("01")
    send(books)  # those of one look leave at once, in any order
    code = code_of(books)
    hold(books, code, "betaalt niet")
    send(books)
    assert (told(partner)[-1]["type"], told(partner)[-1]["data"]["card"]["credit"]["on_hold"]) == (
        "relation.held",
        True,
    )
    lift(books, code)
    send(books)
    assert (told(partner)[-1]["type"], told(partner)[-1]["data"]["card"]["credit"]["on_hold"]) == (
        "relation.released",
        False,
    )


def test_release_is_told_only_when_no_other_reason_holds_him(books: Books) -> None:
    from hub.model.relation_card import Reason
    from hub.store.reasons import add_reason

    books.take("01")
    code = code_of(books)
    with changing(books) as change:
        case = add_reason(change, code, Reason("hold", "case", "", None, "Z-1"))
    hold(books, code)
    lift(books, code)
    assert states(books)[-1][0] == "relation.changed"
    with changing(books) as change:
        lift_reason(change, code, case)
    assert states(books)[-1][0] == "relation.released"


def test_change_that_is_rolled_back_is_told_to_nobody(books: Books) -> None:
    books.take("01")
    before = states(books)
    with pytest.raises(RuntimeError):
        _change_and_fail(books)
    assert states(books) == before


def _change_and_fail(books: Books) -> None:
    with changing(books) as change:
        named = {"name": "Other"}
        change_relation(change.connection, change.ids, books.id, code_of(books), named, books.actor_id, change.at)
        raise RuntimeError


def test_event_brings_the_card_as_it_is_when_it_leaves(books: Books, partner: FarSide) -> None:
    """A day-old event never overwrites a newer address at the subscriber."""
    books.take("01")
    with changing(books) as change:
        change_relation(
            change.connection, change.ids, books.id, code_of(books), {"name": "Newer"}, books.actor_id, change.at
        )
    send(books)
    assert [event["data"]["card"]["name"] for event in told(partner)] == ["Newer", "Newer"]
    assert len({event["data"]["version"] for event in told(partner)}) == 2


def test_nobody_is_told_what_he_did_not_ask_for(tmp_path: Path, partner: FarSide) -> None:
    only_holds = hook(partner.url, "holds", events=("relation.held", "relation.released"))
    elsewhere = hook(partner.url, "elsewhere", administration="other")
    with open_books(tmp_path / "b", sinks=[only_holds, elsewhere]) as books:
        books.take("01")
        hold(books, code_of(books))
        assert books.rows("SELECT sink, type FROM dispatch") == [("holds", "relation.held")]


def test_without_subscribers_nothing_is_written(tmp_path: Path) -> None:
    with open_books(tmp_path / "c") as books:
        books.take("01")
        hold(books, code_of(books))
        assert books.scalar("SELECT COUNT(*) FROM dispatch") == books.scalar("SELECT COUNT(*) FROM outbox") == 0


def test_what_we_wrote_about_a_relation_is_not_told(books: Books, partner: FarSide) -> None:
    from hub.store.notes import add_note

    books.take("01")
    with changing(books) as change:
        add_note(change, code_of(books), "klaagt veel, ZEER-GEHEIM")
    hold(books, code_of(books))
    send(books)
    assert "ZEER-GEHEIM" not in "".join(asked.body.decode() for asked in partner.asked)


def test_bodies_do_not_travel_through_the_broker(books: Books) -> None:
    books.take("01")
    name = str(books.scalar("SELECT name FROM relation"))
    assert name not in str(books.scalar("SELECT envelope FROM outbox"))


def test_every_event_is_what_its_schema_says(books: Books, partner: FarSide) -> None:
    schema = json.loads((data_folder("schemas") / "event.schema.json").read_text("utf-8"))
    books.take("01", "02", "05")
    code = code_of(books)
    hold(books, code)
    lift(books, code)
    with changing(books) as change:
        from hub.store.merging import merge_relations

        other = str(books.scalar("SELECT MAX(code) FROM relation"))
        merge_relations(change, other, code, "dubbel")
    send(books)
    events = told(partner)
    assert {event["type"] for event in events} == set(schema["properties"]["type"]["enum"])
    assert [violations(event, schema) for event in events] == [[]] * len(events)
    wrong = {**events[0], "type": "relation.gone"}
    assert violations(wrong, schema)
    assert violations({k: v for k, v in events[0].items() if k != "data"}, schema)


def test_unknown_event_in_the_settings_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="relation.gone"):
        Hub(Settings(home=tmp_path, sinks={"hook": hook("https://x.nl", events=("relation.gone",))}))
