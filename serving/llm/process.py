"""A process of our own that outlives us: starting it, knowing it again, ending it (Linux, /proc)."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_KILL_SECONDS = 10.0  # freeing gigabytes takes a moment even after SIGKILL
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Identity:
    """A process beyond doubt: numbers are reused, number and start time within one boot are not."""

    pid: int
    started: int
    """Clock ticks since boot (field 22 of /proc/PID/stat)."""
    boot: str


def spawn(argv: Sequence[str], environment: Mapping[str, str], log: Path) -> Identity:
    """Start `argv` as its own session, output to `log`. argv[0] is an absolute path.

    posix_spawn rather than Popen: the process is meant to outlive its parent's interest in it.
    """
    output = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, str(log), output, 0o644),
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    pid = os.posix_spawn(argv[0], list(argv), dict(environment), file_actions=actions, setsid=True)
    stat = _stat(pid)
    return Identity(pid, stat.started if stat else 0, boot_id())


def boot_id() -> str:
    return _BOOT_ID.read_text().strip()


def alive(identity: Identity) -> bool:
    """Whether exactly this process runs; a zombie and a stranger with the same number do not count."""
    _reap(identity.pid)
    stat = _stat(identity.pid)
    return (
        stat is not None
        and stat.state != "Z"
        and stat.started == identity.started
        and identity.boot == boot_id()
    )


def memory(identity: Identity) -> int:
    """Resident bytes of the process and all others of its session."""
    pages = sum(stat.resident for stat in _session(identity))
    return pages * os.sysconf("SC_PAGE_SIZE")


def end(identity: Identity, grace: float, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Ask the process to stop, wait `grace` seconds, then end what is left of its session.

    True when something was running. Children left over by a crash are ended too: the kernel gives no new
    process the number of a session that still has members.
    """
    was_alive = alive(identity)
    if was_alive:
        os.kill(identity.pid, signal.SIGTERM)
        deadline = time.monotonic() + grace
        while alive(identity) and time.monotonic() < deadline:
            sleep(0.1)
    left = _session(identity)
    for stat in left:
        _kill(stat.pid)
    deadline = time.monotonic() + _KILL_SECONDS
    while _session(identity) and time.monotonic() < deadline:
        _reap(identity.pid)
        sleep(0.05)
    return was_alive or bool(left)


@dataclass(frozen=True)
class _Stat:
    pid: int
    state: str
    session: int
    started: int
    resident: int


def _stat(pid: int) -> _Stat | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command name in parentheses may hold spaces: fields count from after the last one.
    fields = text[text.rindex(")") + 2 :].split()
    return _Stat(pid, fields[0], int(fields[3]), int(fields[19]), int(fields[21]))


def _session(identity: Identity) -> list[_Stat]:
    """Live members of the process's session: none of a stranger's that took over the number."""
    if identity.boot != boot_id():
        return []
    leader = _stat(identity.pid)
    if leader is not None and leader.started != identity.started:
        return []
    stats = [_stat(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [stat for stat in stats if stat and stat.session == identity.pid and stat.state != "Z"]


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # ended by itself meanwhile, which is what we wanted


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # started by another process of ours, and reaped by its parent
