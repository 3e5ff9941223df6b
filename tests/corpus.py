"""The given test documents, when they are there (HUB_CORPUS, or `shared/corpus` beside the repository); never copied."""

from __future__ import annotations

import gzip
import json
import os
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

_DEFAULT = Path(__file__).parents[2] / "shared" / "corpus"
CORPUS = Path(os.environ.get("HUB_CORPUS", _DEFAULT))

needs_corpus = pytest.mark.skipif(not (CORPUS / "docs.jsonl.gz").is_file(), reason="the corpus is not on this machine")


def rows(name: str) -> Iterator[dict[str, Any]]:
    """The rows of `docs`, `mutants`, `traps` or `units`."""
    with gzip.open(CORPUS / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@cache
def documents() -> dict[str, bytes]:
    """The whole documents by their id."""
    with tarfile.open(CORPUS / "docs.tar.xz") as archive:
        files = [member for member in archive if member.isfile()]
        return {Path(f.name).stem: opened.read() for f in files if (opened := archive.extractfile(f))}
