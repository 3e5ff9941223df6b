"""The typesetter: a template of ours and data as JSON make a PDF. Nothing in the data can be an instruction to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from hub.errors import Usage

_OF_THREAD = threading.local()
_TEMPLATES = Path(__file__).parent / "templates"
_CREATED = (
    946_684_800  # 2000-01-01: a PDF says nothing about when it was made, so that the same data give the same bytes
)


def typeset(template: str, data: Mapping[str, Any]) -> bytes:
    """The PDF of `templates/<template>.typ` with `data`. Raises `Usage` where the typesetter is not installed."""
    made = _compiler().compile(
        _source(template), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, format="pdf", timestamp=_CREATED
    )
    assert isinstance(made, bytes)
    return made


def _compiler() -> Any:
    """One per thread, as it sets one text at a time: it keeps its fonts, those it brings itself, whatever the machine has."""
    made = getattr(_OF_THREAD, "compiler", None)
    if made is None:
        try:
            import typst
        except ImportError as error:
            raise Usage("PDF needs the typesetter: install boekhub[letters], or write .xlsx or .csv") from error
        made = _OF_THREAD.compiler = typst.Compiler(ignore_system_fonts=True)
    return made


@lru_cache(maxsize=16)
def _source(template: str) -> bytes:
    return (_TEMPLATES / f"{template}.typ").read_bytes()
