"""`hub init`: a database at this version of the hub, and an administration in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.options import AsJson, ByActor, InLanguage
from hub.cli.session import opened, output_of, settings_of

if TYPE_CHECKING:
    from hub.bootstrap import Hub

SETUP_IDS = 2000  # more rows than a chart has


def init(
    administration: Annotated[
        Path | None, typer.Option("--administration", metavar="FILE.toml", help="Your own chart, codes and journals.")
    ] = None,
    as_json: AsJson = False,
    language: InLanguage = None,
    actor: ByActor = "",
) -> None:
    """Create or upgrade the database and one administration.

    \b
    hub init                                   the starter: a Dutch SME, code `demo`
    hub init --administration mine.toml        your own (copy mappings/starter.toml)
    HUB_HOME=/srv/books hub init               somewhere else

    Running it again upgrades what is there and changes nothing else.
    """
    settings = settings_of(language, actor)
    output = output_of(settings, as_json)
    with opened(settings, require=False) as hub:
        done = _set_up(hub, administration)
    if as_json:
        output.line(done)
        return
    output.say("init_database" if done["upgraded"] else "init_database_same", place=done["database"])
    for code in done["changed"]:
        output.say("init_administration", code=code)
    if not done["changed"]:
        output.say("init_administration_same", codes=", ".join(done["administrations"]))
    output.say("init_next")


def _set_up(hub: Hub, file: Path | None) -> dict[str, Any]:
    from hub.store import schema
    from hub.store.administrations import administration_codes

    upgraded = schema.upgrade(hub.database)
    with hub.database.reading() as connection:
        known = administration_codes(connection)
    changed = []
    if file is not None or not known or known == ["demo"]:
        code, new = save_from_file(hub, file)
        known, changed = sorted({*known, code}), [code] if new else []
    place = hub.database.url.render_as_string(hide_password=True)
    return {"database": place, "upgraded": upgraded, "administrations": known, "changed": changed}


def save_from_file(hub: Hub, file: Path | None, code: str = "") -> tuple[str, bool]:
    """Put the administration of `file` (None: the starter) in force; its code, and whether that changed anything."""
    from dataclasses import replace

    from hub.bootstrap import data_folder
    from hub.errors import NotFound
    from hub.formats.administration_file import read_administration
    from hub.store.administrations import save_administration
    from hub.store.store import actor_of, now

    path = file or data_folder("mappings") / "starter.toml"
    if not path.is_file():
        raise NotFound(f"there is no file {path}")
    mapping = (data_folder("mappings") / "ubl.toml").read_bytes()
    administration = read_administration(path.read_bytes(), mapping, path.name)
    if code:
        administration = replace(administration, code=code)
    actor_id = actor_of(hub.database, hub.ids, hub.actor, now())
    hub.ids.reserve(SETUP_IDS)
    with hub.database.transaction() as connection:
        return administration.code, save_administration(connection, hub.ids, administration, actor_id, now())
