"""What commands about cases need: the agencies of hub.toml, and the law and policies of the administration."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.credit.account import Rulebook
    from hub.model.agency import Agency
    from hub.settings import Settings
    from hub.store.administrations import Books


def agencies_of(settings: Settings) -> dict[str, Agency]:
    """Agencies by the name of their sink: those with a table of conditions. Raises `Usage` for conditions that cannot be."""
    from hub.formats.agency_conditions import read_agency

    sinks = settings.sinks.values()
    return {sink.name: read_agency(sink.name, sink.conditions) for sink in sinks if sink.conditions is not None}


def agency_named(hub: Hub, name: str, administration: str = "") -> Agency:
    """The agency of this name, or the only one there is for an administration. Raises `NotFound` and `Usage`."""
    from hub.errors import NotFound
    from hub.model.finding import asked

    known = agencies_of(hub.settings)
    mine = [one for one in known if hub.settings.sinks[one].administration in ("", administration)]
    wanted = name or (mine[0] if len(mine) == 1 else "")
    if wanted not in known:
        raise NotFound(asked("HUB-INC-27", name, ", ".join(known)))
    return known[wanted]


def rulebook(hub: Hub, books: Books) -> Rulebook:
    """Policies, costs and interest as they hold for the administration."""
    from hub.cli.rulebook import rulebook_of

    return rulebook_of(hub.settings, books.snapshot)


def today() -> date:
    """The day on which a command runs."""
    return date.today()
