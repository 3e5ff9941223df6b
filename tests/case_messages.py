"""What sources of collection agencies read, told for the expectations beside samples: `python -m tests.case_messages --write NAME`."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

from hub.formats.content import Content
from hub.model.case_message import CaseMessage
from hub.model.codec import plain
from hub.ports import Reading, Source
from hub.texts.catalogue import sentence
from tests.shops import expected_of, samples


def readings(name: str, data: bytes, file: str = "", channel: str = "agency") -> list[Reading]:
    """Every message of a file, as it came from the agency of that channel."""
    source: Source = importlib.import_module(f"connectors.{name}").source
    content = Content(data, file, "", channel)
    assert source.recognise(content), f"{name} does not know {file}"
    first = source.read(content)
    return [first, *first.rest]


def message_of(reading: Reading) -> CaseMessage:
    """The message that was read."""
    assert isinstance(reading.feed, CaseMessage), reading.findings
    return reading.feed


def outcome(name: str, sample: Path) -> list[dict[str, Any]]:
    """What the expectation beside a sample holds."""
    return [
        {
            "message": None if one.feed is None else plain(one.feed),
            "findings": [
                {"code": f.code, "at": f.location, "nl": sentence(f, "nl", "EUR", strict=True)} for f in one.findings
            ],
        }
        for one in readings(name, sample.read_bytes(), sample.name)
    ]


def main(arguments: list[str]) -> None:
    """`--write NAME`."""
    if len(arguments) != 2 or arguments[0] != "--write":
        raise SystemExit("python -m tests.case_messages --write NAME")
    for sample in samples(arguments[1]):
        text = json.dumps(outcome(arguments[1], sample), indent=1, ensure_ascii=False)
        expected_of(sample).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
