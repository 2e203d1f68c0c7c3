"""Where log lines go: a rotating file, and warnings to stderr. Nothing here ever holds a caller's words."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
QUIET = ("httpx", "httpcore", "openai", "aiosqlite", "alembic", "multipart", "watchfiles", "faiss")
"""Libraries whose info and debug lines quote URLs, statements or bodies."""


def configure_logs(folder: Path) -> None:
    """Called once, at the entry point."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = RotatingFileHandler(folder / "pingji.log", maxBytes=20_000_000, backupCount=5, encoding="utf-8")
    shown = logging.StreamHandler()
    shown.setLevel(logging.WARNING)
    for handler in (kept, shown):
        handler.setFormatter(logging.Formatter(FORMAT))
    root = logging.getLogger()
    root.handlers[:] = [kept, shown]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
