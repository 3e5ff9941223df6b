"""The body of a request: streamed to a buffer with a limit in size and in time, whatever its headers say."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import IO

from starlette.requests import ClientDisconnect, Request

from hub.api.problems import Problem

IN_MEMORY_BYTES = 512 * 1024  # more than this waits on disk, so that many slow senders cost no memory
CHUNK_BYTES = 256 * 1024
TOTAL_SECONDS, IDLE_SECONDS = 120.0, 15.0


class CutOff(Exception):
    """The sender went away before the end; there is nobody to answer."""


@asynccontextmanager
async def received(request: Request, most: int) -> AsyncIterator[IO[bytes]]:
    """The whole body, to be read from its start. Raises `Problem` when it is too large (413) or too slow (408), `CutOff` when
    it ends early."""
    stated = request.headers.get("content-length", "")
    if stated.isdecimal() and int(stated) > most:
        raise _too_large(most)
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as buffer:
        try:
            async with asyncio.timeout(TOTAL_SECONDS):
                await _fill(buffer, request, most)
        except TimeoutError:
            raise Problem(408, "http_too_slow", headers={"Connection": "close"}, seconds=round(TOTAL_SECONDS)) from None
        except ClientDisconnect:
            raise CutOff from None
        buffer.seek(0)
        yield buffer


def chunks_of(buffer: IO[bytes]) -> Iterator[bytes]:
    """What was received, in pieces, so that a body that is not signed is never in memory whole."""
    buffer.seek(0)
    while chunk := buffer.read(CHUNK_BYTES):
        yield chunk


async def _fill(buffer: IO[bytes], request: Request, most: int) -> None:
    size, chunks = 0, request.stream().__aiter__()
    while True:
        async with asyncio.timeout(IDLE_SECONDS):
            chunk = await anext(chunks, None)
        if chunk is None:
            return
        size += len(chunk)
        if size > most:
            raise _too_large(most)
        buffer.write(chunk)


def _too_large(most: int) -> Problem:
    return Problem(413, "http_too_large", headers={"Connection": "close"}, most=most)
