"""The hash chain, checked and handed out: what `deploy/verify_chain.py` reads without the hub."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from hub.reports.sealed import SealedEntry, load_sealed
from hub.reports.trial_balance import trial_balance
from hub.reports.verify_result import Tally
from hub.store import tables as t
from hub.store.blocks import START, block_hash, members_of
from hub.store.ledger import DIGESTED_OF_POSTING, digested_vat


def list_blocks(connection: Connection, administration_id: int) -> list[dict[str, Any]]:
    """Every block, in order."""
    b = t.entry_block
    rows = connection.execute(select(b).where(b.c.administration_id == administration_id).order_by(b.c.number))
    return [
        {
            "block": row.number, "entries": row.entries, "previous": row.previous, "hash": row.hash,
            "sealed_at": _instant(row.sealed_at), "id": row.id,
        }
        for row in rows
    ]  # fmt: skip


def check_chain(
    connection: Connection, administration_id: int, tally: Tally, where: str, progress: Callable[[int], None]
) -> None:
    """Every block names the hash before it, and its own hash follows from its entries."""
    previous = START
    for number, block in enumerate(list_blocks(connection, administration_id), 1):
        members = members_of(connection, administration_id, block["id"])
        broken = []
        if block["block"] != number or block["previous"] != previous:
            broken.append(f"block {block['block']}: does not follow on the block before it")
        if len(members) != block["entries"] or block_hash(block["previous"], members) != block["hash"]:
            broken.append(f"block {block['block']}: its entries are not those it was sealed with")
        tally.add(broken, checked=len(members), where=where)
        previous = block["hash"]
        progress(len(members))


def export_chain(connection: Connection, administration_id: int) -> Iterator[dict[str, Any]]:
    """JSON lines: the accounts, then per block its entries with everything that is in their digest, then the trial balance
    of those very entries."""
    a = t.account
    accounts = connection.execute(select(a.c.id, a.c.code).where(a.c.administration_id == administration_id))
    yield {"accounts": {str(row.id): row.code for row in accounts}}
    inside = 0
    for block in list_blocks(connection, administration_id):
        members = members_of(connection, administration_id, block["id"])
        inside += len(members)
        yield {key: block[key] for key in ("block", "entries", "previous", "hash", "sealed_at")}
        found = load_sealed(connection, administration_id, [m.entry_id for m in members])
        for member in members:
            yield {"name": member.name, "digest": member.digest, **_digested(found[member.entry_id])}
    total = select(func.count()).select_from(t.entry).where(t.entry.c.administration_id == administration_id)
    if inside == connection.execute(total).scalar_one():  # entries outside the chain would make the balance another one
        rows = trial_balance(connection, administration_id)
        yield {"trial_balance": {row["account"]: row["balance"] for row in rows}}


def _digested(entry: SealedEntry) -> dict[str, Any]:
    """What `hub.store.ledger.entry_digest` hashes, as JSON."""
    h, f = entry.header, entry.facts
    assert f is not None
    return {
        "header": [
            h.administration_id, h.id, h.journal_id, h.number, str(h.booking_date), h.actor_id, h.message_uid, h.document_id,
            h.reversal_of, h.description,
        ],
        "items": [[_plain(v) for v in row] for row in entry.items],
        "postings": [[_plain(v) for v in row[:DIGESTED_OF_POSTING]] for row in entry.postings],
        "vat_lines": [[_plain(v) for v in digested_vat(tuple(row))] for row in entry.vat_lines],
        "facts": [f.chart_hash, _coded(f.facts), _coded(f.decisions), f.versions],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def _coded(data: bytes) -> str:
    return base64.b64encode(bytes(data)).decode()


def _instant(value: Any) -> str:
    return str(value.isoformat())
