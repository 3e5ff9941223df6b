"""SFTP against a real server: whole files once, moved only after the commit, and never to a stranger."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import paramiko
import pytest

from hub import failpoints
from hub.channels import SftpChannel
from hub.errors import Unavailable, Usage
from hub.workers.fetch import fetch_round
from tests.api.conftest import free_port
from tests.books import Books
from tests.workers.conftest import arrived, names
from tests.workers.sftp_server import SftpServer, sftp_server

BODY = b"<Invoice/>"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SftpServer]:
    with sftp_server(tmp_path / "far" / "out") as opened:
        opened.folder = tmp_path / "far"
        yield opened


@pytest.fixture
def channel(server: SftpServer, tmp_path: Path, books: Books) -> SftpChannel:
    (books.hub.settings.home / "password").write_text("geheim\n")
    return SftpChannel(
        name="far", host="127.0.0.1", port=server.port, user="boekhub", path="/out", secrets=("file:password",),
        known_hosts=server.known_hosts(tmp_path / "known_hosts"), notes=tmp_path / "notes", settle_seconds=0.05,
    )  # fmt: skip


def drop(server: SftpServer, name: str, body: bytes = BODY) -> None:
    (server.folder / "out" / name).write_bytes(body)


def lying(server: SftpServer, where: str = "") -> list[str]:
    folder = server.folder / "out" / where
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def test_files_are_stored_and_moved_to_done(server: SftpServer, channel: SftpChannel, books: Books) -> None:
    drop(server, "a.xml")
    drop(server, "b.csv", b"a;b\n")
    assert fetch_round(books.hub, channel) == 2
    assert names(books, "far") == ["a.xml", "b.csv"]
    assert (lying(server), lying(server, "done")) == (["done"], ["a.xml", "b.csv"])
    assert fetch_round(books.hub, channel) == 0


def test_unfinished_hidden_and_linked_files_and_folders_stay(
    server: SftpServer, channel: SftpChannel, books: Books
) -> None:
    for name in (".hidden", "a.part", "b.xml.tmp"):
        drop(server, name)
    (server.folder / "out" / "link.xml").symlink_to("/etc/hostname")
    (server.folder / "out" / "folder").mkdir()
    assert fetch_round(books.hub, channel) == 0


def test_file_that_grows_between_two_looks_waits(server: SftpServer, channel: SftpChannel, books: Books) -> None:
    drop(server, "a.xml")
    server.growing.add("a.xml")
    assert fetch_round(books.hub, channel) == 0
    server.growing.clear()
    assert fetch_round(books.hub, channel) == 1


@pytest.mark.parametrize("label", ["fetch:after-commit", "fetch:after-settle", "publish:after-commit"])
def test_file_is_one_message_when_we_stop_anywhere(
    server: SftpServer, channel: SftpChannel, books: Books, label: str
) -> None:
    drop(server, "a.xml")
    failpoints.arm(f"{label}:1:raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            fetch_round(books.hub, channel)
    finally:
        failpoints.arm("")
    assert books.scalar("SELECT COUNT(*) FROM message") == 1
    fetch_round(books.hub, channel)
    assert names(books, "far") == ["a.xml"]
    assert lying(server, "done") == ["a.xml"]


def test_same_name_with_other_contents_is_another_message_and_keeps_both_in_done(
    server: SftpServer, channel: SftpChannel, books: Books
) -> None:
    for body in (BODY, b"<Invoice>2</Invoice>"):
        drop(server, "a.xml", body)
        fetch_round(books.hub, channel)
    assert len(arrived(books, "far")) == len(lying(server, "done")) == 2


def test_refused_file_goes_to_failed_there_with_a_note_here(
    server: SftpServer, channel: SftpChannel, books: Books, tmp_path: Path
) -> None:
    drop(server, "a.zip", b"no zip")
    drop(server, "big.xml", b"x" * 200)
    fetch_round(books.hub, replace(channel, max_bytes=100))
    assert lying(server, "failed") == ["a.zip", "big.xml"]
    notes = {json.loads(p.read_text())["file"]: json.loads(p.read_text()) for p in (tmp_path / "notes").glob("*.json")}
    assert notes["a.zip"]["findings"][0]["code"] == "HUB-ZIP-01"
    assert notes["big.xml"]["findings"][0]["code"] == "HUB-FILE-04"
    assert books.scalar("SELECT COUNT(*) FROM message") == 0


def test_file_is_deleted_or_kept_as_the_channel_says(server: SftpServer, channel: SftpChannel, books: Books) -> None:
    drop(server, "a.xml")
    fetch_round(books.hub, replace(channel, after="delete"))
    assert lying(server) == []
    server.read_only = True
    drop(server, "b.xml", b"<b/>")
    kept = replace(channel, name="kept", after="keep")
    assert [fetch_round(books.hub, kept) for _ in range(3)] == [1, 0, 0]
    assert lying(server) == ["b.xml"]


def test_stranger_gets_no_password_when_the_host_key_is_unknown(
    server: SftpServer, channel: SftpChannel, books: Books
) -> None:
    channel.known_hosts.write_text("")
    with pytest.raises(Usage, match="host key"):
        fetch_round(books.hub, channel)
    assert server.tried == []
    assert channel.known_hosts.read_text() == "", "a host key is never added"


def test_stranger_gets_no_password_when_the_host_key_is_another(
    server: SftpServer, channel: SftpChannel, books: Books
) -> None:
    server.known_hosts(channel.known_hosts, paramiko.ECDSAKey.generate())
    with pytest.raises(Usage, match="another host key"):
        fetch_round(books.hub, channel)
    assert server.tried == []


def test_password_is_rotated_without_restart(server: SftpServer, channel: SftpChannel, books: Books) -> None:
    secret = books.hub.settings.home / "password"
    secret.write_text("nieuw\ngeheim\n")
    assert fetch_round(books.hub, channel) == 0
    assert server.tried == ["nieuw", "geheim"]
    secret.write_text("nieuw\n")
    with pytest.raises(Usage, match="does not let boekhub in") as refused:
        fetch_round(books.hub, channel)
    assert "nieuw" not in str(refused.value)


def test_private_key_logs_in_without_a_password(
    server: SftpServer, channel: SftpChannel, books: Books, tmp_path: Path
) -> None:
    key = paramiko.ECDSAKey.generate()
    key.write_private_key_file(str(tmp_path / "id"))
    server.keys.add(key.get_base64())
    drop(server, "a.xml")
    assert fetch_round(books.hub, replace(channel, secrets=(), key=f"file:{tmp_path / 'id'}")) == 1
    assert server.tried == []


def test_server_that_is_not_there_is_unavailable(channel: SftpChannel, books: Books) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        fetch_round(books.hub, replace(channel, port=free_port(), known_hosts=channel.known_hosts))


def test_folder_that_is_not_there_is_named(channel: SftpChannel, books: Books) -> None:
    with pytest.raises(Usage, match="/nowhere"):
        fetch_round(books.hub, replace(channel, path="/nowhere"))


def test_two_fetchers_at_once_make_one_message(server: SftpServer, channel: SftpChannel, books: Books) -> None:
    for number in range(10):
        drop(server, f"{number}.xml", b"<a>%d</a>" % number)
    rounds: list[int] = []
    threads = [threading.Thread(target=lambda: rounds.append(fetch_round(books.hub, channel))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(rounds) == 2
    assert names(books, "far") == [f"{number}.xml" for number in range(10)]
    assert len(lying(server, "done")) == 10
