"""The rules of single countries, in their official order."""

from __future__ import annotations

from hub.rules.peppol import (
    national_de,
    national_dk,
    national_gr,
    national_is,
    national_it,
    national_nl,
    national_no,
    national_se,
)
from hub.rules.rule import Context

NATIONAL: tuple[Context, ...] = (
    *national_no.CONTEXTS,
    *national_dk.CONTEXTS,
    *national_it.CONTEXTS,
    *national_se.CONTEXTS,
    *national_gr.CONTEXTS,
    *national_is.CONTEXTS,
    *national_nl.CONTEXTS,
    *national_de.CONTEXTS,
)
