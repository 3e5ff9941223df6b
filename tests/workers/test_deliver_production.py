"""Delivering on RabbitMQ and PostgreSQL: the same promises as embedded, with two workers on one lane."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from hub.workers.deliver import deliver
from hub.workers.relay import relay
from tests.books import open_books
from tests.far_side import RESET, Asked, Reply, far_side
from tests.workers.dispatching import hold, hook, let_time_pass, lift

pytestmark = [pytest.mark.rabbit, pytest.mark.postgres]


def test_events_arrive_whatever_happens_on_the_way(
    tmp_path: Path, postgres_tables_url: str, broker_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every fifth request is broken, every seventh is put off; tickets come twice; two workers take them."""
    monkeypatch.setenv("HUB_HOOK", "s1")
    with far_side() as partner:
        seen = Counter[str]()

        def moody(asked: Asked) -> Reply:
            seen[asked.headers["webhook-id"]] += 1
            count = sum(seen.values())
            return RESET if count % 5 == 0 else Reply(503) if count % 7 == 0 else Reply()

        partner.trade = moody
        with open_books(tmp_path, postgres_tables_url, sinks=[hook(partner.url)], broker_url=broker_url) as books:
            books.take("01", "02", "05")
            codes = [str(c) for (c,) in books.rows("SELECT code FROM relation ORDER BY code")]
            for code in codes * 3:
                hold(books, code)
                lift(books, code)
            made = int(books.scalar("SELECT COUNT(*) FROM dispatch"))
            assert made == len(codes) * 7
            relay(books.hub, once=True)
            books.execute("UPDATE outbox SET sent_at = NULL")  # the relay died before it could mark them
            for _ in range(12):
                relay(books.hub, once=True)
                workers = [
                    threading.Thread(target=deliver, args=(books.hub, ["hook"]), kwargs={"once": True})
                    for _ in range(2)
                ]
                for worker in workers:
                    worker.start()
                for worker in workers:
                    worker.join()
                if books.rows("SELECT DISTINCT state FROM dispatch") == [("sent",)]:
                    break
                let_time_pass(books)
            assert books.rows("SELECT state, COUNT(*) FROM dispatch GROUP BY state") == [("sent", made)]
            assert set(seen) == {str(uid) for (uid,) in books.rows("SELECT uid FROM dispatch")}
            assert books.scalar("SELECT COUNT(*) FROM parked") == 0
