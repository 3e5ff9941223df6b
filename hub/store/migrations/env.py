"""Alembic's environment: migrations run inside the transaction that `hub.store.schema` opened."""

from alembic import context

from hub.store import tables  # noqa: F401  (fills the metadata)
from hub.store.metadata import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
