"""Which version of reading a document's clauses come from; 0 for those stored before that was remembered."""

import sqlalchemy as sa
from alembic import op

revision = "r0005"
down_revision = "r0004"


def upgrade() -> None:
    op.add_column("documents", sa.Column("read_by", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("documents", "read_by")
