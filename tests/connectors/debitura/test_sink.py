"""Cases to Debitura over real HTTP, against an account that checks every field that is documented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connectors.debitura import kind
from connectors.debitura.case import create_body
from connectors.debitura.sink import Debitura
from hub.errors import InDoubt, Permanent, Throttled, Transient, Unavailable, Usage
from hub.model.case_file import CaseParty
from hub.net import Http, Manners
from tests.collecting_cases import COMPANY, NUMBER, PDF, PERSON, case_file, claim, dispatch_of, document, notice_of
from tests.connectors.debitura.account import KEY, TODAY, Account
from tests.far_side import RESET, SILENT, FarSide, Reply, far_side, free_port

CASE = dispatch_of(case_file())


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def far(account: Account) -> Iterator[FarSide]:
    with far_side() as made:
        made.trade = account
        yield made


def opened(url: str, monkeypatch: pytest.MonkeyPatch, **options: Any) -> Debitura:
    monkeypatch.setenv("DEBITURA", KEY)
    http = Http(Manners(loopback=True, read_seconds=0.3, connect_seconds=0.5), sleep=lambda _s: None)
    return kind.open("agency", {"url": url, "key": "env:DEBITURA", **options}, http)


def said(delivered: Any) -> dict[str, Any]:
    (message,) = delivered.messages
    found: dict[str, Any] = json.loads(message)
    return found


def test_case_of_a_company_arrives_with_every_field(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {
        "division": "d1",
        "partner": "p1",
        "pending_contracts": True,
        "test": True,
        "tag": "t",
        "assigned_to": "a@demo.example",
    }
    answer = opened(far.url, monkeypatch, **options, return_url="https://demo.example").deliver(CASE)
    (case,) = account.cases
    assert case["creditorReference"] == NUMBER
    assert case["amountToRecover"] == Decimal("350.10")
    assert case["amountToRecoverOver6Months"] == case["amountToRecoverOver12Months"] == Decimal("100.10")
    assert "amountToRecoverOver24Months" not in case
    assert (case["date"], case["dueDate"]) == ("2025-09-01", "2025-09-15")
    assert case["debtor"] == {
        "type": "Company", "name": "Bakkerij Vermeer B.V.", "contactPerson": "P. Vermeer", "companyRegistrationNumber": "12345678",
        "address": "Dorpsstraat 12 a", "zipCode": "1234 AB", "city": "Utrecht", "countryAlpha2": "NL",
        "email": "post@vermeer.example", "phone": "030-1234567",
    }  # fmt: skip
    assert "2026-41" in case["claimDescription"]
    assert "52.52" in case["comments"]
    assert "aanmaning" in case["comments"]
    assert (case["creditorDivisionId"], case["collectionPartnerId"], case["tag"]) == ("d1", "p1", "t")
    assert case["isTest"] is case["allowPendingContracts"] is True
    post = next(asked for asked in far.asked if asked.method == "POST")
    assert post.headers["idempotency-key"] == CASE.id
    assert b'"amountToRecover": 350.10,' in post.body
    assert answer.reference == case["id"]
    told = said(answer)
    assert (told["hub_collection"], told["type"], told["case"], told["status"]) == (1, "status", NUMBER, "received")
    assert told["agency_reference"] == case["id"]


def test_case_of_a_person_arrives(account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(far.url, monkeypatch).deliver(dispatch_of(case_file(debtors=(PERSON, COMPANY), treated="consumer")))
    debtor = account.cases[0]["debtor"]
    assert (debtor["type"], debtor["name"]) == ("Person", "Jan de Boer")
    assert "contactPerson" not in debtor
    assert "Bakkerij Vermeer" in account.cases[0]["comments"]  # also liable


def test_long_texts_are_cut_to_what_it_takes(account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = tuple(claim(f"2026-{n}", date(2026, 8, 31), "1.00") for n in range(200))
    opened(far.url, monkeypatch).deliver(dispatch_of(case_file(claims=claims, note="n" * 9000)))
    assert len(account.cases[0]["claimDescription"]) == len(account.cases[0]["comments"]) == 4000


@pytest.mark.parametrize(
    ("days", "parts"),
    [(180, ()), (181, ("6",)), (365, ("6",)), (366, ("6", "12")), (730, ("6", "12")), (731, ("6", "12", "24"))],
)
def test_parts_by_age_hold_what_is_overdue_for_longer(days: int, parts: tuple[str, ...]) -> None:
    case = case_file(claims=(claim("1", TODAY - timedelta(days=days), "10.00"),))
    body = create_body(case, {})
    assert {name for name in body if "Over" in name} == {f"amountToRecoverOver{part}Months" for part in parts}


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"debtors": ()}, ["debtor"]),
        ({"debtors": (CaseParty("company", "X"),)}, ["debtor.address", "debtor.city"]),
        ({"debtors": (replace(COMPANY, name="", country="NLD"),)}, ["debtor.name", "debtor.countryAlpha2"]),
        ({"claims": ()}, ["date", "dueDate", "amountToRecover"]),
        ({"number": "I" * 51}, ["creditorReference"]),
        ({"dated": date(2025, 1, 1)}, ["date (it lies in the future)"]),
    ],
)
def test_what_is_required_and_lacks_is_named_before_anything_is_sent(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any], names: list[str]
) -> None:
    with pytest.raises(Permanent) as error:
        opened(far.url, monkeypatch).deliver(dispatch_of(case_file(**changes)))
    assert all(name in str(error.value) for name in names)
    assert not account.cases
    assert all(asked.method == "GET" for asked in far.asked)


def test_refusal_by_field_is_a_message_with_its_reasons(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    far.script.extend(
        [Reply(404), Reply(400, b'{"debtor.countryAlpha2": ["not covered"], "date": ["too old", "odd"]}'), Reply(404)]
    )
    told = said(opened(far.url, monkeypatch).deliver(CASE))
    assert (told["type"], told["status"], told["case"]) == ("rejected", "rejected", NUMBER)
    assert told["text"] == "debtor.countryAlpha2: not covered; date: too old, odd"


def test_refusal_by_a_business_rule_says_where_it_is_solved(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.business_errors = [
        {"type": "MissingPowerOfAttorney", "message": "sign it", "solutionUrl": "https://sign.example"}
    ]
    answer = opened(far.url, monkeypatch).deliver(CASE)
    assert said(answer)["text"] == "MissingPowerOfAttorney: sign it: https://sign.example"
    assert answer.reference == ""


def test_case_that_is_there_already_is_found_and_not_made_again(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(far.url, monkeypatch)
    first = sink.deliver(CASE)
    again = sink.deliver(replace(CASE, id="another"))
    assert again.reference == first.reference
    assert len(account.cases) == 1
    assert sum(asked.method == "POST" for asked in far.asked) == 1


def test_known_reference_is_found_where_the_look_before_missed_it(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """422 for a reference that exists: somebody was quicker, and his case is ours."""
    sink = opened(far.url, monkeypatch)
    first = sink.deliver(CASE)
    far.script.append(Reply(404))
    assert sink.deliver(replace(CASE, id="another")).reference == first.reference
    assert len(account.cases) == 1


@pytest.mark.parametrize("act", [RESET, SILENT])
def test_lost_answer_is_in_doubt_and_the_case_is_found_by_our_reference(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch, act: Reply
) -> None:
    sink = opened(far.url, monkeypatch)
    account.after.append(act)
    with pytest.raises(InDoubt):
        sink.deliver(CASE)
    found = sink.find(CASE)
    assert found is not None
    assert found.reference == account.cases[0]["id"]
    assert len(account.cases) == 1


def test_connection_that_broke_before_it_was_taken_is_sent_again(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(far.url, monkeypatch)
    far.script.extend([Reply(404), RESET])
    with pytest.raises(InDoubt):
        sink.deliver(CASE)
    assert sink.find(CASE) is None
    sink.deliver(CASE)
    assert len(account.cases) == 1


def test_same_key_is_answered_the_same_even_where_the_look_up_lags(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(far.url, monkeypatch)
    first = sink.deliver(CASE)
    far.script.append(Reply(404))
    assert sink.deliver(CASE).reference == first.reference
    assert len(account.cases) == 1


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(429, headers={"Retry-After": "60"}), Throttled), (Reply(503, headers={"Retry-After": "60"}), Throttled),
        (Reply(500), InDoubt), (Reply(401), Permanent), (Reply(409), Transient),
    ],
)  # fmt: skip
def test_what_the_world_says_is_no_refusal(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch, reply: Reply, error: type[Exception]
) -> None:
    far.script.extend([Reply(404), *[reply] * 3] if reply.status in (429, 503) else [Reply(404), reply])
    with pytest.raises(error):
        opened(far.url, monkeypatch).deliver(CASE)
    assert not account.cases


def test_key_that_is_known_with_other_contents_waits_for_a_person(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink = opened(far.url, monkeypatch)
    account.business_errors = [{"type": "NoPartnerAvailable", "message": "nobody"}]
    sink.deliver(CASE)
    with pytest.raises(Permanent, match="other contents"):
        sink.deliver(dispatch_of(case_file(note="changed")))


def test_nobody_there_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unavailable):
        opened(f"http://127.0.0.1:{free_port()}", monkeypatch).deliver(CASE)


DOCUMENTS = [
    document("2025-17.pdf"),
    document("aanmaning.pdf", b"%PDF letter", "letter"),
    document("run.exe", b"MZ", "other"),
]


def test_documents_are_sent_after_the_case_each_once(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, case = opened(far.url, monkeypatch), dispatch_of(case_file(), DOCUMENTS)
    answer = sink.deliver(case)
    sink.deliver(case)
    (files,) = account.files.values()
    assert files == [("2025-17.pdf", "OriginalInvoice", PDF), ("aanmaning.pdf", "DemandLetter", b"%PDF letter")]
    assert "run.exe" in answer.note


def test_cut_off_between_documents_only_the_rest_is_sent(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, case = opened(far.url, monkeypatch), dispatch_of(case_file(), DOCUMENTS)
    account.after.extend([None, RESET])  # the case is answered; the first document arrives, its answer is lost
    with pytest.raises(InDoubt):
        sink.deliver(case)
    without = replace(case, body=case.body.replace(b'"base64"', b'"left_out"'))  # as it lies in the database
    assert sink.find(without) is None
    assert sink.deliver(case).reference == account.cases[0]["id"]
    assert sink.find(without) is not None
    assert [name for name, _, _ in account.files[account.cases[0]["id"]]] == ["2025-17.pdf", "aanmaning.pdf"]
    assert len(account.cases) == 1


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (notice_of("payment", amount="50.00", currency="EUR", on="2026-11-29"), ["50.00", "2026-11-29", "directly"]),
        (notice_of("withdraw", reason="paid"), ["withdraw", "paid"]),
        (notice_of("message", text="Bel hem eerst"), ["Bel hem eerst"]),
    ],
)
def test_what_has_no_request_of_its_own_is_written_at_the_case(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch, notice: Any, words: list[str]
) -> None:
    sink = opened(far.url, monkeypatch, sender="jan@demo.example")
    sink.deliver(CASE)
    assert sink.deliver(notice).reference == account.cases[0]["id"]
    sink.deliver(notice)  # the same key: it is written once
    ((case, text, sender),) = account.chats
    assert (case, sender) == (account.cases[0]["id"], "jan@demo.example")
    assert all(word in text for word in words)
    with pytest.raises(InDoubt):
        sink.find(notice)


def test_nothing_is_written_without_a_writer_or_a_case(
    account: Account, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Permanent, match="sender"):
        opened(far.url, monkeypatch).deliver(notice_of("message", text="x"))
    with pytest.raises(Permanent, match="no case"):
        opened(far.url, monkeypatch, sender="a@b.example").deliver(notice_of("message", text="x"))


@pytest.mark.parametrize(
    "options",
    [{"colour": "red"}, {"url": "nonsense"}, {"key": "key-4711"}, {"tag": "t" * 101}, {"return_url": "h" * 2049}],
)
def test_wrong_settings_are_named(monkeypatch: pytest.MonkeyPatch, options: dict[str, Any]) -> None:
    with pytest.raises(Usage):
        opened(**{"url": "http://127.0.0.1:1", "monkeypatch": monkeypatch, **options})
