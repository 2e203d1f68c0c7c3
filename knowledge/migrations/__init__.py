"""Alembic migrations of the knowledge database, run when it is opened."""
