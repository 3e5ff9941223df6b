"""A connector of somebody else: exactly what connectors/README.md shows, in a folder outside this repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILE = "day;rate;net;vat;paid\n2026-07-01;9;100.00;9.00;109.00\n2026-07-02;9;200.00;18.00;218.00\n"
LARGEST = 30  # lines of the smallest connector


def _block(mark: str, language: str) -> str:
    page = (ROOT / "connectors" / "README.md").read_text("utf-8")
    found = re.search(rf"<!-- {mark} -->\n```{language}\n(.*?)```", page, re.S)
    assert found is not None
    return found[1]


def _hub(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HUB_HOME": str(folder / "home"),
        "PYTHONPATH": f"{folder / 'package'}{os.pathsep}{ROOT}",
    }
    environment.pop("HUB_DATABASE_URL", None)
    environment.pop("HUB_BROKER_URL", None)
    command = [sys.executable, "-m", "hub.cli.main", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package as an installer would lay it down, its mapping, and a file."""
    package = tmp_path / "package"
    about = package / "icecream-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: icecream\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[hub.connectors]\nicecream = icecream:source\n")
    (package / "icecream.py").write_text(_block("smallest", "python"), "utf-8")
    (tmp_path / "home" / "mappings").mkdir(parents=True)
    (tmp_path / "home" / "mappings" / "icecream.toml").write_text(_block("mapping", "toml"), "utf-8")
    (tmp_path / "days.csv").write_text(FILE)
    assert _hub(tmp_path, "init").returncode == 0
    return tmp_path


def test_the_smallest_connector_is_small() -> None:
    assert len(_block("smallest", "python").splitlines()) < LARGEST


def test_a_connector_outside_the_repository_is_listed_checked_and_books(folder: Path) -> None:
    assert "icecream" in _hub(folder, "connectors", "list").stdout
    assert _hub(folder, "mappings", "check", "icecream").returncode == 0
    tried = _hub(folder, "mappings", "try", "days.csv", "--json")
    assert [json.loads(line)["outcome"] for line in tried.stdout.splitlines()] == ["posted", "posted"]
    taken = _hub(folder, "intake", "days.csv", "--json")
    assert taken.returncode == 0, taken.stderr
    postings = [json.loads(line)["entries"][0]["postings"] for line in taken.stdout.splitlines()]
    assert [(p["account"], p["side"], p["amount"]) for p in postings[0]] == [
        ("1000", "debit", "109.00"), ("8010", "credit", "100.00"), ("1501", "credit", "9.00"),
    ]  # fmt: skip
    assert _hub(folder, "verify").returncode == 0
