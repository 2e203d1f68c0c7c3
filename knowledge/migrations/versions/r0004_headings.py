"""Headings without words of their own are few: an index of them alone, for they are left out of searching."""

import sqlalchemy as sa
from alembic import op

revision = "r0004"
down_revision = "r0003"

NAME = "ix_clauses_headings"


def upgrade() -> None:
    op.create_index(NAME, "clauses", ["row_id"], sqlite_where=sa.text("kind = 'heading'"))


def downgrade() -> None:
    op.drop_index(NAME, "clauses")
