"""`hub channels`, `hub fetch`, `hub serve` and what `hub run` starts, as their users meet them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from hub.api.signatures import sign
from hub.secret import Secret
from tests.api.conftest import free_port
from tests.cli.conftest import DOCUMENTS, Cli, clean_environment

_FOLDER = '[channel.scan]\nkind = "folder"\npath = "in"\nsettle_seconds = 0.05\nevery_seconds = 0.1\n'
_SHOP = '[channel.till]\nkind = "http"\nlane = "invoice"\nsecrets = "file:till"\n'


def configure(home: Path, text: str) -> None:
    (home / "hub.toml").write_text(text)


def test_list_shows_each_channel_with_its_policy_and_no_secret(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    configure(home, _FOLDER + _SHOP)
    (home / "till").write_text("sesame-4711")
    scan, till = cli("channels", "list", "--json").rows
    assert (scan["kind"], scan["administration"], scan["policy"], scan["place"]) == (
        "folder",
        "demo",
        "hold",
        str(home / "in"),
    )
    assert (till["secrets"], till["lane"]) == (["file:till"], "invoice")
    assert "sesame" not in cli("channels", "list").out
    configure(home, "")
    assert cli("channels", "list").code == 0


def test_check_says_what_works_and_how_to_mend_what_does_not(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    configure(home, _FOLDER + _SHOP)
    ran = cli("channels", "check", "--json")
    assert ran.code == 1
    assert [(row["channel"], row["ok"]) for row in ran.rows] == [("scan", False), ("till", False)]
    (home / "in").mkdir()
    (home / "till").write_text("sesame-4711")
    (home / "till").chmod(0o644)
    rows = cli("channels", "check", "--json").rows
    assert rows[0]["ok"]
    assert "chmod 600" in rows[1]["found"]
    (home / "till").chmod(0o600)
    assert cli("channels", "check").code == 0
    assert cli("channels", "check", "nobody").code == 4


def test_doctor_knows_the_channels(cli: Cli, tmp_path: Path) -> None:
    configure(tmp_path / "home", _FOLDER)
    row = next(row for row in cli("doctor", "--json").rows if row["check"] == "channels")
    assert not row["ok"]
    assert "scan" in row["found"]
    (tmp_path / "home" / "in").mkdir()
    row = next(row for row in cli("doctor", "--json").rows if row["check"] == "channels")
    assert (row["ok"], row["found"]) == (True, "scan")


def test_fault_in_the_file_is_named_with_its_key(cli: Cli, tmp_path: Path) -> None:
    configure(tmp_path / "home", '[channel.scan]\nkind = "folder"\npath = "in"\nlane = "x"\n')
    ran = cli("channels", "list")
    assert ran.code == 2
    assert "hub.toml: channel.scan.lane = 'x': expected 'invoice'" in ran.err


def test_file_in_a_watched_folder_is_fetched_once_and_booked(cli: Cli, tmp_path: Path) -> None:
    home = tmp_path / "home"
    configure(home, _FOLDER)
    (home / "in").mkdir()
    (home / "in" / "a.xml").write_bytes((DOCUMENTS / "01-office-supplies.xml").read_bytes())
    assert cli("fetch", "--once", "--json").rows == [{"fetched": 1}]
    assert cli("relay", "--once").code == 0
    assert cli("worker", "--once").code == 0
    (message,) = cli("messages", "list", "--json").rows
    assert (message["channel"], message["outcome"], message["file"]) == ("scan", "posted", "a.xml")
    assert cli("fetch", "scan", "--once", "--json").rows == [{"fetched": 0}]


def test_serve_without_anything_to_serve_is_usage(cli: Cli) -> None:
    ran = cli("serve")
    assert ran.code == 2
    assert "http_port" in ran.err


def test_port_that_is_taken_is_unavailable(cli: Cli, tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        configure(tmp_path / "home", f"http_port = {taken.getsockname()[1]}\n")
        ran = cli("serve")
    assert ran.code == 6
    assert "cannot listen on 127.0.0.1" in ran.err


def test_run_starts_the_ways_in_and_a_document_by_each_is_booked(cli: Cli, tmp_path: Path) -> None:
    home, port = tmp_path / "home", free_port()
    configure(home, f"http_port = {port}\n{_FOLDER}{_SHOP}")
    (home / "in").mkdir()
    (home / "till").write_text("sesame-4711")
    (home / "in" / "a.xml").write_bytes((DOCUMENTS / "01-office-supplies.xml").read_bytes())
    running = subprocess.Popen(
        [sys.executable, "-m", "hub.cli.main", "run"], env=clean_environment(home), stderr=subprocess.PIPE, text=True
    )
    try:
        _until(lambda: _posted(port, (DOCUMENTS / "17-hosting.xml").read_bytes()) == 202)
        _until(lambda: sorted(_outcomes(cli)) == ["posted", "posted"])
    finally:
        running.send_signal(signal.SIGTERM)
        _, log = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "sesame" not in log
    assert not _answers(port)


def _posted(port: int, body: bytes) -> int:
    headers = {
        "Content-Type": "application/xml",
        **sign("hub", Secret("sesame-4711"), body, timestamp=int(time.time())),
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}/intake/till", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert json.loads(answer.read())["message_id"]
            return int(answer.status)
    except OSError:
        return 0


def _outcomes(cli: Cli) -> list[str]:
    return [row["outcome"] for row in cli("messages", "list", "--json").rows if row["outcome"]]


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
            return True
    except OSError:
        return False


def _until(holds: object, seconds: float = 60.0) -> None:
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, os.times()
        time.sleep(0.2)
