"""Secrets by reference: settings name where one stands, never the secret itself. Read anew at each use: rotation needs no restart."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hub.errors import Usage

ENVIRONMENT, FILE = "env:", "file:"
MAX_FILE_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Secret:
    """One secret. It shows itself as `***` wherever it is printed; `reveal` is for whoever signs or logs in with it."""

    _value: str

    def reveal(self) -> str:
        """The secret itself."""
        return self._value

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__


def is_reference(text: str) -> bool:
    """Whether a setting names a place (`env:NAME`, `file:PATH`) instead of holding a secret."""
    return any(text.startswith(kind) and len(text) > len(kind) for kind in (ENVIRONMENT, FILE))


def read_secrets(
    references: Iterable[str], home: Path, environment: Mapping[str, str] | None = None
) -> tuple[Secret, ...]:
    """Every secret in force, in the order given. A variable holds one, a file one a line: the old beside the new while rotating.

    Paths are relative to `home`. A reference that gives nothing is passed over as long as another gives something.
    Raises `Usage` naming the reference, never a value, when there is none at all.
    """
    found: list[Secret] = []
    faults: list[str] = []
    for reference in references:
        try:
            found += _read(reference, home, os.environ if environment is None else environment)
        except Usage as fault:
            faults.append(str(fault))
    if not found:
        raise Usage("; ".join(faults) or "no secret is set")
    return tuple(found)


def _read(reference: str, home: Path, environment: Mapping[str, str]) -> list[Secret]:
    if reference.startswith(ENVIRONMENT):
        name = reference.removeprefix(ENVIRONMENT)
        if not environment.get(name):
            raise Usage(f"variable {name} is not set")
        return [Secret(environment[name])]
    if reference.startswith(FILE):
        return _from_file(home / reference.removeprefix(FILE))
    raise Usage(f"a secret is named as {ENVIRONMENT}NAME or {FILE}PATH")


def _from_file(path: Path) -> list[Secret]:
    try:
        with path.open("rb") as file:
            text = file.read(MAX_FILE_BYTES).decode("utf-8")
    except (OSError, ValueError) as error:
        raise Usage(f"secret file {path} cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8'}") from error
    lines = [line.rstrip("\r") for line in text.split("\n")]
    if not any(lines):
        raise Usage(f"secret file {path} is empty")
    return [Secret(line) for line in lines if line]
