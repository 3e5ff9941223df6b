"""What the test agency does: faults by request, and what it says of each case. Deterministic: the same script, the same agency."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, get_args

from hub.errors import Usage
from hub.model.case_message import CASE_MESSAGE_TYPES

Door = Literal["case", "notice", "find", "messages"]
Act = Literal["refuse", "429", "503", "500", "reset_before", "reset_after", "garbage", "delay"]
Way = Literal["poll", "webhook"]
DOORS: tuple[str, ...] = get_args(Door)
ACTS: tuple[str, ...] = get_args(Act)
WAYS: tuple[str, ...] = get_args(Way)
_KEYS = {
    "": {"seed", "state", "deliver", "duplicates", "shuffle", "page", "fault", "say"},
    "fault": {"on", "act", "times", "after", "retry_after", "seconds", "text"},
    "say": {"type", "after", "share", "message"},
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at a door: `times` times, after `after` requests that go well.

    `reset_before` breaks the connection before anything was done, `reset_after` and `500` when it was done already; `refuse`
    answers 422 with `text`; `delay` waits `seconds` and goes on.
    """

    on: Door
    act: Act
    times: int = 1
    after: int = 0
    retry_after: int = 1
    seconds: float = 0.0
    text: str = "refused by the script"


@dataclass(frozen=True, slots=True)
class Saying:
    """A message about each case, `after` seconds from when it came. `share` is the part of the case's total that `amount` is."""

    type: str
    after: float = 0.0
    share: Decimal | None = None
    message: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    """All of it. `state` is what a case is answered with at once; each message is told `1 + duplicates` times, in an order of
    its own with `shuffle`, `page` at a time to who asks, or to the webhook."""

    seed: int = 1
    state: Literal["received", "accepted", "rejected"] = "received"
    deliver: Way = "poll"
    duplicates: int = 0
    shuffle: bool = False
    page: int = 100
    faults: tuple[Fault, ...] = ()
    says: tuple[Saying, ...] = ()


def read_script(path: Path | None) -> Script:
    """A script of TOML; without one a friendly agency that answers and says nothing. Raises `Usage` naming what is wrong."""
    if path is None:
        return Script()
    try:
        return script_of(tomllib.loads(path.read_text("utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise Usage(f"{path}: {error}") from error
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise Usage(f"{path}: {error}; connectors/collection/README.md describes every key") from error


def script_of(raw: Mapping[str, Any]) -> Script:
    """A script from its table. Raises ValueError."""
    _known(raw, "")
    head = {name: raw[name] for name in ("seed", "duplicates", "shuffle", "page") if name in raw}
    faults = tuple(_fault(row) for row in raw.get("fault", ()))
    says = tuple(_saying(row) for row in raw.get("say", ()))
    state = _one_of(raw.get("state", "received"), ("received", "accepted", "rejected"), "state")
    deliver = _one_of(raw.get("deliver", "poll"), WAYS, "deliver")
    return Script(state=state, deliver=deliver, faults=faults, says=says, **head)  # type: ignore[arg-type]  # checked


def _fault(row: Mapping[str, Any]) -> Fault:
    _known(row, "fault")
    on, act = _one_of(row["on"], DOORS, "fault.on"), _one_of(str(row["act"]), ACTS, "fault.act")
    rest = {name: row[name] for name in ("times", "after", "retry_after", "seconds", "text") if name in row}
    return Fault(on, act, **rest)  # type: ignore[arg-type]  # checked


def _saying(row: Mapping[str, Any]) -> Saying:
    _known(row, "say")
    share = Decimal(str(row["share"])) if "share" in row else None
    kind = _one_of(row["type"], CASE_MESSAGE_TYPES, "say.type")
    return Saying(kind, float(row.get("after", 0.0)), share, dict(row.get("message", {})))


def _known(row: Mapping[str, Any], name: str) -> None:
    if unknown := sorted(row.keys() - _KEYS[name]):
        raise ValueError(
            f"{name + '.' if name else ''}{unknown[0]} is not known; known are {', '.join(sorted(_KEYS[name]))}"
        )


def _one_of(value: str, allowed: tuple[str, ...], place: str) -> str:
    if value not in allowed:
        raise ValueError(f"{place} = {value!r}: expected {', '.join(allowed)}")
    return value
