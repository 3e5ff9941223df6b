"""What decided: the versions of code, mapping and rules, as they stand beside an entry and with an outcome."""

from __future__ import annotations

import json
from functools import lru_cache

from hub import __version__
from hub.model.result import JudgedBy


@lru_cache(maxsize=64)
def versions_text(mapping: str, judged_by: JudgedBy) -> str:
    """`versions` of an entry: sealed with it."""
    rules = dict(judged_by)
    return json.dumps({"code": __version__, "mapping": mapping, "rules": rules}, sort_keys=True)


@lru_cache(maxsize=64)
def judged_text(judged_by: JudgedBy) -> str | None:
    """`judged_by` of an outcome, in the order in which the layers judged; None where no official rules did."""
    return json.dumps(dict(judged_by)) if judged_by else None


def judged_from(stored: str | None) -> dict[str, str]:
    """Layer to release, of what `judged_text` made."""
    return dict(json.loads(stored)) if stored else {}
