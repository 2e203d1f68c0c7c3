"""Errors of the server, named by who must act.

ServingError
├── BadSetting         whoever configures: a setting can't be used as it stands
├── RequestInvalid     the caller of the API: what was sent can't be accepted
│   ├── NotFound       … names something that does not exist
│   ├── Conflict       … was true once: already decided, expired, changed meanwhile, taken
│   ├── TooLarge       … is more than one request may hold
│   └── OperatorMissing  … needs a named human
├── NotReady           nobody: something still loads; the same request works a little later
├── StoreLocked        the administrator: another process holds the database
├── StoreFull          the administrator: no room on the disk
└── StoreUnreachable   the administrator: the database can't be opened
"""


class ServingError(Exception):
    """Root; the message is Chinese and says what, where and what to do."""


class BadSetting(ServingError):
    pass


class RequestInvalid(ServingError):
    pass


class NotFound(RequestInvalid):
    pass


class Conflict(RequestInvalid):
    pass


class TooLarge(RequestInvalid):
    def __init__(self, most: int, advice: str) -> None:
        super().__init__(f"一次请求最多 {most // 1_000_000} MB，这次没有保存；{advice}")


class OperatorMissing(RequestInvalid):
    pass


class NotReady(ServingError):
    pass


class StoreLocked(ServingError):
    pass


class StoreFull(ServingError):
    pass


class StoreUnreachable(ServingError):
    pass
