"""The same documents give the same trial balance: on every stack, published once, twice or a hundred times, by one worker or many."""

from __future__ import annotations

import pytest

from tests.faults import process
from tests.faults.checks import assert_sound, outcomes
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, SQLITE_RABBIT, put_again

_KINDS = [
    EMBEDDED,
    pytest.param(SQLITE_RABBIT, marks=pytest.mark.rabbit),
    pytest.param(POSTGRES_RABBIT, marks=(pytest.mark.rabbit, pytest.mark.postgres)),
]


@pytest.mark.parametrize(("copies", "count"), [(1, 36), (2, 36), (100, 4)])
@pytest.mark.parametrize("kind", _KINDS)
def test_trial_balance_is_the_same_however_often_it_is_published(
    new_stack: NewStack, kind: str, copies: int, count: int
) -> None:
    stack, bodies = new_stack(kind, batch=20, prefetch=80), documents(count)
    with stack.hub() as hub:
        uids = [uid for _ in range(copies) for uid in process.put(hub, bodies)]
        stack.drain()
        assert outcomes(hub).get("duplicate", 0) == (copies - 1) * count
        assert_sound(hub, bodies, uids)


@pytest.mark.parametrize("kind", _KINDS)
def test_trial_balance_is_the_same_when_one_message_is_delivered_a_hundred_times(
    new_stack: NewStack, kind: str
) -> None:
    stack, bodies = new_stack(kind, batch=20, prefetch=80), documents(4)
    with stack.hub() as hub:
        uids = process.put(hub, bodies)
        for _ in range(99):
            put_again(hub, uids)
        stack.drain()
        assert outcomes(hub) == {"posted": 4}
        assert_sound(hub, bodies, uids)


@pytest.mark.parametrize("kind", _KINDS)
def test_trial_balance_is_the_same_when_several_work_at_once(new_stack: NewStack, kind: str) -> None:
    stack, bodies = new_stack(kind, batch=7, prefetch=14), documents(120)
    with stack.hub() as hub:
        uids = [
            *process.put(hub, bodies),
            *process.put(hub, bodies[::-3]),
        ]  # twins in other batches, the other way round
        put_again(hub, uids[::4])
        crew = [process.start("relay", stack.settings), *(process.start("worker", stack.settings) for _ in range(4))]
        for child in crew:
            assert not process.finish(child)
        stack.drain()
        assert_sound(hub, bodies, uids)
