"""The schema: migrations make exactly the tables that the code describes, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from hub.store import queue, schema, tables  # noqa: F401  (fills the metadata)
from hub.store.database import Database
from hub.store.metadata import metadata


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database with nothing in it."""
    fresh = f"sqlite:///{tmp_path / 'hub.sqlite'}"
    made = Database(fresh if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield made
    made.close()


def test_migrated_schema_equals_the_tables_when_upgraded_from_nothing(empty: Database) -> None:
    schema.upgrade(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_upgrade_does_nothing_when_the_schema_is_new(empty: Database) -> None:
    schema.upgrade(empty)
    assert schema.upgrade(empty) is False
    schema.require(empty)


def test_head_is_the_newest_migration() -> None:
    script = ScriptDirectory(str(schema.MIGRATIONS))
    assert script.get_current_head() == schema.HEAD
