"""Help, version and what loading the command costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

from hub.cli.commands import COMMANDS
from tests.cli.conftest import Cli

HEAVY = (
    "rich",
    "sqlalchemy",
    "lxml",
    "pika",
    "alembic",
    "httpx",
    "structlog",
    "xmlschema",
    "psycopg",
    "hub.store",
    "hub.model",
)


def _loaded(code: str) -> list[str]:
    script = f"import sys\n{code}\nprint('\\n'.join(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr)"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stderr.split()


def test_import_hub_loads_nothing_heavy() -> None:
    assert _loaded("import hub") == []


def test_help_loads_nothing_heavy() -> None:
    assert _loaded("from hub.cli.main import main\nmain(['--help'])") == []


def test_help_names_every_command(empty_home: Cli) -> None:
    ran = empty_home("--help")
    assert ran.code == 0
    assert all(f"\n  {name} " in ran.out for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help_of_command_shows_its_use(empty_home: Cli, name: str) -> None:
    ran = empty_home(name, "--help")
    assert ran.code == 0
    assert f"hub {name}" in ran.out.split("Options:")[0]


def test_version_is_shown(empty_home: Cli) -> None:
    assert empty_home("--version").out == "hub 0.1.0\n"


def test_unknown_command_is_usage(empty_home: Cli) -> None:
    ran = empty_home("intaek")
    assert ran.code == 2
    assert "intaek" in ran.err
    assert ran.out == ""


def test_completion_offers_commands(empty_home: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_HUB_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "hub open")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert empty_home().out.split() == ["open-items"]
