"""What `hub run` starts, by the settings."""

from __future__ import annotations

from pathlib import Path

from hub.bootstrap import Hub
from hub.settings import Settings, SinkSettings
from hub.workers.supervisor import children_of

SINKS = {name: SinkSettings(name, kind) for name, kind in (("mail", "mail"), ("shop", "webhook"))}


def started(home: Path, **settings: object) -> dict[str, list[str]]:
    """The processes by name, with the lanes of each."""
    hub = Hub(Settings(home=home, sinks=SINKS, **settings))  # type: ignore[arg-type]
    try:
        return {child.name: list(child.arguments[2::2]) for child in children_of(hub, ["invoice", "bank"])}
    finally:
        hub.close()


def test_mail_is_sent_by_as_many_processes_as_there_are_workers_and_all_else_by_one(tmp_path: Path) -> None:
    assert started(tmp_path, workers=3) == {
        "worker-1": ["invoice", "bank"],
        "worker-2": ["invoice", "bank"],
        "worker-3": ["invoice", "bank"],
        "relay": [],
        "deliver": ["dispatch.mail", "dispatch.shop"],
        "mail-2": ["dispatch.mail"],
        "mail-3": ["dispatch.mail"],
    }


def test_one_process_of_each_when_nothing_but_a_folder_is_set(tmp_path: Path) -> None:
    assert list(started(tmp_path)) == ["worker-1", "relay", "deliver"]
