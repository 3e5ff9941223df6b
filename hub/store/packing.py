"""How bytes and nouns are kept in a column: zlib, tuned for many small ones."""

from __future__ import annotations

import json
import zlib
from typing import Any

from hub.model.codec import to_json

_MEMORY = 6  # of 9: with zlib's own choice, preparing its tables takes longer than compressing 9 KB (69 against 25 µs)


def compressed(data: bytes) -> bytes:
    """What `zlib.decompress` turns into `data` again."""
    compressor = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, _MEMORY)
    return compressor.compress(data) + compressor.flush()


def packed(data: Any) -> bytes:
    """Compressed canonical JSON."""
    return compressed(to_json(data).encode())


def unpacked(data: bytes) -> Any:
    """What `packed` was given, as JSON values."""
    return json.loads(decompressed(data))


def decompressed(data: bytes) -> bytes:
    """The JSON itself, as it was written."""
    return zlib.decompress(data)
