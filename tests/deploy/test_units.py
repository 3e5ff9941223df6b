"""The systemd units: hardened, and starting commands that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.transport.lanes import WORK_LANES
from tests.deploy.conftest import DEPLOY

SERVICES = sorted(DEPLOY.glob("*.service"))
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectProc": "invisible",
    "CapabilityBoundingSet": "",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": "yes",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "User": "boekhub",
}


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text().splitlines():
        name, found, value = line.partition("=")
        if found and not line.startswith("#"):
            yield name, value


def test_there_is_a_unit_for_each_way_to_run_it() -> None:
    names = {path.name for path in DEPLOY.glob("hub*.*")}
    wanted = {
        "hub.service",
        "hub-worker@.service",
        "hub-relay.service",
        "hub-http.service",
        "hub-fetch.service",
        "hub-backup.service",
        "hub-backup.timer",
        "hub-blocks.service",
        "hub-blocks.timer",
        "hub-collect.service",
        "hub-collect.timer",
        "hub-mappings.service",
        "hub-mappings.timer",
        "hub-master.service",
        "hub-remind@.service",
        "hub-remind@.timer",
        "hub.toml",
    }
    assert names == wanted


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_service_is_hardened(path: Path) -> None:
    found = dict(_lines(path))
    assert {name: found.get(name) for name in HARDENED} == HARDENED


@pytest.mark.parametrize(
    "path", [p for p in SERVICES if dict(_lines(p)).get("Type") != "oneshot"], ids=lambda path: path.name
)
def test_service_comes_back_when_it_dies_and_has_time_to_finish(path: Path) -> None:
    found = dict(_lines(path))
    assert found["Restart"] == "always"
    assert int(found["TimeoutStopSec"]) > 30  # a worker finishes what it has in hand in at most 30 seconds


def test_services_start_commands_that_exist() -> None:
    for path in SERVICES:
        for command in (value for name, value in _lines(path) if name == "ExecStart"):
            if match := re.fullmatch(r"/opt/boekhub/venv/bin/hub (\w+).*", command):
                done = subprocess.run(
                    [sys.executable, "-m", "hub.cli.main", match[1], "--help"], capture_output=True, text=True
                )
                assert done.returncode == 0, f"{path.name}: {command}: {done.stderr}"
            else:
                assert (DEPLOY / Path(command.split()[0]).name).is_file(), command


def test_only_the_relay_gets_the_credentials_of_the_relay() -> None:
    """Two services with one environment file would share their rights."""
    files = {path.name: [value for name, value in _lines(path) if name == "EnvironmentFile"] for path in SERVICES}
    assert files == {
        "hub-backup.service": ["-/etc/boekhub/backup.env"],
        "hub-blocks.service": ["-/etc/boekhub/blocks.env"],
        "hub-collect.service": ["-/etc/boekhub/collect.env"],
        "hub-fetch.service": ["/etc/boekhub/door.env"],
        "hub-http.service": ["/etc/boekhub/door.env"],
        "hub-mappings.service": ["/etc/boekhub/bookkeeper.env"],
        "hub-master.service": ["/etc/boekhub/bookkeeper.env"],
        "hub-remind@.service": ["-/etc/boekhub/bookkeeper.env"],
        "hub-relay.service": ["/etc/boekhub/relay.env"],
        "hub-worker@.service": ["/etc/boekhub/worker.env"],
        "hub.service": ["-/etc/boekhub/hub.env"],
    }


def test_every_lane_of_work_has_a_worker_and_master_data_one_with_the_rights_it_needs() -> None:
    workers = (DEPLOY / "hub-worker@.service").read_text(), (DEPLOY / "hub-master.service").read_text()
    lanes = [re.findall(r"--lane (\w+)", text) for text in workers]
    assert sorted(sum(lanes, [])) == sorted(WORK_LANES)
    assert lanes[1] == ["master"]
