"""A thousand real kills at random failpoints, half of them on each stack: the slow lane's proof.

`HUB_TEST_KILLS` is the number per stack, `HUB_TEST_SEED` replays the choices (not the timing).
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass, field

import pytest

from hub.bootstrap import Hub
from tests.faults import process
from tests.faults.checks import assert_sound, count
from tests.faults.conftest import NewStack
from tests.faults.documents import documents
from tests.faults.labels import labels_of, role_of
from tests.faults.stacks import EMBEDDED, POSTGRES_RABBIT, Stack, hasten, put_again, replay_parked

_KILLS = int(os.environ.get("HUB_TEST_KILLS", "500"))
_CREW = ("relay", "worker", "worker")
_PER_PUBLISH = 10


@dataclass(slots=True)
class Massacre:
    """A crew of which each member is about to die somewhere; documents keep coming, some of them again."""

    stack: Stack
    hub: Hub
    dice: random.Random
    bodies: list[bytes] = field(default_factory=list)
    uids: list[str] = field(default_factory=list)
    kills: int = 0
    parked: int = 0
    _crew: list[process.Process] = field(default_factory=list)

    def run(self, kills: int) -> None:
        """Until so many have died."""
        self._crew = [self._start(role) for role in _CREW]
        while self.kills < kills:
            self._publish()
            for place, role in enumerate(_CREW):
                if not self._crew[place].is_alive():
                    self.kills += process.finish(self._crew[place])
                    self._crew[place] = self._start(role)
            hasten(self.hub)
            self.parked += replay_parked(self.hub)
            time.sleep(0.02)
        for child in self._crew:
            child.kill()
            child.join()

    def finish(self) -> None:
        """Nobody dies any more."""
        self.stack.drain()
        while replay_parked(self.hub):
            self.stack.drain()

    def _start(self, role: str) -> process.Process:
        labels = [label for label in labels_of(broker=self.stack.name != EMBEDDED) if role_of(label) == role]
        failpoint = f"{self.dice.choice(labels)}:{self.dice.randint(1, 3)}:kill"
        return process.start(role, self.stack.settings, failpoint)

    def _publish(self) -> None:
        """Only while there is not much to do; a publisher may die too, and then sends again."""
        if (
            count(
                self.hub,
                "SELECT COUNT(*) FROM message m LEFT JOIN inbox i ON i.message_uid = m.uid WHERE i.message_uid IS NULL",
            )
            > 100
        ):
            return
        new = documents(_PER_PUBLISH, first=len(self.bodies))
        self.bodies += new
        if self.dice.random() < 0.1:
            label = self.dice.choice(["publish:before-commit", "publish:after-commit"])
            self.kills += process.run("publish", self.stack.settings, f"{label}:1:kill", bodies=new)
        self.uids += process.put(self.hub, new)
        self.uids += process.put(self.hub, self.dice.sample(self.bodies, 2))
        put_again(self.hub, self.dice.sample(self.uids, 2))


@pytest.mark.slow
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(
    "kind", [EMBEDDED, pytest.param(POSTGRES_RABBIT, marks=(pytest.mark.rabbit, pytest.mark.postgres))]
)
def test_books_are_the_same_after_hundreds_of_kills(new_stack: NewStack, kind: str) -> None:
    seed = int(os.environ.get("HUB_TEST_SEED", random.randrange(10**6)))
    print(f"HUB_TEST_SEED={seed}")
    stack = new_stack(kind)
    with stack.hub() as hub:
        massacre = Massacre(stack, hub, random.Random(seed))
        massacre.run(_KILLS)
        massacre.finish()
        print(f"{kind}: {massacre.kills} kills, {len(massacre.bodies)} documents in {len(massacre.uids)} messages, "
              f"{massacre.parked} parked on the way and sent again")  # fmt: skip
        assert_sound(hub, massacre.bodies, massacre.uids)
