"""Books on either engine, as for the store."""

from tests.store.conftest import books

__all__ = ["books"]
