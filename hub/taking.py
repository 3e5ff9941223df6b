"""Taking arrivals to their outcomes in this process, through the pipeline; or judging each alone and recording nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import structlog
from sqlalchemy.exc import OperationalError

from hub.bootstrap import Hub
from hub.errors import Transient, Unavailable, Usage
from hub.intake import Arrival
from hub.model.booking import Booking, Facts
from hub.model.finding import Finding
from hub.model.message import Message
from hub.model.result import Case, Result
from hub.parts import Part, base_of, in_portions, parts
from hub.pipeline import book_all, process, read
from hub.ports import Reading
from hub.steps.recognise import as_finding
from hub.store.store import SqlStore
from hub.workers.identity import new_id

BATCH_BYTES = 16_000_000  # a batch ends at this size, so that fifty large files are not in memory at once
NEW_RELATION = "new"  # stands for the code that a relation would get
_OURS = ("HUB-FILE-01", "HUB-FILE-02", "HUB-FILE-03")  # whoever handed it in must act, not the sender
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """One arrival with what became of it. `recorded` is false for a dry run and for what the door refused."""

    name: str
    result: Result
    recorded: bool


class Taking:
    """Takes arrivals for one administration. With `dry_run` nothing is recorded and each is judged alone; `as_new`: as if
    none of it had come before."""

    def __init__(
        self, hub: Hub, administration: str, *, channel: str = "cli", wished: str = "", dry_run: bool = False,
        as_new: bool = False,
    ) -> None:  # fmt: skip
        self._sources = hub.sources
        self._batch = hub.settings.batch
        self._store: SqlStore = hub.store()
        self._administration = administration
        self._channel = channel
        self._wished = wished
        self._dry_run = dry_run
        self._as_new = as_new

    def take(self, arrivals: Iterable[Arrival]) -> Iterator[Taken]:
        """A `Taken` per document, in order. Raises `Transient` when the database is gone; what was yielded is recorded."""
        for batch in _batches(arrivals, self._batch):
            messages = [self._message(arrival) for arrival in batch]
            made = self._judge_batch(batch, messages) if self._dry_run else self._record_batch(batch, messages)
            yield from (taken for message in messages for taken in made[message.id])

    def _message(self, arrival: Arrival) -> Message:
        body, uid = arrival.body, new_id()
        return Message(
            uid, self._administration, self._channel, uid, arrival.media_type, body, hashlib.sha256(body).hexdigest(),
            datetime.now(UTC), arrival.file_name, wished=self._wished,
        )  # fmt: skip

    def _judge_batch(self, batch: Sequence[Arrival], messages: Sequence[Message]) -> dict[str, list[Taken]]:
        judged: dict[str, list[Taken]] = {}
        for arrival, message in zip(batch, messages, strict=True):
            reading = _refusal(arrival) or read(message, self._sources)
            for some, _ in in_portions(parts(message, reading), self._store):
                judged.setdefault(message.id, []).extend(self._judge(arrival, some))
        return judged

    def _judge(self, arrival: Arrival, some: Sequence[Part]) -> Iterator[Taken]:
        """The documents of one file, judged as one batch, so that the same twice in a file shows."""
        facts = self._store.look_up(some)
        if self._as_new:
            facts = replace(facts, facts=[_unmet(known) for known in facts.facts])
        for case in book_all([m for m, _ in some], [r for _, r in some], facts):
            yield Taken(arrival.name, _unrecorded(case), recorded=False)

    def _record_batch(self, batch: Sequence[Arrival], messages: Sequence[Message]) -> dict[str, list[Taken]]:
        """What the door refuses (a bad zip member, a link) goes back to whoever brought it; the rest is recorded."""
        made: dict[str, list[Taken]] = {}
        readable: list[tuple[Arrival, Message]] = []
        for arrival, message in zip(batch, messages, strict=True):
            reading = _refusal(arrival)
            if reading is None:
                readable.append((arrival, message))
            else:
                made[message.id] = [Taken(arrival.name, _refused(message, reading.findings), recorded=False)]
        return made | self._process(readable)

    def _process(self, pairs: Sequence[tuple[Arrival, Message]]) -> dict[str, list[Taken]]:
        """The pipeline; should a batch break on something of our making, one by one, so that no file stops the others."""
        if not pairs:
            return {}
        names = {message.id: arrival.name for arrival, message in pairs}
        try:
            results = process([message for _, message in pairs], self._sources, self._store)
        except (Transient, Usage):
            raise
        except OperationalError as error:
            raise Unavailable(f"the database does not answer: {error.orig}") from error
        except Exception as error:
            log.error("batch_failed", messages=len(pairs), error=type(error).__name__, exc_info=error)
            if len(pairs) > 1:
                return {uid: taken for pair in pairs for uid, taken in self._process([pair]).items()}
            bug = Finding("HUB-BUG", "fatal", "hub", found=f"{type(error).__name__}: {error}"[:300], who="us")
            arrival, message = pairs[0]
            return {message.id: [Taken(arrival.name, _refused(message, (bug,)), recorded=False)]}
        made: dict[str, list[Taken]] = {}
        for result in results:
            base = base_of(result.message.id)
            made.setdefault(base, []).append(Taken(names[base], result, recorded=True))
        return made


def _refused(message: Message, findings: tuple[Finding, ...]) -> Result:
    return Result(message, "refused", Booking("refused", findings=findings), format="unknown")


def _batches(arrivals: Iterable[Arrival], most: int) -> Iterator[list[Arrival]]:
    batch: list[Arrival] = []
    size = 0
    for arrival in arrivals:
        batch.append(arrival)
        size += len(arrival.body)
        if len(batch) >= most or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _refusal(arrival: Arrival) -> Reading | None:
    if arrival.refusal is None:
        return None
    finding = as_finding(arrival.refusal)
    return Reading("unknown", findings=(replace(finding, who="us") if finding.code in _OURS else finding,))


def _unmet(facts: Facts) -> Facts:
    """The facts as they were before the very document came."""
    feed = replace(facts.feed, earlier=None, stream=None) if facts.feed is not None else None
    return replace(facts, earlier=(), feed=feed)


def _unrecorded(case: Case) -> Result:
    """What would be recorded: no number, and `new` for the code of a relation that would be created."""
    booking = case.booking
    period = f"{booking.entry.booking_date:%Y-%m}" if booking.entry else ""
    code = "" if booking.relation is None else NEW_RELATION if booking.new_relation else booking.relation.code
    return Result(
        case.message, booking.outcome, booking, case.invoice, case.format, case.profile, None, period, code, feed=case.feed,
        judged_by=case.judged_by,
    )  # fmt: skip
