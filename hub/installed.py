"""The sources that are installed, ours and those of others: all at once, or each when it is first needed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, overload

from hub.errors import Usage

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from hub.ports import Source

GROUP = "hub.connectors"


def load_sources() -> list[Source]:
    """Every source that is installed, ours and those of others: invoices first, as most of what comes in is one, then by name.

    No two claim the same content (a test holds that for ours), so the order is only a matter of speed. Raises `Usage` for one
    that cannot be loaded.
    """
    return list(InstalledSources())


@cache
def installed_sources() -> InstalledSources:
    """The same for the whole process."""
    return InstalledSources()


class InstalledSources(Sequence["Source"]):
    """The sources of `load_sources`, in that order, each loaded when one gets to it: an invoice in UBL needs one of thirty.

    Raises `Usage`, when it gets there, for one that cannot be loaded.
    """

    def __init__(self) -> None:
        self._loaded: list[Source] = []
        self._rest: Iterator[Source] = _loading()
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Source]:
        place = 0
        while self._get(place):
            yield self._loaded[place]
            place += 1

    def _get(self, place: int) -> bool:
        """Whether there is a source at this place; loads up to it."""
        with self._lock:
            while len(self._loaded) <= place:
                source = next(self._rest, None)
                if source is None:
                    return False
                self._loaded.append(source)
        return True

    @overload
    def __getitem__(self, index: int) -> Source: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Source]: ...
    def __getitem__(self, index: int | slice) -> Source | Sequence[Source]:
        return list(self)[index]

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _loading() -> Iterator[Source]:
    # Not by its entry point: reading the list of all that is installed costs as much as judging a hundred invoices.
    from connectors.ubl import source

    yield source
    from importlib.metadata import entry_points

    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        if entry.name != source.name:
            yield _load(entry)


def _load(entry: EntryPoint) -> Source:
    try:
        loaded: Source = entry.load()
    except Exception as error:
        raise Usage(f"connector {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
    return loaded
