"""What must hold after every fault: nothing lost, nothing doubled, and the same trial balance, byte for byte."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import text

from hub.bootstrap import Hub
from hub.reports.trial_balance import trial_balance
from hub.reports.verify import verify
from hub.store.administrations import load_books
from hub.transport import lanes
from tests.books import message_of, open_books
from tests.faults.process import ADMINISTRATION


def balance_of(hub: Hub) -> bytes:
    """The trial balance as bytes."""
    with hub.database.reading() as connection:
        rows = trial_balance(connection, load_books(connection, [ADMINISTRATION])[ADMINISTRATION].id)
    return json.dumps(rows, sort_keys=True).encode()


def faultless_balance(bodies: Iterable[bytes]) -> bytes:
    """The trial balance of these documents, taken in once each, without a queue and without any fault."""
    return _faultless_balance(tuple(sorted(set(bodies))))


@cache
def _faultless_balance(bodies: tuple[bytes, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder, open_books(Path(folder)) as books:
        for start in range(0, len(bodies), 50):
            results = books.process([message_of(body) for body in bodies[start : start + 50]])
            assert {result.outcome for result in results} == {"posted"}
        return balance_of(books.hub)


def rows(hub: Hub, query: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of an answer."""
    with hub.database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query), parameters)]


def count(hub: Hub, query: str, **parameters: Any) -> int:
    """One number."""
    return int(rows(hub, query, **parameters)[0][0])


_UNDER_WAY = """SELECT COUNT(*) FROM message m
    WHERE NOT EXISTS (SELECT 1 FROM inbox i WHERE i.message_uid = m.uid)
      AND NOT EXISTS (SELECT 1 FROM parked p WHERE p.message_uid = m.uid AND p.state = 'parked')"""


def is_quiet(hub: Hub) -> bool:
    """Whether every message has its outcome or is parked, and nothing waits in outbox or queues."""
    if count(hub, "SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") or count(hub, _UNDER_WAY):
        return False
    return not any(hub.transport.depth(lane) for lane in ("invoice", lanes.suspect("invoice"), lanes.DEAD))


def outcomes(hub: Hub) -> dict[str, int]:
    """How many messages ended how."""
    return dict(rows(hub, "SELECT outcome, COUNT(*) FROM inbox GROUP BY outcome ORDER BY outcome"))


def parked(hub: Hub) -> list[str]:
    """The messages that are parked now."""
    return [row[0] for row in rows(hub, "SELECT message_uid FROM parked WHERE state = 'parked'")]


def assert_sound(hub: Hub, bodies: Iterable[bytes], uids: Sequence[str] = ()) -> None:
    """Everything was booked exactly once, as if there had been no fault; `uids` are ids that were promised."""
    distinct = set(bodies)
    assert parked(hub) == []
    assert count(hub, "SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL") == 0
    known = {row[0] for row in rows(hub, "SELECT message_uid FROM inbox")}
    assert set(uids) - known == set(), "published, and lost"
    assert count(hub, "SELECT COUNT(*) FROM message") == len(known), "a message without outcome, or the other way round"
    assert outcomes(hub).keys() <= {"posted", "duplicate"}
    assert outcomes(hub)["posted"] == count(hub, "SELECT COUNT(*) FROM entry") == len(distinct)
    assert balance_of(hub) == faultless_balance(distinct)
    assert_verified(hub)


def assert_verified(hub: Hub) -> None:
    """All invariants that `hub verify` knows."""
    failed = [result for result in verify(hub.database, hub.sources) if not result.ok]
    assert failed == []
