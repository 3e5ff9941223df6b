"""Payment proposals, bank payments, matches and mandates."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables."""
