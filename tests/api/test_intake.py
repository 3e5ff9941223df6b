"""The HTTP door: a receipt only after the commit, the same receipt for the same delivery, and nothing unsigned past the door."""

from __future__ import annotations

import gzip
import hashlib
import select
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from hub import failpoints
from hub.api import body as reading
from tests.api.conftest import BODY, POSTGRES, SECRET, SQLITE, Door
from tests.workers.test_folder import zipped

SCHEMES = ("hub", "standard", "shopify", "woocommerce")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_signed_delivery_is_stored_and_queued_before_it_is_answered(door: Door, scheme: str) -> None:
    answer = door.send(scheme, delivery="d-7")
    assert answer.status_code == 202
    (row,) = door.books.rows("SELECT uid, channel, external_id, lane, sha256, media_type FROM message")
    assert row == (
        answer.json()["message_id"], scheme, "d-7", "mutation", hashlib.sha256(BODY).hexdigest(), "application/json"
    )  # fmt: skip
    assert door.count("outbox") == 1
    assert door.count("original") == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_first_receipt_is_given_again_when_a_delivery_is_repeated(door: Door, scheme: str) -> None:
    first = door.send(scheme, delivery="d-7")
    again = [door.send(scheme, delivery="d-7") for _ in range(3)]
    assert [a.status_code for a in again] == [200] * 3
    assert {a.json()["message_id"] for a in again} == {first.json()["message_id"]}
    assert door.count() == door.count("outbox") == 1


@pytest.mark.parametrize("scheme", SCHEMES)
def test_conflict_when_the_same_id_comes_with_other_bytes(door: Door, scheme: str) -> None:
    door.send(scheme, delivery="d-7")
    answer = door.send(scheme, b'{"id": 2}', delivery="d-7")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "d-7" in answer.json()["detail"]
    assert door.count() == door.count("original") == 1


@pytest.mark.parametrize("scheme", ["hub", "shopify", "woocommerce"])
def test_contents_are_the_id_when_the_sender_names_none(door: Door, scheme: str) -> None:
    assert [door.send(scheme).status_code for _ in range(2)] == [202, 200]
    assert door.books.scalar("SELECT external_id FROM message") == hashlib.sha256(BODY).hexdigest()


@pytest.mark.parametrize("door", [SQLITE, POSTGRES], indirect=True)
@pytest.mark.parametrize("scheme", ["shopify", "woocommerce"])
def test_captured_delivery_is_known_again_under_an_id_of_somebody_elses_making(door: Door, scheme: str) -> None:
    """These sign no time and no id: whoever saw one request can send it for ever."""
    first = door.send(scheme, delivery="d-7")
    replayed = [door.send(scheme, delivery=f"forged-{n}") for n in range(3)]
    assert [r.status_code for r in replayed] == [200] * 3
    assert {r.json()["message_id"] for r in replayed} == {first.json()["message_id"]}
    assert door.count() == 1


def test_captured_delivery_is_too_old_where_a_time_is_signed(door: Door) -> None:
    assert door.send("standard", at=time.time() - 301).status_code == 401
    assert door.send("hub", at=time.time() + 301).status_code == 401
    assert door.count() == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_nothing_is_parsed_or_stored_and_no_secret_logged_when_the_signature_is_wrong(
    door: Door, scheme: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_arguments: object) -> None:
        raise AssertionError("a forged body reached the door's last step")

    monkeypatch.setattr("hub.workers.receive.opened", never)
    forged = zipped({"a.xml": b"<Invoice/>"})
    answers = [
        door.send(scheme, forged, secret="guessed"),
        door.post(scheme, forged),
        door.send(scheme, forged, secret=SECRET[:-1]),
    ]
    assert [a.status_code for a in answers] == [401] * 3
    assert len({a.text for a in answers}) == 1, "the answer must not tell a forger what was wrong"
    assert door.count() == door.count("original") == door.count("outbox") == 0
    logged = "".join(capsys.readouterr())
    assert "signature_refused" in logged
    assert SECRET not in logged
    assert "guessed" not in logged


def test_body_that_is_encoded_anew_on_its_way_is_refused(door: Door) -> None:
    good = b'{"id": 1, "name": "caf\\u00e9"}'
    headers = door.send("shopify", good).request.headers
    kept = {"X-Shopify-Hmac-Sha256": headers["X-Shopify-Hmac-Sha256"]}
    assert door.post("shopify", '{"id": 1, "name": "café"}'.encode(), kept).status_code == 401


