"""Entries read one by one are the same as those of the whole file."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hub.texts import catalogue
from hub.texts.sections import Sections

FOLDER = Path(catalogue.__file__).parent


@pytest.mark.parametrize("pattern", ["findings_*.toml", "messages*.toml", "decisions*.toml", "steps*.toml"])
def test_every_entry_is_as_the_whole_file_has_it(pattern: str) -> None:
    paths = sorted(FOLDER.glob(pattern))
    whole = {name: entry for path in paths for name, entry in tomllib.loads(path.read_text("utf-8")).items()}
    assert dict(Sections(paths)) == whole


def test_other_entries_are_asked_only_where_no_file_has_one(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[A]\nnl = "a"\n["(B)"]\nnl = "[b]\\n"\nen = """\n[C\n"""\nd = {nl = "d"}\n', "utf-8")
    asked: list[str] = []

    def others() -> dict[str, dict[str, str]]:
        asked.append("others")
        return {"A": {"nl": "of others"}, "E": {"nl": "e"}}

    entries = Sections([path], others)
    assert (entries["A"], entries["(B)"], "A" in entries) == ({"nl": "a"}, {"nl": "[b]\n", "en": "[C\n"}, True)
    assert asked == []
    assert list(entries) == ["A", "(B)", "d", "E"]
    assert (entries["E"], len(entries), "F" in entries) == ({"nl": "e"}, 4, False)
    with pytest.raises(KeyError):
        entries["F"]
