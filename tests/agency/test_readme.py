"""The description for agencies: each example in it is as the schemas say."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from hub.agency.script import script_of
from hub.formats.agency_conditions import read_agency
from hub.formats.case_answer import read_answer
from hub.formats.case_protocol import faults
from hub.formats.json_schema import differences, schema
from hub.model.case_message import CASE_MESSAGE_TYPES

TEXT = (Path(__file__).resolve().parents[2] / "connectors" / "collection" / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
OURS = ("case", "withdraw")


def is_ours(said: dict[str, Any]) -> bool:
    return said.get("type") in OURS or "invoice" in said or said["message_id"].endswith("…")


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_example_is_as_its_schema_says(example: str) -> None:
    said = json.loads(example)
    if "type" not in said:
        assert differences(said, schema("collection-receipt")) == []
    elif is_ours(said):
        assert faults(example.encode()) == []
    else:
        message, findings = read_answer(said, "incasso")
        assert findings == ()
        assert message is not None


def test_examples_show_nearly_every_message() -> None:
    kinds = {said["type"] for said in map(json.loads, EXAMPLES) if "type" in said and not is_ours(said)}
    assert set(CASE_MESSAGE_TYPES) - kinds == {"rejected", "message"}


def test_amounts_of_the_case_add_up() -> None:
    from decimal import Decimal

    totals = {name: Decimal(value) for name, value in json.loads(EXAMPLES[0])["totals"].items()}
    assert totals["principal"] + totals["interest"] + totals["costs"] + totals["vat"] == totals["total"]


def test_script_and_settings_are_read() -> None:
    [script] = re.findall(r"```toml script\n(.*?)```", TEXT, re.DOTALL)
    made = script_of(tomllib.loads(script))
    assert (made.seed, made.faults[0].act, [one.type for one in made.says]) == (
        7,
        "reset_after",
        ["accepted", "payment", "closed"],
    )
    [settings] = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    conditions = tomllib.loads(settings)["sink"]["incasso"]["conditions"]
    assert read_agency("incasso", conditions).register_number == "123456"


@pytest.mark.parametrize(
    "wrong", [{"fault": [{"on": "door", "act": "429"}]}, {"fault": [{"on": "case", "act": "x"}]}, {"x": 1}, {"say": [{"type": "paid"}]}]
)  # fmt: skip
def test_script_that_says_something_else_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="expected|known"):
        script_of(wrong)
