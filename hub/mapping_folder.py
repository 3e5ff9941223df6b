"""Where mappings are found: shipped with the hub, and over them what the bookkeeper wrote in HUB_HOME."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from hub.formats.mapping_file import overlaid, read_mapping
from hub.model.codec import to_json
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
        self._known: dict[tuple[str, str], tuple[_Stamp, Mapping, str]] = {}

    def of(self, source: str, administration: str) -> tuple[Mapping, str]:
        """The mapping and its hash. An empty one where there is no file. Raises `Usage` for a file that cannot be read."""
        files = [file for file in self.files(source, administration) if file.is_file()]
        stamp = tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in files)
        known = self._known.get((source, administration))
        if known is None or known[0] != stamp:
            known = stamp, *self._read(source, administration, files)
            self._known[source, administration] = known
        return known[1], known[2]

    def files(self, source: str, administration: str) -> tuple[Path, Path, Path]:
        """Where it is looked for, in order; the last is where a row for this administration alone belongs."""
        name = f"{source}.toml"
        return self._shipped / name, self._home / name, self._home / administration / name

    def sources(self) -> list[str]:
        """Every source that has a mapping, shipped or own."""
        found = {
            path.stem for folder in (self._shipped, self._home) if folder.is_dir() for path in folder.glob("*.toml")
        }
        return sorted(found - _NO_MAPPINGS)

    def _read(self, source: str, administration: str, files: list[Path]) -> tuple[Mapping, str]:
        read = [read_mapping(file.read_bytes(), source, str(file)) for file in files]
        made = overlaid([Mapping(source), *read])
        shown = replace(made, file=f"mappings/{source}.toml")  # where a row is added, within HUB_HOME
        return shown, hashlib.sha256(to_json(shown).encode()).hexdigest()
