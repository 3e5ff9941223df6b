"""A backup is what can be brought back: both engines, into a fresh place, proved equal by `hub verify`."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from hub.store.database import Database
from tests import services
from tests.books import open_books
from tests.deploy.conftest import DEPLOY, Roles

COUNTS = ("entry", "posting", "open_item", "document", "original", "inbox")


def _run(script: str, argument: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return subprocess.run(
        [str(DEPLOY / script), str(argument)],
        env={**kept, "HUB_PYTHON": sys.executable, **environment},
        capture_output=True,
        text=True,
    )


def _backup(folder: Path, environment: Mapping[str, str]) -> Path:
    done = _run("backup.sh", folder, environment)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.splitlines()[-1])


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as connection:
        return {t: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {t}").scalar_one() for t in COUNTS}


def _booked(home: Path, url: str = "") -> dict[str, int]:
    with open_books(home, url) as books:
        assert {result.outcome for result in books.take("01", "02", "03", "04", "13", together=True)} == {"posted"}
        return _counts(books.hub.database)


def test_sqlite_backup_restores_into_a_fresh_place_and_verifies(sqlite_home: Path, tmp_path: Path) -> None:
    before = _booked(sqlite_home)
    file = _backup(tmp_path / "backups", {"HUB_HOME": str(sqlite_home)})
    assert file.stat().st_mode & 0o077 == 0  # it holds the books: for its owner's eyes only
    restored = _run("restore.sh", file, {"HUB_HOME": str(tmp_path / "fresh")})
    assert restored.returncode == 0, restored.stdout + restored.stderr
    with open_books(tmp_path / "fresh") as books:
        assert _counts(books.hub.database) == before
        assert [result.outcome for result in books.take("01", "26")] == ["duplicate", "posted"]  # and it works on


def test_sqlite_backup_is_whole_when_a_writer_is_busy(sqlite_home: Path, tmp_path: Path) -> None:
    """A transaction that never committed is not in it, and what was committed is."""
    before = _booked(sqlite_home)
    writer = Database(f"sqlite:///{sqlite_home}/hub.sqlite")
    with writer.transaction() as connection:
        connection.exec_driver_sql("UPDATE id_block SET next = next + 1000000")
        waiting = subprocess.Popen(
            [
                sys.executable,
                str(DEPLOY / "sqlite_copy.py"),
                str(sqlite_home / "hub.sqlite"),
                str(tmp_path / "copy.sqlite"),
            ]
        )
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(0.7)  # the writer has the lock
    assert waiting.wait(30) == 0
    writer.close()
    copied = Database(f"sqlite:///{tmp_path}/copy.sqlite")
    assert _counts(copied) == before
    copied.close()


def test_restore_refuses_when_there_are_books_already(sqlite_home: Path, tmp_path: Path) -> None:
    file = _backup(tmp_path / "backups", {"HUB_HOME": str(sqlite_home)})
    untouched = (sqlite_home / "hub.sqlite").read_bytes()
    refused = _run("restore.sh", file, {"HUB_HOME": str(sqlite_home)})
    assert refused.returncode != 0
    assert "nothing is overwritten" in refused.stderr
    assert (sqlite_home / "hub.sqlite").read_bytes() == untouched


def test_restore_refuses_when_a_log_of_other_books_lies_there(sqlite_home: Path, tmp_path: Path) -> None:
    file = _backup(tmp_path / "backups", {"HUB_HOME": str(sqlite_home)})
    (tmp_path / "fresh").mkdir()
    (tmp_path / "fresh" / "hub.sqlite-wal").write_bytes(b"left behind")
    refused = _run("restore.sh", file, {"HUB_HOME": str(tmp_path / "fresh")})
    assert refused.returncode != 0
    assert "hub.sqlite-wal" in refused.stderr


def test_backup_fails_and_leaves_nothing_when_the_file_is_damaged(sqlite_home: Path, tmp_path: Path) -> None:
    _booked(sqlite_home)
    with closing(sqlite3.connect(sqlite_home / "hub.sqlite")) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'posting'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with (sqlite_home / "hub.sqlite").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    done = _run("backup.sh", tmp_path / "backups", {"HUB_HOME": str(sqlite_home)})
    assert done.returncode != 0
    assert list((tmp_path / "backups").glob("*.sqlite")) == []


def test_old_backups_go_and_the_new_one_stays(sqlite_home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for name, days in (("hub-old.sqlite", 40), ("hub-recent.sqlite", 2), ("notes.txt", 40)):
        (folder / name).write_text("x")
        moment = (folder / name).stat().st_mtime - days * 86400
        os.utime(folder / name, (moment, moment))
    new = _backup(folder, {"HUB_HOME": str(sqlite_home)})
    assert {path.name for path in folder.iterdir()} == {"hub-recent.sqlite", "notes.txt", new.name}


@pytest.mark.postgres
def test_postgres_backup_restores_into_a_fresh_database_and_verifies(granted: Roles, tmp_path: Path) -> None:
    before = _booked(tmp_path, granted.url("worker"))
    file = _backup(tmp_path, {"HUB_DATABASE_URL": granted.url("report")})  # the reading role is enough
    with services.fresh_database() as fresh_url:
        restored = _run("restore.sh", file, {"HUB_DATABASE_URL": fresh_url})
        assert restored.returncode == 0, restored.stdout + restored.stderr
        database = Database(fresh_url)
        assert _counts(database) == before
        database.close()
        with psycopg.connect(fresh_url) as connection, pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("DELETE FROM posting")  # the guards came along
        again = _run("restore.sh", file, {"HUB_DATABASE_URL": fresh_url})
        assert again.returncode == 5
        assert "not empty" in again.stderr


@pytest.mark.postgres
def test_password_is_on_no_command_line_when_a_tool_of_postgres_runs(roles: Roles) -> None:
    """Everybody on a machine can read the command lines of its processes."""
    shown = subprocess.run(
        [sys.executable, str(DEPLOY / "pg_tool.py"), "cat", "/proc/self/cmdline", "/proc/self/environ"],
        env={**os.environ, "HUB_DATABASE_URL": roles.url("report")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    command, _, environment = shown.partition("/proc/self/environ\0")
    assert roles.prefix not in command
    assert f"PGPASSWORD={roles.prefix}\0" in environment
