"""Python's garbage collector, put off while a large document is read.

A tree of a hundred thousand elements is made object by object, and every so many objects the collector looks through all of
them for what nobody needs any more. As long as the document is being read that is nothing: it costs more than the reading.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_asked = 0  # how many, in whatever thread, want it quiet now
_was_on = False


@contextmanager
def put_off() -> Iterator[None]:
    """No collection while the block runs; what is no longer referred to still goes at once. May be nested, in any thread."""
    global _asked, _was_on
    with _lock:
        if _asked == 0:
            _was_on = gc.isenabled()
            gc.disable()
        _asked += 1
    try:
        yield
    finally:
        with _lock:
            _asked -= 1
            if _asked == 0 and _was_on:
                gc.enable()
