"""Open items rebuilt from control lines: whatever the lines say, they add up and nothing is settled twice."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from hub.accounting.open_item_matching import Item, OpenItems

LINES = st.lists(
    st.tuples(
        st.sampled_from("AB"),  # relation
        st.sampled_from([(), ("invoice:1",), ("invoice:2",), ("match:1", "invoice:1"), ("match:2", "invoice:1")]),
        st.integers(-500, 500).filter(bool),
        st.integers(0, 1),  # whether a new entry begins
    ),
    max_size=60,
)


@given(LINES)
def test_what_is_left_is_the_balance_and_no_item_is_settled_for_more_than_it_was_opened_for(lines) -> None:  # type: ignore[no-untyped-def]
    items, entry = OpenItems(), 0
    opened: dict[Item, int] = defaultdict(int)
    left: dict[Item, int] = defaultdict(int)
    balance: dict[str, int] = defaultdict(int)
    for relation, references, cents, begins in lines:
        entry += begins
        balance[relation] += cents
        shares = items.place("1300", relation, references, cents, entry)
        assert sum(share.cents for share in shares) == cents
        for share in shares:
            left[share.item] += share.cents
            opened[share.item] += share.cents if share.item.entry == entry else 0
    for item, rest in left.items():
        assert rest == item.left
        if item.entry != entry:
            assert min(0, opened[item]) <= rest <= max(0, opened[item])
    for relation in "AB":
        assert sum(rest for item, rest in left.items() if item.relation == relation) == balance[relation]


def test_payment_settles_the_invoice_it_names_before_older_ones() -> None:
    items = OpenItems()
    items.place("1300", "A", ("invoice:1",), 100, 1)
    (second,) = items.place("1300", "A", ("invoice:2",), 200, 2)
    (paid,) = items.place("1300", "A", ("invoice:2",), -200, 3)
    assert paid.item is second.item
    assert (paid.new, second.item.left) == (False, 0)


def test_payment_that_names_nothing_settles_the_oldest_and_is_counted() -> None:
    items = OpenItems()
    items.place("1300", "A", ("invoice:1",), 100, 1)
    items.place("1300", "A", ("invoice:2",), 200, 2)
    shares = items.place("1300", "A", (), -150, 3)
    assert [(share.cents, share.item.left, share.new) for share in shares] == [(-100, 0, False), (-50, 150, False)]
    assert items.without_reference == 1


def test_payment_of_more_than_is_open_opens_an_item_of_the_rest() -> None:
    items = OpenItems()
    items.place("1600", "A", ("invoice:1",), -100, 1)
    shares = items.place("1600", "A", ("invoice:1",), 130, 2)
    assert [(share.cents, share.new) for share in shares] == [(100, False), (30, True)]


def test_two_lines_of_one_invoice_in_one_entry_are_one_item() -> None:
    items = OpenItems()
    (first,) = items.place("1300", "A", ("invoice:1",), 100, 1)
    (second,) = items.place("1300", "A", ("invoice:1",), 21, 1)
    assert second.item is first.item
    assert (first.item.left, items.count) == (121, 1)
