"""Several bytes as one parameter of PostgreSQL: an array in its binary form, which nobody has to write out and read as text.

Measured with originals of 2.4 KB, compressed, and the server on the same machine: 12 µs each instead of 160, in both together.
"""

from __future__ import annotations

from functools import cache
from struct import pack
from typing import Any

_BYTEA, _BYTEA_ARRAY = 17, 1001  # types of PostgreSQL, by the fixed ids of its catalogue
_NONE = pack("!i", -1)


class Blobs(list[bytes | None]):
    """A parameter `bytea[]`; understood by connections that `understand_blobs` has seen."""


def understand_blobs(dbapi_connection: Any, _record: Any = None) -> None:
    """Teach one connection of psycopg."""
    dbapi_connection.adapters.register_dumper(Blobs, _dumper())


def binary(blobs: Blobs) -> bytes:
    """The array as `array_recv` of PostgreSQL reads it: dimensions, flag, type; length and lower bound; the items."""
    items = [_NONE if blob is None else pack("!i", len(blob)) + blob for blob in blobs]
    header = pack("!3i", 1 if blobs else 0, int(None in blobs), _BYTEA)
    return b"".join((header, pack("!2i", len(blobs), 1) if blobs else b"", *items))


@cache
def _dumper() -> Any:
    from psycopg.adapt import Dumper  # not needed, and 0.1 s to import, where the database is SQLite
    from psycopg.pq import Format

    class BlobsDumper(Dumper):
        format = Format.BINARY
        oid = _BYTEA_ARRAY

        def dump(self, obj: Blobs) -> bytes:
            return binary(obj)

    return BlobsDumper
