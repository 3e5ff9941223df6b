"""The command as its users call it: arguments in, exit code, JSON lines and messages out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from hub.cli.main import main

DOCUMENTS = Path(__file__).parents[2] / "hub" / "demo" / "documents"


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; fails when anything else stands there."""
        return [json.loads(line) for line in self.out.splitlines()]


Cli = Callable[..., Ran]


def clean_environment(home: Path) -> dict[str, str]:
    """Nothing of the machine's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HUB_")}
    return {**kept, "HUB_HOME": str(home), "NO_COLOR": "1"}


def run_command(home: Path, *arguments: str) -> Ran:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli.main", *arguments],
        env=clean_environment(home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


def _in_process(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    for name in list(os.environ):
        if name.startswith("HUB_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HUB_HOME", str(home))

    def call(*arguments: str) -> Ran:
        capsys.readouterr()
        code = main(arguments)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return call


@pytest.fixture
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """A home where nothing was set up yet."""
    yield _in_process(tmp_path / "home", monkeypatch, capsys)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def initialised(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `hub init` leaves it; only for copying."""
    home = tmp_path_factory.mktemp("initialised") / "home"
    assert run_command(home, "init").code == 0
    return home


@pytest.fixture
def cli(empty_home: Cli, initialised: Path) -> Cli:
    """A home with the starter administration."""
    shutil.copytree(initialised, os.environ["HUB_HOME"])
    return empty_home


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ran]:
    """A home in which the demo ran once, and what it said; only for reading."""
    home = tmp_path_factory.mktemp("demo")
    return home, run_command(home, "demo", "--json")


@pytest.fixture
def demo_cli(
    demo_home: tuple[Path, Ran], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Cli]:
    """The command in the home of the demo."""
    yield _in_process(demo_home[0], monkeypatch, capsys)
    structlog.reset_defaults()


@pytest.fixture
def demo_copy(
    demo_home: tuple[Path, Ran], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Cli]:
    """The command in a home of its own, as the demo left it."""
    shutil.copytree(demo_home[0], tmp_path / "home")
    yield _in_process(tmp_path / "home", monkeypatch, capsys)
    structlog.reset_defaults()
