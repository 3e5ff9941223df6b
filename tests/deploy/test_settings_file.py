"""deploy/hub.toml names every setting with its default, so it is documentation that cannot go stale."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from hub.bootstrap import HAND_OVER_GROUP, POSTED_GROUP, SINK_GROUP, Hub, installed
from hub.channel_file import KINDS
from hub.errors import Usage
from hub.settings import NOT_KEYS, Settings, load_settings
from tests.deploy.conftest import DEPLOY

TEXT = (DEPLOY / "hub.toml").read_text()
OUT = "# What goes out"  # where the examples of sinks begin
UNCOMMENTED = re.sub(r"^# (?=[a-z_]+ = )", "", TEXT, flags=re.MULTILINE)


def test_file_names_every_setting_and_no_other_with_its_default() -> None:
    assert tomllib.loads(UNCOMMENTED) == {f.name: f.default for f in fields(Settings) if f.name not in NOT_KEYS}


def test_file_changes_nothing_when_it_is_installed_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(TEXT)
    assert load_settings({"HUB_HOME": str(tmp_path)}) == Settings(home=tmp_path)


def test_file_is_accepted_when_every_line_is_switched_on(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(UNCOMMENTED)
    assert load_settings({"HUB_HOME": str(tmp_path)}) == Settings(home=tmp_path)


def test_every_setting_is_explained_in_the_comment_above_it() -> None:
    for name in (f.name for f in fields(Settings) if f.name not in NOT_KEYS):
        above = TEXT[: TEXT.index(f"# {name} = ")].rstrip("\n").rsplit("\n\n", 1)[-1]
        assert len(above) > 40, name


GOING_OUT = "".join(line + "\n" for line in TEXT[TEXT.index(OUT) :].splitlines() if line.startswith("#   "))
SINKS = tomllib.loads(re.sub(r"^#   ", "", GOING_OUT, flags=re.MULTILINE))["sink"]


def test_every_sink_of_the_examples_can_be_opened_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(re.sub(r"^#   ", "", GOING_OUT, flags=re.MULTILINE))
    hub = Hub(load_settings({"HUB_HOME": str(tmp_path)}))
    ours = {"crm", "webshop", "store", "mail", "accesspoint", "recommand"}
    agencies = {"incasso", "debitura", "cib", "bureau"}
    assert set(hub.settings.sinks) == set(SINKS) == ours | agencies
    for name in SINKS:
        hub.sink(name).sink.close()
    hub.close()


COMING_IN = "".join(
    line + "\n"
    for line in TEXT[TEXT.index("# The ways in") : TEXT.index(OUT)].splitlines()
    if re.match(r"#   (\[|\w+ = )", line)
)


def test_every_channel_of_the_examples_is_accepted_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "hub.toml").write_text(re.sub(r"^#   ", "", COMING_IN + GOING_OUT, flags=re.MULTILINE))
    channels = load_settings({"HUB_HOME": str(tmp_path)}).channels
    assert {channel.kind for channel in channels} == set(KINDS)
    for group, named in ((HAND_OVER_GROUP, "layout"), (POSTED_GROUP, "verify")):
        assert {getattr(channel, named, "") for channel in channels} & set(installed(group)), group


def test_every_kind_of_sink_is_named_in_the_file() -> None:
    assert [kind for kind in installed(SINK_GROUP) if f'"{kind}"' not in TEXT] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sink]\nx = 1", "sink"), ('[sink.A-B]\nkind = "webhook"', "A-B"), ("[sink.a]\nurl = 'x'", "kind"),
        ('[sink.a]\nkind = "webhook"\nevents = "all"', "events"), ("sink = 3", "sink"),
    ],
)  # fmt: skip
def test_wrong_sink_is_refused_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "hub.toml").write_text(text + "\n")
    with pytest.raises(Usage, match=said):
        load_settings({"HUB_HOME": str(tmp_path)})
