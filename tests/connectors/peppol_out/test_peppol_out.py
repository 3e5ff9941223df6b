"""Sending through access points over real HTTP, and into a folder: what they are given, and what their answers mean."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from connectors.peppol_out import folder, phoss_ap, recommand
from hub.errors import InDoubt, Permanent, Throttled, Transient, Usage
from hub.formats.content import Content
from hub.formats.sbdh import header_of
from hub.model.dispatch import Dispatch
from hub.net import Http, Manners
from tests.far_side import RESET, SILENT, FarSide, Reply, far_side

AT = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TYPE = "urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2::ApplicationResponse##urn:x:3::2.1"
HEADERS = (
    ("sender", "0106:11111111"),
    ("receiver", "0190:22222222"),
    ("document_type", TYPE),
    ("process", "urn:p:3"),
    ("country", "NL"),
)
BODY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<a:ApplicationResponse xmlns:a="urn:a"><a:Note>caf\xc3\xa9</a:Note></a:ApplicationResponse>'
)
UID = "11111111-1111-1111-1111-111111111111"
DISPATCH = Dispatch(UID, "demo", "ap", "peppol.invoice-response", "F1 AB", BODY, "application/xml", AT, headers=HEADERS)


@pytest.fixture
def partner() -> Iterator[FarSide]:
    with far_side() as made:
        yield made


@pytest.fixture
def http() -> Http:
    return Http(Manners(loopback=True, read_seconds=0.5), sleep=lambda _s: None)


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AP_TOKEN", "t0ken"), ("REC_KEY", "key"), ("REC_SECRET", "s3cret")):
        monkeypatch.setenv(name, value)


def phoss(partner: FarSide, http: Http) -> Any:
    return phoss_ap.open("ap", {"url": partner.url + "/", "token": "env:AP_TOKEN"}, http)


def rec(partner: FarSide, http: Http) -> Any:
    options = {"url": partner.url, "company": "c_1", "key": "env:REC_KEY", "secret": "env:REC_SECRET"}
    return recommand.open("ap", options, http)


def test_phoss_gets_the_bare_document_with_its_addresses_in_the_path(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(200, b'{"overallSuccess": true, "sbdhInstanceIdentifier": "' + UID.encode() + b'"}'))
    assert phoss(partner, http).deliver(DISPATCH).reference == UID
    (asked,) = partner.asked
    path, _, query = asked.path.partition("?")
    assert path.startswith("/api/outbound/submit/")
    assert [unquote(part) for part in path.split("/")[4:]] == [
        "iso6523-actorid-upis::0106:11111111", "iso6523-actorid-upis::0190:22222222", f"busdox-docid-qns::{TYPE}",
        "cenbii-procid-ubl::urn:p:3", "NL",
    ]  # fmt: skip
    assert query == f"sbdhInstanceID={UID}"
    assert (asked.headers["x-token"], asked.headers["content-type"], asked.body) == ("t0ken", "application/xml", BODY)


def test_phoss_is_asked_what_it_has(partner: FarSide, http: Http) -> None:
    partner.script += [Reply(404), Reply(200, b'{"status": "sent"}')]
    sink = phoss(partner, http)
    assert sink.find(DISPATCH) is None
    found = sink.find(DISPATCH)
    assert found is not None
    assert found.note == "sent"
    assert partner.asked[0].path == f"/api/outbound/status/{UID}"


def test_phoss_that_has_not_sent_it_on_yet_says_so(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(200, b'{"overallSuccess": false}'))
    assert phoss(partner, http).deliver(DISPATCH).note == "accepted, not sent on yet"


def test_recommand_gets_the_document_as_text(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(200, b'{"success": true, "id": "doc_1", "envelopeId": "e-1", "sentOverPeppol": true}'))
    assert rec(partner, http).deliver(DISPATCH).reference == "doc_1"
    (asked,) = partner.asked
    assert (asked.method, asked.path) == ("POST", "/api/v1/c_1/send")
    assert asked.headers["authorization"] == "Basic " + base64.b64encode(b"key:s3cret").decode()
    assert asked.json == {
        "recipient": "0190:22222222", "documentType": "xml", "document": BODY.decode(), "doctypeId": TYPE, "processId": "urn:p:3",
    }  # fmt: skip


@pytest.mark.parametrize("make", [phoss, rec])
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (RESET, InDoubt), (SILENT, InDoubt), (Reply(500), InDoubt), (Reply(502), InDoubt), (Reply(401), Permanent),
        (Reply(429, headers={"Retry-After": "60"}), Throttled), (Reply(422, b'{"errorMessage": "no such receiver"}'), Permanent),
    ],
)  # fmt: skip
def test_accidents_of_what_must_not_be_sent_twice_are_in_doubt(
    partner: FarSide, http: Http, make: Any, reply: Reply, error: type[Exception]
) -> None:
    partner.script.append(reply)
    sink = make(partner, http)
    assert not sink.harmless_twice
    with pytest.raises(error):
        sink.deliver(DISPATCH)
    assert len(partner.asked) == 1


def test_recommand_that_answers_without_success_refused_it(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(200, b'{"success": false, "errors": {"root": ["receiver cannot receive this"]}}'))
    with pytest.raises(Permanent, match="receiver cannot receive this"):
        rec(partner, http).deliver(DISPATCH)


def test_recommand_cannot_be_asked_by_our_id(partner: FarSide, http: Http) -> None:
    with pytest.raises(InDoubt):
        rec(partner, http).find(DISPATCH)


def test_folder_gets_a_whole_envelope_under_the_dispatchs_own_id(tmp_path: Path, http: Http) -> None:
    sink = folder.open("ap", {"path": str(tmp_path / "out")}, http)
    assert sink.find(DISPATCH) is None
    sink.deliver(DISPATCH)
    sink.deliver(DISPATCH)
    assert sink.find(DISPATCH) is not None
    assert [file.name for file in (tmp_path / "out").iterdir()] == [f"{UID}.xml"]
    data = (tmp_path / "out" / f"{UID}.xml").read_bytes()
    header = header_of(data)
    assert header is not None
    assert (header.sender, header.receiver, header.instance_id) == ("0106:11111111", "0190:22222222", UID)
    assert (header.document_type, header.process, header.country) == (TYPE, "urn:p:3", "NL")
    assert (header.standard, header.type) == ("urn:a", "ApplicationResponse")
    assert Content(data).payload[0].text == "café"


def test_folder_does_not_write_through_a_link(tmp_path: Path, http: Http) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.write_text("mine")
    (out / f"{UID}.xml.tmp").symlink_to(elsewhere)
    with pytest.raises(Transient):
        folder.open("ap", {"path": str(out)}, http).deliver(DISPATCH)
    assert elsewhere.read_text() == "mine"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (folder, {}), (phoss_ap, {"token": "env:A"}), (phoss_ap, {"url": "https://ap.nl"}), (recommand, {"url": "https://r.eu"}),
        (phoss_ap, {"url": "https://ap.nl", "token": "env:A", "colour": "red"}), (phoss_ap, {"url": "https://ap.nl", "token": "plain"}),
    ],
)  # fmt: skip
def test_wrong_settings_are_refused_by_name(kind: Any, options: Mapping[str, str], http: Http) -> None:
    with pytest.raises(Usage):
        kind.open("ap", options, http)


def test_keys_are_in_no_address(partner: FarSide, http: Http) -> None:
    phoss(partner, http).deliver(DISPATCH)
    partner.script.append(Reply(200, json.dumps({"success": True}).encode()))
    rec(partner, http).deliver(DISPATCH)
    assert not any(secret in asked.path for asked in partner.asked for secret in ("t0ken", "s3cret"))
