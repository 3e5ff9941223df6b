"""A real IMAP server on loopback, with the commands that fetching mail needs; over TLS when it has a certificate."""

from __future__ import annotations

import datetime
import ipaddress
import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Mail:
    """One mail in a mailbox."""

    uid: int
    data: bytes
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailboxes:
    """What lies where, who may log in, and what was asked."""

    port: int = 0
    boxes: dict[str, list[Mail]] = field(default_factory=lambda: {"INBOX": []})
    passwords: set[str] = field(default_factory=lambda: {"geheim"})
    tried: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    capabilities: str = "IMAP4rev1 MOVE UIDPLUS"
    hang_up_at: str = ""
    last_uid: int = 0

    def put(self, data: bytes, box: str = "INBOX") -> Mail:
        """A mail that just came in."""
        self.last_uid += 1
        mail = Mail(self.last_uid, data)
        self.boxes.setdefault(box, []).append(mail)
        return mail

    def flags(self, box: str = "INBOX") -> list[list[str]]:
        """The flags of each mail of a mailbox."""
        return [sorted(mail.flags) for mail in self.boxes[box]]


class _Session(socketserver.StreamRequestHandler):
    boxes: Mailboxes
    context: ssl.SSLContext | None = None

    def setup(self) -> None:
        if self.context is not None:
            self.request = self.context.wrap_socket(self.request, server_side=True)
        super().setup()
        self._selected = ""

    def handle(self) -> None:
        try:
            self._say("* OK ready")
            while line := self.rfile.readline():
                tag, _, rest = line.decode().rstrip("\r\n").partition(" ")
                self.boxes.commands.append(rest)
                if self.boxes.hang_up_at and rest.startswith(self.boxes.hang_up_at):
                    self.boxes.hang_up_at = ""
                    return
                if not self._obey(tag, rest):
                    return
        except (OSError, ssl.SSLError):
            return

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _obey(self, tag: str, rest: str) -> bool:
        verb, _, arguments = rest.partition(" ")
        if verb == "UID":
            verb, _, arguments = arguments.partition(" ")
        answer = getattr(self, f"_{verb.lower()}", self._unknown)(arguments)
        self._say(f"{tag} {answer}")
        return verb != "LOGOUT"

    def _unknown(self, _arguments: str) -> str:
        return "BAD unknown command"

    def _capability(self, _arguments: str) -> str:
        self._say(f"* CAPABILITY {self.boxes.capabilities}")
        return "OK done"

    def _login(self, arguments: str) -> str:
        user, _, password = arguments.partition(" ")
        password = re.sub(r"\\(.)", r"\1", password.strip('"'))
        self.boxes.tried.append(password)
        good = user == "facturen@example.nl" and password in self.boxes.passwords
        return "OK in" if good else "NO wrong name or password"

    def _select(self, arguments: str) -> str:
        name = arguments.strip('"')
        if name not in self.boxes.boxes:
            return "NO no such mailbox"
        self._selected = name
        self._say(f"* {len(self.boxes.boxes[name])} EXISTS")
        return "OK [READ-WRITE] selected"

    def _search(self, arguments: str) -> str:
        wanted = arguments.split()
        found = [
            str(mail.uid)
            for mail in self._mails()
            if not ("UNSEEN" in wanted and "\\Seen" in mail.flags) and "\\Deleted" not in mail.flags
        ]
        self._say("* SEARCH " + " ".join(found))
        return "OK done"

    def _fetch(self, arguments: str) -> str:
        uid, _, what = arguments.partition(" ")
        for number, mail in enumerate(self._mails(), 1):
            if str(mail.uid) != uid:
                continue
            if "RFC822.SIZE" in what:
                self._say(f"* {number} FETCH (UID {uid} RFC822.SIZE {len(mail.data)})")
            else:
                if "PEEK" not in what:
                    mail.flags.add("\\Seen")
                self.wfile.write(f"* {number} FETCH (UID {uid} BODY[] {{{len(mail.data)}}}\r\n".encode())
                self.wfile.write(mail.data + b")\r\n")
        return "OK done"

    def _store(self, arguments: str) -> str:
        uid, _, flags = arguments.partition(" ")
        for mail in self._mails():
            if str(mail.uid) == uid:
                mail.flags |= set(re.findall(r"\\\w+", flags))
        return "OK done"

    def _copy(self, arguments: str) -> str:
        uid, _, target = arguments.partition(" ")
        if target.strip('"') not in self.boxes.boxes:
            return "NO [TRYCREATE] no such mailbox"
        for mail in [m for m in self._mails() if str(m.uid) == uid]:
            copied = self.boxes.put(mail.data, target.strip('"'))
            copied.flags |= mail.flags
        return "OK done"

    def _move(self, arguments: str) -> str:
        answer = self._copy(arguments)
        if answer.startswith("OK"):
            uid = arguments.partition(" ")[0]
            self.boxes.boxes[self._selected] = [m for m in self._mails() if str(m.uid) != uid]
        return answer

    def _expunge(self, arguments: str) -> str:
        gone = [m for m in self._mails() if "\\Deleted" in m.flags and str(m.uid) == arguments]
        self.boxes.boxes[self._selected] = [m for m in self._mails() if m not in gone]
        return "OK done"

    def _create(self, arguments: str) -> str:
        self.boxes.boxes.setdefault(arguments.strip('"'), [])
        return "OK made"

    def _logout(self, _arguments: str) -> str:
        self._say("* BYE")
        return "OK bye"

    def _mails(self) -> list[Mail]:
        return self.boxes.boxes[self._selected]


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that refuses our certificate is no news."""


@contextmanager
def imap_server(certificate: Path | None = None) -> Iterator[Mailboxes]:
    """A server of one test."""
    boxes = Mailboxes()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    session = type("Session", (_Session,), {"boxes": boxes, "context": context})
    with _Server(("127.0.0.1", 0), session) as server:
        boxes.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield boxes
        finally:
            server.shutdown()
            thread.join(5)


def certificate(path: Path, name: str = "localhost") -> Path:
    """A certificate for this machine, signed by itself, with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.2"))])
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2)).add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(key, hashes.SHA256())
    )  # fmt: skip
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    path.write_bytes(text + made.public_bytes(serialization.Encoding.PEM))
    return path


def is_listening(port: int) -> bool:
    """Whether somebody answers."""
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0
