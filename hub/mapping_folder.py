"""Where mappings are found: shipped with the hub, and over them what the bookkeeper wrote in HUB_HOME."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from hub.errors import Usage
from hub.formats.mapping_file import line_of, overlaid, read_mapping
from hub.model.codec import to_json
from hub.model.column_mapping import READER, reader_of, without_reader
from hub.model.mapping import Mapping

_NO_MAPPINGS = frozenset(
    (
        "starter",
        "ubl",
        "vat_corrections",
        "vat_rates",
        "eu_vat_rates",
        "invoice_response",
        "dunning",
        "collection_costs",
        "interest",
        "agency_accounts",
    )
)
_Stamp = tuple[tuple[str, int, int], ...]


class MappingFolder:
    """Mappings by source and administration; a file that was changed counts from the next look on, without restart.

    `mappings/<source>.toml` of the hub, then `HUB_HOME/mappings/<source>.toml`, then
    `HUB_HOME/mappings/<administration>/<source>.toml`: a row of a later file wins.
    """

    def __init__(self, shipped: Path, home: Path) -> None:
        self._shipped = shipped
        self._home = home / "mappings"
        self._forms: dict[str, str] = {}  # of descriptions: whose mapping theirs stands on
        self._known: dict[tuple[str, str], tuple[_Stamp, Mapping, str]] = {}

    def of(self, source: str, administration: str) -> tuple[Mapping, str]:
        """The mapping and its hash. An empty one where there is no file. Raises `Usage` for a file that cannot be read."""
        form = self._forms.get(source)
        wanted = (*(self.files(form, administration) if form else ()), *self.files(source, administration))
        files = [file for file in wanted if file.is_file()]
        stamp = tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in files)
        known = self._known.get((source, administration))
        if known is None or known[0] != stamp:
            known = stamp, *self._read(source, administration)
            self._known[source, administration] = known
        return known[1], known[2]

    def files(self, source: str, administration: str) -> tuple[Path, Path, Path]:
        """Where it is looked for, in order; the last is where a row for this administration alone belongs."""
        name = f"{source}.toml"
        return self._shipped / name, self._home / name, self._home / administration / name

    def where(self, source: str, administration: str, table: str, word: str) -> tuple[Path, int]:
        """The file and line in which a row in force stands; line 0 where it should be and is not."""
        files = [file for file in self.files(source, administration) if file.is_file()]
        for file in reversed(files):
            if line := line_of(file.read_text("utf-8-sig"), table, word):
                return file, line
        return (files or [self.files(source, administration)[1]])[-1], 0

    def sources(self) -> list[str]:
        """Every source that has a mapping, shipped or own."""
        found = {
            path.stem for folder in (self._shipped, self._home) if folder.is_dir() for path in folder.glob("*.toml")
        }
        return sorted(found - _NO_MAPPINGS)

    def readers(self) -> list[Mapping]:
        """Every description of a file of one's own (`settings.reader = "columns"`), by name; a file that cannot be read has none."""
        found = []
        for name in self.sources():
            try:
                mapping, _ = self.of(name, "")
            except Usage:
                continue  # `hub mappings check` says what is wrong with it
            if mapping.setting("reader") == READER:
                found.append(reader_of(mapping))
        return found

    def _read(self, source: str, administration: str) -> tuple[Mapping, str]:
        files = [file for file in self.files(source, administration) if file.is_file()]
        read = [read_mapping(file.read_bytes(), source, str(file)) for file in files]
        own = self._home / administration / f"{source}.toml" if administration else None
        read = [
            without_reader(m) if own is not None and m.file == str(own) else m for m in read
        ]  # one file, one description
        made = overlaid([Mapping(source), *self._form(read, administration), *read])
        shown = replace(made, source=source, file=f"mappings/{source}.toml")  # where a row is added, within HUB_HOME
        return shown, hashlib.sha256(to_json(shown).encode()).hexdigest()

    def _form(self, read: list[Mapping], administration: str) -> list[Mapping]:
        """The mapping of the form that a description is read as: its words count where the description has none of its own."""
        form = next((m.setting("form") for m in reversed(read) if m.setting("reader") == READER), "")
        if not form or form == read[-1].source:
            return []
        self._forms[read[-1].source] = form
        return [without_reader(self.of(form, administration)[0])]
