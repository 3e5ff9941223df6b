"""The learned contra-account: it ranks, explains itself by words, forgets what was reversed, and knows when to be silent."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.suggestion import Lesson, Measured, Model, words_of
from hub.model.invoice import Line

HOSTING = ("#from:C0001", "hosting", "server")
PAPER = ("#from:C0002", "paper", "pens")
TRAIN = ("#from:C0003", "train", "ticket")


def _model(*lessons: tuple[str, tuple[str, ...]]) -> Model:
    model = Model()
    for account, words in lessons:
        model.learn(Lesson(account, words))
    return model


TAUGHT = [("4530", HOSTING)] * 8 + [("4540", PAPER)] * 6 + [("4410", TRAIN)] * 4


def test_the_account_that_was_booked_before_comes_first_with_its_words() -> None:
    first, *rest = _model(*TAUGHT).rank(HOSTING)
    assert first.account == "4530"
    assert first.confidence > Decimal("0.9")
    assert dict(first.words)["hosting"] == 8
    assert sum((g.confidence for g in rest), first.confidence) <= Decimal("1.005")


def test_a_stranger_is_ranked_by_what_it_says() -> None:
    assert _model(*TAUGHT).rank(("#from:C0099", "paper", "stapler"))[0].account == "4540"


def test_nothing_is_suggested_when_no_word_was_ever_seen() -> None:
    assert _model(*TAUGHT).rank(("#from:C0099", "zeppelin")) == []
    assert Model().rank(HOSTING) == []


def test_an_account_that_is_not_allowed_is_never_suggested() -> None:
    ranked = _model(*TAUGHT).rank(HOSTING, allowed=["4540", "4410"])
    assert {g.account for g in ranked} == {"4540", "4410"}


def test_a_relation_that_books_on_two_accounts_is_told_apart_by_the_words() -> None:
    model = _model(*[("4530", ("#from:C1", "hosting"))] * 5, *[("4375", ("#from:C1", "laptop"))] * 5)
    assert model.rank(("#from:C1", "hosting"))[0].account == "4530"
    assert model.rank(("#from:C1", "laptop"))[0].account == "4375"


lessons = st.lists(st.sampled_from([("4530", HOSTING), ("4540", PAPER), ("4410", TRAIN), ("4410", PAPER)]), max_size=20)


@given(kept=lessons, taken_back=lessons)
def test_what_was_learned_and_taken_back_leaves_no_trace(
    kept: list[tuple[str, tuple[str, ...]]], taken_back: list[tuple[str, tuple[str, ...]]]
) -> None:
    model, plain = _model(*taken_back, *kept), _model(*kept)
    for account, words in taken_back:
        model.learn(Lesson(account, words), -1)
    for words in (HOSTING, PAPER, TRAIN):
        assert [g.account for g in model.rank(words)] == [g.account for g in plain.rank(words)]


def test_a_relation_is_trusted_only_when_it_was_right_often_enough_and_asked_often_enough() -> None:
    assert Measured(10, 8, 8).trusted(Decimal("0.95"))
    assert not Measured(10, 8, 7).trusted(Decimal("0.95"))
    assert not Measured(4, 4, 4).trusted(Decimal("0.95"))
    assert (Measured(10, 8, 6).precision, Measured(10, 8, 6).coverage) == (Decimal("0.750"), Decimal("0.800"))


def test_words_of_a_line_name_sender_item_and_vat() -> None:
    line = Line(
        id="1",
        net_amount=Decimal(1),
        item_name="Hosting server 3",
        item_description="voor de Server",
        vat_category="S",
        vat_rate=Decimal(21),
        seller_item_id="H3",
    )
    assert words_of(line, "C7") == ("#from:C7", "#item:C7:H3", "#vat:S:21", "hosting", "server")
