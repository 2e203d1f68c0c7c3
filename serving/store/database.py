"""Opening the database: migrations to the newest schema, one engine, sessions that say plainly what fails."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from serving.errors import StoreFull, StoreLocked, StoreUnreachable

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_S = 10


class Database:
    """Sessions on one engine. Writers of this process take turns here, so they don't poll SQLite's file lock."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing = async_sessionmaker(engine, expire_on_commit=False)
        reader = engine.execution_options(reads_only=True)
        self._reading = async_sessionmaker(reader, expire_on_commit=False, autoflush=False)
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncSession]:
        """A transaction that may write; commits at its end or rolls back.

        Raises StoreLocked, StoreFull or StoreUnreachable in place of the driver's errors.
        """
        try:
            async with self._turn, self._writing() as session, session.begin():
                yield session
        except OperationalError as error:
            raise _translated(error) from error

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncSession]:
        """A transaction that only reads: it waits for no writer. Raises as `begin`."""
        try:
            async with self._reading() as session:
                yield session
        except OperationalError as error:
            raise _translated(error) from error

    async def close(self) -> None:
        await self._engine.dispose()


def open_database(url: str) -> Database:
    """Migrate and open. The folder of an SQLite file is made when missing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    migrate(url)
    engine = create_async_engine(url)
    _prepare(engine.sync_engine)
    return Database(engine)


def migrate(url: str) -> None:
    """Bring the schema to its newest version; a second call changes nothing."""
    plain = make_url(url).set(drivername=make_url(url).get_backend_name())
    engine = create_engine(plain)
    _prepare(engine)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except OperationalError as error:
        raise _translated(error) from error
    finally:
        engine.dispose()


def _prepare(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_settings(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where `_sqlite_begin` says
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")  # an approval that was answered must survive a power cut
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    # A transaction that reads and then writes fails at once, whatever the busy timeout, when another wrote in
    # between: those that may write therefore take the lock first.
    reads_only = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _translated(error: OperationalError) -> Exception:
    said = str(error.orig)
    if "locked" in said or "busy" in said:
        return StoreLocked(
            f"数据库被其他进程占用超过 {BUSY_S} 秒；请确认没有第二个平急实例在用同一目录，再重试"
        )
    if "full" in said:
        return StoreFull("数据库所在磁盘已满；请清理磁盘后重试，已提交的数据没有丢失")
    return StoreUnreachable(f"数据库打不开：{said}；请检查 PINGJI_DATABASE_URL 与目录权限")
