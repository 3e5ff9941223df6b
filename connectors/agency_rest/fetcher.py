"""What an agency has to say, asked for: `GET /v1/messages?after=CURSOR`, channel kind `agency`.

How far was read is kept in a file; without it everything comes again and is known by its ids.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from connectors.agency_rest.wire import MEDIA_TYPE, Wire, reasons, said
from hub.errors import Transient, Usage
from hub.net import Http, Manners
from hub.ports import Fetched, Part

Option = str | int | float | bool
_MOST_PAGES = 1000  # of one round; an agency that always has more is asked again the next time


class AgencySession:
    """One round at one agency."""

    def __init__(self, wire: Wire, kept: Path | None) -> None:
        self._wire = wire
        self._kept = kept

    def new(self) -> Iterator[Fetched]:
        """Messages in the agency's order. How far it got is kept once a page is settled. Raises `Transient`."""
        cursor = self._cursor()
        for _ in range(_MOST_PAGES):
            answer = self._wire.get(f"/v1/messages?{urlencode({'after': cursor})}")
            page = said(answer, "collection-messages") if answer.ok else None
            if page is None:
                raise Transient(f"the agency does not say what is new: {reasons(answer)}")
            for message in page["messages"]:
                yield _fetched(message)
            if page["cursor"] != cursor:
                cursor = page["cursor"]
                self._keep(cursor)
            if not page.get("more") or not page["messages"]:
                return

    def settle(self, fetched: Fetched, *, refused: bool) -> None:
        """Nothing is moved there; the cursor goes on when the page is done."""

    def close(self) -> None:
        """Close connections."""
        self._wire.close()

    def _cursor(self) -> str:
        if self._kept is None or not self._kept.is_file():
            return ""
        return self._kept.read_text("utf-8")[:500]

    def _keep(self, cursor: str) -> None:
        """Whole or not at all."""
        if self._kept is None:
            return
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        part = self._kept.with_name(f"{self._kept.name}.{os.getpid()}.part")
        part.write_text(cursor, "utf-8")
        part.replace(self._kept)


def _fetched(message: dict[str, Any]) -> Fetched:
    """By its own id; what has none is known by its bytes, and refused by its reader."""
    body = json.dumps(message, ensure_ascii=False, default=str).encode()
    named = message.get("message_id")
    uid = named if isinstance(named, str) and named.strip() else hashlib.sha256(body).hexdigest()
    return Fetched(uid, (Part(uid[:200], "message.json", body, MEDIA_TYPE),))


class AgencyFetcher:
    """Asks a collection agency that speaks the hub's own protocol what is new."""

    kinds, forms = ("case_message",), ("JSON",)
    keys = frozenset(("url", "allow_loopback", "allow_private", "ca_file", "state_file"))

    def open(self, options: Mapping[str, Option], secrets: Callable[[], Sequence[str]]) -> AgencySession:
        """Options: `url`. Raises `Usage`."""
        url = str(options.get("url", ""))
        if not urlsplit(url).netloc:
            raise Usage(f'url = {url!r}: write the whole address, as "https://api.agency.example"')
        manners = Manners(
            loopback=bool(options.get("allow_loopback", False)), private=bool(options.get("allow_private", False)),
            ca_file=str(options.get("ca_file", "")),
        )  # fmt: skip
        kept = str(options.get("state_file", ""))
        return AgencySession(Wire(url, secrets, Http(manners)), Path(kept) if kept else None)


fetcher = AgencyFetcher()
