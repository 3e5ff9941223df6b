"""The exception tree: what can go wrong in the program or in the world.

A fault in a *document* is never an exception, it is a `Finding` (see `hub/model/finding.py`).

    HubError
    ├── Transient            may work when tried again
    │   ├── Throttled        the far side asked us to wait
    │   └── Unavailable      database, broker or partner cannot be reached
    ├── Permanent            can never work; no retry, parked at once
    │   ├── UnreadableInput  bytes that a reader refuses (becomes a finding at the door)
    │   └── UnknownType      a message type or major version that this build does not know
    ├── InDoubt              sent, but the answer is lost; look up before sending again
    ├── StaleFacts           the facts a booking was decided on changed before the lock; decide again
    ├── Usage                a person asked for something that cannot be: wrong flag, unknown code; a finding says it
    │   │                    in his language, where the catalogue has a sentence for it
    │   ├── Refused          what was given has faults, each a finding; nothing was recorded
    │   ├── NotFound         the named thing does not exist
    │   └── Conflict         the thing exists in another form, or somebody else was first
    └── Bug                  anything else: our fault, parked with its traceback
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.model.finding import Finding


class HubError(Exception):
    """The hub could not do what was asked."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip().splitlines()[0])


class Transient(HubError):
    """A passing failure; the same work may succeed when it is tried again."""


class Throttled(Transient):
    """The far side asked us to wait before trying again."""

    def __init__(self, message: str | None = None, *, retry_after_seconds: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Transient):
    """A database, broker or partner cannot be reached."""


class Permanent(HubError):
    """This can never succeed, however often it is tried."""


class UnreadableInput(Permanent):
    """The bytes cannot be read as what they claim to be.

    `code` is a stable finding code; `found` and `expected` fill the sentence; `location` names the
    place inside the file (`line 3, column 7`, an XPath, a zip member).
    """

    def __init__(self, code: str, *, found: str, expected: str, location: str = "") -> None:
        super().__init__(f"{code}: found {found}, expected {expected}" + (f" at {location}" if location else ""))
        self.code = code
        self.found = found
        self.expected = expected
        self.location = location


class UnknownType(Permanent):
    """The type or major version of this message is not known to this build of the hub."""


class InDoubt(HubError):
    """The request was sent but its answer is lost; look it up before sending again."""


class StaleFacts(HubError):
    """The facts this booking was decided on changed before it was recorded; decide again."""


class Usage(HubError):
    """What was asked for cannot be done as asked.

    `findings` say it in the reader's language, with value and what is allowed; where there are none, `say` names a
    sentence of the catalogue (`error_<say>`), which `values` fill; without either the message serves.
    """

    def __init__(
        self, message: str | Finding | None = None, *, findings: Iterable[Finding] = (), say: str = "", **values: object
    ) -> None:
        given = () if message is None or isinstance(message, str) else (message,)
        self.findings = (*given, *findings)
        self.say = say
        self.values = values
        plain = message if isinstance(message, str) else "; ".join(_plainly(f) for f in self.findings)
        super().__init__(plain or None)


def _plainly(finding: Finding) -> str:
    """For who reads a traceback; people read the sentence of the catalogue."""
    said = ((finding.location, "at"), (finding.found, "found"), (finding.expected, "expected"))
    words = [f"{word} {value}" for value, word in said if value]
    return f"{finding.code}: {', '.join((*words, *(f'{name} {value}' for name, value in finding.details)))}"


class Refused(Usage):
    """What was given has faults; nothing was recorded. `findings` says which, where, and what is expected."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        super().__init__(findings=findings)


class NotFound(Usage):
    """The named thing does not exist."""


class Conflict(Usage):
    """The thing exists in another form, or somebody else was first."""


class Bug(HubError):
    """A fault in the hub itself."""