def test_secret_is_rotated_without_restart(door: Door) -> None:
    assert door.send("hub", b"1", secret="new-one").status_code == 401
    door.secrets.write_text(f"{SECRET}\nnew-one\n")
    assert door.send("hub", b"2", secret=SECRET).status_code == 202
    assert door.send("hub", b"3", secret="new-one").status_code == 202
    door.secrets.write_text("new-one\n")
    assert door.send("hub", b"4", secret=SECRET).status_code == 401
    assert door.send("hub", b"5", secret="new-one").status_code == 202


def test_channel_without_secret_takes_nothing_and_says_so_without_a_path(door: Door) -> None:
    door.secrets.unlink()
    answer = door.send("hub")
    assert answer.status_code == 503
    assert "secrets" not in answer.text
    assert door.count() == 0


def test_ping_of_woocommerce_is_answered_and_not_stored(door: Door) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert door.post("woocommerce", b"webhook_id=12", form).status_code == 200
    assert door.post("woocommerce", b"webhook_id=12&order=1", form).status_code == 401
    assert door.post("shopify", b"webhook_id=12", form).status_code == 401
    assert door.count() == 0


@pytest.mark.parametrize("door", [{"max_bytes": 1000}], indirect=True)
def test_body_larger_than_the_channel_takes_is_refused_by_its_length_and_by_counting(door: Door) -> None:
    assert door.send("hub", b"x" * 1000).status_code == 202
    assert door.send("hub", b"x" * 1001).status_code == 413
    with door.connect() as line:
        line.sendall(
            _head(door, "hub", b"Transfer-Encoding: chunked\r\n") + b"7d0\r\n" + b"x" * 2000 + b"\r\n0\r\n\r\n"
        )
        assert b"413" in line.recv(4096).split(b"\r\n")[0]
    assert door.count() == 1


@pytest.mark.parametrize("door", [{"max_bytes": 8_000_000}], indirect=True)
def test_large_body_goes_by_way_of_a_file(door: Door) -> None:
    large = b"<Invoice>" + b" " * 5_000_000 + b"</Invoice>"
    assert door.send("hub", large).status_code == 202
    assert door.books.scalar("SELECT size FROM original") == len(large)


def test_body_that_is_cut_off_leaves_nothing(door: Door, capsys: pytest.CaptureFixture[str]) -> None:
    with door.connect() as line:
        line.sendall(_head(door, "hub", b"Content-Length: 5000\r\n") + b"half a body")
        line.shutdown(socket.SHUT_WR)
        line.recv(4096)
    _until(lambda: "cut_off" in "".join(capsys.readouterr()))
    assert door.count() == 0
    assert door.send("hub").status_code == 202


def test_slow_senders_hold_nobody_up(door: Door) -> None:
    """Another is answered while each of them is still waited for."""
    with slow_senders(door) as lines:
        assert door.send("hub").status_code == 202
        assert select.select(lines, [], [], 0)[0] == []
    assert door.count() == 1


def test_slow_sender_is_told_so(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "IDLE_SECONDS", 0.3)
    with slow_senders(door) as lines:
        assert all(b" 408 " in line.recv(4096).split(b"\r\n")[0] for line in lines)
    assert door.count() == 0


@contextmanager
def slow_senders(door: Door) -> Iterator[list[socket.socket]]:
    """Twenty who begin and do not go on."""
    with ExitStack() as stack:
        lines = [stack.enter_context(door.connect()) for _ in range(20)]
        for line in lines:
            line.sendall(_head(door, "hub", b"Content-Length: 5000\r\n") + b"slow")
        yield lines


def test_sender_that_trickles_is_cut_off_at_the_end_of_its_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "TOTAL_SECONDS", 0.6)
    with door.connect() as line:
        line.sendall(_head(door, "hub", b"Content-Length: 5000\r\n"))
        line.settimeout(0.1)
        answer = b""
        for _ in range(100):
            try:
                line.sendall(b"x")
                answer = line.recv(4096)
                break
            except TimeoutError:
                continue
        assert b" 408 " in answer


def test_unknown_channel_path_and_method_are_problems(door: Door) -> None:
    base = f"http://127.0.0.1:{door.port}"
    answers = {
        404: [door.post("nobody"), door.client.get(f"{base}/"), door.post("far")],
        405: [door.client.get(f"{base}/intake/hub"), door.client.post(f"{base}/health")],
    }
    for status, found in answers.items():
        for answer in found:
            assert answer.status_code == status
            assert answer.json()["status"] == status
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_form_is_no_document(door: Door, kind: str) -> None:
    assert door.send("hub", Content_Type=kind).status_code == 415


