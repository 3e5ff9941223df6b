"""PostgreSQL as deploy/postgres-roles.sql leaves it, with roles of this test alone: roles belong to the whole server."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.books import open_books

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
ROLES = ("owner", "worker", "relay", "bookkeeper", "report")


@dataclass(frozen=True, slots=True)
class Roles:
    """A database whose roles are called `<prefix>_owner` and so on, all with the prefix as password."""

    superuser_url: str
    prefix: str

    def url(self, role: str, database: str = "") -> str:
        """Where to connect as `role`."""
        head, _, place = self.superuser_url.rpartition("@")
        address, _, own = place.rpartition("/")
        return f"{head.partition('//')[0]}//{self.prefix}_{role}:{self.prefix}@{address}/{database or own}"

    def script(self, name: str) -> str:
        """A script of deploy/ with these roles' names."""
        return (DEPLOY / name).read_text().replace("hub_", f"{self.prefix}_")

    def run(self, role: str, name: str) -> None:
        """Run a script of deploy/ as `role` ("" = superuser)."""
        with psycopg.connect(self.url(role) if role else self.superuser_url, autocommit=True) as connection:
            connection.execute(self.script(name).encode())


@pytest.fixture
def roles(postgres_url: str) -> Iterator[Roles]:
    """An empty database and its roles; they go when the test ends."""
    made = Roles(postgres_url, f"hub{uuid.uuid4().hex[:8]}")
    made.run("", "postgres-roles.sql")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for role in ROLES:
            name = sql.Identifier(f"{made.prefix}_{role}")
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(made.prefix)))
    yield made
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        names = [sql.Identifier(f"{made.prefix}_{role}") for role in ROLES]
        connection.execute(sql.SQL("REASSIGN OWNED BY {} TO CURRENT_USER").format(names[0]))
        for name in reversed(names):
            connection.execute(sql.SQL("DROP OWNED BY {}").format(name))
            connection.execute(sql.SQL("DROP ROLE {}").format(name))


@pytest.fixture
def granted(roles: Roles, tmp_path: Path) -> Roles:
    """The same with books on it: set up by the owner, then granted."""
    with open_books(tmp_path, roles.url("owner")):
        pass
    roles.run("owner", "postgres-grants.sql")
    return roles


@pytest.fixture
def sqlite_home(tmp_path: Path) -> Path:
    """A HUB_HOME with the starter administration."""
    home = tmp_path / "home"
    with open_books(home):
        pass
    return home
