"""Crashes: a step is cut off at one of its failpoints, and done again as after a restart."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest.mock import patch

from hub import failpoints

STAGING = ("stage:locked", "stage:written", "stage:committed")
DELIVERING = (
    "relay:before-publish", "relay:before-commit", "deliver:received", "deliver:sending", "deliver:accepted", "deliver:recorded",
    "deliver:before-settle",
)  # fmt: skip
TAKING = (
    "publish:before-commit", "publish:after-commit", "relay:before-commit", "intake:received", "intake:before-process",
    "record:begin", "record:before-numbers", "record:before-seal", "record:end", "record:before-commit", "record:after-commit",
    "intake:before-settle", "intake:after-settle",
)  # fmt: skip


class Crashed(BaseException):
    """The process is gone: nothing in it may catch this."""


class Crashes:
    """Cuts off a part of the steps; `seen` counts where."""

    def __init__(self, chance: random.Random, share: float) -> None:
        self._chance, self._share = chance, share
        self.seen: Counter[str] = Counter()

    @contextmanager
    def armed(self) -> Iterator[Crashes]:
        """For as long as the block runs a failpoint ends the step as a kill would."""
        with patch("hub.failpoints.FailpointError", Crashed):
            yield self
        failpoints.arm("")

    def around(self, labels: tuple[str, ...], step: Callable[[], object]) -> None:
        """The step to its end, now and then with a crash on the way."""
        if self._chance.random() < self._share:
            label = self._chance.choice(labels)
            failpoints.arm(f"{label}:1:raise")
            try:
                step()
            except Crashed:
                self.seen[label] += 1
            finally:
                failpoints.arm("")
        step()
