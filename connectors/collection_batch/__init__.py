"""An agency without an interface: cases as a table with PDFs in a zip, by SFTP or mail (sink kind `batch`), and its table back."""

from __future__ import annotations

from connectors.collection_batch.sink import kind
from connectors.collection_batch.source import source

__all__ = ["kind", "source"]
