"""The SQLite file of the knowledge base: opened the way several processes need it, and brought up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event

PRAGMAS = ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL")


def open_database(path: Path, busy_timeout_ms: int) -> Engine:
    """Created where it is missing; its tables are those of tables.py."""
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{path}")

    def on_connect(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # pyright: ignore
        for pragma in (f"busy_timeout={busy_timeout_ms}", *PRAGMAS):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    _migrate(engine)
    return engine


def _migrate(engine: Engine) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
