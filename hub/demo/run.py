"""Taking the demo documents in: through the real pipeline, one by one, always with the same ids and instants."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import func, select

from hub.bootstrap import Hub
from hub.intake import Arrival, arrivals
from hub.model.message import Message
from hub.model.result import Result
from hub.pipeline import process
from hub.store import tables as t
from hub.store.messages import find_outcomes
from hub.store.rates import read_ecb_csv, save_rates
from hub.store.store import SqlStore

FOLDER = Path(__file__).parent
DAY = date(2026, 11, 21)  # the demo's today
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CHANNEL = "demo"
RATES_SOURCE = "demo"
CODE, OTHER_CODE = "demo", "voorbeeld"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:demo")


def choose_code(hub: Hub) -> str:
    """`demo`, or another code where somebody's own documents are in `demo` already."""
    m, a = t.message, t.administration
    query = select(m.c.id).join(a, a.c.id == m.c.administration_id).where(a.c.code == CODE, m.c.channel != CHANNEL)
    with hub.database.reading() as connection:
        return OTHER_CODE if connection.execute(query.limit(1)).first() else CODE


def documents() -> list[Arrival]:
    """Every demo document in order; members of a zip one by one."""
    files = sorted(p for p in (FOLDER / "documents").iterdir() if p.suffix in (".xml", ".zip"))
    return [Arrival(a.file_name, a.body, a.media_type, a.refusal) for a in arrivals(map(str, files))]


def import_rates(hub: Hub) -> int:
    """The made-up rates of the demo, only where no real ones are: they must never stand beside each other."""
    r = t.exchange_rate
    with hub.database.transaction() as connection:
        real = connection.execute(select(func.count()).select_from(r).where(r.c.source != RATES_SOURCE)).scalar_one()
        return 0 if real else save_rates(connection, read_ecb_csv((FOLDER / "rates.csv").read_bytes()), RATES_SOURCE)


def take(hub: Hub, code: str) -> Iterator[tuple[Arrival, str, Result | None]]:
    """(document, message id, result) in order; a result of None was recorded by an earlier run."""
    store = SqlStore(hub.database, hub.ids, hub.actor, clock=lambda: NOW)
    messages = [_message(code, arrival) for arrival in documents()]
    with hub.database.reading() as connection:
        known = find_outcomes(connection, [message.id for message in messages])
    for arrival, message in zip(documents(), messages, strict=True):
        result = None if message.id in known else process([message], hub.sources, store)[0]
        yield arrival, message.id, result


def _message(code: str, arrival: Arrival) -> Message:
    uid = str(uuid.uuid5(_NAMESPACE, f"{code}|{arrival.file_name}"))
    digest = hashlib.sha256(arrival.body).hexdigest()
    return Message(uid, code, CHANNEL, uid, arrival.media_type, arrival.body, digest, NOW, arrival.file_name)
