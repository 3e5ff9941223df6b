"""A folder that an access point empties: `<id>.xml`, the document in its envelope. It appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.peppol_out.options import filled, known
from connectors.peppol_out.sbdh import enveloped
from hub.errors import Transient
from hub.model.dispatch import Delivered, Dispatch
from hub.net import Http


class FolderSink:
    """The same dispatch is the same file, so writing it twice is harmless as long as it lies there, and one to the network after."""

    harmless_twice = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self, dispatch: Dispatch) -> Delivered:
        """Written beside under another name, flushed to the disk, then renamed."""
        target, being_written = self._folder / f"{dispatch.id}.xml", self._folder / f"{dispatch.id}.xml.tmp"
        data = enveloped(dispatch)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(being_written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o640)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(being_written, target)
        except OSError as error:
            raise Transient(f"{target} cannot be written: {error.strerror}") from error
        return Delivered(reference=target.name)

    def find(self, dispatch: Dispatch) -> Delivered | None:
        """Whether it still lies there; taken away or never written look the same, so it is written again."""
        target = self._folder / f"{dispatch.id}.xml"
        return Delivered(reference=target.name) if target.is_file() else None

    def close(self) -> None:
        """Nothing is open."""


class FolderKind:
    """Peppol documents as files in a folder, for an access point that takes them from there."""

    kinds, forms = ("invoice_response",), ("XML",)

    def open(self, name: str, options: Mapping[str, Any], http: Http) -> FolderSink:
        """Options: `path`."""
        known(name, options, ("path",))
        return FolderSink(Path(filled(name, options, "path")))


folder = FolderKind()
