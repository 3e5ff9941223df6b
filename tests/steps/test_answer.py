"""What a sender is told: from events and findings to status, reasons and actions."""

from __future__ import annotations

import pytest

from hub.bootstrap import data_folder
from hub.errors import Usage
from hub.formats.response_mapping import ACTIONS, EVENTS, REASONS, ResponseMapping, read_response_mapping
from hub.model.business_response import RANK, Answer, DocumentState
from hub.model.finding import Finding, Who
from hub.steps.answer import MOST_REASONS, answer

MAPPING = read_response_mapping((data_folder("mappings") / "invoice_response.toml").read_bytes())


def told(state: DocumentState, *given: str, mapping: ResponseMapping = MAPPING) -> Answer | None:
    return answer(state, mapping, given, lambda finding: f"sentence of {finding.code}")


def fatal(code: str, who: Who = "sender", location: str = "/Invoice[1]") -> Finding:
    return Finding(code, "fatal", "hub", location, who=who)


@pytest.mark.parametrize(
    ("event", "status"),
    [
        ("received", "AB"), ("waiting", "IP"), ("on_hold", "UQ"), ("posted", "AP"), ("approved", "AP"), ("rejected", "RE"),
        ("refused", "RE"), ("conflict", "RE"), ("approved_conditionally", "CA"), ("partly_paid", "PPD"), ("paid", "PD"),
    ],
)  # fmt: skip
def test_every_event_has_its_status(event: str, status: str) -> None:
    found = told(DocumentState(event))
    assert found is not None
    assert found.status == status


def test_held_asks_the_sender_only_when_he_must_act() -> None:
    asked = told(DocumentState("held", (fatal("HUB-IBAN-01"),)))
    assert asked is not None
    assert (asked.status, [c.code for c in asked.clarifications]) == ("UQ", ["PAY", "PIN"])
    ours = told(DocumentState("held", (fatal("HUB-ACC-01", "us"), fatal("HUB-SBDH-03", "network"))))
    assert ours is not None
    assert (ours.status, ours.clarifications) == ("IP", ())


@pytest.mark.parametrize(
    ("code", "reason", "action"),
    [
        ("BR-CO-15", "FIN", "NIN"), ("HUB-TOT-01", "FIN", "NIN"), ("HUB-SIDE-01", "REC", "NIN"), ("HUB-DUP-02", "REF", "NIN"),
        ("HUB-REL-02", "UNR", "PIN"), ("XSD-01", "LEG", "NIN"), ("BR-02", "LEG", "NIN"), ("HUB-BUG", "OTH", "NIN"),
    ],
)  # fmt: skip
def test_finding_gives_reason_and_action(code: str, reason: str, action: str) -> None:
    found = told(DocumentState("refused", (fatal(code),)))
    assert found is not None
    first, second = found.clarifications
    assert (first.code, first.action, first.text, first.detail) == (reason, False, f"sentence of {code}", code)
    assert (second.code, second.action) == (action, True)


def test_only_what_the_sender_must_mend_is_named_and_each_action_once() -> None:
    findings = (fatal("BR-CO-15"), fatal("BR-CO-10"), fatal("HUB-ACC-01", "us"), Finding("BR-CO-16", "warning", "hub"))
    found = told(DocumentState("refused", findings))
    assert found is not None
    assert [c.detail for c in found.clarifications if not c.action] == ["BR-CO-15", "BR-CO-10"]
    assert [c.code for c in found.clarifications if c.action] == ["NIN"]


def test_document_full_of_faults_is_not_listed_to_its_end() -> None:
    found = told(DocumentState("refused", tuple(fatal(f"BR-{n:02d}") for n in range(40))))
    assert found is not None
    assert len([c for c in found.clarifications if not c.action]) == MOST_REASONS


def test_words_of_a_person_are_the_reason_of_what_he_did() -> None:
    found = told(DocumentState("rejected", comment="niet geleverd"))
    assert found is not None
    assert [(c.code, c.text) for c in found.clarifications] == [("OTH", "niet geleverd"), ("CNF", "")]


def test_nobody_is_told_the_same_twice_or_less_than_he_knows() -> None:
    assert told(DocumentState("posted"), "AB", "AP") is None
    assert told(DocumentState("waiting"), "UQ") is None
    assert told(DocumentState("received"), "AP") is None
    assert told(DocumentState("posted"), "PD") is None


def test_what_was_rejected_may_still_be_accepted_by_a_person() -> None:
    found = told(DocumentState("posted"), "AB", "RE")
    assert found is not None
    assert found.status == "AP"


def test_event_without_status_says_nothing() -> None:
    silent = read_response_mapping(b'[status]\nreceived = ""\n')
    assert told(DocumentState("received"), mapping=silent) is None
    assert told(DocumentState("posted"), mapping=silent) is None


def test_mapping_speaks_of_every_event_and_of_known_codes_only() -> None:
    assert set(MAPPING.status) == set(EVENTS)
    assert set(MAPPING.status.values()) == set(RANK)
    assert {why.reason for _, why in MAPPING.findings} <= set(REASONS)
    assert {why.action for _, why in MAPPING.findings} <= set(ACTIONS)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[status]\nsold = "AB"', "sold"),
        ('[status]\npaid = "XX"', "paid"),
        ('[default]\nheld = {reason = "WHY", action = "NIN"}', "reason"),
        ('[[finding]]\ncodes = ["X"]\nreason = "FIN"\naction = "DO"', "no. 1 action"),
        ("[status", "TOML"),
        ("\xff", "TOML"),
    ],
)
def test_wrong_mapping_is_refused_by_its_place(text: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        read_response_mapping(text.encode("latin-1"))
