"""`hub init`, and what commands say before it."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import DOCUMENTS, Cli


def test_init_when_repeated_changes_nothing(empty_home: Cli) -> None:
    first, second = empty_home("init", "--json").rows[0], empty_home("init", "--json").rows[0]
    assert first["upgraded"]
    assert first["changed"] == ["demo"]
    assert not second["upgraded"]
    assert second["changed"] == []


def test_init_with_own_file_adds_no_starter(empty_home: Cli, tmp_path: Path) -> None:
    starter = (DOCUMENTS.parents[2] / "mappings" / "starter.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(starter.replace('administration.code = "demo"', 'administration.code = "own"'), "utf-8")
    assert empty_home("init", "--administration", str(own), "--json").rows[0]["administrations"] == ["own"]
    assert empty_home("init", "--json").rows[0]["administrations"] == ["own"]


def test_init_with_unknown_account_names_it(empty_home: Cli, tmp_path: Path) -> None:
    starter = (DOCUMENTS.parents[2] / "mappings" / "starter.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(starter.replace('default_purchase_account = "4990"', 'default_purchase_account = "4711"'), "utf-8")
    ran = empty_home("init", "--administration", str(own))
    assert ran.code == 2
    assert "4711" in ran.err
    assert "Traceback" not in ran.err


def test_init_with_missing_file_is_not_found(empty_home: Cli) -> None:
    assert empty_home("init", "--administration", "nowhere.toml").code == 4


def test_command_before_init_says_what_to_run(empty_home: Cli) -> None:
    ran = empty_home("trial-balance")
    assert ran.code == 2
    assert "hub init" in ran.err


def test_unknown_administration_is_not_found(cli: Cli) -> None:
    ran = cli("trial-balance", "--administration", "other")
    assert ran.code == 4
    assert "demo" in ran.err
