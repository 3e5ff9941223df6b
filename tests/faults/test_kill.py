"""A real kill -9 at every failpoint, once each, on every stack: restarted, the hub ends with the same books."""

from __future__ import annotations

import pytest

from tests.faults import process
from tests.faults.checks import assert_sound
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.labels import all_labels, labels_of, role_of
from tests.faults.stacks import (
    EMBEDDED,
    POSTGRES_RABBIT,
    SQLITE_RABBIT,
    Stack,
    put_again,
    replay_parked,
    send_to_suspects,
    wear,
)

_ON_BROKER = (pytest.mark.rabbit, pytest.mark.postgres)
_FEW = (
    "intake:before-settle",
    "record:before-commit",
    "relay:after-publish",
)  # SQLite with a broker, beside the two stacks
_CASES = [
    *(pytest.param(EMBEDDED, label) for label in labels_of(broker=False)),
    *(pytest.param(POSTGRES_RABBIT, label, marks=_ON_BROKER) for label in labels_of(broker=True)),
    *(pytest.param(SQLITE_RABBIT, label, marks=pytest.mark.rabbit) for label in _FEW),
]
_BODIES = documents(30)
_AGAIN = _BODIES[::5]  # published twice, under other ids


@pytest.mark.parametrize(("kind", "label"), _CASES)
def test_books_are_the_same_when_killed_at_a_failpoint(new_stack: NewStack, kind: str, label: str) -> None:
    stack = new_stack(kind)
    role, kill = role_of(label), f"{label}:1:kill"
    if role == "folder":
        _drop(stack, kill)
    uids = _publish(stack, kill if role == "publish" else "")
    _prepare(stack, label, uids)
    deaths = stack.drain({role: kill})
    with stack.hub() as hub:
        if replay_parked(hub):  # worn out by others, not by itself
            stack.drain()
        assert role in ("publish", "folder") or deaths == 1, f"{label} was not passed"
        assert_sound(hub, _BODIES, uids)


def _publish(stack: Stack, failpoint: str) -> list[str]:
    """Everything, part of it twice, part of it under the same ids; without a receipt all of it again."""
    if failpoint:
        assert process.run("publish", stack.settings, failpoint, bodies=_BODIES)
    with stack.hub() as hub:
        uids = process.put(hub, [*_BODIES, *_AGAIN])
        put_again(hub, uids[::7])
        return uids


def _drop(stack: Stack, kill: str) -> None:
    """Everything by a watched folder too, whose watcher is killed on the way and started again; one file is refused."""
    path = stack.settings.home / "in"
    path.mkdir()
    for number, body in enumerate(_BODIES):
        (path / f"{number:02}.xml").write_bytes(body)
    (path / "broken.zip").write_bytes(b"no zip")
    assert process.run("folder", stack.settings, kill, path=str(path)), f"{kill} was not passed"
    process.run("folder", stack.settings, path=str(path))
    left = sorted(str(found.relative_to(path)) for found in path.rglob("*") if found.is_file())
    done = [f"done/{number:02}.xml" for number in range(len(_BODIES))]
    assert left == [*done, "failed/broken.zip", "failed/broken.zip.reason.json", "failed/broken.zip.reason.txt"]


def _prepare(stack: Stack, label: str, uids: list[str]) -> None:
    """Some failpoints are passed only by messages whose workers died before."""
    if not label.startswith("suspect:") and label != "intake:dead-parked":
        return
    process.run("relay", stack.settings)
    with stack.hub() as hub:
        if label.startswith("suspect:"):
            wear(hub, "invoice", messages=5, times=2)
        else:
            send_to_suspects(hub, uids[0])
            wear(hub, "invoice.suspect", messages=1, times=4)


def test_every_failpoint_is_passed_by_a_known_process() -> None:
    labels = all_labels()
    assert len(labels) >= 18
    assert {role_of(label) for label in labels} == {"publish", "relay", "worker", "folder"}
