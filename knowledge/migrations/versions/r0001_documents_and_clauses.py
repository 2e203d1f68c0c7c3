"""Documents and their clauses."""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("title", "title_key", "part")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("doc_number", "number_key")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("issuer", "level", "region")),
        *(sa.Column(name, sa.Date()) for name in ("issued", "effective", "repealed")),
        sa.Column("supersedes", sa.JSON(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("superseded_by", sa.String()),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(), nullable=False),
    )
    for column in ("title_key", "number_key", "content_hash"):
        op.create_index(f"ix_documents_{column}", "documents", [column])
    op.create_table(
        "clauses",
        sa.Column("row_id", sa.Integer(), primary_key=True),
        sa.Column("clause_id", sa.String(), nullable=False, unique=True),
        sa.Column(
            "document_id", sa.String(), sa.ForeignKey("documents.id", ondelete="CASCADE"), nullable=False
        ),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_clauses_document_id", "clauses", ["document_id"])
    op.create_index("ix_clauses_article", "clauses", ["article"])


def downgrade() -> None:
    op.drop_table("clauses")
    op.drop_table("documents")
