"""The adapter that ADAPTERS.md shows works as it stands there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import connectors
from hub.errors import Permanent
from hub.formats.case_answer import answer_json
from hub.formats.case_dispatch import exact_json, read_case_dispatch
from hub.model.case_message import CaseMessage
from hub.model.dispatch import Delivered
from hub.net import Http, Manners, Request
from tests.collecting_cases import NUMBER, case_file, dispatch_of, notice_of
from tests.far_side import FarSide, Reply, far_side

PAGE = Path(connectors.__file__).parent / "collection" / "ADAPTERS.md"


def shown(far: FarSide) -> Any:
    """The class of the page, with an address and a body of one field."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    names: dict[str, Any] = {
        "read_case_dispatch": read_case_dispatch, "answer_json": answer_json, "CaseMessage": CaseMessage,
        "exact_json": exact_json, "Delivered": Delivered,
        "Permanent": Permanent, "Request": Request, "headers": {}, "body_of": lambda case: {"amount": case.principal},
    }  # fmt: skip
    exec(compile(code, PAGE.name, "exec"), names)  # noqa: S102  our own page
    made = names["Agency"]()
    made._http, made._url = Http(Manners(loopback=True)), far.url
    return made


def test_adapter_of_the_page_hands_over_and_hears_yes_and_no() -> None:
    case = dispatch_of(case_file())
    with far_side() as far:
        agency = shown(far)
        (yes,) = agency.deliver(case).messages
        far.script.append(Reply(422))
        (no,) = agency.deliver(case).messages
        with pytest.raises(Permanent):
            agency.deliver(notice_of("withdraw", reason="paid"))
    assert far.asked[0].body == b'{"amount": 350.10}'
    told = [(one["type"], one["case"], one["status"]) for one in map(json.loads, (yes, no))]
    assert told == [("accepted", NUMBER, "accepted"), ("rejected", NUMBER, "rejected")]
    assert agency.find(case) is None
