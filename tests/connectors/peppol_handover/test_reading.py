"""Reading what access points lay down or say: only what is whole, only plain files, and nothing believed that need not be."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from connectors.peppol_handover import asynchronous, handed_over, hinted, oxalis, phoss, synchronous
from connectors.peppol_handover.files import MOST_BYTES
from hub.errors import UnreadableInput
from hub.model.hand_over import Receipt


def lay(path: Path, data: bytes = b"<x/>", age: float = 0.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def test_oxalis_document_is_ready_with_its_receipt_and_not_before(tmp_path: Path) -> None:
    document = lay(tmp_path / "0106_12345678" / "0190_00000001" / "t-1.doc.xml")
    assert list(oxalis.ready(tmp_path)) == []
    lay(document.with_name("t-1.receipt.dat"))
    (files,) = oxalis.ready(tmp_path)
    handed = oxalis.read(files)
    assert (handed.receiver, handed.sender, handed.external_id) == ("0106:12345678", "0190:00000001", "t-1")
    assert handed.body == b"<x/>"


@pytest.mark.parametrize(
    ("folder", "participant"),
    [
        ("0106_12345678", "0106:12345678"), ("9915:test_1", "9915:test_1"), ("9915_test_1", "9915:test_1"),
        ("iso6523-actorid-upis::0106:1", "0106:1"),
    ],
)  # fmt: skip
def test_oxalis_folder_names_are_participants(tmp_path: Path, folder: str, participant: str) -> None:
    document = lay(tmp_path / folder / "0190_1" / "t.doc.xml")
    lay(document.with_name("t.receipt.dat"))
    assert oxalis.read(next(oxalis.ready(tmp_path))).receiver == participant


METADATA = {
    "sbdhInstanceID": "i-1",
    "senderID": "iso6523-actorid-upis::0190:1",
    "receiverID": "iso6523-actorid-upis::0106:2",
    "status": "x",
    "c4CountryCode": None,
}


@pytest.mark.parametrize("shape", [("i-1.xml", "i-1.json"), ("i-1/sbd.xml", "i-1/metadata.json")])
def test_phoss_lays_both_shapes(tmp_path: Path, shape: tuple[str, str]) -> None:
    lay(tmp_path / shape[0])
    lay(tmp_path / shape[1], json.dumps(METADATA).encode())
    lay(tmp_path / "i-2.xml.tmp")  # still being written
    (files,) = phoss.ready(tmp_path)
    handed = phoss.read(files)
    assert (handed.external_id, handed.sender, handed.receiver) == ("i-1", "0190:1", "0106:2")
    assert handed.metadata["product"] == "phoss-ap"
    assert "status" not in handed.metadata


@pytest.mark.parametrize("metadata", [None, b"", b'{"sbdhInst', b"[]"])
def test_phoss_without_proper_metadata_waits_a_moment_and_then_goes_without(
    tmp_path: Path, metadata: bytes | None
) -> None:
    document = lay(tmp_path / "i-9.xml")
    if metadata is not None:
        lay(tmp_path / "i-9.json", metadata)
    assert list(phoss.ready(tmp_path)) == []
    lay(document, age=10)
    (files,) = phoss.ready(tmp_path)
    assert phoss.read(files).external_id == "i-9"


@pytest.mark.parametrize("what", ["link", "folder", "pipe", "large"])
def test_what_is_no_plain_file_of_bearable_size_is_not_read(tmp_path: Path, what: str) -> None:
    target = tmp_path / "i.xml"
    secret = lay(tmp_path / "elsewhere" / "secret", b"secret")
    if what == "link":
        target.symlink_to(secret)
    elif what == "folder":
        target.mkdir()
    elif what == "pipe":
        os.mkfifo(target)
    else:
        with target.open("wb") as file:
            file.truncate(MOST_BYTES + 1)
    with pytest.raises((UnreadableInput, OSError)):
        phoss.read((target,))


def test_phoss_post_names_its_instance() -> None:
    handed = handed_over({"x-sbdh-instance-id": "i-1", "content-type": "application/xml"}, b"<x/>")
    assert (handed.external_id, handed.body) == ("i-1", b"<x/>")


def test_phoss_is_answered_in_its_own_words() -> None:
    taken, refused, later = (
        Receipt("m-1", country="BE"),
        Receipt(refusal="onbekend", final=True),
        Receipt(refusal="straks"),
    )
    assert [synchronous(r)[0] for r in (taken, refused, later)] == [200, 200, 503]
    assert json.loads(synchronous(taken)[2]) == {"countryCodeC4": "BE"}
    assert json.loads(synchronous(refused)[2]) == {"retry": "none", "errorMessage": "onbekend"}
    assert "retry" not in json.loads(synchronous(later)[2])
    assert [asynchronous(r)[0] for r in (taken, refused, later)] == [200, 422, 503]


@pytest.mark.parametrize(
    ("body", "document"),
    [
        (b'{"eventType": "document.received", "documentId": "doc_01J", "teamId": "t", "companyId": "c"}', "doc_01J"),
        (b'{"eventType": "document.sent", "documentId": "doc_01J"}', ""),
        (b'{"eventType": "document.received", "documentId": "../../x"}', ""),
        (b'{"eventType": "document.received", "documentId": "doc_1?x=y"}', ""),
        (b'{"eventType": "document.received", "documentId": 7}', ""),
        (b"[]", ""), (b"", ""), (b"\xff\xfe", ""), (b"x" * 100_000, ""),
    ],
)  # fmt: skip
def test_hint_is_believed_for_nothing_but_the_id(body: bytes, document: str) -> None:
    assert hinted(body) == document
