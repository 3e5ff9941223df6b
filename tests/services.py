"""Real servers for tests: those that are given by URL, else private ones, started once and shared by all workers.

    python -m tests.services ensure              install what is missing (apt), or say how
    python -m tests.services run -- COMMAND...   start both, run COMMAND with their URLs, stop them

`HUB_TEST_DATABASE_URL` and `HUB_TEST_BROKER_URL` name servers that are there already.
`HUB_TEST_SERVICES` is the folder through which the processes of one test run share what they start.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.private_servers import Broker, CannotStart, Postgres, find_broker, find_postgres, rabbitmqctl
from tests.processes import end_all, guard, own

if TYPE_CHECKING:
    from psycopg.sql import Composed

FOLDER = "HUB_TEST_SERVICES"
DATABASE_URL = "HUB_TEST_DATABASE_URL"
BROKER_URL = "HUB_TEST_BROKER_URL"
TABLES = "postgres-with-tables"
"""Under which the name of the database that tests copy is remembered."""
_PACKAGES = {"rabbitmq-server": find_broker, "postgresql": find_postgres}


class Missing(Exception):
    """A server is not installed; the message is the command that installs it."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server to test against. `control` (what `rabbitmqctl` needs) only where it is our own broker."""

    url: str
    control: dict[str, Any] | None = None


def install_command(packages: list[str]) -> str:
    """What to type to install `packages`."""
    return f"sudo apt-get install --yes --no-install-recommends {' '.join(packages)}"


def broker() -> Server:
    """The broker of this test run; starts one when nobody has. Raises `Missing` or `CannotStart`."""
    return _provide("broker", BROKER_URL, "rabbitmq-server", _start_broker)


def postgres(*, durable: bool = False) -> Server:
    """The PostgreSQL server of this test run; starts one when nobody has. Raises `Missing` or `CannotStart`.

    `durable`: one that is started waits for the disk.
    """
    return _provide("postgres", DATABASE_URL, "postgresql", partial(_start_postgres, durable=durable))


@contextlib.contextmanager
def shared_folder() -> Iterator[Path]:
    """A folder for what is started; everything in it is stopped at the end, by process number.

    The outermost one counts: inside another test run, or under `run`, nothing is created or stopped.
    """
    if FOLDER in os.environ:
        yield Path(os.environ[FOLDER])
        return
    folder = Path(tempfile.mkdtemp(prefix="hub-test-"))
    folder.chmod(0o755)  # the servers run as other users
    os.environ[FOLDER] = str(folder)
    owned = own(folder)
    try:
        yield folder
    finally:
        if (folder / TABLES).exists() and DATABASE_URL in os.environ:  # a server that stays must not keep our databases
            drop_database((folder / TABLES).read_text())
        del os.environ[FOLDER]
        end_all(folder)
        os.close(owned)


@contextlib.contextmanager
def own_broker() -> Iterator[Broker]:
    """A broker for one test that hurts it; started, and stopped at the end. Raises `Missing` or `CannotStart`."""
    binaries = find_broker()
    if binaries is None:
        raise Missing(install_command(["rabbitmq-server"]))
    folder = Path(os.environ[FOLDER])
    guard(folder)
    node = Broker(folder / f"own-{uuid.uuid4().hex[:8]}", binaries)
    try:
        node.start()
        yield node
    finally:
        node.stop()


@contextlib.contextmanager
def fresh_database(template: str = "template1") -> Iterator[str]:
    """The URL of a new, empty database (or a copy of `template`), dropped at the end."""
    name = f"hub_{uuid.uuid4().hex[:12]}"
    try:
        yield create_database(name, template)
    finally:
        drop_database(name)


def create_database(name: str, template: str = "template1") -> str:
    """Make an empty database, or a copy of `template`; its URL."""
    from psycopg import sql

    _execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    return f"{postgres().url.rpartition('/')[0]}/{name}"


