"""The rules of single countries, in their official order: Norway, Denmark, Italy, Sweden, Greece, Iceland, the Netherlands, Germany."""

from __future__ import annotations

from hub.rules.rule import Context

NATIONAL: tuple[Context, ...] = ()
