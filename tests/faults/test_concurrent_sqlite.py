"""Intake, relay and workers as processes of their own on one SQLite file, killed at random: the file stays whole."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

import pytest

from hub.bootstrap import Hub
from tests.faults import process
from tests.faults.checks import assert_sound, rows
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.stacks import EMBEDDED, Stack, replay_parked

_PER_INTAKE, _PER_PUBLISH = 12, 8


@dataclass(slots=True)
class Crew:
    """The processes of one installation; whoever is missing is started."""

    stack: Stack
    hub: Hub
    bodies: list[bytes] = field(default_factory=list)
    uids: list[str] = field(default_factory=list)
    kills: int = 0
    _children: dict[str, process.Process] = field(default_factory=dict)
    _taking: list[bytes] = field(default_factory=list)

    def keep_alive(self) -> None:
        """A relay, two workers, and an intake that takes new documents, or again what a killed one may have missed."""
        for role in ("relay", "worker", "worker again"):
            if not self._is_alive(role):
                self._children[role] = process.start(role.split()[0], self.stack.settings, once=False)
        if not self._is_alive("intake"):
            last = self._children.get("intake")
            if last is None or last.exitcode == 0:
                self._taking = self._new(_PER_INTAKE)
            self._children["intake"] = process.start("intake", self.stack.settings, bodies=self._taking)

    def publish(self) -> None:
        """New documents by way of the queue."""
        self.uids += process.put(self.hub, self._new(_PER_PUBLISH))

    def kill_one(self) -> None:
        """kill -9 to anybody."""
        child = random.choice(list(self._children.values()))
        if child.is_alive():
            child.kill()
            self.kills += 1

    def stop(self) -> None:
        """The intake takes its last documents, the others are told to stop."""
        while self._children["intake"].exitcode != 0:
            self._children["intake"].join(process.LIFE_SECONDS)
            self.keep_alive() if self._children["intake"].exitcode != 0 else None
        for child in self._children.values():
            child.terminate()
        for child in self._children.values():
            process.finish(child)

    def _is_alive(self, role: str) -> bool:
        child = self._children.get(role)
        if child is None or child.is_alive():
            return child is not None
        process.finish(child)  # an end of its own must have been a good one
        return False

    def _new(self, count: int) -> list[bytes]:
        made = documents(count, first=len(self.bodies))
        self.bodies += made
        return made


@pytest.mark.parametrize("seconds", [10, pytest.param(120, marks=pytest.mark.slow)])
@pytest.mark.timeout(600)
def test_file_is_whole_and_books_are_right_when_everybody_is_killed(new_stack: NewStack, seconds: int) -> None:
    stack = new_stack(EMBEDDED)
    with stack.hub() as hub:
        crew = Crew(stack, hub)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            crew.keep_alive()
            crew.publish()
            time.sleep(random.uniform(0.1, 0.5))
            crew.kill_one()
        crew.keep_alive()
        crew.stop()
        stack.drain()
        while replay_parked(hub):
            stack.drain()
        assert crew.kills >= seconds // 3
        assert rows(hub, "PRAGMA integrity_check") == [("ok",)]
        assert rows(hub, "PRAGMA foreign_key_check") == []
        assert_sound(hub, crew.bodies, crew.uids)
        print(f"{crew.kills} kills in {seconds} s, {len(crew.bodies)} documents")
