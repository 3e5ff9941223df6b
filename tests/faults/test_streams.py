"""Numbered documents out of order, repeated, under kills and several workers at once: booked once each, in their order."""

from __future__ import annotations

import random

import pytest

from hub.bootstrap import Hub
from tests.faults import checks, process
from tests.faults.conftest import NewStack
from tests.faults.labels import stream_labels
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, SQLITE_RABBIT, Stack, hasten, put_again
from tests.streams import numbered

COUNT = 24
_ON_BROKER = (pytest.mark.rabbit, pytest.mark.postgres)
_AROUND = ("record:before-commit", "record:after-commit", "intake:before-settle")
_CASES = [
    *(pytest.param(EMBEDDED, label) for label in (*stream_labels(), "record:before-commit")),
    *(pytest.param(POSTGRES_RABBIT, label, marks=_ON_BROKER) for label in (*stream_labels(), *_AROUND)),
]


def _published(stack: Stack, seed: int) -> list[str]:
    """Every number, some twice under other ids and some under the same, in any order."""
    bodies = [numbered(n) for n in range(1, COUNT + 1)]
    bodies += [numbered(n, blanks=1) for n in range(1, COUNT + 1, 5)]
    random.Random(seed).shuffle(bodies)
    with stack.hub() as hub:
        uids = process.put(hub, bodies)
        put_again(hub, uids[::6])
        return uids


def _assert_in_order(hub: Hub, uids: list[str]) -> None:
    query = """SELECT d.number FROM entry e JOIN document d ON d.id = e.document_id
        AND d.administration_id = e.administration_id ORDER BY e.number"""
    assert [row[0] for row in checks.rows(hub, query)] == [f"stock-{n}" for n in range(1, COUNT + 1)]
    assert {row[0] for row in checks.rows(hub, "SELECT message_uid FROM inbox")} == set(uids)
    assert checks.outcomes(hub) == {"posted": COUNT, "duplicate": len(uids) - COUNT}
    checks.assert_verified(hub)


@pytest.mark.parametrize(("kind", "label"), _CASES)
def test_the_order_survives_a_kill(new_stack: NewStack, kind: str, label: str) -> None:
    stack = new_stack(kind)
    uids = _published(stack, 3)
    assert stack.drain({"worker": f"{label}:2:kill"}) == 1, f"{label} was not passed"
    with stack.hub() as hub:
        _assert_in_order(hub, uids)


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(EMBEDDED),
        pytest.param(SQLITE_RABBIT, marks=pytest.mark.rabbit),
        pytest.param(POSTGRES_RABBIT, marks=_ON_BROKER),
    ],
)
def test_two_workers_of_which_one_is_killed_keep_the_order(new_stack: NewStack, kind: str) -> None:
    stack = new_stack(kind, batch=3, prefetch=6)
    uids = _published(stack, 5)
    failpoint = "stream:after-release:2:kill"
    with stack.hub() as hub:
        for _ in range(30):
            process.run("relay", stack.settings)
            workers = [process.start("worker", stack.settings, at) for at in (failpoint, "")]
            failpoint = ""
            for worker in workers:
                process.finish(worker)
            if checks.is_quiet(hub):
                break
            hasten(hub)
        _assert_in_order(hub, uids)
