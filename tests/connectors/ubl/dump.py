"""A reading as plain data: what the twins hold. Fields at their default are left out, so that a twin can be read."""

from __future__ import annotations

import base64
import dataclasses
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.ubl import source
from hub.formats.content import Content

SAMPLES = Path(__file__).parent / "samples"


def reading(sample: Path) -> Any:
    """What the source makes of a sample."""
    return plain(source.read(Content(sample.read_bytes(), sample.name)))


def plain(value: Any) -> Any:
    """Dataclasses as dictionaries without their defaults, amounts and dates as text, bytes as base64."""
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {f.name: plain(got) for f in fields if (got := getattr(value, f.name)) != f.default}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal | date) else value
