"""What a payer wrote: whole tokens of his text, creditor references (RF) and Dutch payment references."""

from __future__ import annotations

import re
from functools import lru_cache

from stdnum import iso11649

_BETWEEN = re.compile(r"[\s,;:+&|()\[\]\"'#=*]+")  # what surely stands between two references
_WITHIN = re.compile(
    r"[/.]+"
)  # stands within one (`2026/1042`) and between two (`/INV/2026-1042/`): both are looked at
_PLAIN = re.compile(r"[\W_]+")
_LONGEST_RUN = 9  # tokens put together: an RF reference in groups of four has seven
_LONGEST = 40  # characters of what is put together
_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


@lru_cache(maxsize=4096)  # of one payment it is asked by everything that looks at it
def keys_in(text: str) -> frozenset[str]:
    """Every whole token of a text without its punctuation, and neighbours put together.

    `2026-1042` is one token, so that number 1042 is not found in it; `RF18 5390 …` is found however it is written.
    """
    words = [word for word in _BETWEEN.split(text.upper()) if word]
    found = {_PLAIN.sub("", piece) for word in words for piece in _WITHIN.split(word)}
    plain = [_PLAIN.sub("", word) for word in words]
    for start in range(len(plain)):
        joined = ""
        for token in plain[start : start + _LONGEST_RUN]:
            joined += token
            if len(joined) > _LONGEST:
                break
            found.add(joined)
    return frozenset(found - {""})


def is_creditor_reference(key: str) -> bool:
    """Whether this is an RF creditor reference with a right check (ISO 11649)."""
    return key.startswith("RF") and bool(iso11649.is_valid(key))


def is_payment_reference(key: str) -> bool:
    """Whether this is a Dutch payment reference (betalingskenmerk) of 9 to 14 or 16 digits with a right check digit."""
    if not (key.isascii() and key.isdigit()) or len(key) not in (9, 10, 11, 12, 13, 14, 16):
        return False
    total = sum(int(digit) * _WEIGHTS[i % len(_WEIGHTS)] for i, digit in enumerate(reversed(key[1:])))
    check = 11 - total % 11
    return int(key[0]) == {10: 1, 11: 0}.get(check, check)


def is_strong(key: str) -> bool:
    """Whether an invoice number can stand in a text by accident only: five characters, or four with a letter."""
    return len(key) >= 5 or (len(key) == 4 and not key.isdigit())
