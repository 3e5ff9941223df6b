"""Secrets are named in settings and read when used, so that they can be rotated and are never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.errors import Usage
from hub.net import Secret


def test_secret_is_read_anew_at_each_use(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old\n")
    secret = Secret(f"file:{file}")
    assert secret.value == "old"
    file.write_text("new\nold\n")
    assert secret.values() == ("new", "old")


def test_secret_comes_from_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_TEST_KEY", "k3y")
    assert Secret("env:HUB_TEST_KEY").value == "k3y"


def test_secret_shows_itself_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_TEST_KEY", "k3y")
    secret = Secret("env:HUB_TEST_KEY")
    assert "k3y" not in f"{secret} {secret!r} {[secret]}"


@pytest.mark.parametrize("reference", ["hunter2", "", "env:", "vault:x", "sk_live_123"])
def test_secret_that_is_written_down_is_refused_without_repeating_it(reference: str) -> None:
    with pytest.raises(Usage) as told:
        Secret(reference)
    assert reference in ("", "env:") or reference not in str(told.value)


def test_missing_secret_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(Usage, match="HUB_NOT_THERE"):
        Secret("env:HUB_NOT_THERE").values()
    with pytest.raises(Usage, match="cannot be read"):
        Secret(f"file:{tmp_path}/none").values()
