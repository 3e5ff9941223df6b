"""VAT returns that were filed, and what was declared."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
