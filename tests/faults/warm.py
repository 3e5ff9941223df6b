"""Loaded once by the server that forks the hub's processes, so that each of hundreds starts in milliseconds."""

from __future__ import annotations

import logging
import signal

import structlog

from hub.pipeline import read
from hub.sources import load_sources
from hub.transport import embedded, rabbitmq  # noqa: F401
from hub.workers import intake, publish, relay  # noqa: F401
from tests.books import document, message_of
from tests.faults import process  # noqa: F401

# A child that is told to stop before it listens would die of it instead: it inherits this, and listens in `process._main`.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
read(message_of(document("01")), load_sources())  # builds the schemas
