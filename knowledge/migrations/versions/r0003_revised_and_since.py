"""When a document was last amended, and since when its first version has been in force."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"


def upgrade() -> None:
    for name in ("revised", "since"):
        op.add_column("documents", sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    for name in ("revised", "since"):
        op.drop_column("documents", name)
