"""An agency's table, read as messages about our cases."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from connectors.collection_batch import source
from connectors.collection_batch.words import reason_of, state_of, type_of
from hub.formats.content import Content
from hub.model.case_file import CASE_STATES, CLOSE_REASONS
from hub.model.case_message import CASE_MESSAGE_TYPES
from tests.case_messages import message_of, outcome, readings
from tests.shops import expected_of, samples

HEAD = "dossier;soort;datum;bedrag;stand;omschrijving\n"


@pytest.mark.parametrize("sample", list(samples("collection_batch")), ids=lambda path: path.name)
def test_sample_is_read_as_expected(sample: Path) -> None:
    assert outcome("collection_batch", sample) == json.loads(expected_of(sample).read_text("utf-8"))


def test_rows_that_say_the_same_are_as_many_messages_and_the_same_ones_next_time() -> None:
    row = "I2026-0001;betaling;01-12-2026;10,00;;termijn\n"
    twice = [message_of(r).message_id for r in readings("collection_batch", (HEAD + row * 2).encode())]
    more = [message_of(r).message_id for r in readings("collection_batch", (HEAD + row * 3).encode())]
    assert len(set(more)) == 3
    assert more[:2] == twice


def test_amounts_are_read_by_the_notation_of_their_column() -> None:
    text = HEAD + "I2026-0001;betaling;01-12-2026;1.234,50;;\nI2026-0001;betaling;02-12-2026;10,00;;\n"
    assert [message_of(r).amount for r in readings("collection_batch", text.encode())] == [
        Decimal("1234.50"),
        Decimal("10.00"),
    ]


def test_every_word_of_ours_is_known_in_any_writing() -> None:
    assert all(state_of(word) == word for word in CASE_STATES)
    assert all(type_of(word.upper()) == word for word in CASE_MESSAGE_TYPES)
    assert all(reason_of(word.replace("_", "-")) == word for word in CLOSE_REASONS)
    assert (state_of("in beraad"), type_of(""), reason_of("zomaar")) == (None, None, None)


def test_table_without_rows_and_with_two_notations_is_refused_as_a_whole() -> None:
    mixed = HEAD + "I2026-0001;betaling;01-12-2026;1,50;;\nI2026-0001;betaling;01-12-2026;1.50;;\n"
    for text in (HEAD, mixed):
        (reading,) = readings("collection_batch", text.encode())
        assert reading.feed is None
        assert reading.findings[0].fatal


@pytest.mark.parametrize(
    "head", ["date;rate;net\n", "dossier;datum\n", "soort;datum;bedrag\n", "dossier;soort;datum\n"]
)
def test_other_tables_are_not_claimed(head: str) -> None:
    assert not source.recognise(Content(f"{head}a;b;c\n".encode(), "x.csv"))
