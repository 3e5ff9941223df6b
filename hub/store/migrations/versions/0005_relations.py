"""The relation card: addresses, contacts, notes, reasons, orders, free fields."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
