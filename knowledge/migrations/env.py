"""Run by Alembic inside the transaction of the connection it is given; offline mode has no use here."""

from alembic import context

from knowledge.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
