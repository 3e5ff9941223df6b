"""Handing mail to a server that takes several commands at once (RFC 2920), and to one that does not."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from hub.net.smtp import Lost, MailServer, Said, connected, hand_over

TOGETHER = b"250-mail.example\r\n250 PIPELINING\r\n"
ALONE = b"250 mail.example\r\n"
MAIL = b"Subject: x\r\n\r\n.\r\n.hidden\r\nlast"
TAKEN = "250 2.0.0 queued as 1"


@dataclass
class Scripted:
    """A server that says what it is told to say; `heard` has what came, as it came before each answer."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def scripted(hello: bytes, answers: Sequence[tuple[bytes, bytes]]) -> Iterator[Scripted]:
    """Each answer is given when so much has come that it ends with the text before it; one of `b""` hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Scripted(listener.getsockname()[1])

    def serve() -> None:
        with listener, listener.accept()[0] as line:
            line.settimeout(10)
            line.sendall(b"220 mail.example\r\n")
            for awaited, answer in ((b"\r\n", hello), *answers):
                heard = b""
                while not heard.endswith(awaited) and (more := line.recv(65536)):
                    heard += more
                server.heard.append(heard)
                if not answer or not heard:
                    return
                line.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server
    finally:
        thread.join(10)


def handed(server: Scripted, to: str = "b@example.org", about_to: Sequence[str] = ()) -> Said:
    with connected(MailServer("127.0.0.1", server.port, starttls=False)) as line:
        try:
            return hand_over(line, "a@example.org", to, MAIL, about_to=about_to)
        finally:
            line.close()


def test_server_that_takes_commands_together_is_asked_at_once() -> None:
    """Nothing is waited for before DATA; parameters stand where they stood."""
    with scripted(
        TOGETHER,
        [(b"DATA\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"), (b"\r\n.\r\n", f"{TAKEN}\r\n".encode())],
    ) as server:
        said = handed(server, about_to=("NOTIFY=FAILURE",))
    assert str(said) == TAKEN
    assert server.heard[1] == b"MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org> NOTIFY=FAILURE\r\nDATA\r\n"


def test_line_that_begins_with_a_dot_has_one_more_on_its_way() -> None:
    """RFC 5321, 4.5.2: else it would end the mail, and the rest of it would be commands."""
    with scripted(
        ALONE,
        [
            (b"\r\n", b"250 ok\r\n"),
            (b"\r\n", b"250 ok\r\n"),
            (b"\r\n", b"354 go\r\n"),
            (b"\r\n.\r\n", f"{TAKEN}\r\n".encode()),
        ],
    ) as server:
        assert handed(server).taken
    assert server.heard[-1] == b"Subject: x\r\n\r\n..\r\n..hidden\r\nlast\r\n.\r\n"


def test_refused_address_is_told_and_nothing_is_sent() -> None:
    """Also where the server waits for a mail to nobody: it gets an empty one, which goes nowhere."""
    refusal = b"250 ok\r\n550 5.1.1 unknown\r\n"
    for to_data, rest in (
        (b"503 5.5.1 no recipients\r\n", [(b"rset\r\n", b"250 ok\r\n")]),
        (b"354 go\r\n", [(b".\r\n", b"554 5.5.1 no recipients\r\n"), (b"rset\r\n", b"250 ok\r\n")]),
    ):
        with scripted(TOGETHER, [(b"DATA\r\n", refusal + to_data), *rest]) as server:
            assert str(handed(server)) == "550 5.1.1 unknown"
        assert not any(b"Subject" in heard for heard in server.heard)


def test_refused_sender_is_what_is_told_though_the_rest_is_refused_for_it() -> None:
    answers = b"451 4.7.1 later\r\n503 no sender\r\n503 no recipient\r\n"
    with scripted(TOGETHER, [(b"DATA\r\n", answers), (b"rset\r\n", b"250 ok\r\n")]) as server:
        assert str(handed(server)) == "451 4.7.1 later"


@pytest.mark.parametrize("hello", [TOGETHER, ALONE])
def test_server_that_closes_is_told_as_such(hello: bytes) -> None:
    """Its other answers are of no mail: nothing more goes over that connection."""
    awaited = b"DATA\r\n" if hello is TOGETHER else b"\r\n"
    with (
        scripted(hello, [(awaited, b"421 4.3.2 closing\r\n250 ok\r\n250 ok\r\n354 go\r\n")]) as server,
        connected(MailServer("127.0.0.1", server.port, starttls=False)) as line,
    ):
        assert hand_over(line, "a@example.org", "b@example.org", MAIL).code == 421
        with pytest.raises(Lost) as lost:
            hand_over(line, "a@example.org", "c@example.org", MAIL)
        assert lost.value.before_data


@pytest.mark.parametrize(
    ("answers", "before"),
    [
        ([(b"DATA\r\n", b"")], True),
        ([(b"DATA\r\n", b"250 ok\r\n250 ok\r\n250 what\r\n")], True),
        ([(b"DATA\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"), (b"\r\n.\r\n", b"")], False),
    ],
)
def test_lost_connection_is_in_doubt_only_when_the_mail_was_under_way(
    answers: list[tuple[bytes, bytes]], before: bool
) -> None:
    with scripted(TOGETHER, answers) as server, pytest.raises(Lost) as lost:
        handed(server)
    assert lost.value.before_data is before


def test_line_end_in_an_address_is_never_sent() -> None:
    """It would be a command of its own."""
    with (
        scripted(TOGETHER, [(b"\r\n", b"250 ok\r\n")]) as server,
        pytest.raises(ValueError, match="line end"),
    ):
        handed(server, about_to=("X\r\nRSET",))
    assert all(b"RSET" not in heard for heard in server.heard)
