"""The test agency itself: the same key the same answer, no second case, and the same script the same agency."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from hub.agency.desk import Desk
from hub.agency.script import script_of
from hub.formats.case_answer import read_answer
from hub.formats.case_protocol import case_json
from tests.formats.test_case_protocol import AT, CASE

SAYS = [
    {"type": "accepted"}, {"type": "payment", "share": "0.333"}, {"type": "remittance", "share": "0.333"},
    {"type": "closed", "message": {"close_reason": "paid"}, "after": 60},
]  # fmt: skip


def come(desk: Desk, key: str, number: str = "I2026-0001") -> tuple[int, dict[str, Any]]:
    body = case_json(replace(CASE, number=number), "d", AT)
    return desk.open_case(key, body, json.loads(body), 1000.0)


def test_a_case_is_opened_once_whatever_comes() -> None:
    desk = Desk(script_of({}))
    assert come(desk, "a")[0] == 201
    assert come(desk, "a") == (200, come(desk, "b")[1])
    assert come(desk, "b")[0] == 409
    assert dict(desk.opened) == {"I2026-0001": 1}


def test_what_is_no_case_is_refused_by_its_places() -> None:
    desk = Desk(script_of({}))
    status, said = desk.open_case("a", b'{"type": "case"}', {"type": "case"}, 1.0)
    assert status == 422
    assert said["reasons"]
    assert desk.cases == {}


def test_same_script_says_the_same_and_all_of_it_is_as_described() -> None:
    def told(seed: int) -> list[dict[str, Any]]:
        desk = Desk(script_of({"seed": seed, "duplicates": 1, "shuffle": True, "say": SAYS}))
        come(desk, "a")
        return list(desk.messages("", 2000.0)["messages"])

    assert told(2) == told(2)
    assert len(told(2)) == 8
    assert [m["message_id"] for m in told(2)] != [m["message_id"] for m in told(9)]
    for message in told(2):
        read, findings = read_answer(message, "x")
        assert findings == ()
        assert read is not None


def test_messages_come_when_they_are_due_a_page_at_a_time() -> None:
    desk = Desk(script_of({"page": 2, "say": SAYS}))
    come(desk, "a")
    first = desk.messages("", 1001.0)
    assert (len(first["messages"]), first["cursor"], first["more"]) == (2, "2", True)
    second = desk.messages("2", 1001.0)
    assert (len(second["messages"]), second["cursor"], second["more"]) == (1, "3", False)
    assert desk.messages("3", 1061.0)["messages"][0]["type"] == "closed"


def test_faults_are_used_up_in_order() -> None:
    desk = Desk(
        script_of({"fault": [{"on": "case", "act": "429", "times": 2, "after": 1}, {"on": "find", "act": "503"}]})
    )
    acts = [fault.act if (fault := desk.fault("case")) else "" for _ in range(4)]
    assert acts == ["", "429", "429", ""]
    assert (desk.fault("find") is not None, desk.fault("find")) == (True, None)
