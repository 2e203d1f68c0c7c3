"""Alembic's entry: run the migrations on the connection that `database.migrate` opened."""

from alembic import context

from serving.store.situation_tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
