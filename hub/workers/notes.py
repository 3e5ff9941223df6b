"""Notes: why something was not taken in, beside it, as a sentence for people and as JSON for programs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.model.finding import Finding
from hub.store.store import now
from hub.texts.catalogue import message
from hub.texts.shown import finding_json

TEXT, JSON = ".reason.txt", ".reason.json"
_LONGEST = 200  # bytes of a name that leave room for our endings and for those of a temporary file


@dataclass(frozen=True, slots=True)
class Note:
    """What is written beside a file that was not, or not wholly, taken in."""

    name: str
    channel: str
    administration: str
    findings: Sequence[Finding]
    message_ids: Sequence[str] = ()  # of what was taken in of it
    sha256: str = ""

    def text(self, language: str) -> str:
        """Sentences, one a line."""
        lines = [message("note_refused", language, file=self.name, channel=self.channel), ""]
        lines += [f"- {finding_json(f, language)['message']} ({f.code})" for f in self.findings]
        if self.message_ids:
            lines += ["", message("note_rest_taken", language, count=len(self.message_ids))]
        return "\n".join([*lines, "", message("note_what_now", language)]) + "\n"

    def json(self, language: str) -> str:
        """The same as data."""
        row = {
            "file": self.name,
            "channel": self.channel,
            "administration": self.administration or None,
            "at": now().isoformat(timespec="seconds"),
            "sha256": self.sha256 or None,
            "message_ids": list(self.message_ids),
            "findings": [finding_json(finding, language) for finding in self.findings],
        }
        return json.dumps(row, ensure_ascii=False, indent=1) + "\n"


def write_note(folder: Path, name: str, note: Note, language: str) -> None:
    """Both files beside `name` in `folder`; each appears whole or not at all, and again is the same."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    _write(folder, short(name) + TEXT, note.text(language))
    _write(folder, short(name) + JSON, note.json(language))


def short(name: str) -> str:
    """A name that leaves room for an ending."""
    encoded = os.fsencode(name)
    return name if len(encoded) <= _LONGEST else os.fsdecode(encoded[:_LONGEST])


def _write(folder: Path, name: str, text: str) -> None:
    temporary = folder / f".{os.getpid()}-{short(name)[:150]}.tmp"
    with temporary.open("w", encoding="utf-8", errors="replace") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, folder / name)
