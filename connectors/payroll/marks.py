"""By what a journal entry is known as payroll, in layouts that serve any journal.

Twinfield, Exact and the debit/credit lists are used for sales, purchases and memorials too. What bears VAT, a customer, a
supplier or an invoice is none, whatever it says. Of the rest: words of wages in descriptions, journal or file name, or the
channel `payroll` (or `payroll-…`), by which somebody said so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from hub.formats.content import Content

_WAGES = re.compile(
    r"loon|lonen|salari|payroll|nettobetaling|vakantie(?:geld|bijslag|toeslag)|\bwages?\b|lohn", re.IGNORECASE
)
_CORRECTION = re.compile(r"correct|herreken|herberek", re.IGNORECASE)


def speaks_of_wages(content: Content, texts: Iterable[str] = ()) -> bool:
    """Whether somebody says that it is payroll: the channel, the file's name, or a text in it."""
    if by_payroll_channel(content) or _WAGES.search(content.file_name):
        return True
    return any(_WAGES.search(text) for text in texts)


def by_payroll_channel(content: Content) -> bool:
    """Whether it came by a channel that only brings payroll."""
    return content.channel.partition("-")[0] == "payroll"


def is_correction(*texts: str) -> bool:
    """Whether a run calls itself a correction of an earlier one."""
    return any(_CORRECTION.search(text) for text in texts)
