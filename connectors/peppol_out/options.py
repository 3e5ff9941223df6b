"""Reading the table of a sink: unknown options are refused, so that a typing error is not silently ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from hub.errors import Usage

LANGUAGE = "language"  # of the sentences in an Invoice Response; read by the hub itself


def known(name: str, options: Mapping[str, Any], allowed: Sequence[str]) -> None:
    """Raises `Usage` for an option that this kind of sink does not have."""
    if unknown := sorted(set(options) - {*allowed, LANGUAGE}):
        raise Usage(f"[sink.{name}]: unknown option {unknown[0]!r}; known are {', '.join((*allowed, LANGUAGE))}")


def address(name: str, options: Mapping[str, Any]) -> str:
    """The address of the access point, without a slash at its end. Raises `Usage`."""
    url = str(options.get("url", ""))
    if not urlsplit(url).netloc:
        raise Usage(f'[sink.{name}] url = {url!r}: write the address of the access point, as "https://ap.example.nl"')
    return url.rstrip("/")


def filled(name: str, options: Mapping[str, Any], key: str) -> str:
    """An option that must be there. Raises `Usage`."""
    if not (value := str(options.get(key, ""))):
        raise Usage(f"[sink.{name}]: {key} is missing")
    return value
