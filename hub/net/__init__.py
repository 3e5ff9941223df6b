"""Asking others over HTTP: one client with one set of manners, and the only importer of httpx and tenacity."""

from __future__ import annotations

from hub.net.client import Answer, Http, Manners, Request
from hub.net.secret import Secret

__all__ = ["Answer", "Http", "Manners", "Request", "Secret"]