def drop_database(name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    from psycopg import sql

    _execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _execute(statement: Composed) -> None:
    import psycopg

    with psycopg.connect(postgres().url, autocommit=True) as connection:
        connection.execute(statement)


def prepared(name: str, prepare: Callable[[Path], str]) -> str:
    """What `prepare` makes once for the whole run, such as a database with tables that tests copy; its answer, remembered."""
    folder = Path(os.environ[FOLDER])
    record = folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            record.write_text(prepare(folder))
    return record.read_text()


@contextlib.contextmanager
def fresh_vhost() -> Iterator[str]:
    """The URL of a new, empty virtual host; on a broker that is not ours, its URL as it is."""
    server = broker()
    if server.control is None:
        yield server.url
        return
    name = f"hub-{uuid.uuid4().hex[:12]}"
    rabbitmqctl(server.control, "add_vhost", name)
    rabbitmqctl(server.control, "set_permissions", "-p", name, "hubtest", ".*", ".*", ".*")
    try:
        yield f"{server.url.rpartition('/')[0]}/{name}"
    finally:
        rabbitmqctl(server.control, "delete_vhost", name)


def _provide(name: str, variable: str, package: str, start: Callable[[Path], Server]) -> Server:
    folder = Path(os.environ.get(FOLDER, os.devnull))
    record = folder / f"{name}.json"
    if record.exists():
        return Server(**json.loads(record.read_text()))
    if variable in os.environ:
        return Server(os.environ[variable])
    if _PACKAGES[package]() is None:
        raise Missing(install_command([package]))
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several workers, one starts it and the others wait
        if not record.exists():
            guard(folder)
            record.write_text(json.dumps(asdict(start(folder / name))))
    return Server(**json.loads(record.read_text()))


def _start_broker(folder: Path) -> Server:
    binaries = find_broker()
    assert binaries is not None
    node = Broker(folder, binaries)
    try:
        node.start()
    except BaseException:
        node.stop()
        raise
    return Server(node.url(), node.control)


def _start_postgres(folder: Path, *, durable: bool) -> Server:
    binaries = find_postgres()
    assert binaries is not None
    server = Postgres(folder, binaries, durable=durable)
    try:
        server.start()
    except BaseException:
        server.stop()
        raise
    return Server(server.url())


def ensure() -> int:
    """Install what is missing where we may; else print how. The exit code: not 0 only where CI is set."""
    missing = [package for package, find in _PACKAGES.items() if find() is None]
    if not missing:
        print("RabbitMQ and PostgreSQL are installed")
        return 0
    prefix = _root_prefix()
    if prefix is not None and shutil.which("apt-get"):
        # RUNLEVEL=1: the packages' own services stay off; tests start private servers on loopback
        apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get"]
        subprocess.run([*apt, "update", "--quiet"], check=False)
        subprocess.run([*apt, "install", "--yes", "--no-install-recommends", *missing], check=False)
        missing = [package for package in missing if _PACKAGES[package]() is None]
    if not missing:
        return 0
    print(f"not installed: {', '.join(missing)}. Install with:\n  {install_command(missing)}", file=sys.stderr)
    return 1 if os.environ.get("CI") else 0


def run(command: list[str]) -> int:
    """Start both, run `command` with `HUB_TEST_…` set, stop them; the exit code is the command's."""
    with shared_folder():
        for variable, provide in ((BROKER_URL, broker), (DATABASE_URL, partial(postgres, durable=True))):
            try:
                os.environ[variable] = provide().url
            except Missing as missing:
                print(f"not installed, its tests will be skipped; {missing}", file=sys.stderr)
                if os.environ.get("CI"):
                    return 1
        return subprocess.run(command, check=False).returncode


def _root_prefix() -> list[str] | None:
    """What to put before a command that needs root; None where we cannot become root unasked."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def main(arguments: list[str]) -> int:
    """The command line."""
    match arguments:
        case ["ensure"]:
            return ensure()
        case ["run", "--", *command] if command:
            return run(command)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except CannotStart as failure:
        sys.exit(str(failure))
