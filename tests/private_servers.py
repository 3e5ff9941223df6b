"""A RabbitMQ broker and a PostgreSQL server of our own: loopback, free ports, own folders, stopped by their pid."""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from tests.processes import end, record

_DEBIAN_BROKER = "/usr/lib/rabbitmq/bin"
_START_SECONDS = 90.0


class CannotStart(Exception):
    """A server of our own did not come up; the message holds the end of its log."""


def find_broker() -> Path | None:
    """The folder with `rabbitmq-server` and `rabbitmqctl` (not Debian's wrappers, which change user), or None."""
    if os.path.exists(f"{_DEBIAN_BROKER}/rabbitmq-server"):
        return Path(_DEBIAN_BROKER)
    found = shutil.which("rabbitmq-server")
    return Path(found).resolve().parent if found else None


def find_postgres() -> Path | None:
    """The folder with `initdb` and `postgres`, the newest where there are several, or None."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[-2]))
    return Path(folders[-1]) if folders else None


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_listening(port: int) -> bool:
    """Whether something accepts connections on this loopback port."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


class Broker:
    """A private RabbitMQ node with its own epmd, user and password."""

    def __init__(self, folder: Path, binaries: Path) -> None:
        self.folder = folder
        self.port, self._distribution, self._epmd_port = free_port(), free_port(), free_port()
        self.password = secrets.token_hex(12)
        self._binaries = binaries
        self._as_user = _drop_root(folder, "rabbitmq")
        self._servers: list[subprocess.Popen[bytes]] = []
        self._environment = self._settings()

    def url(self, vhost: str = "/") -> str:
        """Where to connect."""
        return f"amqp://hubtest:{self.password}@127.0.0.1:{self.port}/{vhost.replace('/', '%2F')}"

    def start(self) -> None:
        """Start epmd (unless it still runs) and the node, and wait until it takes connections."""
        if not is_listening(self._epmd_port):
            self._servers.append(self._run(["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"]))
            _wait_until(lambda: is_listening(self._epmd_port), "epmd", self._log)
        self._servers.append(self._run([str(self._binaries / "rabbitmq-server")]))
        node = self._servers[-1]
        _wait_until(lambda: is_listening(self.port) or node.poll() is not None, "RabbitMQ", self._log)
        if node.poll() is not None:
            raise CannotStart(f"RabbitMQ ended at once:\n{_tail(self._log)}")

    def kill(self) -> None:
        """The node dies as in a power cut."""
        node = self._servers.pop()
        node.kill()
        node.wait()

    def stop(self) -> None:
        """End the node, then its epmd."""
        while self._servers:
            end(self._servers.pop().pid, signal.SIGTERM)

    def ctl(self, *arguments: str) -> str:
        """Run `rabbitmqctl`."""
        return rabbitmqctl(self.control, *arguments)

    @property
    def control(self) -> dict[str, object]:
        """What `rabbitmqctl` needs, as JSON for another process."""
        return {"command": [*self._as_user, str(self._binaries / "rabbitmqctl")], "environment": self._environment}

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            server = subprocess.Popen(
                [*self._as_user, *command],
                env=self._environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        record(self.folder, server.pid, signal.SIGTERM)
        return server

    def _settings(self) -> dict[str, str]:
        configuration = self.folder / "rabbitmq.conf"
        configuration.write_text(
            f"listeners.tcp.default = 127.0.0.1:{self.port}\n"
            f"default_user = hubtest\ndefault_pass = {self.password}\n"
            "disk_free_limit.absolute = 50MB\nlog.file.level = warning\nlog.console = false\n"
        )
        (self.folder / "plugins").write_text("[].\n")
        folder = str(self.folder)
        return {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": folder,
            "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"hubtest{self.port}@localhost",
            "RABBITMQ_CONFIG_FILE": str(configuration),
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/generated",
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "true",  # exec: our child's pid is the node's
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} "
            "+sbwt none +sbwtdcpu none +sbwtdio none",
        }


class Postgres:
    """A private PostgreSQL cluster with a password, without Unix sockets.

    `durable`: it waits for the disk, as a bench must. Without, what was committed outlives every killed process, only not
    the machine's power; tests make and drop hundreds of databases, and waiting would be most of their time.
    """

    def __init__(self, folder: Path, binaries: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable
        self.port = free_port()
        self.password = secrets.token_hex(12)
        self._binaries = binaries
        self._as_user = _drop_root(folder, "postgres")
        self._server: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """Where to connect."""
        return f"postgresql://hubtest:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Create the cluster when it is new, start the server, and wait until it takes connections."""
        data = self.folder / "data"
        if not data.exists():
            secret = self.folder / "password"
            secret.write_text(self.password)
            self._call(
                "initdb",
                "-D",
                str(data),
                "-U",
                "hubtest",
                "--auth=scram-sha-256",
                f"--pwfile={secret}",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            )
        command = [
            *self._as_user,
            str(self._binaries / "postgres"),
            "-D",
            str(data),
            "-p",
            str(self.port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "max_connections=200",
            "-c",
            f"fsync={'on' if self.durable else 'off'}",
        ]
        with self._log.open("ab") as log:
            self._server = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        record(self.folder, self._server.pid, signal.SIGINT)
        self._wait_ready()

    def stop(self) -> None:
        """End the server, dropping its connections."""
        if self._server is not None:
            end(self._server.pid, signal.SIGINT)
            self._server = None

    @property
    def _log(self) -> Path:
        return self.folder / "server.log"

    def _wait_ready(self) -> None:
        import psycopg

        def answers() -> bool:
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url(), connect_timeout=2):
                return True
            return self.pid_ended()

        _wait_until(answers, "PostgreSQL", self._log)
        if self.pid_ended():
            raise CannotStart(f"PostgreSQL ended at once:\n{_tail(self._log)}")

    def pid_ended(self) -> bool:
        """Whether the server ended by itself."""
        return self._server is None or self._server.poll() is not None

    def _call(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*self._as_user, str(self._binaries / program), *arguments], cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode:
            raise CannotStart(f"{program}: {done.stderr}")


def rabbitmqctl(control: dict[str, object], *arguments: str) -> str:
    """Run `rabbitmqctl` for the node that `control` (`Broker.control`) names."""
    command, environment = control["command"], control["environment"]
    assert isinstance(command, list)
    assert isinstance(environment, dict)
    done = subprocess.run(
        [*command, "--quiet", *arguments], env=environment, capture_output=True, text=True, cwd=environment["HOME"]
    )
    if done.returncode:
        raise CannotStart(f"rabbitmqctl {arguments[0]}: {done.stderr or done.stdout}")
    return done.stdout


def _drop_root(folder: Path, wanted: str) -> list[str]:
    """Neither server runs as root: the command prefix that becomes another user, who is given `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() != 0:
        return []
    user = next(found for found in (_user(wanted), _user("nobody")) if found)
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _wait_until(condition: object, what: str, log: Path) -> None:
    assert callable(condition)
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise CannotStart(f"{what} did not start in {_START_SECONDS:.0f} s:\n{_tail(log)}")
        time.sleep(0.05)


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:] if log.exists() else "(no log)"
