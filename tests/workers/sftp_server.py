"""A real SFTP server on loopback, over a folder of the test."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko


@dataclass
class SftpServer:
    """Its port, its folder, its key, who may log in, and what it was asked."""

    folder: Path
    key: paramiko.PKey
    port: int = 0
    passwords: set[str] = field(default_factory=lambda: {"geheim"})
    keys: set[str] = field(default_factory=set)
    tried: list[str] = field(default_factory=list)
    read_only: bool = False
    growing: set[str] = field(default_factory=set)
    breaks: list[str] = field(
        default_factory=list
    )  # the connection ends in a `write`, `before` or `after` the next renaming
    lines: list[paramiko.Transport] = field(default_factory=list)

    def break_off(self, where: str) -> bool:
        """Whether the connection ends here; it does then."""
        if self.breaks[:1] != [where]:
            return False
        self.breaks.pop(0)
        for line in self.lines:
            line.close()
        return True

    def known_hosts(self, path: Path, key: paramiko.PKey | None = None) -> Path:
        """A file with the host key, or with another one."""
        shown = key or self.key
        path.write_text(f"[127.0.0.1]:{self.port} {shown.get_name()} {shown.get_base64()}\n")
        return path


class _Login(paramiko.ServerInterface):
    def __init__(self, server: SftpServer) -> None:
        self._server = server

    def get_allowed_auths(self, username: str) -> str:
        return "password,publickey"

    def check_auth_password(self, username: str, password: str) -> int:
        self._server.tried.append(password)
        good = username == "boekhub" and password in self._server.passwords
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED  # type: ignore[attr-defined,no-any-return,unused-ignore]

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = key.get_base64() in self._server.keys
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED  # type: ignore[attr-defined,no-any-return,unused-ignore]

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED  # type: ignore[attr-defined,no-any-return,unused-ignore]


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))

    def write(self, offset: int, data: bytes) -> Any:
        server: SftpServer = self.server  # type: ignore[attr-defined]
        if server.break_off("write"):
            return paramiko.SFTP_CONNECTION_LOST  # type: ignore[attr-defined,unused-ignore]
        return super().write(offset, data)


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, _login: Any, server: SftpServer) -> None:
        self._server = server

    def _at(self, path: str) -> Path:
        return self._server.folder / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        return self._tried(lambda: self._listed(path))

    def _listed(self, path: str) -> Any:
        found = []
        for name in os.listdir(self._at(path)):
            if name in self._server.growing:
                with (self._at(path) / name).open("ab") as file:
                    file.write(b" ")
            attributes = paramiko.SFTPAttributes.from_stat(os.lstat(self._at(path) / name))
            attributes.filename = name
            found.append(attributes)
        return found

    def stat(self, path: str) -> Any:
        return self._tried(lambda: paramiko.SFTPAttributes.from_stat(os.stat(self._at(path))))

    def lstat(self, path: str) -> Any:
        return self._tried(lambda: paramiko.SFTPAttributes.from_stat(os.lstat(self._at(path))))

    def open(self, path: str, flags: int, attr: Any) -> Any:
        def opened() -> Any:
            handle = _Handle(flags)
            handle.server = self._server  # type: ignore[attr-defined,unused-ignore]
            if flags & os.O_CREAT:
                handle.readfile = handle.writefile = self._at(path).open("w+b")  # type: ignore[attr-defined,unused-ignore]
            else:
                handle.readfile = self._at(path).open("rb")  # type: ignore[attr-defined,unused-ignore]
            return handle

        return self._changed(opened) if flags & os.O_CREAT else self._tried(opened)

    def remove(self, path: str) -> Any:
        return self._changed(lambda: os.remove(self._at(path)))

    def rename(self, oldpath: str, newpath: str) -> Any:
        if self._server.break_off("before"):
            return paramiko.SFTP_CONNECTION_LOST  # type: ignore[attr-defined,unused-ignore]
        done = self._changed(lambda: os.rename(self._at(oldpath), self._at(newpath)))
        self._server.break_off("after")
        return done

    def mkdir(self, path: str, attr: Any) -> Any:
        return self._changed(lambda: os.mkdir(self._at(path)))

    def _changed(self, action: Any) -> Any:
        if self._server.read_only:
            return paramiko.SFTP_PERMISSION_DENIED  # type: ignore[attr-defined,unused-ignore]
        return self._tried(action)

    @staticmethod
    def _tried(action: Any) -> Any:
        try:
            found = action()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return paramiko.SFTP_OK if found is None else found  # type: ignore[attr-defined,unused-ignore]


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """A server of one test."""
    folder.mkdir(parents=True, exist_ok=True)
    server = SftpServer(folder, paramiko.ECDSAKey.generate())
    transports: list[paramiko.Transport] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.port = listener.getsockname()[1]
        thread = threading.Thread(target=_accept, args=(listener, server, transports), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for transport in transports:
                transport.close()
            thread.join(5)


def _accept(listener: socket.socket, server: SftpServer, transports: list[paramiko.Transport]) -> None:
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        transport = paramiko.Transport(line)
        transport.add_server_key(server.key)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Files, server)
        transports.append(transport)
        server.lines.append(transport)
        try:
            transport.start_server(server=_Login(server))
        except (paramiko.SSHException, EOFError):
            continue
