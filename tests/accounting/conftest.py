"""Property tests are judged by what they find, never by how fast the machine is that day."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
