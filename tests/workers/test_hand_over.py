"""Taking over from access points: whose it is, each document exactly once, and a sentence for what is for nobody here."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from connectors.peppol_handover import RecommandInbox, hinted, oxalis, phoss, synchronous
from hub.errors import Transient
from hub.model.hand_over import HandedOver
from hub.model.party import Identifier
from hub.net import Http, Manners, Secret
from hub.workers.hand_over import owner_of, take_folder, take_hinted, take_inbox, take_over
from hub.workers.intake import work
from hub.workers.relay import relay
from tests.books import Books, document, open_books, starter
from tests.far_side import Asked, FarSide, Reply, far_side

ENVELOPE = document("31").read_bytes()
RECEIVER = "0106:00260412"


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    with open_books(tmp_path / "home") as made:
        yield made


def numbered(number: int, receiver: str = RECEIVER) -> bytes:
    """Another invoice in another envelope."""
    instance = header(ENVELOPE).instance_id
    changed = ENVELOPE.replace(instance.encode(), f"{number:08d}-0000-4000-8000-000000000000".encode())
    changed = changed.replace(b"<cbc:ID>", b"<cbc:ID>N%d-" % number, 1)
    return changed.replace(f">{RECEIVER}<".encode(), f">{receiver}<".encode(), 1)


def header(body: bytes) -> Any:
    from hub.formats.sbdh import header_of

    return header_of(body)


def arrived(books: Books) -> list[tuple[str, str]]:
    return [(str(c), str(e)) for c, e in books.rows("SELECT channel, external_id FROM message ORDER BY id")]


def test_document_is_stored_for_the_administration_it_is_addressed_to(books: Books) -> None:
    receipt = take_over(books.hub, HandedOver(ENVELOPE, "transmission-1"))
    assert receipt.taken
    assert (receipt.administration, receipt.country) == ("demo", "NL")
    assert arrived(books) == [("peppol", header(ENVELOPE).instance_id)]
    relay(books.hub, once=True)
    work(books.hub, ["invoice"], once=True)
    assert books.rows("SELECT outcome FROM document") == [("posted",)]


def test_repetition_gets_the_first_receipt(books: Books) -> None:
    first, second = (take_over(books.hub, HandedOver(ENVELOPE, name)) for name in ("as4-1", "as4-2"))
    assert first.message_id == second.message_id
    assert len(arrived(books)) == 1


def test_other_contents_under_the_same_envelope_are_refused_with_a_sentence(books: Books) -> None:
    take_over(books.hub, HandedOver(ENVELOPE))
    receipt = take_over(books.hub, HandedOver(ENVELOPE.replace(b"<cbc:ID>", b"<cbc:ID>X", 1)))
    assert not receipt.taken
    assert receipt.final
    assert header(ENVELOPE).instance_id in receipt.refusal


def test_bare_document_is_known_by_what_the_access_point_calls_it(books: Books) -> None:
    bare = document("01").read_bytes()
    receipt = take_over(books.hub, HandedOver(bare, "transmission-9", RECEIVER))
    assert receipt.taken
    assert arrived(books) == [("peppol", "transmission-9")]


def test_envelope_goes_before_what_the_access_point_says(books: Books) -> None:
    assert take_over(books.hub, HandedOver(ENVELOPE, "x", receiver="0106:99999999")).taken


@pytest.mark.parametrize(
    ("body", "receiver"), [(numbered(1, "0106:99999999"), ""), (b"<x/>", "0106:99999999"), (b"<x/>", ""), (b"\x00", "")]
)
def test_what_is_for_nobody_here_goes_back_with_a_sentence(books: Books, body: bytes, receiver: str) -> None:
    receipt = take_over(books.hub, HandedOver(body, "t", receiver))
    assert (receipt.taken, receipt.final) == (False, True)
    assert receipt.refusal
    assert arrived(books) == []
    assert json.loads(synchronous(receipt)[2])["retry"] == "none"


def test_wrong_invoice_for_us_is_taken_and_judged_later(books: Books) -> None:
    """The access point cannot mend it; its sender is answered when it has been read."""
    assert take_over(books.hub, HandedOver(b"<no-invoice/>", "t", RECEIVER)).taken


@pytest.mark.parametrize(
    "participant", ["0106:00260412", "0106:260412", "9944:NL001234567B01", "0190:00000001823288444000"]
)
def test_administration_is_found_by_any_of_its_numbers(books: Books, participant: str) -> None:
    numbers = (
        Identifier("00260412", "0106"),
        Identifier("NL001234567B01", "9944"),
        Identifier("00000001823288444000", "0190"),
    )
    books.save(replace(starter(), identifiers=numbers))
    owner = owner_of(books.hub, participant)
    assert owner is not None
    assert owner.code == "demo"


def test_number_that_two_administrations_claim_is_nobodys(books: Books) -> None:
    assert owner_of(books.hub, RECEIVER) is not None
    books.second()
    assert owner_of(books.hub, RECEIVER) is None


def test_nothing_is_lost_while_the_database_is_away(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_a: object, **_k: object) -> None:
        raise Transient("away")

    monkeypatch.setattr("hub.workers.hand_over.publish", away)
    receipt = take_over(books.hub, HandedOver(ENVELOPE))
    assert (receipt.taken, receipt.final) == (False, False)
    assert synchronous(receipt)[0] == 503


def lay_oxalis(folder: Path, number: int, receiver: str = RECEIVER) -> Path:
    file = folder / receiver.replace(":", "_") / "0106_00261030" / f"t{number}.doc.xml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(numbered(number, receiver))
    file.with_name(f"t{number}.receipt.dat").write_bytes(b"receipt")
    return file


def names(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_folder_is_emptied_into_done_and_failed_with_the_reason_beside(books: Books, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    lay_oxalis(inbound, 1)
    lay_oxalis(inbound, 2, "0106:99999999")
    taken = dict(take_folder(books.hub, oxalis, inbound))
    assert taken["t1.doc.xml"].taken
    assert not taken["t2.doc.xml"].taken
    assert names(inbound) == [
        "done/0106_00260412/0106_00261030/t1.doc.xml", "done/0106_00260412/0106_00261030/t1.receipt.dat",
        "failed/0106_99999999/0106_00261030/t2.doc.xml", "failed/0106_99999999/0106_00261030/t2.doc.xml.reason.txt",
        "failed/0106_99999999/0106_00261030/t2.receipt.dat",
    ]  # fmt: skip
    assert "0106:99999999" in next(inbound.rglob("*.reason.txt")).read_text()
    assert list(take_folder(books.hub, oxalis, inbound)) == []


def test_phoss_folder_of_a_transaction_goes_as_a_whole(books: Books, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    (inbound / "i-1").mkdir(parents=True)
    (inbound / "i-1" / "sbd.xml").write_bytes(ENVELOPE)
    (inbound / "i-1" / "metadata.json").write_text('{"sbdhInstanceID": "i-1"}')
    assert [receipt.taken for _, receipt in take_folder(books.hub, phoss, inbound)] == [True]
    assert names(inbound) == ["done/i-1/metadata.json", "done/i-1/sbd.xml"]
    assert not (inbound / "i-1").exists()


def test_killed_between_commit_and_move_it_is_taken_once(books: Books, tmp_path: Path) -> None:
    """A3: found again, known by its instance, and only moved."""
    inbound, home = tmp_path / "inbound", books.hub.settings.home
    for number in range(5):
        lay_oxalis(inbound, number)
    for _ in range(4):
        assert _take_in_a_process(home, inbound, "hand-over:taken:1:kill") == -9
    assert _take_in_a_process(home, inbound, "") == 0
    assert len(arrived(books)) == 5
    assert len([name for name in names(inbound) if name.startswith("done/") and name.endswith(".doc.xml")]) == 5


def test_two_watchers_of_one_folder_take_each_document_once(books: Books, tmp_path: Path) -> None:
    import threading

    inbound = tmp_path / "inbound"
    for number in range(12):
        lay_oxalis(inbound, number)
    watchers = [threading.Thread(target=lambda: list(take_folder(books.hub, oxalis, inbound))) for _ in range(3)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert len(arrived(books)) == 12
    assert len([name for name in names(inbound) if name.startswith("done/") and name.endswith(".doc.xml")]) == 12
    assert not any(name.startswith("failed/") for name in names(inbound))


def _take_in_a_process(home: Path, inbound: Path, failpoint: str) -> int:
    env = {**os.environ, "HUB_HOME": str(home), "HUB_FAILPOINT": failpoint}
    command = [sys.executable, "-m", "hub.cli.main", "peppol", "take", str(inbound), "--product", "oxalis", "--json"]
    return subprocess.run(command, env=env, capture_output=True, timeout=60).returncode


class Recommand:
    """Incoming documents, some unread, behind a key."""

    def __init__(self, documents: dict[str, bytes]) -> None:
        self.documents = documents
        self.read: set[str] = set()

    def __call__(self, asked: Asked) -> Reply:
        if asked.headers.get("authorization") != "Basic " + base64.b64encode(b"k:s").decode():
            return Reply(401)
        path = asked.path.partition("?")[0].removeprefix("/api/v1")
        if path == "/inbox":
            rows = [
                {"id": d, "createdAt": f"2026-11-{i:02d}"}
                for i, d in enumerate(self.documents, 1)
                if d not in self.read
            ]
            return self._ok({"documents": rows[::-1]})
        name = path.split("/")[2]
        if name not in self.documents:
            return Reply(404, b'{"success": false}')
        if path.endswith("/mark-as-read"):
            self.read.add(name)
            return self._ok({})
        found = header(self.documents[name])
        fields = {"senderId": found.sender, "receiverId": found.receiver, "envelopeId": found.instance_id}
        return self._ok(
            {"document": {"id": name, "direction": "incoming", "xml": self.documents[name].decode(), **fields}}
        )

    def _ok(self, data: dict[str, Any]) -> Reply:
        return Reply(200, json.dumps({"success": True, **data}).encode())


@pytest.fixture
def partner() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


@pytest.fixture
def inbox(partner: FarSide, monkeypatch: pytest.MonkeyPatch) -> RecommandInbox:
    monkeypatch.setenv("REC_K", "k")
    monkeypatch.setenv("REC_S", "s")
    http = Http(Manners(loopback=True, read_seconds=0.5), sleep=lambda _s: None)
    return RecommandInbox(partner.url, Secret("env:REC_K"), Secret("env:REC_S"), http)


def test_hint_is_followed_by_asking_with_our_own_key(books: Books, partner: FarSide, inbox: RecommandInbox) -> None:
    side = partner.trade = Recommand({"doc_1": numbered(1)})
    name = hinted(b'{"eventType": "document.received", "documentId": "doc_1", "xml": "<forged/>"}')
    assert take_hinted(books.hub, inbox, name).taken
    assert arrived(books)[0][1] == header(numbered(1)).instance_id
    assert side.read == {"doc_1"}


def test_hint_about_nothing_takes_nothing(books: Books, partner: FarSide, inbox: RecommandInbox) -> None:
    partner.trade = Recommand({})
    receipt = take_hinted(books.hub, inbox, "doc_404")
    assert (receipt.taken, receipt.final) == (False, True)


def test_what_no_hint_came_for_is_found_by_asking_and_taken_once(
    books: Books, partner: FarSide, inbox: RecommandInbox
) -> None:
    side = partner.trade = Recommand(
        {"doc_1": numbered(1), "doc_2": numbered(2, "0106:99999999"), "doc_3": numbered(3)}
    )
    take_hinted(books.hub, inbox, "doc_3")
    side.read.clear()  # killed between the commit and marking it
    taken = dict(take_inbox(books.hub, inbox))
    assert [name for name, receipt in taken.items() if receipt.taken] == ["doc_1", "doc_3"]
    assert side.read == {"doc_1", "doc_3"}  # the stranger's stays in sight of whoever looks there
    assert len(arrived(books)) == 2


def test_access_point_that_does_not_answer_loses_nothing(books: Books, partner: FarSide, inbox: RecommandInbox) -> None:
    partner.trade = lambda _a: Reply(500)
    with pytest.raises(Transient):
        list(take_inbox(books.hub, inbox))
    partner.trade = Recommand({"doc_1": numbered(1)})
    assert [receipt.taken for _, receipt in take_inbox(books.hub, inbox)] == [True]
