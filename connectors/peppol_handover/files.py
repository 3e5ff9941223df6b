"""Reading files that another program wrote: plain files only, never through a link, of bearable size, and only when whole."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

from hub.errors import UnreadableInput

MOST_BYTES = 64 * 1024 * 1024
SETTLED_SECONDS = 2.0  # a file that nobody has touched so long is taken to be whole
_CODE = "HUB-FILE-02"


def read_file(path: Path, most: int = MOST_BYTES) -> bytes:
    """The bytes of a plain file. Raises `OSError`, and `UnreadableInput` for anything else than a plain file, or too large."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableInput(_CODE, found="no plain file", expected="a file", location=path.name)
        data = file.read(most + 1)
    if len(data) > most:
        raise UnreadableInput(
            _CODE, found=f"more than {most} bytes", expected=f"at most {most} bytes", location=path.name
        )
    return data


def is_settled(path: Path) -> bool:
    """Whether it is a plain file that has not been written to for a moment."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and time.time() - status.st_mtime >= SETTLED_SECONDS
