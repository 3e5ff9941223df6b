"""Mails that follow each other while others are in hand: what is cut off in the middle is neither sent again nor left lying."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from hub.errors import Unavailable
from hub.model.envelope import Delivery
from hub.settings import SinkSettings
from hub.transport import lanes
from hub.transport.embedded import EmbeddedConsumer
from hub.workers.deliver import deliver
from hub.workers.relay import relay
from tests.books import open_books
from tests.debtors import TODAY, Debtors
from tests.workers.mail_server import letterbox

MAILS = 40  # five handfuls: the lane is asked for more while some of them are in hand


def test_mails_in_hand_are_settled_by_the_next_flow_when_the_queue_is_away_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    receive = EmbeddedConsumer.receive

    def away_once(consumer: EmbeddedConsumer, max_n: int, wait: float) -> list[Delivery]:
        asked.append(max_n)
        if len(asked) == 2:
            raise Unavailable("the queue is away")
        return receive(consumer, max_n, wait)

    with letterbox() as box:
        options = {"host": "127.0.0.1", "port": box.port, "sender": "Demo <books@example.nl>", "starttls": False}
        with open_books(tmp_path, sinks=[SinkSettings("mail", "mail", options=options)]) as books:
            debtors = Debtors(books)
            debtors.bank_read_until()
            for n in range(MAILS):
                code = debtors.add(f"Debiteur {n}", email=f"d{n}@example.org")
                debtors.invoice(code, f"F{n}", "100.00", TODAY - timedelta(days=20))
            debtors.send(debtors.frozen())
            relay(books.hub, once=True)
            monkeypatch.setattr(EmbeddedConsumer, "receive", away_once)
            assert deliver(books.hub, ["mail"], once=True) <= MAILS
            assert asked[1] < asked[0]  # it was away while mails were in hand
            assert set(Counter(mail["Message-ID"] for _, mail in box.mails).values()) == {1}
            assert len(box.mails) == MAILS
            assert dict(books.rows("SELECT state, COUNT(*) FROM dispatch GROUP BY state")) == {"sent": MAILS}
            assert books.scalar("SELECT COUNT(*) FROM queue_message") == 0
            assert books.hub.transport.depth(lanes.dispatch("mail")) == 0
