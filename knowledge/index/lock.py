"""One writer at a time, across threads and processes."""

import fcntl
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import StoreLocked
from knowledge.faults import storage_faults

PATIENCE_S = 30.0
_POLL_S = 0.02


@contextmanager
def one_writer(root: Path, patience: float = PATIENCE_S) -> Generator[None]:
    """Wait for other writers of the index. The lock ends with the process whatever happens. Raises StoreLocked."""
    with storage_faults(root):
        root.mkdir(parents=True, exist_ok=True)
        with (root / "publish.lock").open("w") as lock:
            until = time.monotonic() + patience
            while not _taken(lock.fileno()):
                if time.monotonic() > until:
                    raise StoreLocked(root)
                time.sleep(_POLL_S)
            yield


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
