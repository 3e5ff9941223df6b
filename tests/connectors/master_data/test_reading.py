"""Tables of master data are known by their headings and handed on whole: what stands beside each sample is what is said of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.master_data import source
from hub.formats.content import Content

SAMPLES = sorted(p for p in (Path(__file__).parent / "samples").iterdir() if not p.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_sample_is_what_stands_beside_it(path: Path) -> None:
    content = Content(path.read_bytes(), path.name)
    assert source.recognise(content)
    reading = source.read(content)
    assert reading.feed is not None
    told = {"kind": reading.feed.kind, "format": reading.format, **reading.feed.summary()}
    assert told == json.loads(path.with_name(path.name + ".expected.json").read_text("utf-8"))


@pytest.mark.parametrize(
    "text",
    [
        "naam;bedrag\nKade;1,00\n", "code;naam;kvk;saldo\nC1;Kade;1;2,00\n", "number;relation;date\nO-1;C1;2026-03-02\n",
        "number;relation;date;amount;paid\nO-1;C1;2026-03-02;1,00;ja\n", '[{"number": "O-1"}]', "[]", "", "naam\nKade\n",
    ],
)  # fmt: skip
def test_other_tables_are_none_of_ours(text: str) -> None:
    assert not source.recognise(Content(text.encode(), "x.csv"))
