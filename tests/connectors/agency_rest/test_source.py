"""What the source of agencies reads, refuses and leaves to others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.agency_rest import source
from hub.formats.content import Content
from hub.model.case_message import CaseMessage
from hub.texts.catalogue import sentence

SAMPLES = sorted(p for p in (Path(__file__).parent / "samples").glob("*.json") if not p.name.endswith(".expected.json"))


def outcome(path: Path) -> list[dict[str, Any]]:
    first = source.read(Content(path.read_bytes(), path.name))
    return [
        {
            "document": reading.feed and reading.feed.summary(),
            "findings": [
                {"code": f.code, "location": f.location, "found": f.found, "nl": sentence(f, "nl", strict=True)}
                for f in reading.findings
            ],
        }
        for reading in (first, *first.rest)
    ]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample_is_read_as_expected(path: Path) -> None:
    assert outcome(path) == json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))


def test_channel_says_which_agency_speaks_and_none_speaks_for_another() -> None:
    data = (Path(__file__).parent / "samples" / "closed.json").read_bytes()

    def agency(channel: str) -> str:
        feed = source.read(Content(data, channel=channel)).feed
        assert isinstance(feed, CaseMessage)
        return feed.agency

    assert (agency("other"), agency("cli"), agency("")) == ("other", "incasso", "incasso")


@pytest.mark.parametrize(
    "text", ['{"hub": 1}', "[]", "{", '{"a": "hub_collection"}', "", '"hub_collection"', '[[{"x": 1}]]']
)
def test_look_alikes_are_left_to_others(text: str) -> None:
    assert not source.recognise(Content(text.encode()))


def test_ours_that_is_no_json_is_refused_by_its_place() -> None:
    [finding] = source.read(Content(b'{"hub_collection": 1,')).findings
    assert finding.code == "HUB-JSON-01"
    [version] = source.read(
        Content(
            b'{"hub_collection": 9, "type": "accepted", "message_id": "a", "at": "2026-01-01T00:00:00Z", "case": "x"}'
        )
    ).findings
    assert (version.location, version.expected) == ("$.hub_collection", "1")
