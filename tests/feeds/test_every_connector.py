"""What holds of every connector that is installed, whatever it is called: nothing here knows one by its name.

Samples are all files under a folder `samples` of the tests, and those of the demo. In `tests/connectors/NAME/samples` they are
NAME's own; in a folder that several connectors share, each is of the one that knows it.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from hub.bootstrap import data_folder
from hub.demo.run_feeds import FEEDS
from hub.formats.content import Content
from hub.mapping_folder import MappingFolder
from hub.ports import Reading, Source
from hub.sources import load_sources

ROOT = Path(__file__).resolve().parents[2]
SOURCES = {s.name: s for s in load_sources() if type(s).__module__.startswith("connectors.")}
TESTS = sorted(p for p in (ROOT / "tests").glob("**/samples/*") if p.is_file())
SHOWN = sorted(p for p in FEEDS.glob("*/*") if p.is_file())
JUNK = [b"", b"\x00" * 64, b"\xff\xfe\x00", b"{", b"[", b"<", b'{"a":', b"<a", b":20:", b"PK\x03\x04", "é;ü\n1;2".encode("cp1252"), b"[[[[",
        b"{}", b"[]", b"[1]", b'"x"', b"null", b"<?xml version='1.0'?><a/>", b"a,b\n1,2\n", b"9" * 4000]  # fmt: skip


def _is_expectation(path: Path) -> bool:
    """`day.csv.expected.json` beside `day.csv`, or `every-term.json` beside `every-term.xml`."""
    if path.name.endswith(".expected.json"):
        return True
    is_own = path.with_name(path.name + ".expected.json").is_file()  # a sample itself, of the same name as another
    return path.suffix == ".json" and not is_own and path.with_suffix(".xml").is_file()


def _is_described(path: Path) -> bool:
    """Read by the description beside it (`hub/columns.py`), or that description: of no connector."""
    return path.with_suffix(".toml").is_file()


SAMPLES = [path for path in TESTS if not _is_expectation(path) and not _is_described(path)]


def _owner(path: Path) -> str:
    """The connector whose folder it is; "" = one that several share."""
    name = path.parent.parent.name if path.parent.name == "samples" else path.parent.name
    return name if name in SOURCES else ""


@cache
def _claims(path: Path) -> tuple[str, ...]:
    """Who knows it."""
    data = path.read_bytes()
    return tuple(name for name, source in SOURCES.items() if source.recognise(Content(data, path.name)))


def _own(name: str) -> list[Path]:
    """Those of its own folder; of a shared one where it has none."""
    mine = [path for path in SAMPLES if _owner(path) == name]
    return mine or [path for path in SAMPLES if not _owner(path) and name in _claims(path)]


def _readings(source: Source, path: Path) -> list[Reading]:
    first = source.read(Content(path.read_bytes(), path.name))
    return [first, *first.rest]


def test_there_are_connectors_and_samples() -> None:
    assert len(SOURCES) > 5
    assert len(SAMPLES) > 50


@pytest.mark.parametrize("name", SOURCES)
def test_its_name_is_that_of_its_folder_and_its_class_says_what_it_is(name: str) -> None:
    kind = type(SOURCES[name])
    assert kind.__module__.split(".")[:2] == ["connectors", name]
    assert (ROOT / "connectors" / name / "__init__.py").is_file()
    assert re.fullmatch(r"[A-Z].{10,}\.", (kind.__doc__ or "").strip().splitlines()[0])


@pytest.mark.parametrize("name", SOURCES)
def test_it_has_samples_and_beside_each_what_is_expected_of_it(name: str) -> None:
    samples = _own(name)
    assert samples
    for path in samples:
        beside = (path.with_name(path.name + ".expected.json"), path.with_suffix(".json"))
        assert any(other.is_file() and other != path for other in beside), path.name


@pytest.mark.parametrize("name", SOURCES)
def test_it_shows_itself_in_the_demo(name: str) -> None:
    if SOURCES[name].kinds == ("case_message",):  # type: ignore[attr-defined]
        return  # says nothing without a case of its own: `hub demo --collect` plays it
    assert [path for path in SHOWN if path.parent.name == name]


@pytest.mark.parametrize("name", SOURCES)
def test_what_it_reads_for_the_ledger_has_a_mapping_that_ships(name: str) -> None:
    mapped = set(MappingFolder(data_folder("mappings"), Path("nowhere")).sources())
    every = [r for path in (*_own(name), *SHOWN) if name in _claims(path) for r in _readings(SOURCES[name], path)]
    assert {reading.source for reading in every if reading.feed is not None} <= mapped
    assert any(r.feed is not None or r.document is not None for r in every)


@pytest.mark.parametrize("name", SOURCES)
def test_it_says_of_itself_what_its_samples_show(name: str) -> None:
    """What `hub connectors list` tells."""
    source, mine = SOURCES[name], [path for path in (*SAMPLES, *SHOWN) if _claims(path) == (name,)]
    every = [reading for path in mine for reading in _readings(source, path)]
    kinds = {r.feed.kind for r in every if r.feed is not None} | {"invoice" for r in every if r.document is not None}
    assert set(source.kinds) == kinds  # type: ignore[attr-defined]
    forms = {path.suffix.removeprefix(".").upper() for path in mine}
    said = {"STA": "MT940", "EDI": "EDIFACT"}
    assert set(source.forms) == {said.get(form, form) for form in forms}  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", [*SAMPLES, *SHOWN], ids=lambda path: f"{_owner(path) or 'shared'}-{path.name}")
def test_every_sample_is_known_by_one_connector_and_by_the_right_one(path: Path) -> None:
    claims = _claims(path)
    assert len(claims) == 1
    assert not _owner(path) or claims == (_owner(path),)


@pytest.mark.parametrize("path", [p for p in TESTS if _is_described(p)], ids=lambda path: path.name)
def test_what_a_bookkeeper_described_is_of_no_connector(path: Path) -> None:
    assert _claims(path) == ()


@pytest.mark.parametrize("name", SOURCES)
def test_it_looks_at_anything_without_breaking(name: str) -> None:
    """Whole files of others, their beginnings and ends, and bytes that are nothing: an answer, never an exception."""
    source = SOURCES[name]
    for path in SAMPLES:
        data = path.read_bytes()
        for part in (data[:100], data[: len(data) // 2], data[len(data) // 2 :]):
            assert source.recognise(Content(part, path.name)) in (True, False)
    for data in JUNK:
        assert source.recognise(Content(data, "x")) in (True, False)
