"""What Debitura says: webhooks and what was fetched, read as messages about our cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.debitura import source
from connectors.debitura.words import close_reason_of, state_of
from hub.formats.content import Content
from hub.model.feed import fingerprint_of
from tests.case_messages import message_of, outcome, readings
from tests.shops import expected_of, samples

SAMPLES = list(samples("debitura"))
FOLDER = Path(__file__).parent / "samples"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_sample_is_read_as_expected(sample: Path) -> None:
    assert outcome("debitura", sample) == json.loads(expected_of(sample).read_text("utf-8"))


def said(name: str, **data: Any) -> Any:
    """A sample with other data."""
    read = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    read["data"] |= data
    return message_of(readings("debitura", json.dumps(read).encode())[0])


# As documented, in both spellings that it sends (docs.debitura.com, case lifecycle; API enumeration).
@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("PendingContractSigning", "received"), ("Pending contract signing", "received"), ("PendingVerificationInternal", "received"),
        ("Pending Verification", "received"), ("NeedsAdditionalDetails", "received"), ("More Info Required", "received"),
        ("Leads", "received"), ("LeadsQuoteGiven", "received"), ("Active", "amicable"), ("Paused", "amicable"), ("Closed", "closed"),
        ("Merged", None), ("Hibernating", None), ("", None),
    ],
)  # fmt: skip
def test_lifecycle_has_a_state_of_ours_or_none(word: str, state: str | None) -> None:
    assert state_of(word, "") == state


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("Paid", "paid"), ("Partially paid", "partly_paid"), ("Case never started", "rejected"), ("Invalid Case Data", "rejected"),
        ("Debtor Insolvent/Bankrupt", "bankrupt"), ("Debtor Untraceable", "moved"), ("Withdrawn by Client", "withdrawn"),
        ("Disputed – Legal Action Declined by Client", "withdrawn"), ("PreLegalExhaustedNoPayment", "uncollectable"),
        ("Pre-Legal Exhausted – No Payment", "uncollectable"), ("Statute of Limitations Expired", "uncollectable"),
        ("Settlement Rejected by Client", "withdrawn"), ("Unresponsive Client", "withdrawn"), ("Other", None), ("", None),
    ],
)  # fmt: skip
def test_close_code_has_a_reason_of_ours_or_none(code: str, reason: str | None) -> None:
    assert close_reason_of(code) == reason


def test_case_is_in_dispute_only_while_it_is_worked_on_and_the_claim_is_disputed() -> None:
    assert state_of("Active", "Yes, the claim is disputed") == "dispute"
    assert state_of("Active", "No, the claim is not disputed") == "amicable"
    assert state_of("Active", "Don't Know") == "amicable"
    assert state_of("Closed", "Yes, the claim is disputed") == "closed"


def test_case_that_was_closed_for_a_reason_nobody_mapped_changes_nothing_and_is_shown() -> None:
    message = said("case-closed", closeCode="Other")
    assert (message.type, message.status, message.raw_status) == ("status", None, "Closed: Other")


def test_payment_that_is_told_and_fetched_is_one(tmp_path: Path) -> None:
    told = said("payment-created")
    fetched = said("fetched-payment", recipient="Partner")
    assert told.identity == fetched.identity
    assert fingerprint_of(told) == fingerprint_of(fetched)
    assert fingerprint_of(told) != fingerprint_of(said("fetched-payment", recipient="Partner", grossAmount=120.51))


def test_event_that_is_sent_again_is_the_same_message_and_a_deletion_is_another() -> None:
    assert said("case-updated").identity == said("case-updated").identity
    assert said("payment-deleted").identity != said("payment-created").identity


def test_agency_is_the_channel_it_came_by() -> None:
    data = (FOLDER / "chat-created.json").read_bytes()
    spoken = {
        c: message_of(readings("debitura", data, channel=c)[0]).agency for c in ("north", "north-fetch", "", "cli")
    }
    assert spoken == {"north": "north", "north-fetch": "north", "": "debitura", "cli": "debitura"}


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"id": ""}, "$.id"), ({"timestamp": "yesterday"}, "$.timestamp"), ({"data": {}}, "$.data.caseId"),
        ({"data": {"caseId": "x", "paymentId": "p", "grossAmount": "much"}}, "$.data.grossAmount"),
    ],
)  # fmt: skip
def test_what_is_not_as_documented_is_a_finding_at_its_place(change: dict[str, Any], place: str) -> None:
    read = json.loads((FOLDER / "payment-created.json").read_text("utf-8")) | change
    (reading,) = readings("debitura", json.dumps(read).encode())
    assert reading.feed is None
    assert place in [finding.location for finding in reading.findings]


@pytest.mark.parametrize(
    "data",
    [
        b'{"event":"case.created"}',
        b'{"event":"order.created","data":{}}',
        b'{"debitura":"case"}',
        b'{"event":',
        b'["event"]',
        b"",
    ],
)
def test_what_is_not_ours_is_not_claimed(data: bytes) -> None:
    assert not source.recognise(Content(data, "x.json"))
