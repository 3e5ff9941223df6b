"""The typesetter: a template of ours and data as JSON make a PDF. Nothing in the data can be an instruction to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
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
    made = _compiler().compile(_main(template, data), format="pdf", timestamp=_CREATED)
    assert isinstance(made, bytes)
    return made


@cache
def typesetter() -> str:
    """What, beside template and data, a PDF depends on: the typesetter's version. Raises as `typeset`."""
    return f"typst {version('typst')}" if _compiler() else ""


def _main(template: str, data: Mapping[str, Any]) -> bytes:
    """What is compiled: the template, which stays read, and the data as one string of JSON.

    Not as `sys.inputs`: those are part of the typesetter's own library, which it would then go through anew for each letter.
    Within a string only these two characters mean anything, so whatever the data hold stays data.
    """
    text = json.dumps(data, ensure_ascii=False).replace("\\", r"\\").replace('"', r"\"")
    return f'#import "/{template}.typ": made\n#made(json(bytes("{text}")))'.encode()


def _compiler() -> Any:
    """One per thread, as it sets one text at a time: it keeps its fonts, those it brings itself, whatever the machine has."""
    made = getattr(_OF_THREAD, "compiler", None)
    if made is None:
        try:
            import typst
        except ImportError as error:
            raise Usage("PDF needs the typesetter: install boekhub[letters], or write .xlsx or .csv") from error
        made = _OF_THREAD.compiler = typst.Compiler(root=_TEMPLATES, ignore_system_fonts=True)
    return made
