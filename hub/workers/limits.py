"""Limits of a worker process: what one message may cost before it fails instead of taking the machine with it.

Set by whoever starts the process: the supervisor here, `LimitAS` in the systemd units.
"""

from __future__ import annotations

import resource

ADDRESS_SPACE_BYTES = 2 * 1024**3  # threads and libraries reserve about 0.7 GB of it without using it


def cap_memory(limit_bytes: int = ADDRESS_SPACE_BYTES) -> None:
    """Past this, allocation raises MemoryError: the message is retried, then parked; the worker lives on."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = limit_bytes if hard == resource.RLIM_INFINITY else min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
