"""The test agency's desk: cases by reference, messages in order, faults by door. No clock, no network: both are given."""

from __future__ import annotations

import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hub.agency.script import Act, Door, Fault, Saying, Script
from hub.formats.case_protocol import faults
from hub.model.money import round_half_up

Said = dict[str, Any]


@dataclass(slots=True)
class Dossier:
    """A case as the agency has it: under which key it came, what it answered, and what it was told since."""

    reference: str
    key: str
    body: Said
    receipt: Said
    came: float
    notices: dict[str, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queued:
    """A message that is told from an instant on."""

    due: float
    message: Said


@dataclass(slots=True)
class Desk:
    """One agency. Thread-safe."""

    script: Script
    cases: dict[tuple[str, str], Dossier] = field(default_factory=dict)
    requests: Counter[str] = field(default_factory=Counter)
    opened: Counter[str] = field(
        default_factory=Counter
    )  # how many cases were opened per reference; more than one is the fault
    _spent: Counter[int] = field(default_factory=Counter)
    _queued: list[Queued] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.script.seed)

    def fault(self, door: Door) -> Fault | None:
        """What goes wrong with this request, if anything: each fault is used up in the order of the script."""
        with self._lock:
            self.requests[door] += 1
            for number, one in enumerate(self.script.faults):
                due = self.requests[door] > one.after and self._spent[number] < one.times
                if one.on == door and due:
                    self._spent[number] += 1
                    return one
        return None

    def open_case(self, key: str, body: bytes, value: Any, now: float) -> tuple[int, Said]:
        """Status and answer. The same key gives the same answer; another key for a known reference is 409, and opens nothing."""
        if wrong := faults(body):
            return 422, {"reasons": [f"{one.place}: {one.found or '-'}; {one.expected}" for one in wrong[:10]]}
        number, administration = value["case"], value["administration"]
        with self._lock:
            known = self.cases.get((administration, number))
            if known is not None:
                return (200 if known.key == key else 409), known.receipt
            dossier = self._new(key, value, number, now)
            self.cases[administration, number] = dossier
            self.opened[number] += 1
            if self.script.state != "rejected":
                self._plan(dossier)
            return 201, dossier.receipt

    def _new(self, key: str, value: Said, number: str, now: float) -> Dossier:
        reference = f"T-{self.script.seed}-{len(self.cases) + 1:04d}"
        receipt = {
            "hub_collection": 1, "case": number, "agency_reference": reference, "state": self.script.state,
            "link": f"https://agency.example/case/{reference}",
        }  # fmt: skip
        if self.script.state == "rejected":
            receipt["reasons"] = ["the script rejects every case"]
        return Dossier(reference, key, value, receipt, now)

    def _plan(self, dossier: Dossier) -> None:
        """What will be said of it, as the script has it: repeated and out of order where it says so."""
        planned = [
            Queued(dossier.came + saying.after, self._message(dossier, saying, number))
            for number, saying in enumerate(self.script.says, 1)
        ]
        told = [one for one in planned for _ in range(1 + self.script.duplicates)]
        if self.script.shuffle:
            self._random.shuffle(told)
        self._queued += told

    def _message(self, dossier: Dossier, saying: Saying, number: int) -> Said:
        at = datetime.fromtimestamp(dossier.came + number / 1000, UTC).isoformat().replace("+00:00", "Z")
        said: Said = {
            "hub_collection": 1, "type": saying.type, "message_id": f"{dossier.reference}-{number}", "at": at,
            "case": dossier.body["case"], "agency_reference": dossier.reference, "currency": dossier.body["currency"],
            **saying.message,
        }  # fmt: skip
        if saying.share is not None:
            said["amount"] = f"{round_half_up(Decimal(dossier.body['totals']['total']) * saying.share):.2f}"
        if saying.type == "payment":
            said.setdefault("payment", f"P-{dossier.reference}-{number}")
        if saying.type == "remittance":
            said.setdefault("lines", [{"case": said["case"], "gross": said["amount"]}])
        return said

    def find_case(self, reference: str, administration: str) -> Said | None:
        """What was answered to it; None when there is none."""
        with self._lock:
            found = self.cases.get((administration, reference))
            return None if found is None else found.receipt

    def notice(self, number: str, key: str, value: Said) -> int:
        """Status: 201 for what is new, 200 for a repetition, 404 for a case that is not here."""
        with self._lock:
            for (_, reference), dossier in self.cases.items():
                if reference == number:
                    known = key in dossier.notices
                    dossier.notices.setdefault(key, value)
                    return 200 if known else 201
        return 404

    def messages(self, after: str, now: float) -> Said:
        """A page of what is due; the cursor is how many were told."""
        start = int(after) if after.isdigit() else 0
        with self._lock:
            due = [one.message for one in self._queued if one.due <= now]
        page = due[start : start + self.script.page]
        reached = start + len(page)
        return {"hub_collection": 1, "messages": page, "cursor": str(reached), "more": reached < len(due)}

    def due(self, told: int, now: float) -> list[Said]:
        """For the webhook: what is due behind the first `told`, in order."""
        with self._lock:
            ready = [one.message for one in self._queued if one.due <= now]
        return ready[told:]


BEFORE: tuple[Act, ...] = ("refuse", "429", "503", "reset_before")  # nothing is done
