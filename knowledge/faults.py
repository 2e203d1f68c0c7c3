"""Foreign storage errors become ours here, and only here."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from knowledge.errors import DiskFull, StorageProblem, StoreDamaged, StoreLocked


@contextmanager
def storage_faults(where: Path) -> Generator[None]:
    """Run a block that reads or writes `where`.

    Raises StoreLocked, DiskFull or StoreDamaged in place of SQLite's, SQLAlchemy's and the system's words
    for the same; lets every other error through.
    """
    try:
        yield
    except DatabaseError as error:
        known = _known(str(error.orig), where)
        if known is None:
            raise
        raise known from error
    except sqlite3.DatabaseError as error:
        known = _known(str(error), where)
        if known is None:
            raise
        raise known from error
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(where) from error


def _known(message: str, where: Path) -> StorageProblem | None:
    if "locked" in message or "busy" in message:
        return StoreLocked(where)
    if "disk is full" in message or "disk I/O error" in message:
        return DiskFull(where)
    if "not a database" in message or "malformed" in message or "unable to open" in message:
        return StoreDamaged(where, message)
    return None
