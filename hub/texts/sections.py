"""TOML files of many small entries, each read when it is first asked for: a sentence costs its own entry and not all thousands."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

Entry = dict[str, str]
# Where an entry begins: `[CODE]` with lines of its own, or `key = {…}` on one. Keys inside a `[CODE]` hold texts, never tables.
_BEGIN = re.compile(r"""^(?:\["?([^"\[\]\n]+)"?\][ \t]*$|([\w-]+) = \{)""", re.MULTILINE)


class Sections(Mapping[str, Entry]):
    """The entries of several files by name. Raises ValueError when a name occurs twice.

    `others` gives further entries, and is asked only for names that no file has.
    """

    def __init__(self, paths: Iterable[Path], others: Callable[[], Mapping[str, Entry]] = dict) -> None:
        self._written: dict[str, str] = {}
        self._read: dict[str, Entry] = {}
        self._others = others
        for path in paths:
            self._add(path)

    def _add(self, path: Path) -> None:
        text = path.read_text("utf-8")
        begins = [(match[1] or match[2], match.start()) for match in _BEGIN.finditer(text)]
        ends = [*(start for _, start in begins[1:]), len(text)]
        for (name, start), end in zip(begins, ends, strict=True):
            if name in self._written:
                raise ValueError(f"{path.name}: {name} has a sentence in another file already")
            self._written[name] = text[start:end]

    def __getitem__(self, name: str) -> Entry:
        if name not in self._read:
            written = self._written.get(name)
            self._read[name] = self._others()[name] if written is None else _parsed(written)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        yield from self._written
        yield from (name for name in self._others() if name not in self._written)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self._written or name in self._others()


def _parsed(written: str) -> Entry:
    (entry,) = tomllib.loads(written).values()
    return dict(entry)
