"""What can stop a local model server, by who must act. Every message says what, where and what to do.

LlmError              operator: without the server the rest runs on rules alone
├── InstallFailed     network, proxy or package index
├── NoDisk            free space in the cache folder
├── HashMismatch      downloaded weights are not the published ones: never used
├── ConvertFailed     unpacking the weights broke off
├── PortTaken         another program holds the port
├── OtherModelRuns    a server with another model is up: stop it first
├── DiedAtStart       the process ended before it was ready (last log lines inside)
├── NotReadyInTime    it lives, but did not answer in time
└── UnknownProfile    no model profile of that name
"""

from pathlib import Path


class LlmError(Exception):
    """A local model server cannot be had."""


class InstallFailed(LlmError):
    pass


class NoDisk(LlmError):
    pass


class HashMismatch(LlmError):
    pass


class ConvertFailed(LlmError):
    pass


class PortTaken(LlmError):
    pass


class OtherModelRuns(LlmError):
    pass


class DiedAtStart(LlmError):
    pass


class NotReadyInTime(LlmError):
    pass


class UnknownProfile(LlmError):
    pass


def log_tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log file, for an error message; empty when there is none."""
    if not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - 20_000, 0))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])
