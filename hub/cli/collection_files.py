"""Files of collection law and dunning: shipped with the hub, and over them what stands in HUB_HOME."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hub.settings import Settings

Files = list[tuple[str, bytes]]


def files_of(settings: Settings, name: str, administration: str = "") -> Files:
    """Name and contents of `mappings/<name>.toml` here, in HUB_HOME, and there for the administration; those that exist."""
    from hub.bootstrap import data_folder
    from hub.mapping_folder import MappingFolder

    folder = MappingFolder(data_folder("mappings"), settings.home)
    places: list[Path] = [*folder.files(name, administration)][: 3 if administration else 2]
    return [(str(path), path.read_bytes()) for path in places if path.is_file()]
