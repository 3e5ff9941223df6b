"""Secrets: named in the settings, read when they are used, shown by nobody."""

from __future__ import annotations

import os
from pathlib import Path

from hub.errors import Usage


class Secret:
    """A reference to a secret: `env:NAME` or `file:/path`. It is read at each use, so it can be rotated without a restart.

    A file or variable may hold several, one a line: the first is used to sign, all of them are accepted. A secret itself
    in the settings is refused, because settings are copied, mailed and backed up.
    """

    __slots__ = ("_reference",)

    def __init__(self, reference: str) -> None:
        kind, _, name = reference.partition(":")
        if kind not in ("env", "file") or not name:
            raise Usage('a secret is named, not written down: use "env:NAME" or "file:/path"')
        self._reference = (kind, name)

    def values(self) -> tuple[str, ...]:
        """Every secret that is valid now, the newest first. Raises `Usage` when there is none."""
        kind, name = self._reference
        try:
            text = os.environ.get(name, "") if kind == "env" else Path(name).read_text("utf-8")
        except OSError as error:
            raise Usage(f"the secret in {kind}:{name} cannot be read: {error.strerror}") from error
        found = tuple(line.strip() for line in text.splitlines() if line.strip())
        if not found:
            raise Usage(f"there is no secret in {kind}:{name}")
        return found

    @property
    def value(self) -> str:
        """The newest."""
        return self.values()[0]

    def __repr__(self) -> str:
        return f"Secret({':'.join(self._reference)} = ***)"

    __str__ = __repr__
