"""Messages of an agency through the whole pipeline: a source of tests that reads a `CaseMessage` as the hub writes its nouns."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.formats.content import Content
from hub.model.case_message import CaseMessage
from hub.model.codec import from_json, to_json
from hub.model.result import Result
from hub.pipeline import process
from hub.ports import Reading
from hub.reports.verify import verify
from tests.books import message_of
from tests.store.collecting import AGENCY, Debts

D = Decimal
_MARK = b'{"agency":'


class CaseSource:
    """Reads what `to_json` wrote of a `CaseMessage`."""

    name = "agency"

    def recognise(self, content: Content) -> bool:
        """By its first key."""
        return content.data.startswith(_MARK)

    def read(self, content: Content) -> Reading:
        """The message."""
        return Reading("agency", source="collection", feed=from_json(CaseMessage, content.data))


def said(type: str, message_id: str, *, case: str = "I2026-1", day: int = 1, **more: Any) -> CaseMessage:
    """A message of April 2026; amounts as text."""
    amounts = ("amount", "principal", "interest", "costs", "vat")
    given = {name: D(value) if name in amounts else value for name, value in more.items()}
    at = given.pop("at", datetime(2026, 4, day, 10, tzinfo=UTC))
    return CaseMessage(AGENCY, message_id, type, at, case, **given)  # type: ignore[arg-type]


def tell(debts: Debts, *messages: CaseMessage, together: bool = False) -> list[Result]:
    """Messages to their outcomes, one commit each, or all in one batch."""
    hub = debts.books.hub
    arrived = [message_of(to_json(m).encode(), name="agency.json") for m in messages]
    store = hub.store(actor="tester")
    batches = [arrived] if together else [[one] for one in arrived]
    return [result for batch in batches for result in process(batch, [CaseSource()], store)]


def broken(debts: Debts) -> list[object]:
    """Invariants that do not hold; the relation of these books was put there by hand, and has no version."""
    checked = verify(debts.books.hub.database, [CaseSource(), *debts.books.hub.sources])
    return [r for r in checked if not r.ok and r.check != "relations-versions"]
