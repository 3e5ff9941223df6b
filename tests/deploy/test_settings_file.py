"""deploy/hub.toml names every setting with its default, so it is documentation that cannot go stale."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from hub.channel_file import KINDS
from hub.channels import kind_of
from hub.settings import Settings, load_settings
from tests.deploy.conftest import DEPLOY

TEXT = (DEPLOY / "hub.toml").read_text()
NO_KEYS = ("home", "channels")  # the folder of the file itself, and tables
UNCOMMENTED = re.sub(r"^# (?=[a-z_]+ = )", "", TEXT, flags=re.MULTILINE)


def test_file_names_every_setting_and_no_other_with_its_default() -> None:
    assert tomllib.loads(UNCOMMENTED) == {f.name: f.default for f in fields(Settings) if f.name not in NO_KEYS}


def test_file_changes_nothing_when_it_is_installed_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(TEXT)
    assert load_settings({"HUB_HOME": str(tmp_path)}) == Settings(home=tmp_path)


def test_file_is_accepted_when_every_line_is_switched_on(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(UNCOMMENTED)
    assert load_settings({"HUB_HOME": str(tmp_path)}) == Settings(home=tmp_path)


def test_every_setting_is_explained_in_the_comment_above_it() -> None:
    for name in (f.name for f in fields(Settings) if f.name not in NO_KEYS):
        above = TEXT[: TEXT.index(f"# {name} = ")].rstrip("\n").rsplit("\n\n", 1)[-1]
        assert len(above) > 40, name


def test_example_channels_are_accepted_as_they_stand(tmp_path: Path) -> None:
    """One of each kind, with every key it has."""
    tables = TEXT[TEXT.index("#   [channel.") :]
    example = re.sub(r"^#   (?=\[|[a-z_]+ = )", "", tables, flags=re.MULTILINE)
    (tmp_path / "hub.toml").write_text(example)
    channels = load_settings({"HUB_HOME": str(tmp_path)}).channels
    assert {kind_of(channel) for channel in channels} == set(KINDS)
    common = TEXT[TEXT.index("# Every channel has:") : TEXT.index("#   [channel.")]
    for made in KINDS.values():
        keys = {f.metadata.get("key", f.name) for f in fields(made)} - {"name", "notes"}
        assert [
            key for key in keys if not re.search(rf"\b{key}\b", tables) and not re.search(rf"\b{key}\b", common)
        ] == []
