"""The client: what is sent again and what never is, what an answer means, and what is never shown."""

from __future__ import annotations

import time

import pytest
import structlog

from hub.errors import InDoubt, Permanent, Throttled, Transient, Unavailable
from hub.net import Http, Manners, Request
from tests.far_side import HALF, RESET, SILENT, FarSide, Reply, far_side, free_port


def test_answer_comes_back_whole_when_all_is_well(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(201, b'{"id": 7}', {"X-Note": "ok"}))
    answer = http.send(Request("POST", f"{partner.url}/a?b=c", {"x-key": "k"}, b"body"))
    assert (answer.status, answer.body, answer.headers["x-note"], answer.ok) == (201, b'{"id": 7}', "ok", True)
    (asked,) = partner.asked
    assert (asked.method, asked.path, asked.headers["x-key"], asked.body) == ("POST", "/a?b=c", "k", b"body")
    assert asked.headers["host"] == f"127.0.0.1:{partner.port}"


@pytest.mark.parametrize("status", [404, 409, 422])
def test_refusal_is_an_answer_and_no_error(partner: FarSide, http: Http, status: int) -> None:
    partner.script.append(Reply(status))
    assert http.send(Request("POST", partner.url)).status == status
    assert len(partner.asked) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_it_is_sent_again_at_once_when_the_far_side_says_a_short_while(
    partner: FarSide, http: Http, status: int
) -> None:
    partner.script += [Reply(status, headers={"Retry-After": "1"}), Reply(200)]
    assert http.send(Request("POST", partner.url)).ok
    assert len(partner.asked) == 2


def test_it_is_left_for_later_when_the_far_side_says_a_long_while(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(429, headers={"Retry-After": "120"}))
    with pytest.raises(Throttled) as told:
        http.send(Request("POST", partner.url))
    assert told.value.retry_after_seconds == 120
    assert len(partner.asked) == 1


def test_it_gives_up_after_three_tries(partner: FarSide, http: Http) -> None:
    partner.trade = lambda _asked: Reply(429)
    with pytest.raises(Throttled):
        http.send(Request("GET", partner.url))
    assert len(partner.asked) == 3


@pytest.mark.parametrize("accident", [RESET, SILENT, HALF, Reply(500), Reply(502), Reply(503)])
def test_post_that_may_have_been_done_is_in_doubt_and_never_sent_again(
    partner: FarSide, http: Http, accident: Reply
) -> None:
    partner.script.append(accident)
    with pytest.raises(InDoubt):
        http.send(Request("POST", partner.url, body=b"pay"))
    assert len(partner.asked) == 1


@pytest.mark.parametrize("accident", [RESET, SILENT, HALF, Reply(500)])
@pytest.mark.parametrize(("method", "repeatable"), [("POST", True), ("PUT", False), ("GET", False)])
def test_what_may_be_done_twice_is_for_later(
    partner: FarSide, http: Http, accident: Reply, method: str, repeatable: bool
) -> None:
    partner.script.append(accident)
    with pytest.raises(Transient):
        http.send(Request(method, partner.url, body=b"x", repeatable=repeatable))


def test_what_was_never_sent_is_unavailable_and_tried_again_even_as_a_post() -> None:
    slept: list[float] = []
    client = Http(Manners(loopback=True, connect_seconds=0.3), sleep=slept.append)
    with pytest.raises(Unavailable):
        client.send(Request("POST", f"http://127.0.0.1:{free_port()}/"))
    assert len(slept) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_refused_key_is_for_a_person(partner: FarSide, http: Http, status: int) -> None:
    partner.script.append(Reply(status))
    with pytest.raises(Permanent, match="key"):
        http.send(Request("GET", partner.url))


def test_answer_that_is_too_large_is_not_read_to_its_end(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(200, b"x" * 200_000))
    with pytest.raises(Permanent, match="more than 1000 bytes"):
        http.send(Request("GET", partner.url))


def test_answer_that_drips_ends_at_the_deadline(partner: FarSide) -> None:
    ticks = iter([0.0, *[61.0] * 20])  # the first is when it was asked
    client = Http(Manners(loopback=True), clock=lambda: next(ticks), sleep=lambda _s: None)
    partner.script.append(Reply(200, b"x"))
    with pytest.raises(Transient, match="took too long"):
        client.send(Request("GET", partner.url))


