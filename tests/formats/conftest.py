"""Fixtures of the readers."""

from tests.formats.canary import canary

__all__ = ["canary"]
