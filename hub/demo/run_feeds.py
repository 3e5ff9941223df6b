"""The demo's feeds: samples of every connector, through the real pipeline in the order in which they happened.

A connector with a folder in `hub/demo/feeds` takes part; nothing here knows one by its name. Master data comes first, orders
before their refunds, those before what tills, wages and pay-outs say, and bank statements last, for they bring the money for
everything else.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hub.bootstrap import Hub
from hub.demo.run import CHANNEL, DAY, FOLDER, NOW
from hub.formats.content import Content
from hub.model.message import Message
from hub.model.result import Result
from hub.parts import base_of, part_of
from hub.pipeline import process
from hub.ports import Reading
from hub.reports.general_ledger import general_ledger
from hub.steps.recognise import recognise
from hub.store.administrations import load_books
from hub.store.messages import find_outcomes
from hub.store.store import SqlStore
from hub.transport.lanes import lane_of_kind

FEEDS, MAPPINGS = FOLDER / "feeds", FOLDER / "mappings"
# Where money waits for its other leg, by RGS: in transit (kruisposten), clearing accounts (tussenrekeningen), net wages.
CLEARING = ("BLimKru", "BVorTus", "BSchTus", "BSchSalNet")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:boekhub:demo:feeds")
_ORDER = {
    "relations_file": -2,
    "orders_file": -1,
    "invoice": 0,
    "shop_order": 1,
    "payout": 4,
    "bank_statement": 5,
}  # others between


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of a connector, and how many documents it holds."""

    connector: str
    path: Path
    body: bytes
    documents: int
    lane: str
    rank: tuple[int, date]

    @property
    def name(self) -> str:
        """`woocommerce/5101.json`."""
        return f"{self.connector}/{self.path.name}"


def samples(hub: Hub, folder: Path = FEEDS) -> list[Sample]:
    """Every sample of every connector, in the order in which they are taken in."""
    files = (p for p in folder.glob("*/*") if p.is_file() and not p.name.startswith("."))
    found = [_sample(hub, path) for path in files]
    return sorted(found, key=lambda one: (one.rank, one.name))


def _sample(hub: Hub, path: Path) -> Sample:
    body = path.read_bytes()
    content = Content(body, path.name)
    source = recognise(content, hub.sources)
    first = source if isinstance(source, Reading) else source.read(content)
    readings = [first, *first.rest]
    lane = lane_of_kind(first.feed.kind if first.feed is not None else "invoice")
    return Sample(path.parent.name, path, body, len(readings), lane, max(map(_rank, readings)))


def _rank(reading: Reading) -> tuple[int, date]:
    if reading.feed is None:
        return _ORDER["invoice"], DAY
    return _ORDER.get(reading.feed.kind, 3), reading.feed.day


def put_mappings(hub: Hub, code: str) -> None:
    """The demo's own rows of mappings, where its company has none: what somebody changed since stays."""
    for file in sorted(MAPPINGS.glob("*.toml")):
        target = hub.mappings.files(file.stem, code)[-1]
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def take_feeds(
    hub: Hub, code: str, every: Sequence[Sample]
) -> Iterator[tuple[Sample, list[tuple[str, Result | None]]]]:
    """Each sample with (message id, result) of its documents; a result of None was recorded by an earlier run."""
    for sample in every:
        store = SqlStore(
            hub.database, hub.ids, hub.actor, lane=sample.lane, clock=lambda: NOW,
            mappings=hub.mappings,
        )  # fmt: skip
        message = _message(code, sample)
        uids = [part_of(message, number).id for number in range(1, sample.documents + 1)]
        with hub.database.reading() as connection:
            known = find_outcomes(connection, uids)
        if known:
            yield sample, [(uid, None) for uid in uids if uid in known]
            continue
        results = process([message], hub.sources, store)
        yield sample, [(result.message.id, result) for result in results if base_of(result.message.id) == message.id]


def _message(code: str, sample: Sample) -> Message:
    uid = str(uuid.uuid5(_NAMESPACE, f"{code}|{sample.name}"))
    digest = hashlib.sha256(sample.body).hexdigest()
    return Message(uid, code, CHANNEL, uid, "", sample.body, digest, NOW, sample.path.name)


def cleared(hub: Hub, code: str) -> Iterator[dict[str, Any]]:
    """Per clearing account that was used: what went through, what is left, and of which postings since it was last at nothing."""
    with hub.database.reading() as connection:
        books = load_books(connection, [code])[code]
        wanted = [a.code for a in books.snapshot.accounts.values() if a.rgs.startswith(CLEARING)]
        left: list[dict[str, Any]] = []
        for row in general_ledger(connection, books.id, accounts=sorted(wanted), last=DAY):
            if row["kind"] == "posting":
                left = [] if _is_nothing(row["balance"]) else [*left, row]
            elif row["kind"] == "opening":
                left = []
            elif not (_is_nothing(row["debit"]) and _is_nothing(row["credit"])):
                amounts = {name: row[name] for name in ("debit", "credit", "balance")}
                yield {"account": row["account"], "name": row["name"], **amounts, "left": left}


def _is_nothing(amount: str) -> bool:
    return not amount.strip("-0.")
