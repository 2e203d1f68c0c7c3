"""What a document is about, what was corrected by hand, what was odd in reading it, why it ended."""

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"


def upgrade() -> None:
    for name, empty in (("hazards", "[]"), ("corrections", "{}"), ("notices", "[]")):
        op.add_column("documents", sa.Column(name, sa.JSON(), nullable=False, server_default=empty))
    op.add_column("documents", sa.Column("end_reason", sa.String(), nullable=False, server_default=""))
    op.add_column("clauses", sa.Column("kind", sa.String(), nullable=False, server_default="article"))


def downgrade() -> None:
    for name in ("hazards", "corrections", "notices", "end_reason"):
        op.drop_column("documents", name)
    op.drop_column("clauses", "kind")
