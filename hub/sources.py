"""Which sources are installed: ours and those of others, by their entry points. Needs neither settings nor a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from hub.ports import Source

GROUP = "hub.connectors"
_FIRST = "ubl"


def load_sources() -> list[Source]:
    """Every source that is installed: invoices first, as most of what comes in is one, then by name.

    No two claim the same content (a test holds that for ours), so the order is only a matter of speed. Raises `Usage` for one
    that cannot be loaded.
    """
    return list(sources_as_needed())


def sources_as_needed() -> Iterable[Source]:
    """As `load_sources`, but none is imported before it is asked: an invoice meets the first alone. Can be walked again."""
    return _AsNeeded()


class _AsNeeded:
    def __iter__(self) -> Iterator[Source]:
        # By its name and not by its entry point: it is always here, also in a checkout that was never installed, and to look
        # through all that is installed takes longer than to judge a document.
        from connectors.ubl import source

        yield source
        yield from map(_loaded, _others())


@cache
def _others() -> tuple[EntryPoint, ...]:
    from importlib.metadata import entry_points

    return tuple(sorted((each for each in entry_points(group=GROUP) if each.name != _FIRST), key=lambda e: e.name))


def _loaded(entry: EntryPoint) -> Source:
    from hub.errors import Usage

    try:
        source: Source = entry.load()
    except Exception as error:
        raise Usage(f"connector {entry.name!r} ({entry.value}) cannot be loaded: {error}") from error
    return source
