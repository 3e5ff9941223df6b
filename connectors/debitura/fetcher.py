"""Fetcher kind `debitura`: cases that changed and payments, for who has no address that a webhook could reach, or missed one.

What is the same again is known by its id and the time of its last change, so asking often is harmless. `every_seconds` of the
channel says how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from connectors.debitura.client import Client, address
from connectors.debitura.source import FETCHED
from hub.errors import Usage
from hub.formats.case_dispatch import exact_json
from hub.net import Http, Manners
from hub.ports import Fetched, FetchSession, Part

PAGE = 100  # the most that it gives at once
_MOST_PAGES = 200
_SEEN: dict[str, set[str]] = {}  # what this process has taken, by account: what is stored already needs no look-up


class Session:
    """One round: cases by when they changed, the newest first, until a page holds nothing new; then payments alike."""

    def __init__(self, client: Client, account: str) -> None:
        self._client = client
        self._seen = _SEEN.setdefault(account, set())

    def new(self) -> Iterator[Fetched]:
        """One message each. A payment comes after its case."""
        yield from self._walk("/cases", "case", sort="DateUpdated:desc")
        yield from self._walk("/Payments", "payment")

    def settle(self, fetched: Fetched, *, refused: bool) -> None:
        """Nothing is changed there; it is not looked at again by this process."""
        self._seen.add(str(fetched.handle))

    def close(self) -> None:
        """Close connections."""
        self._client.http.close()

    def _walk(self, path: str, kind: str, **more: str) -> Iterator[Fetched]:
        for number in range(1, _MOST_PAGES + 1):
            rows = self._client.page(path, number, PAGE, **more)
            new = [(mark, row) for row in rows if (mark := _mark(kind, row)) not in self._seen]
            for mark, row in new:
                body = exact_json({FETCHED: kind, "data": row}).encode()
                yield Fetched(
                    mark, (Part(mark, f"{kind}-{row.get('id')}.json", body, "application/json"),), handle=mark
                )
            if len(rows) < PAGE or (not new and kind == "case"):
                return


def _mark(kind: str, row: Mapping[str, Any]) -> str:
    return f"{kind}:{row.get('id')}@{row.get('dateUpdated') or row.get('dateCreated')}"


class DebituraFetcher:
    """What changed at Debitura."""

    kinds, forms = ("case_message",), ("JSON",)
    keys = frozenset({"url", "allow_loopback", "allow_private", "ca_file"})

    def open(
        self, options: Mapping[str, str | int | float | bool], secrets: Callable[[], Sequence[str]]
    ) -> FetchSession:
        """Options: `url` where it is not the real one; the channel's `secrets` are the API key. Raises `Usage`."""
        url = address("channel of kind debitura:", options.get("url"))
        if not secrets():
            raise Usage("a channel of kind debitura needs secrets: the API key")
        manners = Manners(
            loopback=bool(options.get("allow_loopback")), private=bool(options.get("allow_private")),
            ca_file=str(options.get("ca_file", "")),
        )  # fmt: skip
        return Session(Client(url, lambda: secrets()[0], Http(manners)), url)


fetcher = DebituraFetcher()
