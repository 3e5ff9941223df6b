"""A fetcher of somebody else, installed from a folder of its own as a package would be."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

_CODE = """
from pathlib import Path

from hub.errors import Unavailable
from hub.ports import Fetched, FetchSession, Part


class _Session:
    def __init__(self, folder, secrets):
        self.folder, self.secrets = folder, secrets

    def new(self):
        for path in sorted(self.folder.glob("*.xml")):
            yield Fetched(path.name, (Part(path.stem, path.name, path.read_bytes()),), handle=path)

    def settle(self, fetched, *, refused):
        fetched.handle.rename(fetched.handle.with_suffix(".refused" if refused else ".taken"))

    def close(self):
        (self.folder / "closed").touch()


class _Fetcher:
    keys = frozenset({"folder"})

    def open(self, options, secrets):
        if not Path(options["folder"]).is_dir():
            raise Unavailable("the far side is not there")
        return _Session(Path(options["folder"]), secrets)


fetcher = _Fetcher()
"""


def install(site: Path, monkeypatch: pytest.MonkeyPatch, kind: str = "counting") -> None:
    """Put the package where Python finds it."""
    about = site / "theirs-1.0.dist-info"
    about.mkdir(parents=True)
    (site / "their_fetcher.py").write_text(_CODE)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[hub.fetchers]\n{kind} = their_fetcher:fetcher\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "their_fetcher", raising=False)
