"""Logs: one line per event on stderr, with named fields only; never a payload, never a traceback's locals."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

# Unknown fields are dropped: whoever adds a field decides here that it holds nothing personal (RELIABILITY 6).
ALLOWED = frozenset(
    (
        "event", "level", "timestamp", "exception", "administration", "lane", "message_id", "correlation_id", "causation_id",
        "attempt", "error", "error_class", "reason", "released", "waiting", "messages", "outcome", "code", "child", "pid", "exit_code",
        "again_in_seconds", "port", "url", "seconds", "count", "prefix", "link", "queue", "host", "generation",
        "channel", "status",
    )
)  # fmt: skip
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}[A-Z0-9]{10,30}\b")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
_PASSWORD = re.compile(r"(://[^:/@\s]+:)[^@\s]+@")


def configure(level: str = "info", *, json: bool = False) -> None:
    """Set up logging once per process; `json` for machines, short lines for people."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            only_allowed,
            without_personal_data,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def only_allowed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """First wall: fields that nobody allowed are not written."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def without_personal_data(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Second wall: IBANs, mail addresses and passwords in URLs are blotted out wherever they stand."""
    return {key: scrub(value) if isinstance(value, str) else value for key, value in event.items()}


def scrub(text: str) -> str:
    """`text` without IBANs, mail addresses and passwords in URLs."""
    return _PASSWORD.sub(r"\1***@", _EMAIL.sub("***@***", _IBAN.sub("***", text)))