def test_redirect_within_the_host_is_followed_without_a_body(partner: FarSide, http: Http) -> None:
    partner.script += [Reply(302, headers={"Location": "/there"}), Reply(200, b"found")]
    assert http.send(Request("GET", f"{partner.url}/here")).body == b"found"
    assert [a.path for a in partner.asked] == ["/here", "/there"]


def test_redirect_to_another_host_is_never_followed(partner: FarSide, http: Http) -> None:
    with far_side() as stranger:
        partner.script.append(Reply(307, headers={"Location": f"{stranger.url}/steal"}))
        with pytest.raises(Permanent, match="not followed"):
            http.send(Request("GET", partner.url, {"authorization": "Bearer s3cret"}))
        assert stranger.asked == []


def test_redirect_of_a_post_is_not_followed(partner: FarSide, http: Http) -> None:
    partner.script.append(Reply(307, headers={"Location": "/there"}))
    with pytest.raises(Permanent):
        http.send(Request("POST", partner.url, body=b"x"))


def test_circle_of_redirects_ends(partner: FarSide, http: Http) -> None:
    partner.trade = lambda _asked: Reply(302, headers={"Location": "/again"})
    with pytest.raises(Permanent, match="circles"):
        http.send(Request("GET", partner.url))


@pytest.mark.parametrize(
    "address", ["http://example.nl/", "ftp://example.nl/", "https://me:pw@example.nl/", "https://example.nl:99999/"]
)
def test_address_that_is_not_safe_is_refused_before_anything_is_sent(address: str) -> None:
    client = Http(look_up=lambda _host, _port: ["93.184.216.34"])
    with pytest.raises(Permanent):
        client.send(Request("GET", address))


def test_plain_http_is_refused_for_the_world_even_where_loopback_is_allowed_to_be_asked() -> None:
    with pytest.raises(Permanent, match="inside a network|not encrypted"):
        Http().send(Request("GET", "http://127.0.0.1/"))


def test_tls_is_checked(partner: FarSide) -> None:
    client = Http(Manners(loopback=True, connect_seconds=1), sleep=lambda _s: None)
    with pytest.raises(Unavailable):
        client.send(Request("GET", f"https://127.0.0.1:{partner.port}/"))
    assert partner.asked == []


def test_host_that_fails_five_times_is_left_alone_and_then_probed(partner: FarSide) -> None:
    at = [0.0]
    client = Http(Manners(loopback=True), clock=lambda: at[0], sleep=lambda _s: None)
    partner.trade = lambda _asked: Reply(500)
    for _ in range(5):
        with pytest.raises(Transient):
            client.send(Request("PUT", partner.url))
    assert client.given_up()
    assert client.wait() == 30
    with pytest.raises(Throttled) as told:
        client.send(Request("PUT", partner.url))
    assert told.value.retry_after_seconds == 30
    assert len(partner.asked) == 5
    at[0] = 31.0
    partner.trade = lambda _asked: Reply()
    assert client.send(Request("PUT", partner.url)).ok
    assert not client.given_up()


def test_neither_keys_nor_queries_are_shown(partner: FarSide, http: Http, caplog: pytest.LogCaptureFixture) -> None:
    partner.script.append(RESET)
    request = Request("POST", f"{partner.url}/p?token=s3cret", {"authorization": "Bearer s3cret"}, b"s3cret")
    with structlog.testing.capture_logs() as logs, caplog.at_level("INFO"), pytest.raises(InDoubt) as told:
        http.send(request)
    assert "s3cret" not in f"{told.value} {request!r} {logs} {caplog.text}"


def test_proxies_of_the_environment_are_not_used(partner: FarSide, http: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert http.send(Request("GET", partner.url)).ok


def test_many_threads_may_ask_at_once(partner: FarSide, http: Http) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as pool:
        began = time.monotonic()
        answers = list(pool.map(lambda i: http.send(Request("GET", f"{partner.url}/{i}")), range(40)))
    assert all(answer.ok for answer in answers)
    assert sorted(a.path for a in partner.asked) == sorted(f"/{i}" for i in range(40))
    assert time.monotonic() - began < 20
