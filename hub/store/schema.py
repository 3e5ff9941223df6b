"""The schema's version: created and upgraded by Alembic, checked by one cheap query."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from hub.errors import Usage
from hub.store import guards
from hub.store.database import Database

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0019"


def version(connection: Connection) -> str | None:
    """The schema version of a database, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(database: Database) -> bool:
    """Bring the schema to this version of the hub. True when something was done."""
    with database.reading() as connection:
        if version(connection) == HEAD:
            return False
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.transaction() as connection:
        if version(connection) == HEAD:
            return False
        config.attributes["connection"] = connection
        guards.lift(connection)
        command.upgrade(config, "head")
        guards.renew(connection)
    return True


def require(database: Database) -> None:
    """Raises `Usage` when the database was not set up, or by another version of the hub."""
    with database.reading() as connection:
        found = version(connection)
    if found is None:
        raise Usage("this database has not been set up yet: run `hub init` first")
    if found != HEAD:
        raise Usage(f"the database has schema {found}, this hub needs {HEAD}: run `hub init` to upgrade")
