"""The ledger, its messages and its queues."""

from alembic import op

from hub.store import guards, queue, tables  # noqa: F401
from hub.store.metadata import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and guard."""
    connection = op.get_bind()
    metadata.create_all(connection)
    connection.exec_driver_sql("INSERT INTO id_block (name, next) VALUES ('hub', 1)")
    for statement in guards.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