def test_packed_body_is_not_unpacked(door: Door) -> None:
    assert door.send("hub", gzip.compress(BODY), Content_Encoding="gzip").status_code == 415


def test_findings_stand_in_the_problem_and_nothing_is_stored_when_a_part_is_refused(door: Door) -> None:
    for body, code in ((b"", "HUB-CHAN-01"), (zipped({"good.xml": BODY, "../x.xml": BODY}), "HUB-ZIP-06")):
        answer = door.send("hub", body, Accept_Language="nl-NL,en;q=0.5")
        assert answer.status_code == 422
        assert answer.json()["findings"][0]["code"] == code
        assert answer.json()["detail"].startswith("Er is niets aangenomen")
        assert answer.headers["content-language"] == "nl"
    assert door.count() == 0


def test_zip_gives_an_id_per_document(door: Door) -> None:
    body = zipped({"1.xml": b"<a>1</a>", "2.xml": b"<a>2</a>"})
    first, again = door.send("hub", body, delivery="z"), door.send("hub", body, delivery="z")
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json() == again.json()
    assert len(first.json()["message_ids"]) == door.count() == 2


@pytest.mark.parametrize("given", ["x" * 201, "caf\xe9"])
def test_id_that_cannot_be_kept_is_refused(door: Door, given: str) -> None:
    stamp = int(time.time())
    from hub.api.signatures import sign
    from hub.secret import Secret

    headers = [(k.encode(), v.encode()) for k, v in sign("hub", Secret(SECRET), BODY, timestamp=stamp).items()]
    url = f"http://127.0.0.1:{door.port}/intake/hub"
    answer = door.client.post(url, content=BODY, headers=[*headers, (b"Idempotency-Key", given.encode("latin-1"))])
    assert answer.status_code == 422


def test_receipt_is_found_again_when_the_answer_was_lost_after_the_commit(door: Door) -> None:
    """A2: stored, but the sender heard nothing."""
    failpoints.arm("publish:after-commit:1:raise")
    try:
        assert door.send("hub", delivery="d-1").status_code == 500
    finally:
        failpoints.arm("")
    answer = door.send("hub", delivery="d-1")
    assert answer.status_code == 200
    assert answer.json()["message_id"] == door.books.scalar("SELECT uid FROM message")


@pytest.mark.parametrize("door", [SQLITE, POSTGRES], indirect=True)
def test_same_delivery_at_the_same_moment_is_one_message(door: Door) -> None:
    answers: list[httpx.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(door.send("hub", delivery="d-1"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(a.status_code for a in answers) == [200] * 11 + [202]
    assert len({a.json()["message_id"] for a in answers}) == door.count() == 1


@pytest.mark.parametrize("door", [SQLITE, POSTGRES], indirect=True)
def test_many_senders_at_once_are_all_taken_in(door: Door) -> None:
    codes: list[int] = []

    def send(number: int) -> None:
        for part in range(5):
            codes.append(door.send("hub", b"%d/%d" % (number, part)).status_code)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [202] * 60
    assert door.count() == door.count("outbox") == 60


def test_nothing_is_promised_when_the_commit_fails(door: Door) -> None:
    failpoints.arm("publish:before-commit:1:raise")
    try:
        assert door.send("hub", delivery="d-1").status_code == 500
    finally:
        failpoints.arm("")
    assert door.count() == 0
    assert door.send("hub", delivery="d-1").status_code == 202


def test_health_says_whether_documents_can_be_taken_in(door: Door) -> None:
    answer = door.client.get(f"http://127.0.0.1:{door.port}/health")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "database": True})


def test_file_name_of_the_sender_is_kept_without_its_folders(door: Door) -> None:
    door.send("hub", Boekhub_File_Name="../../etc/z-report.json")
    assert door.books.scalar("SELECT file_name FROM message") == "z-report.json"


def _head(door: Door, channel: str, more: bytes) -> bytes:
    from hub.api.signatures import sign
    from hub.secret import Secret

    signed = sign("hub", Secret(SECRET), b"never complete", timestamp=int(time.time()))
    lines = "".join(f"{name}: {value}\r\n" for name, value in signed.items()).encode()
    return b"POST /intake/%s HTTP/1.1\r\nHost: x\r\n" % channel.encode() + lines + more + b"\r\n"


def _until(holds: object, seconds: float = 10.0) -> None:
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
