"""A mail server that says what a test wrote down, word for word, and keeps what it was told: for answers that a real one seldom gives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

HANG_UP = ""


@dataclass
class Scripted:
    """`answers` by verb (`MAIL`, `RCPT`, `DATA`, `.` for the end of the mail), each used once; else the server agrees."""

    port: int = 0
    greets: tuple[str, ...] = ()  # extensions it has
    answers: dict[str, list[str]] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)  # commands, as they came
    connections: int = 0
    mails: int = 0


@contextmanager
def scripted(*greets: str) -> Iterator[Scripted]:
    """A server of one test."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Scripted(listening.getsockname()[1], greets)
    thread = threading.Thread(target=_accept, args=(listening, server), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _accept(listening: socket.socket, server: Scripted) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        server.connections += 1
        threading.Thread(target=_serve, args=(connection, server), daemon=True).start()


def _serve(connection: socket.socket, server: Scripted) -> None:
    with connection, connection.makefile("rwb") as stream:

        def tell(verb: str, otherwise: str) -> str:
            answer = server.answers[verb].pop(0) if server.answers.get(verb) else otherwise
            if answer != HANG_UP:
                stream.write(answer.encode() + b"\r\n")
                stream.flush()
            return answer

        going = tell("", "220 here")
        while going and (line := stream.readline()):
            command = line.decode().strip()
            server.said.append(command)
            verb = command.partition(" ")[0].upper()
            if verb == "EHLO":
                lines = ("here", *server.greets)
                going = tell(verb, "\r\n".join(f"250{' ' if one is lines[-1] else '-'}{one}" for one in lines))
            elif verb == "DATA":
                going = tell(verb, "354 go on")
                if going.startswith("354"):
                    while stream.readline() not in (b".\r\n", b""):
                        pass
                    server.mails += 1
                    going = tell(".", "250 2.0.0 queued as Q1")
            elif verb == "QUIT":
                tell(verb, "221 bye")
                going = HANG_UP
            else:
                going = tell(verb, "250 fine")
