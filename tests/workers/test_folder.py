"""The watched folder: whole files only, each exactly once, and a reason beside whatever is refused."""

from __future__ import annotations

import hashlib
import io
import json
import os
import socket
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import failpoints
from hub.channels import FolderChannel
from hub.errors import NotFound, Usage
from hub.workers import claims, folder
from hub.workers.folder import FolderWatch
from tests.books import Books
from tests.workers.conftest import arrived, names

BODY = b"<Invoice/>"


class Clock:
    """Time that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Watched:
    """A folder, its watcher, and time."""

    def __init__(self, books: Books, path: Path, **settings: object) -> None:
        path.mkdir(exist_ok=True)
        self.path = path
        self.channel = FolderChannel(name="drop", path=path, settle_seconds=1.0, **settings)  # type: ignore[arg-type]
        self.clock = Clock()
        self.books = books
        self.watch = FolderWatch(books.hub, self.channel, self.clock)

    def look(self, times: int = 1) -> int:
        """Looks, each two seconds after the one before."""
        done = 0
        for _ in range(times):
            done += self.watch.look()
            self.clock.now += 2
        return done

    def restart(self) -> None:
        """Another process takes over."""
        self.watch = FolderWatch(self.books.hub, self.channel, self.clock)

    def drop(self, name: str, body: bytes = BODY) -> Path:
        """A file as its writer leaves it."""
        path = self.path / name
        path.write_bytes(body)
        return path

    def lying(self, where: str = "") -> list[str]:
        """What lies in a folder, without what the watcher keeps there."""
        found = sorted(os.listdir(self.path / where))
        return [name for name in found if name not in (claims.WORK, folder.DONE, folder.FAILED)]

    def reason(self, name: str) -> dict[str, object]:
        """The reason beside a refused file."""
        found: dict[str, object] = json.loads((self.path / "failed" / f"{name}.reason.json").read_text())
        return found


@pytest.fixture
def watched(books: Books, tmp_path: Path) -> Watched:
    return Watched(books, tmp_path / "in")


def test_file_is_stored_and_put_away_when_it_is_the_same_at_two_looks(watched: Watched, books: Books) -> None:
    watched.drop("a.xml")
    assert watched.look() == 0
    assert watched.look() == 1
    sha256 = hashlib.sha256(BODY).hexdigest()
    assert arrived(books, "drop") == [(f"a.xml@{sha256}", "a.xml", "invoice", "application/xml")]
    assert books.scalar("SELECT COUNT(*) FROM outbox") == 1
    assert (watched.lying(), watched.lying("done"), watched.lying(".work")) == ([], ["a.xml"], [])


def test_file_waits_when_it_grew_between_looks(watched: Watched, books: Books) -> None:
    path = watched.drop("a.xml", b"<Inv")
    watched.look()
    with path.open("ab") as file:
        file.write(b"oice/>")
    assert watched.look() == 0
    assert watched.watch.waiting
    assert watched.look() == 1
    assert books.scalar("SELECT sha256 FROM message") == hashlib.sha256(BODY).hexdigest()


def test_file_waits_when_its_writer_pauses_with_it_open(watched: Watched, books: Books) -> None:
    with (watched.path / "a.xml").open("wb") as file:
        file.write(b"<Inv")
        file.flush()
        assert watched.look(4) == 0
        file.write(b"oice/>")
    assert watched.look(2) == 1
    assert books.scalar("SELECT sha256 FROM message") == hashlib.sha256(BODY).hexdigest()


def test_file_waits_longer_where_the_kernel_does_not_tell_who_writes(
    watched: Watched, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of another user, or on another machine."""

    def not_told(*_arguments: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(claims.fcntl, "fcntl", not_told)
    watched.drop("a.xml")
    assert watched.look(3) == 0
    assert watched.look() == 1


def test_file_waits_in_work_when_it_changes_while_it_is_read(
    watched: Watched, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.drop("a.xml", b"<Inv")
    real = claims.read

    def written_to(handle: int, most: int) -> bytes:
        (path,) = (watched.path / ".work").glob("*/a.xml")
        os.truncate(path, 0)
        path.write_bytes(BODY)
        monkeypatch.setattr(claims, "read", real)
        os.lseek(handle, 0, os.SEEK_SET)
        raise claims.Growing

    monkeypatch.setattr(claims, "read", written_to)
    assert watched.look(2) == 0
    assert names(books, "drop") == []
    assert watched.look(2) == 1
    assert books.scalar("SELECT sha256 FROM message") == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("name", [".hidden.xml", "a.xml.tmp", "a.part", "b.xml.PARTIAL", "~$a.xlsx", "a.xml~"])
def test_name_of_an_unfinished_file_is_left_alone(watched: Watched, books: Books, name: str) -> None:
    watched.drop(name)
    assert watched.look(3) == 0
    assert watched.lying() == [name]


def test_file_is_taken_when_it_is_renamed_to_its_final_name(watched: Watched, books: Books) -> None:
    watched.drop("a.xml.tmp").rename(watched.path / "a.xml")
    assert watched.look(2) == 1


def test_zip_is_opened_and_its_members_are_messages(watched: Watched, books: Books) -> None:
    watched.drop("both.zip", zipped({"1.xml": b"<Invoice>1</Invoice>", "2.xml": b"<Invoice>2</Invoice>"}))
    assert watched.look(2) == 1
    assert names(books, "drop") == ["both.zip/1.xml", "both.zip/2.xml"]
    watched.drop("both.zip", zipped({"1.xml": b"<Invoice>1</Invoice>", "2.xml": b"<Invoice>2</Invoice>"}))
    assert watched.look(2) == 1
    assert len(names(books, "drop")) == 2


def test_good_members_are_taken_and_the_zip_is_put_aside_when_one_member_is_refused(
    watched: Watched, books: Books
) -> None:
    watched.drop("mixed.zip", zipped({"good.xml": BODY, "../evil.xml": BODY}))
    watched.look(2)
    assert names(books, "drop") == ["mixed.zip/good.xml"]
    reason = watched.reason("mixed.zip")
    assert [f["code"] for f in reason["findings"]] == ["HUB-ZIP-06"]  # type: ignore[index, attr-defined]
    assert reason["message_ids"] == [books.scalar("SELECT uid FROM message")]


def test_reason_stands_beside_a_refused_file_in_the_language_of_the_books(watched: Watched, books: Books) -> None:
    watched.drop("broken.zip", b"PK\x03\x04 no zip")
    watched.look(2)
    assert watched.lying("failed") == ["broken.zip", "broken.zip.reason.json", "broken.zip.reason.txt"]
    text = (watched.path / "failed" / "broken.zip.reason.txt").read_text()
    assert "is niet of niet helemaal aangenomen" in text
    assert "beschadigd" in text
    assert books.scalar("SELECT COUNT(*) FROM message") == 0


def test_link_is_refused_and_never_followed(watched: Watched, books: Books, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(BODY)
    (watched.path / "a.xml").symlink_to(secret)
    assert watched.look() == 1
    assert books.scalar("SELECT COUNT(*) FROM message") == 0
    assert (watched.path / "failed" / "a.xml").is_symlink()
    assert watched.reason("a.xml")["findings"][0]["code"] == "HUB-FILE-02"  # type: ignore[index]
    assert secret.read_bytes() == BODY


def test_pipe_is_refused_without_waiting_for_a_writer(watched: Watched, books: Books) -> None:
    os.mkfifo(watched.path / "a.xml")
    with socket.socket(socket.AF_UNIX) as unix:
        unix.bind(os.path.relpath(watched.path / "s.xml"))
        assert watched.look() == 2
    assert watched.reason("a.xml")["findings"][0]["code"] == "HUB-FILE-03"  # type: ignore[index]
    assert books.scalar("SELECT COUNT(*) FROM message") == 0


def test_file_larger_than_the_channel_takes_is_refused(books: Books, tmp_path: Path) -> None:
    watched = Watched(books, tmp_path / "in", max_bytes=100)
    watched.drop("fits.xml", b"<a>" + b"x" * 93 + b"</a>")
    watched.drop("big.xml", b"x" * 101)
    watched.look(2)
    assert names(books, "drop") == ["fits.xml"]
    assert watched.reason("big.xml")["findings"][0]["found"] == "101"  # type: ignore[index]


def test_empty_file_is_refused_only_after_a_minute(watched: Watched) -> None:
    watched.drop("a.xml", b"")
    assert watched.look(10) == 0
    watched.clock.now += folder.EMPTY_SECONDS
    assert watched.look() == 1
    assert watched.reason("a.xml")["findings"][0]["code"] == "HUB-CHAN-01"  # type: ignore[index]


def test_same_file_again_is_the_same_message_and_never_replaces_another_in_done(watched: Watched, books: Books) -> None:
    for body in (BODY, BODY, b"<Invoice>other</Invoice>"):
        watched.drop("a.xml", body)
        assert watched.look(2) == 1
    assert len(arrived(books, "drop")) == 2
    assert len(watched.lying("done")) == 3


def test_subfolder_says_whose_books_when_the_channel_asks_for_it(books: Books, tmp_path: Path) -> None:
    books.second()
    watched = Watched(books, tmp_path / "in", per_administration=True)
    for code in ("demo", "other", "stranger"):
        (watched.path / code).mkdir()
        (watched.path / code / "a.xml").write_bytes(BODY)
    watched.drop("loose.xml")
    assert watched.look(2) == 2
    query = "SELECT a.code FROM message m JOIN administration a ON a.id = m.administration_id ORDER BY 1"
    assert books.rows(query) == [("demo",), ("other",)]
    assert os.listdir(watched.path / "stranger") == ["a.xml"]


@pytest.mark.parametrize(
    "label",
    ["folder:after-claim", "folder:before-publish", "publish:before-commit", "publish:after-commit",
     "folder:after-publish", "folder:after-done"],
)  # fmt: skip
def test_file_is_one_message_and_in_done_when_the_watcher_stops_anywhere(
    watched: Watched, books: Books, label: str
) -> None:
    watched.drop("a.xml")
    failpoints.arm(f"{label}:1:raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            watched.look(2)
        watched.restart()
        watched.look(3)
    finally:
        failpoints.arm("")
    assert names(books, "drop") == ["a.xml"]
    assert (watched.lying(), watched.lying("done"), watched.lying(".work")) == ([], ["a.xml"], [])


def test_refused_file_is_in_failed_once_when_the_watcher_stops_after_the_note(watched: Watched) -> None:
    watched.drop("a.zip", b"no zip")
    failpoints.arm("folder:after-note:1:raise")
    try:
        with pytest.raises(failpoints.FailpointError):
            watched.look(2)
        watched.restart()
        watched.look(3)
    finally:
        failpoints.arm("")
    assert watched.lying("failed") == ["a.zip", "a.zip.reason.json", "a.zip.reason.txt"]


def test_half_done_move_is_finished_and_not_doubled(watched: Watched, books: Books) -> None:
    """Killed between linking into done/ and unlinking: both names are one file."""
    watched.drop("a.xml")
    watched.look(2)
    own = watched.path / ".work" / "0123456789ab"
    own.mkdir()
    os.link(watched.path / "done" / "a.xml", own / "a.xml")
    watched.restart()
    assert watched.look(2) == 1
    assert (watched.lying("done"), watched.lying(".work")) == (["a.xml"], [])


def test_claim_of_another_watcher_is_left_to_it_while_it_lives(watched: Watched, books: Books) -> None:
    watched.drop("a.xml")
    (watched.path / ".work").mkdir()
    claimed = claims.claim(watched.path, "a.xml")
    assert claimed is not None
    with claims.held(claimed) as handle:
        assert handle is not None
        assert watched.look(3) == 0
    assert watched.look(2) == 1


def test_every_file_is_taken_once_when_several_watchers_share_a_folder(books: Books, tmp_path: Path) -> None:
    watchers = [Watched(books, tmp_path / "in") for _ in range(4)]
    for number in range(40):
        watchers[0].drop(f"{number:02}.xml", b"<Invoice>%d</Invoice>" % number)
    for watched in watchers:
        watched.look()
    counts: list[int] = []
    threads = [threading.Thread(target=lambda w=w: counts.append(w.look(2))) for w in watchers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 40
    assert names(books, "drop") == [f"{number:02}.xml" for number in range(40)]
    assert watchers[0].lying("done") == [f"{number:02}.xml" for number in range(40)]


def test_put_away_works_where_a_disk_has_no_hard_links(
    watched: Watched, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_arguments: object, **_options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    for _ in range(2):
        watched.drop("a.xml", os.urandom(8).hex().encode())
        watched.look(2)
    assert len(watched.lying("done")) == 2


def test_name_that_is_no_text_and_a_very_long_one_are_taken(watched: Watched, books: Books) -> None:
    os.close(os.open(os.fsencode(watched.path) + b"/\xff\xfe.xml", os.O_CREAT | os.O_WRONLY))
    for name in (b"\xff\xfe.xml", b"n" * 251 + b".xml", b"z" * 251 + b".zip"):
        with open(os.fsencode(watched.path) + b"/" + name, "wb") as file:
            file.write(BODY)
    assert watched.look(2) == 3
    assert len(names(books, "drop")) == 2
    assert len(watched.lying("failed")) == 3


def test_folder_that_is_not_there_is_named(books: Books, tmp_path: Path) -> None:
    channel = FolderChannel(name="drop", path=tmp_path / "gone")
    with pytest.raises(Usage, match="gone"):
        FolderWatch(books.hub, channel).look()


def test_books_that_are_not_there_are_named_and_the_file_stays(books: Books, tmp_path: Path) -> None:
    watched = Watched(books, tmp_path / "in", administration="nobody")
    watched.drop("a.xml")
    with pytest.raises(NotFound, match="nobody"):
        watched.look(2)
    assert watched.lying() == ["a.xml"]


def test_writers_that_open_the_file_during_the_check_do_not_end_the_watcher(watched: Watched) -> None:
    """A lease that is broken sends a signal; the wrong one would kill us.

    What each look sees is chance: two threads may keep step with each other.
    """
    path = watched.drop("a.xml")
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            with path.open("ab"):
                pass

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = {claims.is_being_written(path) for _ in range(3000)}
    finally:
        ended.set()
        writer.join()
    assert seen <= {True, False}
    assert claims.is_being_written(path) is False


def zipped(members: dict[str, bytes], patch: Callable[[zipfile.ZipInfo], None] = lambda _info: None) -> bytes:
    """An archive of these members."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, body in members.items():
            info = zipfile.ZipInfo(name)
            patch(info)
            archive.writestr(info, body)
    return made.getvalue()
